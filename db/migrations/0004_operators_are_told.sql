-- What operators are told by mail and webhook. This is about delivery and no part of the record: rows change until they
-- are sent, go a month later, and no revision knows of them. Everything in it can be made again from the revisions.

-- One notice on its way by one channel. Several servers of a project may deliver: who claims a row does.
CREATE TABLE outbox (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rev             bigint REFERENCES revision, -- null: no revision made it (the alarm, and the recovery from it)
  kind            text NOT NULL CHECK (kind IN ('revision', 'silence', 'recovery')),
  channel         text NOT NULL CHECK (channel IN ('mail', 'webhook')),
  payload         text NOT NULL,
  created_at      timestamptz NOT NULL,
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  claimed_until   timestamptz,
  sent_at         timestamptz,
  last_error      text,
  UNIQUE (rev, channel),
  CHECK ((rev IS NULL) = (kind <> 'revision'))
);
CREATE INDEX outbox_waiting ON outbox (channel, next_attempt_at) WHERE sent_at IS NULL;

-- Up to which revision a channel has looked, and since when the telescope has been silent, if that was told.
CREATE TABLE outbox_cursor (
  channel      text PRIMARY KEY CHECK (channel IN ('mail', 'webhook')),
  rev          bigint,
  silent_since timestamptz
);

GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, outbox_cursor TO fplane_app;
