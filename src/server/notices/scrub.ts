/** A text of somebody else's without our secrets, in one line: what a mail server says can repeat what it was sent. */
export function scrubbed(text: string, secrets: readonly (string | undefined)[]): string {
  const forms = secrets
    .filter((secret) => secret !== undefined && secret.length > 2)
    .flatMap((secret = "") => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
    .toSorted((a, b) => b.length - a.length);
  const clean = forms.reduce((rest, form) => rest.replaceAll(form, "[secret]"), text);
  return clean
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 300);
}
