import { ROLES, type Role } from "../src/domain/role.ts";
import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command, group } from "./command-line/command.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { textTable } from "./output/text-table.ts";

const NAME = { type: "positional", required: true, description: "the user's name" } as const;
const EXPIRES = { type: "string", valueHint: "DATE" } as const;
const ROLE_HELP = "updater (nightly update), curator (also the history), admin (also users)";

const add = command({
  name: "add",
  description: "add a user and print its key",
  examples: [
    "user add -u cron -e cron@example.org Night Assistant",
    "user add -u ada -e ada@example.org --role curator Ada Lovelace",
    "user add -u guest -e guest@example.org --expires 20270101 Guest Observer",
  ],
  args: {
    username: { type: "string", alias: "u", required: true, valueHint: "NAME", description: "name to sign in with" },
    email: { type: "string", alias: "e", required: true, valueHint: "EMAIL", description: "the user's address" },
    role: { type: "enum", options: [...ROLES], default: "updater", description: ROLE_HELP },
    expires: {
      ...EXPIRES,
      description:
        "from when on the key is refused: a datestr (a bare date is the noon of that day), or never, the default",
    },
    first: { type: "positional", required: true, description: "first name" },
    last: { type: "positional", required: true, description: "last name" },
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const { username, email, expires, first: firstName, last: lastName } = args;
    const user = { username, email, role: args.role as Role, firstName, lastName, expires };
    const added = await ask(await connectTo(args, terminal), (client) => client.users.add.mutate(user));
    await printReport({ username, ...added }, args.json, terminal, keyText);
    return undefined;
  },
});

const key = command({
  name: "key",
  description: "print a user's key: your own, or anybody's as administrator",
  examples: ["user key cron"],
  args: { name: NAME, ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const found = await ask(await connectTo(args, terminal), (client) =>
      client.users.key.query({ username: args.name }),
    );
    await printReport({ username: args.name, ...found }, args.json, terminal, keyText);
    return undefined;
  },
});

const rotate = command({
  name: "rotate",
  description: "give a user a new key and print it; the old one is refused from then on, or after the grace",
  examples: ["user rotate cron", "user rotate cron --grace 24h", "user rotate guest --expires 20280101"],
  args: {
    name: NAME,
    grace: {
      type: "string",
      valueHint: "TIME",
      description: "how long the old key stays valid: 24h, 30m, 7d, 0; else the server's KEY_GRACE_HOURS",
    },
    expires: { ...EXPIRES, description: "from when on the new key is refused, or never; else as the old one" },
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const made = await ask(await connectTo(args, terminal), (client) =>
      client.users.rotate.mutate({ username: args.name, grace: args.grace, expires: args.expires }),
    );
    await printReport({ username: args.name, ...made }, args.json, terminal, keyText);
    return undefined;
  },
});

const list = command({
  name: "list",
  description: "list the users, until when their keys are valid, and when these were last used",
  examples: ["user list", "user list --json"],
  args: { ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const users = await ask(await connectTo(args, terminal), (client) => client.users.list.query());
    await printReport(users, args.json, terminal, usersText);
    return undefined;
  },
});

function usersText(users: Awaited<ReturnType<Client["users"]["list"]["query"]>>, columns: number | null): string {
  const rows = users.map((user) => [
    user.username,
    user.role,
    user.enabled ? "enabled" : "disabled",
    user.keyExpiresAt ?? "never",
    user.lastUsedAt ?? "never",
    user.email,
    `${user.firstName} ${user.lastName}`.trim(),
  ]);
  return textTable([["USER", "ROLE", "STATE", "EXPIRES", "LAST USED", "EMAIL", "NAME"], ...rows], columns);
}

const enable = command({
  name: "enable",
  description: "let a disabled user in again, with the key it had",
  examples: ["user enable cron"],
  args: { name: NAME, ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) =>
    await change(args, terminal, (client) => client.users.enable.mutate({ username: args.name })),
});

const disable = command({
  name: "disable",
  description: "refuse a user's key until it is enabled again",
  examples: ["user disable cron"],
  args: { name: NAME, ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) =>
    await change(args, terminal, (client) => client.users.disable.mutate({ username: args.name })),
});

const role = command({
  name: "role",
  description: "change what a user may do",
  examples: ["user role ada curator"],
  args: {
    name: NAME,
    role: { type: "positional", required: true, valueHint: ROLES.join("|"), description: ROLE_HELP },
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) =>
    await change(args, terminal, (client) =>
      client.users.setRole.mutate({ username: args.name, role: args.role as Role }),
    ),
});

type Changed = { readonly username: string; readonly role: Role; readonly enabled: boolean };

async function change(
  args: Parameters<typeof connectTo>[0] & { readonly json?: boolean | undefined },
  terminal: Terminal,
  call: (client: Client) => Promise<Changed>,
): Promise<undefined> {
  const changed = await ask(await connectTo(args, terminal), call);
  const { username, role, enabled } = changed;
  await printReport(changed, args.json, terminal, () => "");
  terminal.err(`${username} is ${enabled ? "enabled" : "disabled"}, with the role ${role}`);
}

function keyText({ key }: { readonly key: string }): string {
  return `${key}\n`;
}

export const user = group("user", "the users and their keys", {
  add: async () => add,
  key: async () => key,
  list: async () => list,
  enable: async () => enable,
  disable: async () => disable,
  role: async () => role,
  rotate: async () => rotate,
});
