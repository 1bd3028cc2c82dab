/** `from 2018-07-16T05:00:00Z on`, `from ... until ...`: a span for people; null for an open end. Instants are RFC 3339, UTC. */
export function spanText(from: string, until: string | null): string {
  return `from ${from} ${until === null ? "on" : `until ${until}`}`;
}
