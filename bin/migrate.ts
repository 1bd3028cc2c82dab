import { migrateProject } from "../db/open.ts";
import { command } from "./command-line/command.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { CONFIG_ARGS, locationOf, settingsOf } from "./project/open-project.ts";

export const migrate = command({
  name: "migrate",
  description: "bring the database's schema up to date",
  examples: ["migrate --config fplane.toml"],
  args: { ...JSON_ARG, ...CONFIG_ARGS },
  run: async (args, terminal) => {
    const settings = settingsOf(args, terminal);
    const applied = await migrateProject(locationOf(settings), settings.DB_PROJECT);
    await printReport({ applied }, args.json, terminal, () =>
      applied.length === 0 ? "the schema is up to date\n" : `applied ${applied.join(", ")}\n`,
    );
    return undefined;
  },
});
