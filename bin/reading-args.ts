/** The flags of commands that ask what was known, and of those that ask about one date. */
export const AS_OF_ARG = {
  "as-of": { type: "string", valueHint: "REV|TAG|TIME", description: "as it was known at a revision, a tag or a time" },
} as const;

export const UT_ARG = {
  ut: { type: "boolean", description: "a date without a time is a UT date, the way data are named" },
} as const;
