-- beside the version before: yes

-- The chance in millionths with which a line is to be filled, and by when; 0: waves of wave_size.
ALTER TABLE request_line ADD COLUMN fill_ppm INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request_line ADD COLUMN fill_by_us BIGINT;

-- The dispatch that named the team; empty for one from before there were any.
ALTER TABLE wave_candidate ADD COLUMN dispatch_id TEXT NOT NULL DEFAULT '';

-- What one call of Dispatch sent out. It follows its request, which is audited.
CREATE TABLE dispatch (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  create_us BIGINT NOT NULL,
  resource_request_id TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  district_path TEXT NOT NULL,
  undo_until_us BIGINT NOT NULL,
  withdraw_us BIGINT,
  withdrawn_offers INTEGER NOT NULL,
  ended_assignments INTEGER NOT NULL
);

-- Its offers, and the assignments that it booked without one.
CREATE TABLE dispatch_part (
  part_id TEXT NOT NULL PRIMARY KEY,
  dispatch_id TEXT NOT NULL
);
CREATE INDEX dispatch_part_by_dispatch ON dispatch_part (dispatch_id);

-- When a line that asks by a probability is looked at again, and the price of staying short that its plan was made for, in
-- thousandths of an invitation.
CREATE TABLE wave_look (
  line_id TEXT NOT NULL PRIMARY KEY,
  due_us BIGINT NOT NULL,
  price_milli BIGINT NOT NULL
);
CREATE INDEX wave_look_due ON wave_look (due_us);

-- How offers of real incidents were answered: by organization (empty: all of the city, hour -1), capability and the
-- hour of day in which they were sent. Outcome 0 accepted, 1 declined, 2 no answer; bucket: after how long.
CREATE TABLE answer_count (
  organization_id TEXT NOT NULL,
  capability TEXT NOT NULL,
  hour INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  answers BIGINT NOT NULL,
  PRIMARY KEY (organization_id, capability, hour, outcome, bucket)
);
