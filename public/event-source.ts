/**
 * An EventSource that sends headers. The browser's own sends none, so a key would have to stand in the address, where logs
 * and proxies read it.
 */
export class KeyedEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readyState: number = KeyedEventSource.CONNECTING;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #ended = new AbortController();
  #tries = 0;

  constructor(url: string, options: { readonly headers?: Record<string, string> } = {}) {
    super();
    this.#url = url;
    this.#headers = { accept: "text/event-stream", ...options.headers };
    void this.#run();
  }

  close(): void {
    this.readyState = this.CLOSED;
    this.#ended.abort();
  }

  async #run(): Promise<void> {
    while (this.readyState !== this.CLOSED) {
      const refused = await this.#connect().catch(() => false);
      if (this.readyState === this.CLOSED) return;
      this.readyState = refused ? this.CLOSED : this.CONNECTING;
      this.dispatchEvent(new Event("error"));
      await new Promise((resolve) => setTimeout(resolve, waitAfter(this.#tries)));
      this.#tries += 1;
    }
  }

  /** @returns true when the server does not want it at all: asking again would be of no use */
  async #connect(): Promise<boolean> {
    const answer = await fetch(this.#url, { headers: this.#headers, signal: this.#ended.signal, cache: "no-store" });
    if (answer.status >= 400 && answer.status < 500) return true;
    if (!answer.ok || answer.body === null) return false;
    this.readyState = this.OPEN;
    this.dispatchEvent(new Event("open"));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (true) {
      const { done, value } = await reader.read();
      if (done) return false;
      this.#tries = 0;
      const blocks = (text + value).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) this.#tell(block);
    }
  }

  #tell(block: string): void {
    const field = (name: string) =>
      block
        .split("\n")
        .flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/^ /, "")] : []));
    const data = field("data");
    if (data.length === 0) return;
    const [type = "message"] = field("event");
    this.dispatchEvent(new MessageEvent(type, { data: data.join("\n"), lastEventId: field("id")[0] ?? "" }));
  }
}

/** Milliseconds: a second at first, half a minute in the end, and not all pages at the same moment. */
function waitAfter(tries: number): number {
  return Math.min(30_000, 1000 * 2 ** tries) * (0.75 + Math.random() / 2);
}
