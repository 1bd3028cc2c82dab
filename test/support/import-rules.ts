import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Who may import whom. `code` and `types` are folders or files of the project (of `types` only the types), `packages` are
 * packages of npm; a name that ends in `/` stands for all that begins with it. `builtins` are those of Bun and Node.
 */
export interface ImportRule {
  readonly code: readonly string[];
  readonly types?: readonly string[];
  readonly packages: readonly string[];
  readonly builtins: "all" | readonly string[];
}

/** What a command of the client may load: each other package would double the time it takes to start. */
export const CLIENT_PACKAGES = ["citty", "@trpc/client"];

export const RULES: Readonly<Record<string, ImportRule>> = {
  "src/domain/": { code: ["src/domain/"], packages: ["zod"], builtins: [] },
  "src/service/": { code: ["src/service/", "src/domain/"], packages: [], builtins: ["node:crypto"] },
  "src/server/": {
    code: ["src/server/", "src/service/", "src/domain/", "router/", "public/get_fplane.sh", "public/fplane.py"],
    packages: ["hono", "@hono/", "@trpc/server", "nodemailer", "pino", "prom-client", "smol-toml", "zod"],
    builtins: "all",
  },
  "router/": {
    code: ["router/", "src/service/", "src/domain/"],
    packages: ["@trpc/server", "zod"],
    builtins: [],
  },
  "db/": {
    code: ["db/", "src/domain/"],
    types: ["src/service/"],
    packages: ["drizzle-orm", "postgres", "@electric-sql/pglite"],
    builtins: "all",
  },
  "bin/": {
    code: ["bin/", "src/domain/", "package.json"],
    types: ["router/"],
    packages: CLIENT_PACKAGES,
    builtins: "all",
  },
  "src/client/": {
    code: ["src/client/", "src/domain/"],
    types: ["router/"],
    packages: ["@trpc/client"],
    builtins: [],
  },
  "public/": { code: ["public/", "src/domain/"], types: ["router/"], packages: ["@trpc/client"], builtins: [] },
};

/** The server's side of the commands: the only place where db and server meet, so nothing is forbidden there. */
const SERVER_SIDE = [
  ...["serve", "init", "migrate", "export", "restore", "verify", "keys"].map((name) => `bin/${name}.ts`),
  ...["bin/project/", "bin/doctor/settings.ts", "bin/build/"],
];

export function isServerSide(file: string): boolean {
  return SERVER_SIDE.some((name) => file === name || (name.endsWith("/") && file.startsWith(name)));
}

/** Load what they name only when it is called for, so they alone may name what is of the server's side. */
export const ENTRIES = ["bin/commands.ts", "bin/doctor.ts"];

/** The rules as the table that the documents show: of the files that are named one by one, those that there are. */
export function importTable(): string {
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  const rows = Object.entries(RULES).map(([folder, { code, types = [], packages, builtins }]) => {
    const others = code.filter((name) => name !== folder && isThere(name));
    const project = [
      "itself",
      ...others.map((name) => `\`${name}\``),
      ...types.map((name) => `*types* of \`${name}\``),
    ];
    const named = folder === "bin/" ? "`bin/`, the client's commands" : `\`${folder}\``;
    const own = builtins === "all" ? "all" : builtins.length === 0 ? "none" : list(builtins);
    return `| ${named} | ${project.join(", ")} | ${packages.length === 0 ? "none" : list(packages)} | ${own} |`;
  });
  return [
    "| files in | may import of the project | of npm | of Bun and Node |",
    "|---|---|---|---|",
    ...rows,
    `| ${list(SERVER_SIDE.filter(isThere))} | everything: the only place where database and server meet | everything | all |`,
  ].join("\n");
}

function isThere(name: string): boolean {
  return existsSync(join(import.meta.dir, "..", "..", name));
}
