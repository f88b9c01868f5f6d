-- beside the version before: no
-- What searches look at, kept with each organization and team: its texts in the form that is searched, each pair of
-- characters in them, its district, and where it is (decimetres from the centre of the earth).
CREATE TABLE organization_search (
  object_id TEXT NOT NULL PRIMARY KEY,
  text TEXT NOT NULL,
  area TEXT NOT NULL,
  x INTEGER,
  y INTEGER,
  z INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_search_by_area ON organization_search (area);
CREATE INDEX organization_search_by_place ON organization_search (z, y, x);
CREATE TABLE organization_bigram (
  bigram TEXT NOT NULL,
  object_id TEXT NOT NULL,
  PRIMARY KEY (bigram, object_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_search (
  object_id TEXT NOT NULL PRIMARY KEY,
  text TEXT NOT NULL,
  area TEXT NOT NULL,
  x INTEGER,
  y INTEGER,
  z INTEGER,
  suspended_from_us INTEGER,
  suspended_until_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX team_search_by_area ON team_search (area);
CREATE INDEX team_search_by_place ON team_search (z, y, x);
CREATE TABLE team_bigram (
  bigram TEXT NOT NULL,
  object_id TEXT NOT NULL,
  PRIMARY KEY (bigram, object_id)
) STRICT, WITHOUT ROWID;

-- Keyed digests (blind indexes) of a person's name and identity number.
CREATE TABLE member_digest (
  member_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (member_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_digest_by_digest ON member_digest (digest, member_id);

-- What was stored before this step is filled in at the start of the program, in order of id; a kind that is not here
-- is complete.
CREATE TABLE search_gap (
  kind TEXT NOT NULL PRIMARY KEY,
  after_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO search_gap (kind, after_id) VALUES ('organization', ''), ('team', ''), ('member', '');
