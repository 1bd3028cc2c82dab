-- Holds, tags, and what became of every hardware status that was sent.

ALTER TABLE revision DROP CONSTRAINT revision_kind_check;
ALTER TABLE revision ADD CONSTRAINT revision_kind_check CHECK (kind IN ('update', 'refuse', 'quarantine', 'discard', 'import',
  'correct', 'retract', 'revert', 'positions', 'hold', 'release', 'tag', 'user'));

-- Spans of a seat that hardware statuses leave as they are. A hold is named by the revision that made it; several may
-- lie over each other, each released by itself.
CREATE TABLE hold (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hold    bigint NOT NULL REFERENCES revision,
  ifuslot text NOT NULL CHECK (ifuslot ~ '^[0-9]{3}$' AND ifuslot <> '000'),
  valid   tstzrange NOT NULL,
  rev     int8range NOT NULL,
  CONSTRAINT hold_valid_is_half_open CHECK (
    NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower_inc(valid) AND isfinite(lower(valid))
    AND (upper(valid) IS NULL OR (NOT upper_inc(valid) AND isfinite(upper(valid))))),
  CONSTRAINT hold_rev_is_half_open CHECK (NOT isempty(rev) AND lower(rev) IS NOT NULL),
  CONSTRAINT hold_once EXCLUDE USING gist (hold WITH =, ifuslot WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX hold_by_seat ON hold (ifuslot, lower(valid));
CREATE INDEX hold_by_revision ON hold (lower(rev));

-- A name for what one revision knows, up to a horizon. Names are never moved.
CREATE TABLE tag (
  name    text PRIMARY KEY CHECK (name ~ '^[A-Za-z][A-Za-z0-9._-]{0,99}$'),
  rev     bigint NOT NULL UNIQUE REFERENCES revision,
  as_of   bigint NOT NULL REFERENCES revision,
  horizon timestamptz CHECK (isfinite(horizon)),
  CHECK (as_of < rev)
);

-- Every hardware status that was sent to be recorded: one that was taken, refused, or put into quarantine; and what later
-- became of a quarantined one (resolves). The upload itself is in the body of its revision.
CREATE TABLE upload (
  rev      bigint PRIMARY KEY REFERENCES revision,
  sha256   text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  outcome  text NOT NULL CHECK (outcome IN ('taken', 'refused', 'quarantined', 'discarded')),
  code     text,
  resolves bigint REFERENCES revision,
  CHECK ((code IS NULL) = (outcome IN ('taken', 'discarded'))),
  CHECK (outcome <> 'discarded' OR resolves IS NOT NULL)
);
CREATE INDEX upload_by_sha256 ON upload (sha256);
CREATE UNIQUE INDEX upload_resolved_once ON upload (resolves);
CREATE INDEX upload_in_quarantine ON upload (rev) WHERE outcome = 'quarantined';

-- What differs between two revisions is found by the rows that begin or end between them.
CREATE INDEX placement_by_superseding ON placement (upper(rev)) WHERE NOT upper_inf(rev);
CREATE INDEX position_by_superseding ON position (upper(rev)) WHERE NOT upper_inf(rev);

CREATE TRIGGER hold_insert AFTER INSERT ON hold REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER hold_update AFTER UPDATE ON hold REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
CREATE TRIGGER hold_delete BEFORE DELETE ON hold FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER hold_no_truncate BEFORE TRUNCATE ON hold FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER tag_insert BEFORE INSERT ON tag FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER tag_append_only BEFORE UPDATE OR DELETE ON tag FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER tag_no_truncate BEFORE TRUNCATE ON tag FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER upload_insert BEFORE INSERT ON upload FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER upload_append_only BEFORE UPDATE OR DELETE ON upload FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER upload_no_truncate BEFORE TRUNCATE ON upload FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION supersede_holds(ids bigint[], by_rev bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  UPDATE hold SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$$;
REVOKE ALL ON FUNCTION supersede_holds FROM PUBLIC;

GRANT SELECT, INSERT ON hold, tag, upload TO fplane_app;
GRANT EXECUTE ON FUNCTION supersede_holds TO fplane_app;
