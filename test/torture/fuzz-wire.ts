import { connect } from "node:net";
import { readAnswer, type WireAnswer } from "./wire-answer.ts";
import { bytesOf, UNANSWERED, type WireDamage, type WireRequest } from "./wire-damage.ts";

/** @returns null where the server said nothing, and did not have to */
export async function exchange(url: string, request: WireRequest, damage: WireDamage): Promise<WireAnswer | null> {
  const bytes = bytesOf(request, damage);
  const lenient = UNANSWERED.has(damage) || isMalformed(request);
  const patience = lenient ? 100 : 30_000;
  const { hostname, port } = new URL(url);
  const received = await talk({
    hostname,
    port: Number(port),
    bytes,
    isSlow: damage === "one byte a time",
    patience,
    method: request.method,
  });
  if (received.length === 0 && lenient) return null;
  const answer = readAnswer(received, request.method);
  if (answer === null && !lenient)
    throw new Error(
      `no whole answer, within ${patience} ms: ${JSON.stringify(received.toString("latin1").slice(0, 300))}`,
    );
  return answer;
}

/** Whether it would not be HTTP even undamaged: with characters that have to be encoded, or a method that is none. */
function isMalformed({ method, path, headers }: WireRequest): boolean {
  const isPrintable = (text: string) => /^[!-~]*$/.test(text);
  const isValue = (text: string) => /^[\t -~]*$/.test(text);
  const isHead = /^[A-Z]+$/.test(method) && isPrintable(path);
  return !isHead || !headers.every(([name, value]) => isPrintable(name) && isValue(value));
}

type Talk = {
  readonly hostname: string;
  readonly port: number;
  readonly bytes: Buffer;
  readonly isSlow: boolean;
  readonly patience: number;
  readonly method: string;
};

/** Writes, and reads until the answer is whole, the server closes, or patience ends. */
async function talk({ hostname, port, bytes, isSlow, patience, method }: Talk): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const parts: Buffer[] = [];
  const socket = connect({ host: hostname, port });
  socket.setNoDelay(true);
  const timer = setTimeout(resolve, patience);
  socket.on("error", () => resolve());
  socket.on("close", () => resolve());
  socket.on("data", (part: Buffer) => {
    parts.push(part);
    if (readAnswer(Buffer.concat(parts), method, false) !== null) resolve();
  });
  socket.on("connect", () => {
    if (!isSlow) socket.write(bytes);
    else void dribble(bytes, (part) => socket.write(part));
  });
  await promise;
  clearTimeout(timer);
  socket.destroy();
  return Buffer.concat(parts);
}

async function dribble(bytes: Buffer, write: (part: Buffer) => void): Promise<void> {
  const apart = Math.min(bytes.length, 40);
  for (let i = 0; i < apart; i += 1) {
    write(bytes.subarray(i, i + 1));
    await Bun.sleep(1);
  }
  write(bytes.subarray(apart));
}
