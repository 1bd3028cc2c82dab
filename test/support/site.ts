import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { nominalPosition } from "../../src/domain/plane/seat.ts";
import type { Identity } from "../../src/domain/role.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import type { Engine } from "./engines.ts";
import type { ReportedUnit } from "./hardware-status.ts";
import { addUsers, CURATOR, importOf, observatory, testApp } from "./observatory.ts";
import { madeUpPlane } from "./planes.ts";

/** Milliseconds for `beforeAll`: hooks do not get the time that tests do, and a first database takes seconds to start. */
export const STARTING = 120_000;

/** The made-up plane of the tests, with measured positions, all layouts. */
export const PLANE = madeUpPlane();

/** The same after seat 013 lost its spectrograph. */
export const PLANE_WITHOUT_013 = {
  ...PLANE,
  virus: PLANE.virus.map((row) => (row.ifuslot === "013" ? { ...row, specid: null, contid: null } : row)),
};

/** The file of nominal positions, as most clients get it. */
export function nominal(plane: typeof PLANE): typeof PLANE {
  return { ...plane, virus: plane.virus.map((row) => ({ ...row, ...nominalPosition(row.ifuslot), measured: false })) };
}

/**
 * An observatory whose record has a gap: the plane from 2017-10-01 to 2017-11-01 (revision 6, confirmed), and from
 * 2018-01-01 on (revision 4, not confirmed), without the spectrograph of seat 013 from 2019-03-01 on (revision 5). Its
 * clock stands at 2020-07-01T18:00:00Z.
 */
export async function openSite(engine: Engine, options: { readonly publicRead?: boolean } = {}) {
  const deps = observatory((await engine.open()).store);
  const keys: Readonly<Record<Identity["role"], string>> = await addUsers(deps);
  const [plane, without013] = [PLANE, PLANE_WITHOUT_013].map((each) => renderFplane(each, "full"));
  const add = (name: string, text = "", from: string, until?: string) =>
    importFplane(deps, CURATOR, {
      ...importOf(name, text, from, { actual: true }),
      files: [{ name, text, from, ...(until === undefined ? {} : { until }) }],
    });
  await add("first.txt", plane, "20180101");
  await add("second.txt", without013, "20190301");
  await add("earlier.txt", plane, "20171001", "20171101");
  const { app, lines } = testApp(deps, options.publicRead ?? true);
  return {
    deps,
    keys,
    app,
    lines,
    get: async (path: string, headers: Record<string, string> = {}) => await app.request(path, { headers }),
    post: async (path: string, body: unknown, headers: Record<string, string> = {}) =>
      await app.request(path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers,
      }),
  };
}

export type Site = Awaited<ReturnType<typeof openSite>>;

/** The headers that a user sends. */
export function as(key: string): { readonly authorization: string } {
  return { authorization: `FPS_API APIKEY=${key}` };
}

/** The code and status of an error answer, which has to be a problem document. */
export async function problemOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const type = response.headers.get("content-type");
  if (type !== "application/problem+json") throw new Error(`a problem document is expected, not ${type}`);
  const { status, code, message } = (await response.json()) as { status: number; code: string; message: string };
  if (status !== response.status) throw new Error(`the document says ${status}, the answer ${response.status}`);
  return { status, code, message };
}

/** What the telescope would report of the focal plane as it is recorded since 2019-03-01; files have no controllers. */
export function unitsOfToday(): ReportedUnit[] {
  return PLANE_WITHOUT_013.virus.flatMap(({ ifuslot, ifuid, specid, specslot }) =>
    specid === null ? [] : [{ ifuslot, ifuid, specid, specslot }],
  );
}
