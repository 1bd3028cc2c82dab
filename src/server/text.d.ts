declare module "*.sh" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other form
  export default text;
}
declare module "*.py" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other form
  export default text;
}
