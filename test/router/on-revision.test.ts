import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { createApp } from "../../src/server/app.ts";
import { DEFAULT_LIMITS } from "../../src/server/guards/limits.ts";
import { addHold } from "../../src/service/holds.ts";
import { embeddedEngine } from "../support/engines.ts";
import { CURATOR, logOf, OPEN_APP } from "../support/observatory.ts";
import { as, openSite, type Site, STARTING } from "../support/site.ts";

type Told = { readonly event: string; readonly data: unknown };

/** What a subscription is told, event by event; pings are left out. */
async function* told(response: Response): AsyncGenerator<Told> {
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1] ?? "message";
      const data = /^data: (.*)$/m.exec(block)?.[1] ?? "";
      if (block.trim() !== "" && event !== "ping") yield { event, data: data === "" ? null : JSON.parse(data) };
    }
  }
}

async function next(events: AsyncGenerator<Told>): Promise<Told> {
  const { value, done } = await events.next();
  if (done) throw new Error("the subscription has ended");
  return value;
}

describe("onRevision", () => {
  const engine = embeddedEngine();
  const open: AbortController[] = [];
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, 3 * STARTING);
  afterEach(() => {
    for (const each of open.splice(0)) each.abort();
  });

  const subscribe = async (app: ReturnType<typeof createApp>, headers: Record<string, string> = {}) => {
    const leaving = new AbortController();
    open.push(leaving);
    const request = new Request("http://localhost/trpc/onRevision", { headers, signal: leaving.signal });
    const response = await app.request(request);
    return { response, events: told(response), leave: () => leaving.abort() };
  };

  const openApp = (options: { liveClients?: number; publicRead?: boolean } = {}) => {
    const { liveClients = 10, publicRead = true } = options;
    const closing = new AbortController();
    const limits = { ...DEFAULT_LIMITS, liveClients };
    const app = createApp({
      ...OPEN_APP,
      ...{ deps: site.deps, log: logOf([]), limits, publicRead, closing: closing.signal },
    });
    return { ...site, app, closing };
  };

  const newest = async () => (await site.deps.store.newestRevision())?.rev ?? 0;
  const hold = () => addHold(site.deps, CURATOR, { ifuslots: ["013"], from: "20200101", reason: "test", commit: true });

  test("tells the newest revision at once, and each newer one as it is made", async () => {
    const { app } = openApp();
    const { response, events } = await subscribe(app);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toContain("no-store");
    expect((await next(events)).event).toBe("connected");
    expect(await next(events)).toMatchObject({ data: { rev: 6, kind: "import" } });
    await hold();
    expect(await next(events)).toMatchObject({
      data: { rev: 7, kind: "hold", actor: "cora", reason: "test", recordedAt: expect.stringMatching(/Z$/) },
    });
  });

  test("tells nobody of a preview", async () => {
    const { app, deps } = openApp();
    const before = await newest();
    const { events } = await subscribe(app);
    await next(events);
    await next(events);
    await deps.store.write(async () => ({ keep: false, value: null }));
    await hold();
    expect(await next(events)).toMatchObject({ data: { rev: before + 1 } });
  });

  test("ends when the server stops", async () => {
    const { app, closing } = openApp();
    const { events } = await subscribe(app);
    await next(events);
    await next(events);
    closing.abort();
    expect(await next(events)).toMatchObject({ event: "return" });
    expect((await events.next()).done).toBe(true);
  });

  test("is refused when there are too many, until one leaves", async () => {
    const { app } = openApp({ liveClients: 1 });
    const first = await subscribe(app);
    await next(first.events);
    await next(first.events);
    const second = await subscribe(app);
    await next(second.events);
    expect(await next(second.events)).toMatchObject({
      event: "serialized-error",
      data: { data: { fplane: { code: "too-many-requests" } } },
    });
    first.leave();
    await first.events.return(undefined);
    let third = await subscribe(app);
    await next(third.events);
    while ((await next(third.events)).event === "serialized-error") {
      third = await subscribe(app);
      await next(third.events);
    }
  });

  test("needs a key where reading does, which is never in the address", async () => {
    const { app, keys } = openApp({ publicRead: false });
    const nobody = await subscribe(app);
    await next(nobody.events);
    expect(await next(nobody.events)).toMatchObject({ data: { data: { fplane: { code: "no-key" } } } });
    const reader = await subscribe(app, as(keys.updater));
    await next(reader.events);
    expect(await next(reader.events)).toMatchObject({ data: { rev: await newest() } });
  });
});
