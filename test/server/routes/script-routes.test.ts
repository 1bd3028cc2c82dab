import { describe, expect, test } from "bun:test";
import { trustedProxies } from "../../../src/server/guards/client-address.ts";
import { scriptRoutes } from "../../../src/server/routes/script-routes.ts";

describe("the address in a script that the server hands out", () => {
  const routes = scriptRoutes({ trusted: trustedProxies(["127.0.0.1"]) });
  const HTTPS = { "x-forwarded-proto": "https" };

  test.each([
    ["is the one that it was fetched from", {}, undefined, "http://fplane.example.org"],
    ["is https where a trusted proxy says that its client spoke it", HTTPS, "127.0.0.1", "https://fplane.example.org"],
    ["is http where somebody else says so", HTTPS, "192.0.2.7", "http://fplane.example.org"],
    ["is http where the proxy says so", { "x-forwarded-proto": "http" }, "127.0.0.1", "http://fplane.example.org"],
  ])("%s", async (_, headers, ip, address) => {
    for (const path of ["/get_fplane.sh", "/fplane.py"]) {
      const env = ip === undefined ? {} : { ip };
      const answer = await routes.request(`http://fplane.example.org${path}`, { headers: { ...headers } }, env);
      const script = await answer.text();
      expect(script.match(/https?:\/\/fplane\.example\.org/)?.[0]).toBe(address);
      expect(script).not.toContain("http://localhost:5000");
    }
  });
});
