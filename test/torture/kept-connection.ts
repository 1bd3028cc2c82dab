import { connect, type Socket } from "node:net";
import { readAnswer, type WireAnswer } from "./wire-answer.ts";

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** One connection to a server, over which one request goes after the other; `fetch` keeps no more than some of its own. */
export class KeptConnection {
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #waiting: { readonly method: string; readonly answered: PromiseWithResolvers<WireAnswer> } | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (part: Buffer) => this.#take(part));
    socket.on("error", (error) => this.#waiting?.answered.reject(error));
    socket.on("close", () => this.#waiting?.answered.reject(new Error("the server closed the connection")));
  }

  static async open(url: string): Promise<KeptConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new KeptConnection(socket);
  }

  /** @throws Error when the server closes the connection instead */
  async ask({ method, path, headers, body = "" }: Asked): Promise<WireAnswer> {
    const lines = Object.entries({ host: "localhost", "content-length": Buffer.byteLength(body), ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    this.#parts = [];
    const answered = Promise.withResolvers<WireAnswer>();
    this.#waiting = { method, answered };
    this.#socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
    return await answered.promise;
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #take(part: Buffer): void {
    this.#parts.push(part);
    const answer = this.#waiting === null ? null : readAnswer(Buffer.concat(this.#parts), this.#waiting.method, false);
    if (answer !== null) this.#waiting?.answered.resolve(answer);
  }
}
