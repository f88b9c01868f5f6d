CREATE TABLE account (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version >= 1),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  login TEXT NOT NULL UNIQUE,
  roles TEXT NOT NULL,
  district_path TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  incident_grants TEXT NOT NULL,
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1))
);

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version >= 1),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account (id),
  label TEXT NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  revoked BIGINT NOT NULL CHECK (revoked IN (0, 1))
);
CREATE INDEX api_key_of_account ON api_key (account_id, id);
