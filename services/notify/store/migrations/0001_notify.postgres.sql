CREATE TABLE delivery (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version >= 1),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'read', 'failed')),
  attempts BIGINT NOT NULL CHECK (attempts >= 0),
  delivered_us BIGINT,
  read_us BIGINT,
  mode TEXT NOT NULL CHECK (mode IN ('real', 'drill')),
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  district_path TEXT NOT NULL,
  escalated BIGINT NOT NULL CHECK (escalated IN (0, 1))
);
-- An event tells an organization one thing, however often it arrives.
CREATE UNIQUE INDEX delivery_by_event ON delivery (event_id, organization_id);
CREATE INDEX delivery_by_organization ON delivery (organization_id, id);
CREATE INDEX delivery_by_subject ON delivery (subject_id);

-- One row for every delivery that awaits its receipt. Not part of the object: sending again is no change of it.
CREATE TABLE delivery_schedule (
  delivery_id TEXT PRIMARY KEY REFERENCES delivery (id),
  organization_id TEXT NOT NULL,
  attempts BIGINT NOT NULL CHECK (attempts >= 0),
  next_us BIGINT,
  escalate_us BIGINT
);
CREATE INDEX delivery_schedule_due ON delivery_schedule (next_us) WHERE next_us IS NOT NULL;
CREATE INDEX delivery_schedule_escalate ON delivery_schedule (escalate_us) WHERE escalate_us IS NOT NULL;
CREATE INDEX delivery_schedule_by_organization ON delivery_schedule (organization_id);
