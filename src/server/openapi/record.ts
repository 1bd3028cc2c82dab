import { z } from "zod";
import type { Operation, Operations } from "./operation.ts";
import type { ParameterName } from "./parameters.ts";
import type { SchemaName } from "./schemas.ts";

type Told = Pick<Operation, "id" | "summary" | "examples"> & Partial<Pick<Operation, "errors" | "body">>;

function read(schema: SchemaName, query: readonly ParameterName[], told: Told): Operation {
  return {
    tag: "record",
    query,
    answers: {
      200: {
        description: "What was found",
        content: { "application/json": schema },
        headers: ["Cache-Control", "Vary"],
        sometimes: ["X-FPlane-Stale", "Warning"],
      },
    },
    errors: [],
    needs: "reading",
    ...told,
  };
}

const FRAMES = z.union([
  z.array(z.record(z.string(), z.unknown())),
  z.strictObject({ frames: z.array(z.record(z.string(), z.unknown())) }),
  z.string().describe("text: file, IFUSLOT, SPECID, SSA and IFUID a line"),
]);

/** What is told of the record itself. */
export const RECORD_OPERATIONS: Operations = {
  "GET /diff": read("Diff", ["a", "b", "as_of_a", "as_of_b", "actual_pos", "night"], {
    id: "diff",
    summary: "What differs between two dates, or between what was known then and then",
    errors: ["bad-date", "not-found", "no-configuration", "beyond-horizon"],
    examples: [
      { name: "a night on which something moved", path: "/diff?a=20171209&b=20171210" },
      { name: "a gap", path: "/diff?a=20160101&b=20171210" },
    ],
  }),
  "GET /history": read("History", ["ifuslot", "specid", "ifuid", "contid", "as_of"], {
    id: "history",
    summary: "Where a spectrograph, an IFU or a controller has been, or what a seat held",
    errors: ["not-found", "bad-date"],
    examples: [
      { name: "a seat", path: "/history?ifuslot=073" },
      { name: "a seat that there is not", path: "/history?ifuslot=130" },
    ],
  }),
  "GET /changes": read("Changes", ["from_rev", "to_rev"], {
    id: "changes",
    summary: "The spans whose answer differs between two revisions: what to reduce again",
    errors: ["not-found", "bad-date"],
    examples: [
      { name: "between a revision and itself", path: "/changes?from_rev=64&to_rev=64" },
      { name: "without the older one", path: "/changes" },
    ],
  }),
  "GET /revisions": read("Revisions", ["before", "limit"], {
    id: "revisions",
    summary: "The recorded acts, the newest first",
    examples: [{ name: "the first two", path: "/revisions?before=3&limit=2" }],
  }),
  "GET /revisions/:rev": read("RevisionWithBody", [], {
    id: "revision",
    summary: "One recorded act, with all that it holds",
    errors: ["not-found"],
    examples: [{ name: "one that there is not", path: "/revisions/1000000" }],
  }),
  "GET /tags": read("Tags", [], {
    id: "tags",
    summary: "Immutable names for what was known at a revision",
    examples: [{ name: "all", path: "/tags" }],
  }),
  "GET /identify": read("IdentifiedVariants", ["sha256"], {
    id: "identify",
    summary: "Which instants, revisions and variants gave these bytes",
    errors: ["not-found"],
    examples: [{ name: "a file that no answer ever was", path: `/identify?sha256=${"0".repeat(64)}` }],
  }),
  "GET /timeline": read("Timeline", ["as_of"], {
    id: "timeline",
    summary: "All that the focal plane has been, small enough to be had at once",
    errors: ["not-found", "no-configuration", "bad-date"],
    examples: [{ name: "as of a revision that there is not yet", path: "/timeline?as_of=1000000" }],
  }),
  "GET /status": read("Status", [], {
    id: "status",
    summary: "How things stand: the last status, what it confirms, what waits, what is held",
    examples: [{ name: "of a demo", path: "/status" }],
  }),
  "POST /check": read("Check", ["as_of"], {
    id: "check",
    summary: "What frames' headers say, held against the record of their night",
    errors: ["bad-json", "bad-parameter", "bad-date", "not-found"],
    body: {
      mediaType: "application/json",
      description: "Frames, as a list of objects or as text; read by how it begins, not by its content type",
      schema: FRAMES,
    },
    examples: [
      {
        name: "a frame that disagrees",
        path: "/check",
        body: [{ file: "20180522T023753.4_073LL_sci.fits", ifuslot: 73, specid: 204, ifuid: "031" }],
      },
      { name: "not JSON", path: "/check", body: "{" },
    ],
  }),
};
