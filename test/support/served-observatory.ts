import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../db/open.ts";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { OPENING } from "./engines.ts";
import { CURATOR, importOf, observatory, testApp } from "./observatory.ts";
import { madeUpPlane } from "./planes.ts";

export type ServedObservatory = {
  /** `http://localhost:34567` */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

/**
 * The real app on an embedded database, on a port, for clients that are programs of their own. It has two focal planes
 * with measured positions: one from the night of 2018-01-01 on, another, without seat 013, from that of 2019-03-01 on.
 */
export async function serveObservatory(): Promise<ServedObservatory> {
  const directory = await mkdtemp(join(tmpdir(), "fplane-served-"));
  const store = await openStore({ engine: "embedded", directory }, "HETDEX", OPENING);
  const deps = observatory(store);
  const plane = madeUpPlane();
  const without013 = {
    ...plane,
    virus: plane.virus.map((row) => (row.ifuslot === "013" ? { ...row, specid: null, contid: null } : row)),
  };
  const actual = { actual: true };
  await importFplane(deps, CURATOR, importOf("first.txt", renderFplane(plane, "full"), "20180101", actual));
  await importFplane(deps, CURATOR, importOf("second.txt", renderFplane(without013, "full"), "20190301", actual));
  const { app } = testApp(deps);
  const server = Bun.serve({ hostname: "localhost", port: 0, fetch: (request) => app.fetch(request, {}) });
  const stop = async () => {
    await server.stop(true);
    await store.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { url: `http://localhost:${server.port}`, stop };
}
