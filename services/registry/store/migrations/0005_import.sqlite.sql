-- beside the version before: yes
-- Files that wait to be imported, in parts; encrypted under a key of each upload, which is wrapped in data_key.
CREATE TABLE upload (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  create_us INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  data_key BLOB NOT NULL,
  parts INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  complete INTEGER NOT NULL CHECK (complete IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE upload_part (
  upload_id TEXT NOT NULL REFERENCES upload (id),
  number INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (upload_id, number)
) STRICT;

CREATE TABLE data_import (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  officer INTEGER NOT NULL CHECK (officer IN (0, 1)),
  authority_path TEXT NOT NULL,
  district_path TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  upload_id TEXT NOT NULL,
  content TEXT NOT NULL CHECK (content IN ('organizations', 'teams', 'members')),
  file_format TEXT NOT NULL,
  file_encoding TEXT NOT NULL,
  coordinate_system TEXT NOT NULL,
  column_choice TEXT NOT NULL,
  all_or_nothing INTEGER NOT NULL CHECK (all_or_nothing IN (0, 1)),
  dry_run INTEGER NOT NULL CHECK (dry_run IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed', 'cancelled')),
  storing INTEGER NOT NULL CHECK (storing IN (0, 1)),
  rows_total INTEGER NOT NULL,
  rows_read INTEGER NOT NULL,
  rows_good INTEGER NOT NULL,
  rows_bad INTEGER NOT NULL,
  rows_stored INTEGER NOT NULL,
  rows_already_there INTEGER NOT NULL,
  problem_count INTEGER NOT NULL,
  unknown_columns TEXT NOT NULL,
  failure TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX data_import_at_work ON data_import (id) WHERE state IN ('pending', 'running');
-- The first problems of an import, in order of row. They hold no value of the file.
CREATE TABLE import_problem (
  import_id TEXT NOT NULL REFERENCES data_import (id),
  place INTEGER NOT NULL,
  row_number INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  PRIMARY KEY (import_id, place)
) STRICT, WITHOUT ROWID;

-- What rows of a sheet name their organizations and teams by.
CREATE INDEX organization_by_name ON organization (name);
CREATE INDEX team_by_name ON team (organization_id, name);
