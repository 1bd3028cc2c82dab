import type { ArgsDef } from "citty";
import { type Client, SERVER_ARGS } from "../client/client.ts";
import { commandLine } from "../command-line/command-line.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { wholeNumberIn } from "../command-line/whole-number.ts";
import { nightsText, spanChangesText } from "../output/change-text.ts";
import { JSON_ARG, printReport } from "../output/print-report.ts";

export const REASON_ARG = {
  reason: { type: "string", required: true, valueHint: "TEXT", description: "why, for the record" },
} as const;

export const COMMIT_ARG = { commit: { type: "boolean", description: "record it; without it: a preview" } } as const;

/** The span of a curator's act. */
export const BOUNDS_ARGS = {
  from: { type: "string", required: true, valueHint: "DATE", description: "the first night, or a time" },
  until: {
    type: "string",
    valueHint: "DATE|open",
    description: "the night after the last; else each seat until its next recorded change; open: no end",
  },
} as const;

/** The flags that every curator's act with a preview has. */
export const CURATION_ARGS = {
  ...REASON_ARG,
  base: {
    type: "string",
    valueHint: "REV",
    description: "the revision that a preview was made on: refuse if a newer one touches the same seats",
  },
  ...COMMIT_ARG,
  ...JSON_ARG,
  ...SERVER_ARGS,
} as const;

type CurationArgs = {
  readonly reason: string;
  readonly base?: string | undefined;
  readonly commit?: boolean | undefined;
};

export function curationOf({ reason, base, commit = false }: CurationArgs) {
  return { reason, base: wholeNumberIn(base, "--base"), commit };
}

type CurationReport = Awaited<ReturnType<Client["correct"]["mutate"]>>;

/**
 * What an act does or would do on stdout; after a preview, on stderr, the command that records just this.
 *
 * @param said the command with `fplane`, the arguments that it knows, and what it was given
 */
export async function tellCuration(
  report: CurationReport,
  said: { readonly words: string; readonly definition: ArgsDef; readonly values: Readonly<Record<string, unknown>> },
  terminal: Terminal,
): Promise<void> {
  const { words, definition, values } = said;
  for (const warning of report.warnings) terminal.err(`warning: ${warning}`);
  await printReport(report, values["json"] === true, terminal, curationText);
  if (report.committed) return;
  const again = { ...values, json: undefined, base: String(report.base), commit: true };
  terminal.err(`to record it: ${commandLine(words, definition, again)}`);
}

function curationText({ changes, nights, base, revision }: CurationReport): string {
  const what = changes.length === 0 ? "nothing changes\n" : spanChangesText(changes);
  const recorded =
    revision === null ? `base revision ${base}\npreview: nothing was recorded\n` : `revision ${revision}\n`;
  return `${what}${nightsText(nights)}${recorded}`;
}
