CREATE TABLE organization (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version > 0),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  credit_code TEXT NOT NULL,
  filing_office TEXT NOT NULL,
  filing_number TEXT NOT NULL,
  district_path TEXT NOT NULL,
  address TEXT NOT NULL,
  location TEXT,
  state TEXT NOT NULL
    CHECK (state IN ('draft', 'submitted', 'under_review', 'approved', 'suspended', 'revoked', 'withdrawn')),
  registration_end_us BIGINT,
  rating INTEGER NOT NULL CHECK (rating BETWEEN 0 AND 5),
  rating_end_us BIGINT,
  blacklisted_until_us BIGINT,
  contact_key BYTEA NOT NULL,
  contact_name BYTEA NOT NULL,
  contact_phone BYTEA NOT NULL,
  external_refs TEXT NOT NULL
);
CREATE UNIQUE INDEX organization_by_credit_code ON organization (credit_code)
  WHERE credit_code <> '' AND state NOT IN ('revoked', 'withdrawn');
CREATE UNIQUE INDEX organization_by_filing ON organization (filing_office, filing_number)
  WHERE filing_number <> '' AND state NOT IN ('revoked', 'withdrawn');

CREATE TABLE team (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version > 0),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organization (id),
  name TEXT NOT NULL,
  leader_member_id TEXT NOT NULL,
  headcount INTEGER NOT NULL CHECK (headcount BETWEEN 1 AND 10000),
  base_location TEXT,
  last_location TEXT,
  travel_mode TEXT NOT NULL,
  turnout_minutes INTEGER NOT NULL,
  range_km INTEGER NOT NULL,
  works_remotely BIGINT NOT NULL CHECK (works_remotely IN (0, 1)),
  languages TEXT NOT NULL,
  district_path TEXT NOT NULL,
  disbanded BIGINT NOT NULL CHECK (disbanded IN (0, 1)),
  suspended TEXT,
  external_refs TEXT NOT NULL
);
CREATE INDEX team_by_organization ON team (organization_id);

CREATE TABLE team_capability (
  team_id TEXT NOT NULL REFERENCES team (id),
  place INTEGER NOT NULL,
  capability TEXT NOT NULL,
  level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 4),
  valid_from_us BIGINT NOT NULL,
  valid_until_us BIGINT NOT NULL,
  PRIMARY KEY (team_id, place),
  CHECK (valid_from_us < valid_until_us)
);
CREATE INDEX team_capability_by_capability ON team_capability (capability);

-- A person: who it is is encrypted under a key of their own, which is wrapped in person_key.
CREATE TABLE member (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version > 0),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  organization_id TEXT NOT NULL,
  district_path TEXT NOT NULL,
  person_key BYTEA NOT NULL,
  name BYTEA NOT NULL,
  phone BYTEA NOT NULL,
  id_number BYTEA NOT NULL,
  phone_index BYTEA NOT NULL,
  skills TEXT NOT NULL
);
CREATE INDEX member_by_organization ON member (organization_id);
CREATE INDEX member_by_phone ON member (phone_index);

CREATE TABLE member_team (
  team_id TEXT NOT NULL REFERENCES team (id),
  member_id TEXT NOT NULL REFERENCES member (id),
  PRIMARY KEY (team_id, member_id)
);
CREATE INDEX member_team_by_member ON member_team (member_id);

CREATE TABLE availability (
  id TEXT NOT NULL PRIMARY KEY,
  team_id TEXT NOT NULL REFERENCES team (id),
  start_us BIGINT NOT NULL,
  end_us BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  CHECK (start_us < end_us)
);
CREATE INDEX availability_by_team ON availability (team_id, start_us);
