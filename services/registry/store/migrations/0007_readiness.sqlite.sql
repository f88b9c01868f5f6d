-- beside the version before: no
ALTER TABLE team ADD COLUMN equipment TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN limits TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN partners TEXT NOT NULL DEFAULT '';

-- Where a team was last seen. It comes several times a minute: no version, no audit, no event.
CREATE TABLE team_position (
  team_id TEXT NOT NULL PRIMARY KEY REFERENCES team (id),
  location TEXT NOT NULL,
  measured_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Hours of each week and blackout days, beside the windows of the table availability.
CREATE TABLE team_schedule (
  team_id TEXT NOT NULL PRIMARY KEY REFERENCES team (id),
  weekly TEXT NOT NULL,
  blackout_days TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE readiness (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organization (id),
  district_path TEXT NOT NULL,
  people TEXT NOT NULL,
  equipment TEXT NOT NULL,
  funds TEXT NOT NULL,
  declare_us INTEGER NOT NULL,
  expire_us INTEGER NOT NULL,
  CHECK (declare_us < expire_us)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX readiness_by_subject ON readiness (subject_id);
CREATE INDEX readiness_by_organization ON readiness (organization_id);

CREATE TABLE capacity (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organization (id),
  district_path TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  people INTEGER NOT NULL CHECK (people BETWEEN 0 AND 10000),
  equipment TEXT NOT NULL,
  time_window TEXT NOT NULL,
  expire_us INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX capacity_by_incident ON capacity (incident_id);
CREATE INDEX capacity_by_organization ON capacity (organization_id);

-- Told once for each object, end and number of days.
CREATE TABLE reminder (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version = 1),
  create_us INTEGER NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  detail TEXT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organization (id),
  district_path TEXT NOT NULL,
  end_us INTEGER NOT NULL,
  days INTEGER NOT NULL CHECK (days IN (7, 30, 90))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reminder_by_object ON reminder (object_id, kind, detail, end_us, days);
CREATE INDEX reminder_by_organization ON reminder (organization_id);

-- What runs out next.
CREATE INDEX team_capability_by_end ON team_capability (valid_until_us);
CREATE INDEX organization_by_registration_end ON organization (registration_end_us)
  WHERE registration_end_us IS NOT NULL;
CREATE INDEX organization_by_rating_end ON organization (rating_end_us) WHERE rating_end_us IS NOT NULL;
