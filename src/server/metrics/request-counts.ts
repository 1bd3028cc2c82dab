/** Counts one answered request. @param seconds from its arrival to its answer */
type CountRequest = (seconds: number) => void;

/** How many requests were answered, and in what time; read by Prometheus. */
export type RequestCounts = {
  /** What counts requests of a kind: asked for once and kept, it only adds numbers. */
  readonly counting: (route: string, method: string, status: number) => CountRequest;
  /** In the text format of Prometheus. */
  readonly text: () => string;
};

/** Seconds. Answers from memory take less than a millisecond, large bundles seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

type Times = { readonly buckets: number[]; sum: number; count: number };

/**
 * Counters and histograms of the requests. They are our own, since prom-client looks each set of labels up again for each
 * request, which takes longer (3 microseconds) than all else that an answer from memory needs.
 */
export function createRequestCounts(): RequestCounts {
  const times = new Map<string, Times>();
  const kinds = new Map<string, { readonly labels: string; count: number; readonly add: CountRequest }>();

  const timesOf = (route: string): Times => {
    const known = times.get(route) ?? { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
    times.set(route, known);
    return known;
  };
  const kindOf = (route: string, method: string, status: number) => {
    const labels = `route="${route}",method="${METHODS.has(method) ? method : "other"}",status="${status}"`;
    const known = kinds.get(labels);
    if (known !== undefined) return known;
    const taken = timesOf(route);
    const kind = {
      labels,
      count: 0,
      add: (seconds: number) => {
        kind.count += 1;
        taken.count += 1;
        taken.sum += seconds;
        const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
        if (bucket >= 0) taken.buckets[bucket] = (taken.buckets[bucket] ?? 0) + 1;
      },
    };
    kinds.set(labels, kind);
    return kind;
  };

  return {
    counting: (route, method, status) => kindOf(route, method, status).add,
    text: () =>
      [
        "# HELP fplane_http_requests_total Requests answered, by route pattern, method and status.",
        "# TYPE fplane_http_requests_total counter",
        ...[...kinds.values()].map(({ labels, count }) => `fplane_http_requests_total{${labels}} ${count}`),
        "",
        "# HELP fplane_http_request_duration_seconds Time from a request's arrival to its answer, by route pattern.",
        "# TYPE fplane_http_request_duration_seconds histogram",
        ...[...times].flatMap(([route, taken]) => histogramLines(route, taken)),
        "",
      ].join("\n"),
  };
}

function histogramLines(route: string, { buckets, sum, count }: Times): string[] {
  const name = "fplane_http_request_duration_seconds";
  let upTo = 0;
  const lines = BUCKETS.map((bound, i) => {
    upTo += buckets[i] ?? 0;
    return `${name}_bucket{le="${bound}",route="${route}"} ${upTo}`;
  });
  return [
    ...lines,
    `${name}_bucket{le="+Inf",route="${route}"} ${count}`,
    `${name}_sum{route="${route}"} ${sum}`,
    `${name}_count{route="${route}"} ${count}`,
  ];
}
