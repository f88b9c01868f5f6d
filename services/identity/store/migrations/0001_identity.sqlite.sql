CREATE TABLE account (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version >= 1),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  login TEXT NOT NULL UNIQUE,
  roles TEXT NOT NULL,
  district_path TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  incident_grants TEXT NOT NULL,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version >= 1),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  account_id TEXT NOT NULL REFERENCES account (id),
  label TEXT NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  revoked INTEGER NOT NULL CHECK (revoked IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_of_account ON api_key (account_id, id);
