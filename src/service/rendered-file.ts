import { sha256 } from "../domain/digest.ts";
import { type Layout, renderFplane } from "../domain/files/fplane-file.ts";
import type { FocalPlane } from "../domain/plane/placement.ts";

/** A focal-plane file and its SHA-256, in hex. */
export type RenderedFile = { readonly text: string; readonly sha256: string };

const files = new WeakMap<FocalPlane, Map<Layout, RenderedFile>>();

/** The file of a focal plane, rendered once for as long as the plane is kept. */
export function renderedFile(plane: FocalPlane, layout: Layout): RenderedFile {
  const known = files.get(plane) ?? new Map<Layout, RenderedFile>();
  files.set(plane, known);
  const found = known.get(layout);
  if (found !== undefined) return found;
  const text = renderFplane(plane, layout);
  const file = { text, sha256: sha256(text) };
  known.set(layout, file);
  return file;
}
