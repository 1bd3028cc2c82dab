import { describe, expect, test } from "bun:test";
import { unreachable } from "../../../bin/client/server-answer.ts";
import { fetchNight } from "../../../bin/import/old-server.ts";
import { hasOpenssl, makeCertificate } from "../../support/certificate.ts";

describe("a server that cannot be reached", () => {
  test("is told by its address and the reason", () => {
    const { code, message } = unreachable("http://old.example.org", new Error("connection refused"));
    expect({ code, message }).toEqual({
      code: "unavailable",
      message: "the server http://old.example.org cannot be reached: connection refused",
    });
  });

  test.each(["DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "SELF_SIGNED_CERT_IN_CHAIN"])(
    "for %s comes with how the certificate becomes known",
    (code) => {
      const error = Object.assign(new Error("a certificate that nobody knows"), { code });
      expect(unreachable("https://old.example.org", error).message).toEndWith(
        "a certificate that nobody knows; NODE_EXTRA_CA_CERTS=FILE names the certificate of an authority to trust",
      );
    },
  );

  test.skipIf(!hasOpenssl)("for its certificate is asked once, since it will not change (needs openssl)", async () => {
    const { cert, key } = makeCertificate();
    const server = Bun.serve({
      port: 0,
      tls: { cert: Bun.file(cert), key: Bun.file(key) },
      fetch: () => new Response("never"),
    });
    const pauses: number[] = [];
    const old = {
      url: `https://localhost:${server.port}`,
      interrupted: new AbortController().signal,
      pause: async (milliseconds: number) => void pauses.push(milliseconds),
    };
    const error = await fetchNight(old, "2018-01-01", "full-actual").catch((thrown: unknown) => thrown);
    await server.stop(true);
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("NODE_EXTRA_CA_CERTS") });
    expect(pauses).toEqual([]);
  });
});
