-- beside the version before: yes
-- The desk: what an incident, a request and a line have beside what they had; help that nobody asked for; what teams
-- bring along. Every added column is empty where the version before wrote the row.
ALTER TABLE incident ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN sectors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incident ADD COLUMN command_posts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incident ADD COLUMN departments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incident ADD COLUMN linked_incident_ids TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incident ADD COLUMN taken_over_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN handover_note TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN call_up_step INTEGER NOT NULL DEFAULT 0;
CREATE INDEX incident_taken_over ON incident (id) WHERE taken_over_by <> '';

-- Empty means accepted: so are all requests of the version before.
ALTER TABLE resource_request ADD COLUMN state TEXT NOT NULL DEFAULT ''
  CHECK (state IN ('', 'submitted', 'merged', 'refused', 'cancelled', 'closed'));
ALTER TABLE resource_request ADD COLUMN need TEXT NOT NULL DEFAULT '';
ALTER TABLE resource_request ADD COLUMN meeting_contact TEXT NOT NULL DEFAULT '';
ALTER TABLE resource_request ADD COLUMN triage_note TEXT NOT NULL DEFAULT '';
ALTER TABLE resource_request ADD COLUMN merged_into_id TEXT NOT NULL DEFAULT '';
ALTER TABLE resource_request ADD COLUMN linked_request_ids TEXT NOT NULL DEFAULT '[]';
CREATE INDEX resource_request_submitted ON resource_request (incident_id) WHERE state = 'submitted';

ALTER TABLE request_line ADD COLUMN equipment TEXT NOT NULL DEFAULT '';
ALTER TABLE request_line ADD COLUMN must_haves TEXT NOT NULL DEFAULT '[]';
ALTER TABLE request_line ADD COLUMN wishes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE request_line ADD COLUMN split_from_id TEXT NOT NULL DEFAULT '';
ALTER TABLE request_line ADD COLUMN merged_from_id TEXT NOT NULL DEFAULT '';
CREATE INDEX request_line_merged ON request_line (merged_from_id);
CREATE INDEX request_line_unfilled ON request_line (incident_id) WHERE state IN ('open', 'partly_filled');
CREATE INDEX assignment_out ON assignment (state, incident_id) WHERE state NOT IN ('home', 'cancelled', 'no_show');

CREATE TABLE help (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  create_us INTEGER NOT NULL,
  update_us INTEGER NOT NULL,
  organization_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('real', 'drill', 'test')),
  district_path TEXT NOT NULL,
  capability TEXT NOT NULL,
  people INTEGER NOT NULL CHECK (people > 0),
  time_window TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offered', 'matched', 'standby', 'thanked', 'withdrawn')),
  answer_by_us INTEGER NOT NULL,
  answer TEXT NOT NULL,
  answer_us INTEGER,
  line_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX help_unanswered ON help (answer_by_us) WHERE state = 'offered';
CREATE INDEX help_by_organization ON help (organization_id, id);

-- Null until the version that knows of them has projected the team.
ALTER TABLE projected_team ADD COLUMN means TEXT;
ALTER TABLE projected_team ADD COLUMN organization_kind TEXT NOT NULL DEFAULT '';
CREATE INDEX projected_team_unfilled ON projected_team (team_id) WHERE means IS NULL;
