/**
 * Whether a client takes a content coding. What it says of the coding itself goes before what `*` says of all codings.
 *
 * @param acceptEncoding its Accept-Encoding header; undefined: it takes none
 */
export function takesCoding(acceptEncoding: string | undefined, coding: "br" | "gzip"): boolean {
  const codings = (acceptEncoding ?? "").split(",").map((each) => each.toLowerCase().replaceAll(/\s/g, "").split(";"));
  const said = codings.find(([name]) => name === coding) ?? codings.find(([name]) => name === "*");
  return said !== undefined && !said.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
}
