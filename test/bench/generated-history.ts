import { VIRUS_SEATS } from "../../src/domain/plane/seat.ts";

/** Seats of the 82 that never hold a unit. */
const EMPTY = ["054", "055", "064", "065"];
const SEATS = VIRUS_SEATS.filter((seat) => !EMPTY.includes(seat));

/** Every so many revisions one changes something; the others agree with what is recorded. */
const RUN = 10;

/** How many seats a change changes: with the rows that it splits, ten rows a revision on the average. */
const CHANGED = 50;

/** Over how many years the history spreads, however many revisions it has; it ends a day ago. */
const YEARS = 50;

/**
 * Statements that lay a history of so many revisions behind the first one of a fresh site (which made its user): one
 * import, then hardware statuses. They are run as the owner of everything. The rows are those that the program itself
 * would have made, the chain of hashes is whole; only the bodies are shorter, since nothing is kept of an upload.
 *
 * @param revisions in all
 */
export function historyStatements(revisions: number): string[] {
  const first = new Date(Date.now() - (YEARS * 365 + 1) * 86_400_000).toISOString();
  const changes = `changes AS (
    SELECT seat, i, ${at("i")} AS t, lead(i) OVER later AS next, lead(${at("i")}) OVER later AS until
    FROM generate_series(2, ${revisions}, ${RUN}) AS i
    CROSS JOIN LATERAL (
      SELECT DISTINCT (((i - 2) / ${RUN}) * ${CHANGED} + k) % ${SEATS.length} AS seat
      FROM generate_series(0, CASE WHEN i = 2 THEN ${SEATS.length - 1} ELSE ${CHANGED - 1} END) AS k) AS seats
    WINDOW later AS (PARTITION BY seat ORDER BY i))`;
  const unit = `'VIRUS', (${list(SEATS)})[seat + 1], lpad((seat + 1)::text, 3, '0'), lpad((seat + 101)::text, 3, '0'),
    lpad((1 + (i / ${RUN} + seat) % 999)::text, 3, '0')`;
  return [
    ...TABLES.map((table) => `ALTER TABLE ${table} DISABLE TRIGGER ALL`),
    revisionRows(revisions),
    `WITH ${changes}, made AS (
       SELECT seat, i, tstzrange(t, NULL) AS valid, int8range(i, next) AS rev FROM changes
       UNION ALL
       SELECT seat, i, tstzrange(t, until), int8range(next, NULL) FROM changes WHERE next IS NOT NULL)
     INSERT INTO placement (instrument, ifuslot, ifuid, specid, specslot, valid, rev, asserted_by)
     SELECT ${unit}, valid, rev, i FROM made ORDER BY lower(rev)`,
    `INSERT INTO position (ifuslot, ifuid, x, y, valid, rev, asserted_by)
     SELECT (${list(SEATS)})[seat + 1], lpad((seat + 1)::text, 3, '0'), seat, -seat, tstzrange(${at("2")}, NULL), int8range(2, NULL), 2
     FROM generate_series(0, ${SEATS.length - 1}) AS seat`,
    // The statuses of a run confirm ever more of the same stretch, which begins with the change.
    `INSERT INTO confirmation (valid, rev)
     SELECT tstzrange(${at("first")}, ${at("i")} + interval '1 microsecond'),
       int8range(i, CASE WHEN i < least(first + ${RUN - 1}, ${revisions}) THEN i + 1 END)
     FROM generate_series(2, ${revisions}) AS i
     CROSS JOIN LATERAL (SELECT 2 + (i - 2) / ${RUN} * ${RUN} AS first) AS run`,
    `INSERT INTO hardware_status (rev, data_time, starts_at)
     SELECT i, ${at("i")}, ${at("i")} FROM generate_series(3, ${revisions}) AS i`,
    `INSERT INTO upload (rev, sha256, outcome)
     SELECT i, encode(sha256(i::text::bytea), 'hex'), 'taken' FROM generate_series(3, ${revisions}) AS i`,
    ...TABLES.map((table) => `ALTER TABLE ${table} ENABLE TRIGGER ALL`),
  ];

  /** When a revision's status was taken. */
  function at(i: string): string {
    const seconds = `${i}::bigint * ${(YEARS * 365 * 86_400) / revisions}`;
    return `('${first}'::timestamptz + make_interval(secs => ${seconds}))`;
  }
}

/** What has rows of a revision; the first one is the revision itself. */
const TABLES = ["revision", "placement", "position", "confirmation", "hardware_status", "upload"];

/** The large ones. */
const LOADED = TABLES.filter((table) => table !== "revision")
  .map((table) => `'${table}'`)
  .join(",");

function list(ids: readonly string[]): string {
  return `ARRAY[${ids.map((id) => `'${id}'`).join(",")}]`;
}

/** Each revision names the hash of the one before, so they are made one after the other. */
function revisionRows(revisions: number): string {
  return `DO $$
  DECLARE
    previous text;
    taken timestamptz;
    text text;
    digest text;
    sum text;
  BEGIN
    SELECT hash, recorded_at INTO previous, taken FROM revision ORDER BY rev DESC LIMIT 1;
    FOR i IN 2..${revisions} LOOP
      taken := taken + interval '1 millisecond';
      text := '{"facts":{"placements":[],"positions":[],"confirmations":[],"holds":[]},"source":{"generated":' || i || '}}';
      digest := encode(sha256(convert_to(text, 'UTF8')), 'hex');
      sum := encode(sha256(convert_to(concat_ws(E'\\n', previous, i, (extract(epoch FROM taken) * 1000000)::bigint,
        'update', 'bench', '', digest), 'UTF8')), 'hex');
      INSERT INTO revision VALUES (i, taken, 'update', 'bench', '', text, digest, previous, sum);
      previous := sum;
    END LOOP;
  END $$`;
}

/**
 * What makes loading quick: btree indices are dropped and built again, from what the database says of itself; those of the
 * exclusion constraints are left aside meanwhile.
 */
export const BTREES = `
  SELECT format('DROP INDEX %I', indexname) AS drop, indexdef AS make FROM pg_indexes
  WHERE schemaname = current_schema() AND tablename IN (${LOADED})
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)`;

export const EXCLUSIONS = `SELECT relname AS name FROM pg_class WHERE oid IN (SELECT indexrelid FROM pg_index WHERE indisexclusion)
  AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'hold%' ORDER BY relname`;

/**
 * How an index of an exclusion constraint is treated: `aside`, nothing is entered in it; `building`, REINDEX makes it as
 * if it were any index, and does not look for each of ten million rows whether it contradicts another (these do not).
 */
export function treatExclusion(name: string, how: "aside" | "building" | "as usual"): string {
  const used = how !== "aside";
  return `UPDATE pg_index SET indisready = ${used}, indisvalid = ${used}, indisexclusion = ${how !== "building"}
    WHERE indexrelid = '${name}'::regclass`;
}
