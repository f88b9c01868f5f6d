-- beside the version before: no
-- An organization's later columns come into its audit hash from the last one that is not empty (store/tables.cpp), so
-- rows from before keep their hash.
ALTER TABLE organization ADD COLUMN supervisor TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN help_offered TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN party_branch TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN fundraising_number TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN fundraising_valid TEXT;
ALTER TABLE organization ADD COLUMN credit_code_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN blacklist_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN inspections TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE organization ADD COLUMN contact_index BYTEA NOT NULL DEFAULT '';

CREATE TABLE organization_change (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version > 0),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organization (id),
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
  wished TEXT NOT NULL,
  paths TEXT NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  decision_reason TEXT NOT NULL
);
CREATE INDEX organization_change_by_organization ON organization_change (organization_id);
CREATE UNIQUE INDEX organization_change_open ON organization_change (organization_id) WHERE state = 'open';

-- Pairs that an officer has found to be two organizations.
CREATE TABLE duplicate_dismissal (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version > 0),
  create_us BIGINT NOT NULL,
  first_id TEXT NOT NULL REFERENCES organization (id),
  second_id TEXT NOT NULL REFERENCES organization (id),
  reason TEXT NOT NULL,
  officer TEXT NOT NULL,
  CHECK (first_id COLLATE "C" < second_id COLLATE "C")
);
CREATE UNIQUE INDEX duplicate_dismissal_by_pair ON duplicate_dismissal (first_id, second_id);
