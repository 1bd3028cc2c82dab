import fc from "fast-check";
import type { LiveServer } from "../support/live-server.ts";
import type { FuzzRequest } from "./fuzz-requests.ts";
import { type Keys, send } from "./fuzz-send.ts";
import { faultOf } from "./fuzz-verdict.ts";
import { megabytesOf } from "./server-state.ts";
import type { WireAnswer } from "./wire-answer.ts";

/** On the wire at the same time. */
const TOGETHER = 20;
/** Made at a time. */
const BLOCK = 300;
/** How often a long run says that it goes on. */
const TOLD_EACH = 6000;

/** Sends and judges, and counts what was answered. */
export class FuzzRun {
  readonly server: LiveServer;
  readonly keys: Keys;
  /** By target: how often each status was answered; 0 where the server said nothing, and did not have to. */
  readonly answers = new Map<string, Map<number, number>>();
  /** What was wrong with answers, each kind once, with the request. */
  readonly faults = new Map<string, string>();
  /** Megabytes of the server's process, after each block of requests. */
  readonly memory: number[] = [];

  constructor(server: LiveServer, keys: Keys) {
    this.server = server;
    this.keys = keys;
  }

  /** Sends so many, some of them at once: with the same seed the same ones. Keeps what is wrong with their answers. */
  async play(requests: fc.Arbitrary<FuzzRequest>, count: number, seed: number): Promise<void> {
    for (let block = 0; block * BLOCK < count; block += 1) {
      const some = fc.sample(requests, { seed: seed + block, numRuns: Math.min(BLOCK, count - block * BLOCK) });
      for (let at = 0; at < some.length; at += TOGETHER)
        await Promise.all(some.slice(at, at + TOGETHER).map((request) => this.#playOne(request)));
      this.memory.push(megabytesOf(this.server));
      const done = (block + 1) * BLOCK;
      if (done % TOLD_EACH === 0)
        console.error(`${done} of ${count}, ${this.faults.size} faults, ${this.memory.at(-1)} MB`);
    }
  }

  async #playOne(request: FuzzRequest): Promise<void> {
    try {
      const answer = await send(this.server.url, this.keys, request);
      this.#count(request.target, answer?.status ?? 0);
      if (answer === null) return;
      const fault = faultOf(request, answer, [...Object.values(this.keys), this.server.directory]);
      if (fault !== null) this.#note(fault, `${shown(request)}\n${shownAnswer(answer)}`);
    } catch (error) {
      this.#note(error instanceof Error ? error.message : String(error), shown(request));
    }
  }

  /** The first of each kind: what is wrong once is mostly wrong a hundred times. Told at once: a run can be broken off. */
  #note(fault: string, story: string): void {
    if (this.faults.has(fault)) return;
    this.faults.set(fault, `${fault}\n${story}`);
    console.error(`a fault: ${this.faults.get(fault)}`);
  }

  #count(target: string, status: number): void {
    const counts = this.answers.get(target) ?? new Map<number, number>();
    counts.set(status, (counts.get(status) ?? 0) + 1);
    this.answers.set(target, counts);
  }

  /** `200: 812, 400: 4012`: over all targets, or of one. */
  statuses(target?: string): string {
    const all = new Map<number, number>();
    for (const [name, counts] of this.answers) {
      if (target !== undefined && name !== target) continue;
      for (const [status, count] of counts) all.set(status, (all.get(status) ?? 0) + count);
    }
    const sorted = [...all].toSorted(([a], [b]) => a - b);
    return sorted.map(([status, count]) => `${status === 0 ? "none" : status}: ${count}`).join(", ");
  }
}

function shown({ target, method, path, caller, headers, body, bodyDamage, wire }: FuzzRequest): string {
  const given = { caller, headers, bodyDamage, wire };
  return `${target}: ${method} ${cut(path)}\n${JSON.stringify(given)}\n${body === null ? "no body" : cut(body)}`;
}

function shownAnswer({ status, headers, body }: WireAnswer): string {
  return `${status} ${JSON.stringify([...headers])}\n${cut(body)}`;
}

function cut(text: string): string {
  return text.length <= 1500 ? text : `${text.slice(0, 1500)}... (${text.length} characters)`;
}
