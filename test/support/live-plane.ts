import { join } from "node:path";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { cli } from "./cli.ts";
import { type LiveServer, startLiveServer } from "./live-server.ts";
import { madeUpPlane } from "./planes.ts";

/** A live server that knows, as revision 2, the made-up plane with its measured positions from the night of 2018-01-01 on. */
export async function startLivePlane(options: { readonly database?: string } = {}): Promise<LiveServer> {
  const server = await startLiveServer(options);
  const file = join(server.directory, "fplane20180101.txt");
  await Bun.write(file, renderFplane(madeUpPlane(), "full"));
  const flags = ["--actual", "--reason", "the first list", "--commit"];
  const { code, stderr } = await cli(["import", file, ...flags], { env: server.env });
  if (code !== 0) throw new Error(stderr);
  return server;
}
