-- A key can expire; the one before it can stay valid for a while after a rotation.

ALTER TABLE user_version
  ADD COLUMN key_expires_at timestamptz CHECK (isfinite(key_expires_at)),
  ADD COLUMN previous_key_sha256 text CHECK (previous_key_sha256 ~ '^[0-9a-f]{64}$'),
  ADD COLUMN previous_key_until timestamptz CHECK (isfinite(previous_key_until)),
  ADD CONSTRAINT user_version_previous_key_ends CHECK ((previous_key_sha256 IS NULL) = (previous_key_until IS NULL));

-- When a key was last used, and from where. No part of the record: it is neither in the journal nor in an export.
CREATE TABLE key_use (
  key_sha256   text PRIMARY KEY CHECK (key_sha256 ~ '^[0-9a-f]{64}$'),
  last_used_at timestamptz NOT NULL CHECK (isfinite(last_used_at)),
  address      text
);
GRANT SELECT, INSERT, UPDATE ON key_use TO fplane_app;
