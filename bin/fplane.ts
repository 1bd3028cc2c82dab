#!/usr/bin/env bun
import { fplane } from "./commands.ts";
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

process.exitCode = await run(fplane, process.argv.slice(2), processTerminal());
