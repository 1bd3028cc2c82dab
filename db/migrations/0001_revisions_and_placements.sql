-- Revisions, and what they assert about the focal plane, in two times: valid (when it was so at the telescope) and
-- rev (since which revision it is known, and until which one superseded it).
--
-- Runs in the project's own schema, which is first on the search path; extensions live in "public".

CREATE TABLE revision (
  rev         bigint PRIMARY KEY,
  recorded_at timestamptz NOT NULL CHECK (isfinite(recorded_at)),
  kind        text NOT NULL CHECK (kind IN ('update', 'import', 'correct', 'retract', 'revert', 'positions', 'hold', 'release', 'tag', 'user')),
  actor       text NOT NULL CHECK (actor <> '' AND actor !~ '[[:cntrl:]]'),
  reason      text NOT NULL CHECK (reason !~ '[[:cntrl:]]'),
  body        text NOT NULL,
  body_sha256 text NOT NULL CHECK (body_sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex')),
  prev_hash   text NOT NULL,
  hash        text NOT NULL UNIQUE,
  CHECK (hash = encode(sha256(convert_to(concat_ws(E'\n',
    prev_hash, rev, (extract(epoch FROM recorded_at) * 1000000)::bigint, kind, actor, reason, body_sha256), 'UTF8')), 'hex'))
);
CREATE INDEX revision_recorded_at ON revision (recorded_at);

-- The chain: no gaps, rising record times, each revision naming the hash of the one before.
CREATE FUNCTION revision_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  last revision%ROWTYPE;
BEGIN
  SELECT * INTO last FROM revision ORDER BY rev DESC LIMIT 1;
  IF NEW.rev <> coalesce(last.rev, 0) + 1 THEN
    RAISE EXCEPTION 'revision % does not follow revision %', NEW.rev, coalesce(last.rev, 0) USING ERRCODE = 'FP001';
  END IF;
  IF NEW.prev_hash <> coalesce(last.hash, '') THEN
    RAISE EXCEPTION 'revision % does not continue the chain', NEW.rev USING ERRCODE = 'FP001';
  END IF;
  IF NEW.recorded_at <= last.recorded_at THEN
    RAISE EXCEPTION 'revision % is recorded before its predecessor', NEW.rev USING ERRCODE = 'FP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER revision_follows BEFORE INSERT ON revision FOR EACH ROW EXECUTE FUNCTION revision_follows();

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'FP002';
END $$;
CREATE TRIGGER revision_append_only BEFORE UPDATE OR DELETE ON revision FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON revision FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- What stands in a seat. `000` is null, and null takes part in no constraint. An empty seat is a row without occupant.
-- asserted_by is the revision that said so: what a later one leaves of a row, when it splits it, was still said by the first.
CREATE TABLE placement (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instrument text NOT NULL CHECK (instrument IN ('VIRUS', 'LRS2', 'BIB', 'HPF')),
  ifuslot    text NOT NULL CHECK (ifuslot ~ '^[0-9]{3}$' AND ifuslot <> '000'),
  ifuid      text CHECK (ifuid ~ '^[0-9]{3}$' AND ifuid <> '000'),
  specid     text CHECK (specid ~ '^[0-9]{3}$' AND specid <> '000'),
  specslot   text CHECK (specslot ~ '^[0-9]{3}$' AND specslot <> '000'),
  contid     text CHECK (contid <> '' AND contid !~ '[[:cntrl:]]'),
  valid      tstzrange NOT NULL,
  rev        int8range NOT NULL,
  asserted_by bigint NOT NULL REFERENCES revision,
  CONSTRAINT placement_valid_is_half_open CHECK (
    NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower_inc(valid) AND isfinite(lower(valid))
    AND (upper(valid) IS NULL OR (NOT upper_inc(valid) AND isfinite(upper(valid))))),
  CONSTRAINT placement_rev_is_half_open CHECK (NOT isempty(rev) AND lower(rev) IS NOT NULL),
  CONSTRAINT placement_asserted_before CHECK (asserted_by <= lower(rev)),
  CONSTRAINT placement_one_unit_per_seat EXCLUDE USING gist (ifuslot WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT placement_ifu_in_one_seat EXCLUDE USING gist (ifuid WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT placement_spectrograph_feeds_one_seat EXCLUDE USING gist (instrument WITH =, specid WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX placement_by_seat ON placement (ifuslot, lower(valid));
CREATE INDEX placement_by_revision ON placement (lower(rev));

-- A measured position belongs to an IFU in a seat, whatever else has been in that seat meanwhile. Units: arcsec.
CREATE TABLE position (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ifuslot text NOT NULL CHECK (ifuslot ~ '^[0-9]{3}$' AND ifuslot <> '000'),
  ifuid   text NOT NULL CHECK (ifuid ~ '^[0-9]{3}$' AND ifuid <> '000'),
  x       double precision NOT NULL CHECK (x BETWEEN -9999 AND 9999),
  y       double precision NOT NULL CHECK (y BETWEEN -9999 AND 9999),
  valid   tstzrange NOT NULL,
  rev     int8range NOT NULL,
  asserted_by bigint NOT NULL REFERENCES revision,
  CONSTRAINT position_valid_is_half_open CHECK (
    NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower_inc(valid) AND isfinite(lower(valid))
    AND (upper(valid) IS NULL OR (NOT upper_inc(valid) AND isfinite(upper(valid))))),
  CONSTRAINT position_rev_is_half_open CHECK (NOT isempty(rev) AND lower(rev) IS NOT NULL),
  CONSTRAINT position_asserted_before CHECK (asserted_by <= lower(rev)),
  CONSTRAINT position_one_per_ifu_and_seat EXCLUDE USING gist (ifuslot WITH =, ifuid WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX position_by_seat ON position (ifuslot, ifuid, lower(valid));
CREATE INDEX position_by_revision ON position (lower(rev));

-- The stretches over which something (a hardware status that agreed, a closed import) confirms what is recorded. The
-- instant of a status is itself confirmed, so such a stretch ends one microsecond after it.
CREATE TABLE confirmation (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  valid tstzrange NOT NULL,
  rev   int8range NOT NULL,
  CONSTRAINT confirmation_valid_is_half_open CHECK (
    NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower_inc(valid) AND isfinite(lower(valid))
    AND upper(valid) IS NOT NULL AND NOT upper_inc(valid) AND isfinite(upper(valid))),
  CONSTRAINT confirmation_rev_is_half_open CHECK (NOT isempty(rev) AND lower(rev) IS NOT NULL),
  CONSTRAINT confirmation_once EXCLUDE USING gist (valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX confirmation_by_start ON confirmation (lower(valid));
CREATE INDEX confirmation_by_revision ON confirmation (lower(rev));

-- Each hardware status that was taken: an older one never asserts anything beyond a newer one's data time.
CREATE TABLE hardware_status (
  rev       bigint PRIMARY KEY REFERENCES revision,
  data_time timestamptz NOT NULL CHECK (isfinite(data_time)),
  starts_at timestamptz NOT NULL CHECK (isfinite(starts_at))
);
CREATE INDEX hardware_status_by_data_time ON hardware_status (data_time);
CREATE INDEX hardware_status_by_start ON hardware_status (starts_at);

-- A user as each revision left it; the newest row of a username counts. key_sealed is AES-256-GCM under a key file.
CREATE TABLE user_version (
  username   text NOT NULL CHECK (username ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  rev        bigint NOT NULL REFERENCES revision,
  role       text NOT NULL CHECK (role IN ('updater', 'curator', 'admin')),
  enabled    boolean NOT NULL,
  first_name text NOT NULL,
  last_name  text NOT NULL,
  email      text NOT NULL,
  key_sha256 text NOT NULL CHECK (key_sha256 ~ '^[0-9a-f]{64}$'),
  key_sealed text NOT NULL,
  salt       text NOT NULL,
  PRIMARY KEY (username, rev)
);
CREATE INDEX user_version_by_key ON user_version (key_sha256);

-- Facts are added only by the revision that is being written, in its own transaction.
CREATE FUNCTION written_by_this_revision(rev bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT coalesce((SELECT r.rev = $1 AND r.xmin = pg_current_xact_id()::xid FROM revision r ORDER BY r.rev DESC LIMIT 1), false)
$$;

CREATE FUNCTION fact_belongs_to_revision() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE NOT upper_inf(rev))
     OR NOT coalesce((SELECT bool_and(written_by_this_revision(r)) FROM (SELECT DISTINCT lower(rev) AS r FROM added) revs), true) THEN
    RAISE EXCEPTION '% rows are added by the revision that is being written', TG_TABLE_NAME USING ERRCODE = 'FP003';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION row_belongs_to_revision() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT written_by_this_revision(NEW.rev) THEN
    RAISE EXCEPTION '% rows are added by the revision that is being written', TG_TABLE_NAME USING ERRCODE = 'FP003';
  END IF;
  RETURN NEW;
END $$;

-- The one change that a fact ever sees: the revision being written ends its rev range.
CREATE FUNCTION only_superseded() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
       SELECT FROM before o FULL JOIN after n USING (id)
       WHERE (upper_inf(o.rev) AND NOT upper_inf(n.rev) AND lower(n.rev) = lower(o.rev)) IS NOT TRUE
          OR to_jsonb(n) - 'rev' IS DISTINCT FROM to_jsonb(o) - 'rev')
     OR NOT coalesce((SELECT bool_and(written_by_this_revision(r)) FROM (SELECT DISTINCT upper(rev) AS r FROM after) revs), true) THEN
    RAISE EXCEPTION '% is append-only: a row can only be superseded by the revision that is being written', TG_TABLE_NAME
      USING ERRCODE = 'FP002';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER placement_insert AFTER INSERT ON placement REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER placement_update AFTER UPDATE ON placement REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
CREATE TRIGGER placement_delete BEFORE DELETE ON placement FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER placement_no_truncate BEFORE TRUNCATE ON placement FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER position_insert AFTER INSERT ON position REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER position_update AFTER UPDATE ON position REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
CREATE TRIGGER position_delete BEFORE DELETE ON position FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER position_no_truncate BEFORE TRUNCATE ON position FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER confirmation_insert AFTER INSERT ON confirmation REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER confirmation_update AFTER UPDATE ON confirmation REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
CREATE TRIGGER confirmation_delete BEFORE DELETE ON confirmation FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER confirmation_no_truncate BEFORE TRUNCATE ON confirmation FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER hardware_status_insert BEFORE INSERT ON hardware_status FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER hardware_status_append_only BEFORE UPDATE OR DELETE ON hardware_status FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER hardware_status_no_truncate BEFORE TRUNCATE ON hardware_status FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER user_version_insert BEFORE INSERT ON user_version FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER user_version_append_only BEFORE UPDATE OR DELETE ON user_version FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER user_version_no_truncate BEFORE TRUNCATE ON user_version FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- The application may add rows but change none: superseding goes through these three, which run as the owner.
CREATE FUNCTION supersede_placements(ids bigint[], by_rev bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  UPDATE placement SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$$;
CREATE FUNCTION supersede_positions(ids bigint[], by_rev bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  UPDATE position SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$$;
CREATE FUNCTION supersede_confirmations(ids bigint[], by_rev bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  UPDATE confirmation SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$$;
REVOKE ALL ON FUNCTION supersede_placements, supersede_positions, supersede_confirmations FROM PUBLIC;

GRANT SELECT, INSERT ON revision, placement, position, confirmation, hardware_status, user_version TO fplane_app;
GRANT EXECUTE ON FUNCTION supersede_placements, supersede_positions, supersede_confirmations TO fplane_app;
