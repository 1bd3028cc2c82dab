/** What is wrong: one sentence on the line of its heading; several with a line each, so that each is found. */
export function listed(heading: string, sentences: readonly string[], most = Number.POSITIVE_INFINITY): string {
  if (sentences.length === 1) return `${heading}: ${sentences[0]}`;
  const more = sentences.length > most ? [`and ${sentences.length - most} more`] : [];
  return [`${heading}, in ${sentences.length} places:`, ...sentences.slice(0, most), ...more].join("\n  ");
}
