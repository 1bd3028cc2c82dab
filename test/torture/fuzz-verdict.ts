import { ERRORS, type ErrorCode } from "../../src/domain/errors.ts";
import type { FuzzRequest } from "./fuzz-requests.ts";
import { NOBODYS_KEY } from "./fuzz-values.ts";
import type { WireAnswer } from "./wire-answer.ts";

/** What of the program's inside no client may see; nothing that is sent looks like it. */
const INSIDE = [
  /\n\s+at \S/,
  /\bat (async )?[\w$.]+ \(\S+:\d+/,
  /\.[jt]s:\d+/,
  /node_modules|\$bunfs/,
  /\/(work|home|root|srv|opt|tmp|var|usr)\/\w/,
  /root:x:0/,
  /Failed query|\bparams: |relation "|column "|constraint "|SQLSTATE|pg_catalog|at or near|invalid input syntax|invalid byte|out of range for type/,
  /drizzle|PGlite|postgres(?!ql database)|[Zz]od|TRPC(Client)?Error/,
  /\b(Type|Range|Reference|Syntax|Internal)Error\b|call stack|is not a function|is not an object|undefined is not|Cannot read/,
  /something went wrong inside/,
];

/** What is wrong with an answer; null when it is as it has to be. */
export function faultOf(
  { method, path, headers: asked }: FuzzRequest,
  answer: WireAnswer,
  secrets: readonly string[],
): string | null {
  const { status, headers, body } = answer;
  const told = `${JSON.stringify([...headers])}\n${body}`;
  const secret = secrets.find((each) => told.includes(each));
  if (secret !== undefined) return `it tells ${secret.slice(0, 6)}...`;
  if (headers.has("x-injected")) return "the client made a header of the answer";
  if (!headers.has("x-request-id")) return refusedByParser(answer);
  const inside = INSIDE.map((pattern) => pattern.exec(told)?.[0]).find((found) => found !== undefined);
  if (inside !== undefined && !/get_fplane|fplane\.py|\/metrics|\/openapi|\/docs/.test(path))
    return `it tells of the inside: ${JSON.stringify(inside)}`;
  if (status >= 400 && told.includes(NOBODYS_KEY)) return "it repeats a key";
  if (status >= 500 && !(status === 503 && path.startsWith("/readyz"))) return `status ${status}`;
  if (headers.get("content-type")?.startsWith("application/json") && path.startsWith("/trpc/"))
    return method === "HEAD"
      ? null
      : trpcFault(
          answer,
          asked.some(([name]) => name.toLowerCase() === "trpc-accept"),
        );
  if (status < 400) return null;
  if (headers.get("content-type") !== "application/problem+json") return `an error as ${headers.get("content-type")}`;
  return method === "HEAD" ? null : problemFault(answer);
}

/** Bun's parser answers before the program sees anything: a status alone, of which the contract says nothing. */
function refusedByParser({ status, body }: WireAnswer): string | null {
  return (status >= 400 && status < 500) || status === 505 || Number.isNaN(status) || body === ""
    ? null
    : `status ${status} without a request id`;
}

function problemFault({ status, body }: WireAnswer): string | null {
  const problem = parsed(body);
  if (problem === undefined) return "the problem document is not JSON";
  const { code, message, detail, title } = problem as Record<string, unknown>;
  if (!isCode(code)) return `the code ${JSON.stringify(code)}`;
  if (ERRORS[code].http !== status) return `${code} with status ${status}`;
  return [message, detail, title].every((text) => typeof text === "string" && text !== "") ? null : "no message";
}

/** A batch whose calls are answered one by one, and that was so short that it was sent whole. */
function linesFault(body: string): string | null {
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  return lines.every((line) => parsed(line) !== undefined) ? null : "a line of the answer is not JSON";
}

/** @param inLines whether it was asked for line by line */
function trpcFault({ status, headers, body }: WireAnswer, inLines: boolean): string | null {
  if (status === 200 && headers.get("transfer-encoding") === "chunked") return null; // a stream, line by line
  if (status === 200 && inLines) return linesFault(body);
  const answers = parsed(body);
  if (answers === undefined) return "the answer is not JSON";
  for (const one of Array.isArray(answers) ? answers : [answers]) {
    const { error } = one as {
      error?: {
        data?: { code?: unknown; fplane?: { code?: unknown; message?: unknown }; httpStatus?: number; stack?: unknown };
      };
    };
    if (error === undefined) {
      if (status >= 400 && !Array.isArray(answers)) return `status ${status} without an error`;
      continue;
    }
    const code = error.data?.fplane?.code;
    if (!isCode(code)) return `the code ${JSON.stringify(code)}`;
    if (ERRORS[code].http !== error.data?.httpStatus) return `${code} with httpStatus ${error.data?.httpStatus}`;
    if (ERRORS[code].http >= 500) return `the code ${code}`;
    if (typeof error.data?.fplane?.message !== "string" || error.data.stack !== undefined)
      return "no message, or a stack";
    if (!Array.isArray(answers) && ERRORS[code].http !== status) return `${code} with status ${status}`;
  }
  return null;
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
