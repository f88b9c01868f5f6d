CREATE TABLE incident (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pre_alert', 'active', 'standing_down', 'closed')),
  kind INTEGER NOT NULL,
  event TEXT NOT NULL,
  grade INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 4),
  warning_color INTEGER NOT NULL CHECK (warning_color BETWEEN 0 AND 4),
  response_levels TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('real', 'drill', 'test')),
  district_path TEXT NOT NULL,
  area TEXT,
  location TEXT,
  onset_us INTEGER,
  expire_us INTEGER,
  enrolled_team_ids TEXT NOT NULL,
  external_refs TEXT NOT NULL,
  close_us INTEGER,
  call_up TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE resource_request (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  incident_id TEXT NOT NULL REFERENCES incident (id),
  mode TEXT NOT NULL,
  district_path TEXT NOT NULL,
  requester TEXT NOT NULL,
  requester_organization_id TEXT NOT NULL,
  cancelled INTEGER NOT NULL,
  external_refs TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_request_by_incident ON resource_request (incident_id);

CREATE TABLE request_line (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  resource_request_id TEXT NOT NULL,
  incident_id TEXT NOT NULL REFERENCES incident (id),
  mode TEXT NOT NULL,
  district_path TEXT NOT NULL,
  position_in_request INTEGER NOT NULL,
  capability TEXT NOT NULL,
  lowest_level INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit TEXT NOT NULL CHECK (unit IN ('people', 'teams')),
  place TEXT NOT NULL CHECK (place IN ('on_site', 'remote')),
  location TEXT,
  windows TEXT NOT NULL,
  priority INTEGER NOT NULL,
  tolerance_percent INTEGER NOT NULL,
  agreement TEXT NOT NULL,
  instructions TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'partly_filled', 'filled', 'closed', 'cancelled')),
  filled INTEGER NOT NULL CHECK (filled >= 0),
  held INTEGER NOT NULL CHECK (held >= 0),
  asked INTEGER NOT NULL CHECK (asked >= 0),
  waiting INTEGER NOT NULL CHECK (waiting >= 0),
  wave INTEGER NOT NULL,
  wave_size INTEGER NOT NULL,
  answer_seconds INTEGER NOT NULL,
  provisional_seconds INTEGER NOT NULL,
  waves_stopped INTEGER NOT NULL,
  needs_wave INTEGER NOT NULL,
  external_refs TEXT NOT NULL,
  CHECK (filled + held <= quantity + quantity * tolerance_percent / 100)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_line_by_request ON request_line (resource_request_id);
CREATE INDEX request_line_by_incident ON request_line (incident_id);
CREATE INDEX request_line_short ON request_line (id) WHERE needs_wave = 1;

CREATE TABLE offer (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  incident_id TEXT NOT NULL,
  resource_request_id TEXT NOT NULL,
  line_id TEXT NOT NULL REFERENCES request_line (id),
  team_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('invited', 'accepted', 'provisional', 'declined', 'expired', 'withdrawn', 'stood_down')),
  mode TEXT NOT NULL,
  district_path TEXT NOT NULL,
  incident_title TEXT NOT NULL,
  wave INTEGER NOT NULL,
  capability TEXT NOT NULL,
  windows TEXT NOT NULL,
  count_asked INTEGER NOT NULL,
  count_offered INTEGER NOT NULL,
  available_from_us INTEGER,
  condition TEXT NOT NULL,
  decline_reason INTEGER NOT NULL,
  note TEXT NOT NULL,
  expire_us INTEGER NOT NULL,
  answered_via INTEGER NOT NULL,
  answer_us INTEGER,
  assignment_id TEXT NOT NULL,
  cover TEXT NOT NULL,
  external_refs TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_by_line ON offer (line_id, state);
CREATE INDEX offer_by_incident ON offer (incident_id);
CREATE INDEX offer_by_organization ON offer (organization_id, id);
CREATE INDEX offer_open ON offer (expire_us) WHERE state IN ('invited', 'provisional');

CREATE TABLE assignment (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  incident_id TEXT NOT NULL,
  resource_request_id TEXT NOT NULL,
  line_id TEXT NOT NULL REFERENCES request_line (id),
  offer_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'mobilizing', 'en_route', 'on_scene', 'working', 'released', 'returning', 'home', 'cancelled', 'no_show', 'recalled')),
  mode TEXT NOT NULL,
  district_path TEXT NOT NULL,
  capability TEXT NOT NULL,
  headcount INTEGER NOT NULL CHECK (headcount >= 0),
  fills INTEGER NOT NULL CHECK (fills >= 0),
  windows TEXT NOT NULL,
  cover TEXT NOT NULL,
  depart_us INTEGER,
  check_in TEXT,
  check_out TEXT,
  release_us INTEGER,
  alarms TEXT NOT NULL,
  external_refs TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_by_line ON assignment (line_id);
CREATE INDEX assignment_by_incident ON assignment (incident_id);
CREATE INDEX assignment_by_team ON assignment (team_id);
CREATE INDEX assignment_by_organization ON assignment (organization_id, id);

CREATE TABLE booking (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  assignment_id TEXT NOT NULL REFERENCES assignment (id),
  mode TEXT NOT NULL,
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('team', 'member', 'vehicle')),
  subject_id TEXT NOT NULL,
  start_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  active INTEGER NOT NULL,
  worked INTEGER NOT NULL,
  CHECK (end_us >= start_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_by_assignment ON booking (assignment_id);
CREATE INDEX booking_by_subject ON booking (subject_id, mode, active, start_us);

-- A team cannot be in two places: the last guard, whatever the rules above it let through.
CREATE TRIGGER booking_overlap_insert BEFORE INSERT ON booking WHEN NEW.active = 1 AND EXISTS (
  SELECT 1 FROM booking other
  WHERE other.subject_id = NEW.subject_id AND other.mode = NEW.mode AND other.active = 1
    AND other.subject_kind = NEW.subject_kind AND other.start_us < NEW.end_us AND NEW.start_us < other.end_us)
BEGIN SELECT RAISE(ABORT, 'TEAM_OVERLAP'); END;
CREATE TRIGGER booking_overlap_update BEFORE UPDATE ON booking WHEN NEW.active = 1 AND EXISTS (
  SELECT 1 FROM booking other
  WHERE other.subject_id = NEW.subject_id AND other.mode = NEW.mode AND other.active = 1 AND other.id <> NEW.id
    AND other.subject_kind = NEW.subject_kind AND other.start_us < NEW.end_us AND NEW.start_us < other.end_us)
BEGIN SELECT RAISE(ABORT, 'TEAM_OVERLAP'); END;

CREATE TABLE wave_candidate (
  line_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  team_id TEXT NOT NULL,
  PRIMARY KEY (line_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE situation_report (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  incident_id TEXT NOT NULL,
  assignment_id TEXT NOT NULL,
  district_path TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  create_us INTEGER NOT NULL,
  text TEXT NOT NULL,
  people_served INTEGER NOT NULL,
  needs_more INTEGER NOT NULL,
  reporter TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX situation_report_by_incident ON situation_report (incident_id);

-- What dispatch needs to know of the registry's teams; fed by its events.
CREATE TABLE projected_team (
  team_id TEXT NOT NULL PRIMARY KEY,
  registry_version INTEGER NOT NULL,
  organization_id TEXT NOT NULL,
  organization_state TEXT NOT NULL,
  registration_end_us INTEGER,
  blacklisted_until_us INTEGER,
  suspended TEXT,
  disbanded INTEGER NOT NULL,
  headcount INTEGER NOT NULL,
  works_remotely INTEGER NOT NULL,
  district_path TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  available TEXT NOT NULL
) STRICT, WITHOUT ROWID;
