import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { Notice } from "../../../src/domain/notices/notice.ts";
import { createWebhook } from "../../../src/server/notices/webhook.ts";
import { startReceiver } from "../../support/webhook-receiver.ts";

const NOTICE: Notice = {
  id: "hetdex-revision-12-01234567",
  subject: "[HETDEX] new spectrograph 399",
  text: "text\n",
  json: { id: "hetdex-revision-12-01234567", events: ["new-spectrograph"], changes: [{ text: "Grüße" }] },
};

describe("the webhook", () => {
  const receiver = startReceiver();
  afterAll(() => receiver.stop());
  beforeEach(() => {
    receiver.deliveries.splice(0);
    receiver.answerWith(() => new Response(null, { status: 204 }));
  });

  const hookTo = (WEBHOOK_URL: string, WEBHOOK_SECRET?: string, patience?: number) => {
    const hook = createWebhook({ WEBHOOK_URL, WEBHOOK_SECRET }, patience);
    if (hook === null) throw new Error("no webhook");
    return hook;
  };
  const failureOf = async (delivery: Promise<void>) => {
    const error = await delivery.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error)) throw new Error("it was delivered");
    return error.message;
  };

  test("posts the notice as JSON, with its id and without a signature when there is no secret", async () => {
    await hookTo(`${receiver.url}/hook?room=7`).deliver(NOTICE);
    const [delivery] = receiver.deliveries;
    expect(JSON.parse(delivery?.body ?? "")).toEqual(NOTICE.json);
    expect(delivery?.path).toBe("/hook?room=7");
    expect(delivery?.headers.get("content-type")).toBe("application/json");
    expect(delivery?.headers.get("x-fplane-delivery")).toBe(NOTICE.id);
    expect(delivery?.headers.has("x-fplane-signature")).toBe(false);
  });

  test("signs the bytes that it sends", async () => {
    await hookTo(receiver.url, "shared secret").deliver(NOTICE);
    const [delivery] = receiver.deliveries;
    const expected = createHmac("sha256", "shared secret")
      .update(Buffer.from(delivery?.body ?? ""))
      .digest("hex");
    expect(delivery?.headers.get("x-fplane-signature")).toBe(`sha256=${expected}`);
  });

  test("logs in with what stands in the address", async () => {
    await hookTo(receiver.url.replace("://", "://ops:p%40ss@")).deliver(NOTICE);
    expect(receiver.deliveries[0]?.headers.get("authorization")).toBe(`Basic ${btoa("ops:p@ss")}`);
  });

  test.each([400, 404, 410, 429, 500, 503])("an answer of %d is a failure", async (status) => {
    receiver.answerWith(() => new Response("no", { status }));
    expect(await failureOf(hookTo(receiver.url).deliver(NOTICE))).toEndWith(`it answered ${status}`);
  });

  test("a redirect is a failure, and is not followed", async () => {
    receiver.answerWith(() => new Response(null, { status: 307, headers: { location: `${receiver.url}/elsewhere` } }));
    expect(await failureOf(hookTo(`${receiver.url}/hook`).deliver(NOTICE))).toEndWith("it answered 307");
    expect(receiver.deliveries.map(({ path }) => path)).toEqual(["/hook"]);
  });

  test("a receiver that does not answer is given up", async () => {
    const waiting = Promise.withResolvers<Response>();
    receiver.answerWith(() => waiting.promise);
    await failureOf(hookTo(receiver.url, undefined, 100).deliver(NOTICE));
    waiting.resolve(new Response());
  });

  test("a failure tells no secret: neither the path, nor the query, nor the login, nor the signing secret", async () => {
    const gone = startReceiver();
    await gone.stop();
    const address = `${gone.url.replace("://", "://ops:passw0rd@")}/services/T0KEN?token=qu3ry`;
    const failure = await failureOf(hookTo(address, "s3cret").deliver(NOTICE));
    expect(failure).toStartWith(`the webhook at ${new URL(gone.url).host}: `);
    for (const secret of ["passw0rd", "T0KEN", "qu3ry", "s3cret"]) expect(failure).not.toContain(secret);
  });

  test("there is none without an address", () => {
    expect(createWebhook({ WEBHOOK_URL: undefined, WEBHOOK_SECRET: undefined })).toBeNull();
  });
});
