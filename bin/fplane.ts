#!/usr/bin/env bun
import { run } from "./command-line/run.ts";
import { processTerminal } from "./command-line/terminal.ts";
import { fplane } from "./commands.ts";

process.exitCode = await run(fplane, process.argv.slice(2), processTerminal());
