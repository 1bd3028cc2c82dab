/** The flags of commands that ask about one date, and of those that ask what was known. */
export const DATESTR_ARG = {
  datestr: {
    type: "positional",
    required: false,
    description: "a date, a timestamp (UTC), a shot id; nothing is now",
  },
} as const;

export const AS_OF_ARG = {
  "as-of": { type: "string", valueHint: "REV|TAG|TIME", description: "as it was known at a revision, a tag or a time" },
} as const;

export const UT_ARG = {
  ut: { type: "boolean", description: "a date without a time is a UT date, the way data are named" },
} as const;

/** How a date without a time is read. */
export function nightOf({ ut }: { readonly ut?: boolean | undefined }): "local" | "ut" {
  return ut ? "ut" : "local";
}
