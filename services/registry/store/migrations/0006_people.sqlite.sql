-- beside the version before: no
-- What is personal is encrypted under the person's key, as their name is. person_index finds one person again by phone
-- and identity number together.
ALTER TABLE member ADD COLUMN birth_date BLOB NOT NULL DEFAULT x'';
ALTER TABLE member ADD COLUMN guardian_name BLOB NOT NULL DEFAULT x'';
ALTER TABLE member ADD COLUMN guardian_phone BLOB NOT NULL DEFAULT x'';
ALTER TABLE member ADD COLUMN guardian_consent_us INTEGER;
ALTER TABLE member ADD COLUMN insurer TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN policy_number BLOB NOT NULL DEFAULT x'';
ALTER TABLE member ADD COLUMN cover TEXT;
ALTER TABLE member ADD COLUMN consents TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN account_id TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN person_index BLOB NOT NULL DEFAULT x'';
ALTER TABLE member ADD COLUMN erase_us INTEGER;
CREATE UNIQUE INDEX member_by_person ON member (person_index) WHERE length(person_index) > 0;
CREATE UNIQUE INDEX member_by_account ON member (account_id) WHERE account_id <> '';

CREATE TABLE certificate (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  member_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  capability TEXT NOT NULL,
  level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),
  qualification TEXT NOT NULL,
  issuer TEXT NOT NULL,
  number_key BLOB NOT NULL,
  number BLOB NOT NULL,
  scan_upload_id TEXT NOT NULL,
  valid_from_us INTEGER NOT NULL,
  valid_until_us INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('unverified', 'verified', 'revoked')),
  revoke_reason TEXT NOT NULL,
  CHECK (valid_from_us < valid_until_us),
  CHECK ((member_id = '') <> (team_id = ''))
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_by_member ON certificate (member_id) WHERE member_id <> '';
CREATE INDEX certificate_by_team ON certificate (team_id) WHERE team_id <> '';
CREATE INDEX certificate_by_end ON certificate (valid_until_us);

-- Who has seen personal fields in clear: counted against the limit.
CREATE TABLE unmasking (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  create_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unmasking_by_account ON unmasking (account_id, create_us);

-- organization_id and district_path are the team's.
CREATE TABLE membership (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  team_id TEXT NOT NULL REFERENCES team (id),
  member_id TEXT NOT NULL REFERENCES member (id),
  organization_id TEXT NOT NULL,
  district_path TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'declined', 'left')),
  asked_by_team INTEGER NOT NULL CHECK (asked_by_team IN (0, 1)),
  asker_account_id TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX membership_alive ON membership (member_id, team_id) WHERE state IN ('asked', 'accepted');
CREATE INDEX membership_by_team ON membership (team_id);

CREATE TABLE recruitment (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  organization_id TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  capability TEXT NOT NULL,
  district_path TEXT NOT NULL,
  places INTEGER NOT NULL CHECK (places > 0),
  filled INTEGER NOT NULL CHECK (filled BETWEEN 0 AND places),
  needed TEXT NOT NULL,
  screening TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed'))
) STRICT, WITHOUT ROWID;
CREATE INDEX recruitment_by_organization ON recruitment (organization_id);

-- organization_id and district_path are the drive's.
CREATE TABLE application (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  recruitment_id TEXT NOT NULL REFERENCES recruitment (id),
  member_id TEXT NOT NULL REFERENCES member (id),
  organization_id TEXT NOT NULL,
  district_path TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'accepted', 'declined', 'withdrawn')),
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX application_alive ON application (member_id, recruitment_id)
  WHERE state IN ('applied', 'accepted');
CREATE INDEX application_by_recruitment ON application (recruitment_id);
