/** A file that the build puts into a binary: its path in there. */
declare module "*.tar.gz" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: an import of a file has no other form
  export default path;
}
declare module "*.tgz" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: an import of a file has no other form
  export default path;
}
declare module "*.wasm" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: an import of a file has no other form
  export default path;
}
declare module "*.data" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: an import of a file has no other form
  export default path;
}
