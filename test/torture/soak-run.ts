import { KeptConnection } from "./kept-connection.ts";
import type { Load } from "./soak-load.ts";

/** How long requests took in one half of a soak. */
class Latencies {
  readonly #milliseconds: number[] = [];

  add(milliseconds: number): void {
    this.#milliseconds.push(milliseconds);
  }

  get count(): number {
    return this.#milliseconds.length;
  }

  /** Milliseconds that so many of a hundred requests did not exceed. */
  percentile(percent: number): number {
    const sorted = this.#milliseconds.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
  }

  toString(): string {
    return `p50 ${this.percentile(50).toFixed(1)} ms, p99 ${this.percentile(99).toFixed(1)} ms`;
  }
}

export type Half = { readonly read: Latencies; readonly update: Latencies };

/** Connections that each ask, wait for the answer, pause, and ask again until the end. */
export class Soak {
  readonly halves: readonly [Half, Half] = [newHalf(), newHalf()];
  /** What was not answered with 200, each kind once. */
  readonly errors = new Map<string, string>();
  readonly #url: string;
  readonly #started = performance.now();
  readonly #lasting: number;

  constructor(url: string, lasting: number) {
    this.#url = url;
    this.#lasting = lasting;
  }

  get isOver(): boolean {
    return performance.now() - this.#started >= this.#lasting;
  }

  /** @param pause milliseconds between an answer and the next request, on the average */
  async connection(kind: keyof Half, pause: number, next: (turn: number) => Load): Promise<void> {
    const connection = await KeptConnection.open(this.#url);
    for (let turn = 0; !this.isOver; turn += 1) {
      await Bun.sleep(Math.random() * 2 * pause);
      const load = next(turn);
      const began = performance.now();
      const half = this.halves[began - this.#started < this.#lasting / 2 ? 0 : 1];
      try {
        const { status, body } = await connection.ask(load);
        half[kind].add(performance.now() - began);
        if (status !== 200) this.#note(`${status} to ${load.path.split("?")[0]}`, body);
      } catch (error) {
        this.#note(String(error), load.path);
        break;
      }
    }
    connection.close();
  }

  #note(fault: string, story: string): void {
    if (this.errors.size < 20 && !this.errors.has(fault)) this.errors.set(fault, `${fault}: ${story.slice(0, 500)}`);
  }
}

function newHalf(): Half {
  return { read: new Latencies(), update: new Latencies() };
}
