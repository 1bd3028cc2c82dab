/** What an answer of `/fplanes` has for a date or a stretch of time; of an error only the code is looked at. */
export type TestEntry = {
  readonly datestr?: string;
  readonly filename?: string;
  readonly instant?: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly confirmedUntil?: string | null;
  readonly revision?: number;
  readonly pinned?: boolean;
  readonly sha256?: string;
  readonly digest: string;
  readonly body?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly reason?: string };
};

/** The entries of an answer, a line each. */
export async function entriesOf(response: Response): Promise<TestEntry[]> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line has no end");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TestEntry);
}

/** The bodies of entries, in their order, each found by its digest; null for an error. */
export function bodiesOf(entries: readonly TestEntry[]): (string | null)[] {
  const bodies = new Map<string, string>();
  return entries.map((entry) => {
    if (entry.error !== undefined) return null;
    if (entry.body !== undefined) bodies.set(entry.digest, entry.body);
    const body = bodies.get(entry.digest);
    if (body === undefined) throw new Error(`no entry before brought the body ${entry.digest}`);
    return body;
  });
}
