import { symbols } from "pino";
import type { Logger } from "./log.ts";

/** What is logged of an answered request, with the old server's fields (ip, method, path). */
type AnsweredRequest = {
  readonly ip: string | null;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
  readonly user: string | null;
};

export type RequestLog = {
  readonly write: (request: AnsweredRequest) => void;
  /**
   * What writes the same lines of GET requests for a path that was answered and so holds no key: put together by hand,
   * which takes a fifth of the time that the logger takes.
   */
  readonly ready: (
    path: string,
    status: number,
  ) => (ip: string | null, milliseconds: number, requestId: string) => void;
};

/** One line for each request that is answered. */
export function createRequestLog(log: Logger): RequestLog {
  const stream: { write(line: string): void } = Reflect.get(log, symbols.streamSym);
  const time = createTimeText();
  const isOn = log.isLevelEnabled("info");
  return {
    write: ({ milliseconds, ...fields }) => {
      const { ip, method, path, status, requestId, user } = fields;
      log.info({ ip, method, path, status, durationMs: rounded(milliseconds), requestId, user });
    },
    ready: (path, status) => {
      const asked = `"method":"GET","path":${JSON.stringify(path)},"status":${status}`;
      return (ip, milliseconds, requestId) => {
        if (!isOn) return;
        const address = ip === null ? "null" : `"${ip}"`;
        stream.write(
          `{"level":"info","time":"${time()}","ip":${address},${asked},"durationMs":${rounded(milliseconds)},"requestId":"${requestId}","user":null}\n`,
        );
      };
    },
  };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** The time of now as the log writes it, made once a millisecond. */
function createTimeText(): () => string {
  let at = 0;
  let text = "";
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
}
