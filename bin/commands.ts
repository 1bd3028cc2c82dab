import { group } from "./command.ts";

/** Every command, each loaded only when it is called: what one of them needs, the others need not wait for. */
export const fplane = group("fplane", "Which focal plane was valid at this date?", {
  get: async () => (await import("./get.ts")).get,
  update: async () => (await import("./update.ts")).update,
  import: async () => (await import("./import.ts")).importFiles,
  user: async () => (await import("./user.ts")).user,
  init: async () => (await import("./init.ts")).init,
  serve: async () => (await import("./serve.ts")).serve,
  migrate: async () => (await import("./migrate.ts")).migrate,
});
