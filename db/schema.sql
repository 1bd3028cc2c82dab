-- The whole schema of a project as the migrations leave it, made by `bun run schema`: so a migration's effect shows in the
-- diff. Never run. "project" stands for the project's own schema.

CREATE TABLE confirmation (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  valid tstzrange NOT NULL,
  rev int8range NOT NULL,
  CONSTRAINT confirmation_once EXCLUDE USING gist (valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT confirmation_pkey PRIMARY KEY (id),
  CONSTRAINT confirmation_rev_is_half_open CHECK (((NOT isempty(rev)) AND (lower(rev) IS NOT NULL))),
  CONSTRAINT confirmation_valid_is_half_open CHECK (((NOT isempty(valid)) AND (lower(valid) IS NOT NULL) AND lower_inc(valid) AND isfinite(lower(valid)) AND (upper(valid) IS NOT NULL) AND (NOT upper_inc(valid)) AND isfinite(upper(valid))))
);
CREATE INDEX confirmation_by_revision ON confirmation USING btree (lower(rev));
CREATE TRIGGER confirmation_delete BEFORE DELETE ON confirmation FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER confirmation_insert AFTER INSERT ON confirmation REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER confirmation_no_truncate BEFORE TRUNCATE ON confirmation FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER confirmation_update AFTER UPDATE ON confirmation REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
GRANT INSERT, SELECT ON confirmation TO fplane_app;

CREATE TABLE hardware_status (
  rev bigint NOT NULL,
  data_time timestamp with time zone NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  CONSTRAINT hardware_status_data_time_check CHECK (isfinite(data_time)),
  CONSTRAINT hardware_status_pkey PRIMARY KEY (rev),
  CONSTRAINT hardware_status_rev_fkey FOREIGN KEY (rev) REFERENCES revision(rev),
  CONSTRAINT hardware_status_starts_at_check CHECK (isfinite(starts_at))
);
CREATE INDEX hardware_status_by_data_time ON hardware_status USING btree (data_time);
CREATE INDEX hardware_status_by_start ON hardware_status USING btree (starts_at);
CREATE TRIGGER hardware_status_append_only BEFORE DELETE OR UPDATE ON hardware_status FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER hardware_status_insert BEFORE INSERT ON hardware_status FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER hardware_status_no_truncate BEFORE TRUNCATE ON hardware_status FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT INSERT, SELECT ON hardware_status TO fplane_app;

CREATE TABLE hold (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  hold bigint NOT NULL,
  ifuslot text NOT NULL,
  valid tstzrange NOT NULL,
  rev int8range NOT NULL,
  CONSTRAINT hold_hold_fkey FOREIGN KEY (hold) REFERENCES revision(rev),
  CONSTRAINT hold_ifuslot_check CHECK (((ifuslot ~ '^[0-9]{3}$'::text) AND (ifuslot <> '000'::text))),
  CONSTRAINT hold_once EXCLUDE USING gist (((ifuslot)::integer) WITH =, valid WITH &&, rev WITH &&, hold WITH =) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT hold_pkey PRIMARY KEY (id),
  CONSTRAINT hold_rev_is_half_open CHECK (((NOT isempty(rev)) AND (lower(rev) IS NOT NULL))),
  CONSTRAINT hold_valid_is_half_open CHECK (((NOT isempty(valid)) AND (lower(valid) IS NOT NULL) AND lower_inc(valid) AND isfinite(lower(valid)) AND ((upper(valid) IS NULL) OR ((NOT upper_inc(valid)) AND isfinite(upper(valid))))))
);
CREATE INDEX hold_by_revision ON hold USING btree (lower(rev));
CREATE INDEX hold_by_seat ON hold USING btree (ifuslot, lower(valid));
CREATE TRIGGER hold_delete BEFORE DELETE ON hold FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER hold_insert AFTER INSERT ON hold REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER hold_no_truncate BEFORE TRUNCATE ON hold FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER hold_update AFTER UPDATE ON hold REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
GRANT INSERT, SELECT ON hold TO fplane_app;

CREATE TABLE key_use (
  key_sha256 text NOT NULL,
  last_used_at timestamp with time zone NOT NULL,
  address text,
  CONSTRAINT key_use_key_sha256_check CHECK ((key_sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT key_use_last_used_at_check CHECK (isfinite(last_used_at)),
  CONSTRAINT key_use_pkey PRIMARY KEY (key_sha256)
);
GRANT INSERT, SELECT, UPDATE ON key_use TO fplane_app;

CREATE TABLE migration (
  name text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT migration_pkey PRIMARY KEY (name)
);
GRANT SELECT ON migration TO fplane_app;

CREATE TABLE outbox (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  rev bigint,
  kind text NOT NULL,
  channel text NOT NULL,
  payload text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamp with time zone NOT NULL,
  claimed_until timestamp with time zone,
  sent_at timestamp with time zone,
  last_error text,
  CONSTRAINT outbox_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'webhook'::text]))),
  CONSTRAINT outbox_check CHECK (((rev IS NULL) = (kind <> 'revision'::text))),
  CONSTRAINT outbox_kind_check CHECK ((kind = ANY (ARRAY['revision'::text, 'silence'::text, 'recovery'::text]))),
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_rev_channel_key UNIQUE (rev, channel),
  CONSTRAINT outbox_rev_fkey FOREIGN KEY (rev) REFERENCES revision(rev)
);
CREATE INDEX outbox_waiting ON outbox USING btree (channel, next_attempt_at) WHERE (sent_at IS NULL);
GRANT DELETE, INSERT, SELECT, UPDATE ON outbox TO fplane_app;

CREATE TABLE outbox_cursor (
  channel text NOT NULL,
  rev bigint,
  silent_since timestamp with time zone,
  CONSTRAINT outbox_cursor_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'webhook'::text]))),
  CONSTRAINT outbox_cursor_pkey PRIMARY KEY (channel)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON outbox_cursor TO fplane_app;

CREATE TABLE placement (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  instrument text NOT NULL,
  ifuslot text NOT NULL,
  ifuid text,
  specid text,
  specslot text,
  contid text,
  valid tstzrange NOT NULL,
  rev int8range NOT NULL,
  asserted_by bigint NOT NULL,
  CONSTRAINT placement_asserted_before CHECK ((asserted_by <= lower(rev))),
  CONSTRAINT placement_asserted_by_fkey FOREIGN KEY (asserted_by) REFERENCES revision(rev),
  CONSTRAINT placement_contid_check CHECK (((contid <> ''::text) AND (contid !~ '[[:cntrl:]]'::text))),
  CONSTRAINT placement_ifu_in_one_seat EXCLUDE USING gist (((ifuid)::integer) WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT placement_ifuid_check CHECK (((ifuid ~ '^[0-9]{3}$'::text) AND (ifuid <> '000'::text))),
  CONSTRAINT placement_ifuslot_check CHECK (((ifuslot ~ '^[0-9]{3}$'::text) AND (ifuslot <> '000'::text))),
  CONSTRAINT placement_instrument_check CHECK ((instrument = ANY (ARRAY['VIRUS'::text, 'LRS2'::text, 'BIB'::text, 'HPF'::text]))),
  CONSTRAINT placement_one_unit_per_seat EXCLUDE USING gist (((ifuslot)::integer) WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT placement_pkey PRIMARY KEY (id),
  CONSTRAINT placement_rev_is_half_open CHECK (((NOT isempty(rev)) AND (lower(rev) IS NOT NULL))),
  CONSTRAINT placement_specid_check CHECK (((specid ~ '^[0-9]{3}$'::text) AND (specid <> '000'::text))),
  CONSTRAINT placement_specslot_check CHECK (((specslot ~ '^[0-9]{3}$'::text) AND (specslot <> '000'::text))),
  CONSTRAINT placement_spectrograph_feeds_one_seat EXCLUDE USING gist (((specid)::integer) WITH =, valid WITH &&, rev WITH &&, instrument WITH =) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT placement_valid_is_half_open CHECK (((NOT isempty(valid)) AND (lower(valid) IS NOT NULL) AND lower_inc(valid) AND isfinite(lower(valid)) AND ((upper(valid) IS NULL) OR ((NOT upper_inc(valid)) AND isfinite(upper(valid))))))
);
CREATE INDEX placement_by_controller ON placement USING btree (contid, lower(rev));
CREATE INDEX placement_by_revision ON placement USING btree (lower(rev));
CREATE INDEX placement_by_seat ON placement USING btree (ifuslot, lower(valid), lower(rev));
CREATE INDEX placement_by_seat_and_revision ON placement USING btree (ifuslot, lower(rev));
CREATE INDEX placement_by_superseding ON placement USING btree (upper(rev)) WHERE (NOT upper_inf(rev));
CREATE INDEX placement_standing ON placement USING btree (ifuslot, lower(valid)) WHERE upper_inf(rev);
CREATE TRIGGER placement_delete BEFORE DELETE ON placement FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER placement_insert AFTER INSERT ON placement REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER placement_no_truncate BEFORE TRUNCATE ON placement FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER placement_update AFTER UPDATE ON placement REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
GRANT INSERT, SELECT ON placement TO fplane_app;

CREATE TABLE position (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  ifuslot text NOT NULL,
  ifuid text NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  valid tstzrange NOT NULL,
  rev int8range NOT NULL,
  asserted_by bigint NOT NULL,
  CONSTRAINT position_asserted_before CHECK ((asserted_by <= lower(rev))),
  CONSTRAINT position_asserted_by_fkey FOREIGN KEY (asserted_by) REFERENCES revision(rev),
  CONSTRAINT position_ifuid_check CHECK (((ifuid ~ '^[0-9]{3}$'::text) AND (ifuid <> '000'::text))),
  CONSTRAINT position_ifuslot_check CHECK (((ifuslot ~ '^[0-9]{3}$'::text) AND (ifuslot <> '000'::text))),
  CONSTRAINT position_one_per_ifu_and_seat EXCLUDE USING gist (((ifuslot)::integer) WITH =, ((ifuid)::integer) WITH =, valid WITH &&, rev WITH &&) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT position_pkey PRIMARY KEY (id),
  CONSTRAINT position_rev_is_half_open CHECK (((NOT isempty(rev)) AND (lower(rev) IS NOT NULL))),
  CONSTRAINT position_valid_is_half_open CHECK (((NOT isempty(valid)) AND (lower(valid) IS NOT NULL) AND lower_inc(valid) AND isfinite(lower(valid)) AND ((upper(valid) IS NULL) OR ((NOT upper_inc(valid)) AND isfinite(upper(valid)))))),
  CONSTRAINT position_x_check CHECK (((x >= ('-9999'::integer)::double precision) AND (x <= (9999)::double precision))),
  CONSTRAINT position_y_check CHECK (((y >= ('-9999'::integer)::double precision) AND (y <= (9999)::double precision)))
);
CREATE INDEX position_by_revision ON "position" USING btree (lower(rev));
CREATE INDEX position_by_seat ON "position" USING btree (ifuslot, ifuid, lower(valid), lower(rev));
CREATE INDEX position_by_seat_and_revision ON "position" USING btree (ifuslot, ifuid, lower(rev));
CREATE INDEX position_by_superseding ON "position" USING btree (upper(rev)) WHERE (NOT upper_inf(rev));
CREATE INDEX position_standing ON "position" USING btree (ifuslot, ifuid, lower(valid)) WHERE upper_inf(rev);
CREATE TRIGGER position_delete BEFORE DELETE ON "position" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER position_insert AFTER INSERT ON "position" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fact_belongs_to_revision();
CREATE TRIGGER position_no_truncate BEFORE TRUNCATE ON "position" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER position_update AFTER UPDATE ON "position" REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION only_superseded();
GRANT INSERT, SELECT ON position TO fplane_app;

CREATE TABLE revision (
  rev bigint NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  body text NOT NULL,
  body_sha256 text NOT NULL,
  prev_hash text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT revision_actor_check CHECK (((actor <> ''::text) AND (actor !~ '[[:cntrl:]]'::text))),
  CONSTRAINT revision_check CHECK ((body_sha256 = encode(sha256(convert_to(body, 'UTF8'::name)), 'hex'::text))),
  CONSTRAINT revision_check1 CHECK ((hash = encode(sha256(convert_to(concat_ws('
'::text, prev_hash, rev, ((EXTRACT(epoch FROM recorded_at) * (1000000)::numeric))::bigint, kind, actor, reason, body_sha256), 'UTF8'::name)), 'hex'::text))),
  CONSTRAINT revision_hash_key UNIQUE (hash),
  CONSTRAINT revision_kind_check CHECK ((kind = ANY (ARRAY['update'::text, 'refuse'::text, 'quarantine'::text, 'discard'::text, 'import'::text, 'correct'::text, 'retract'::text, 'revert'::text, 'positions'::text, 'hold'::text, 'release'::text, 'tag'::text, 'user'::text]))),
  CONSTRAINT revision_pkey PRIMARY KEY (rev),
  CONSTRAINT revision_reason_check CHECK ((reason !~ '[[:cntrl:]]'::text)),
  CONSTRAINT revision_recorded_at_check CHECK (isfinite(recorded_at))
);
CREATE INDEX revision_recorded_at ON revision USING btree (recorded_at);
CREATE TRIGGER revision_announced AFTER INSERT ON revision FOR EACH ROW EXECUTE FUNCTION announce_revision();
CREATE TRIGGER revision_append_only BEFORE DELETE OR UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER revision_follows BEFORE INSERT ON revision FOR EACH ROW EXECUTE FUNCTION revision_follows();
CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON revision FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT INSERT, SELECT ON revision TO fplane_app;

CREATE TABLE tag (
  name text NOT NULL,
  rev bigint NOT NULL,
  as_of bigint NOT NULL,
  horizon timestamp with time zone,
  CONSTRAINT tag_as_of_fkey FOREIGN KEY (as_of) REFERENCES revision(rev),
  CONSTRAINT tag_check CHECK ((as_of < rev)),
  CONSTRAINT tag_horizon_check CHECK (isfinite(horizon)),
  CONSTRAINT tag_name_check CHECK ((name ~ '^[A-Za-z][A-Za-z0-9._-]{0,99}$'::text)),
  CONSTRAINT tag_pkey PRIMARY KEY (name),
  CONSTRAINT tag_rev_fkey FOREIGN KEY (rev) REFERENCES revision(rev),
  CONSTRAINT tag_rev_key UNIQUE (rev)
);
CREATE TRIGGER tag_append_only BEFORE DELETE OR UPDATE ON tag FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER tag_insert BEFORE INSERT ON tag FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER tag_no_truncate BEFORE TRUNCATE ON tag FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT INSERT, SELECT ON tag TO fplane_app;

CREATE TABLE upload (
  rev bigint NOT NULL,
  sha256 text NOT NULL,
  outcome text NOT NULL,
  code text,
  resolves bigint,
  CONSTRAINT upload_check CHECK (((code IS NULL) = (outcome = ANY (ARRAY['taken'::text, 'discarded'::text])))),
  CONSTRAINT upload_check1 CHECK (((outcome <> 'discarded'::text) OR (resolves IS NOT NULL))),
  CONSTRAINT upload_outcome_check CHECK ((outcome = ANY (ARRAY['taken'::text, 'refused'::text, 'quarantined'::text, 'discarded'::text]))),
  CONSTRAINT upload_pkey PRIMARY KEY (rev),
  CONSTRAINT upload_resolves_fkey FOREIGN KEY (resolves) REFERENCES revision(rev),
  CONSTRAINT upload_rev_fkey FOREIGN KEY (rev) REFERENCES revision(rev),
  CONSTRAINT upload_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE INDEX upload_by_outcome ON upload USING btree (outcome, rev);
CREATE INDEX upload_by_sha256 ON upload USING btree (sha256);
CREATE INDEX upload_in_quarantine ON upload USING btree (rev) WHERE (outcome = 'quarantined'::text);
CREATE UNIQUE INDEX upload_resolved_once ON upload USING btree (resolves);
CREATE TRIGGER upload_append_only BEFORE DELETE OR UPDATE ON upload FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER upload_insert BEFORE INSERT ON upload FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER upload_no_truncate BEFORE TRUNCATE ON upload FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT INSERT, SELECT ON upload TO fplane_app;

CREATE TABLE user_version (
  username text NOT NULL,
  rev bigint NOT NULL,
  role text NOT NULL,
  enabled boolean NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  email text NOT NULL,
  key_sha256 text NOT NULL,
  key_sealed text NOT NULL,
  salt text NOT NULL,
  key_expires_at timestamp with time zone,
  previous_key_sha256 text,
  previous_key_until timestamp with time zone,
  CONSTRAINT user_version_key_expires_at_check CHECK (isfinite(key_expires_at)),
  CONSTRAINT user_version_key_sha256_check CHECK ((key_sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT user_version_pkey PRIMARY KEY (username, rev),
  CONSTRAINT user_version_previous_key_ends CHECK (((previous_key_sha256 IS NULL) = (previous_key_until IS NULL))),
  CONSTRAINT user_version_previous_key_sha256_check CHECK ((previous_key_sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT user_version_previous_key_until_check CHECK (isfinite(previous_key_until)),
  CONSTRAINT user_version_rev_fkey FOREIGN KEY (rev) REFERENCES revision(rev),
  CONSTRAINT user_version_role_check CHECK ((role = ANY (ARRAY['updater'::text, 'curator'::text, 'admin'::text]))),
  CONSTRAINT user_version_username_check CHECK ((username ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text))
);
CREATE INDEX user_version_by_key ON user_version USING btree (key_sha256);
CREATE TRIGGER user_version_append_only BEFORE DELETE OR UPDATE ON user_version FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER user_version_insert BEFORE INSERT ON user_version FOR EACH ROW EXECUTE FUNCTION row_belongs_to_revision();
CREATE TRIGGER user_version_no_truncate BEFORE TRUNCATE ON user_version FOR EACH STATEMENT EXECUTE FUNCTION append_only();
GRANT INSERT, SELECT ON user_version TO fplane_app;

CREATE OR REPLACE FUNCTION project.announce_revision()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM pg_notify('fplane_revision', TG_TABLE_SCHEMA || ' ' || NEW.rev);
  RETURN NULL;
END $function$;
-- executed by PUBLIC

CREATE OR REPLACE FUNCTION project.append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'FP002';
END $function$;
-- executed by PUBLIC

CREATE OR REPLACE FUNCTION project.fact_belongs_to_revision()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM added WHERE NOT upper_inf(rev))
     OR NOT coalesce((SELECT bool_and(written_by_this_revision(r)) FROM (SELECT DISTINCT lower(rev) AS r FROM added) revs), true) THEN
    RAISE EXCEPTION '% rows are added by the revision that is being written', TG_TABLE_NAME USING ERRCODE = 'FP003';
  END IF;
  RETURN NULL;
END $function$;
-- executed by PUBLIC

CREATE OR REPLACE FUNCTION project.only_superseded()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
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
END $function$;
-- executed by PUBLIC

CREATE OR REPLACE FUNCTION project.revision_follows()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
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
END $function$;
-- executed by PUBLIC

CREATE OR REPLACE FUNCTION project.row_belongs_to_revision()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
BEGIN
  IF NOT written_by_this_revision(NEW.rev) THEN
    RAISE EXCEPTION '% rows are added by the revision that is being written', TG_TABLE_NAME USING ERRCODE = 'FP003';
  END IF;
  RETURN NEW;
END $function$;
-- executed by PUBLIC

CREATE OR REPLACE FUNCTION project.supersede_confirmations(ids bigint[], by_rev bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
  UPDATE confirmation SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$function$;
-- executed by fplane_app

CREATE OR REPLACE FUNCTION project.supersede_holds(ids bigint[], by_rev bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
  UPDATE hold SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$function$;
-- executed by fplane_app

CREATE OR REPLACE FUNCTION project.supersede_placements(ids bigint[], by_rev bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
  UPDATE placement SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$function$;
-- executed by fplane_app

CREATE OR REPLACE FUNCTION project.supersede_positions(ids bigint[], by_rev bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
  UPDATE position SET rev = int8range(lower(rev), by_rev) WHERE id = ANY(ids)
$function$;
-- executed by fplane_app

CREATE OR REPLACE FUNCTION project.written_by_this_revision(rev bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'project', 'public', 'pg_temp'
AS $function$
  SELECT coalesce((SELECT r.rev = $1 AND r.xmin = pg_current_xact_id()::xid FROM revision r ORDER BY r.rev DESC LIMIT 1), false)
$function$;
-- executed by PUBLIC
