-- The audit trail. Rows are written with the change they tell of and never touched again; their place in the chain
-- is a row of audit_link. One write connection: row_id order is commit order.
CREATE TABLE audit (
  row_id INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  time_us INTEGER NOT NULL,
  actor TEXT NOT NULL,
  actor_organization_id TEXT NOT NULL,
  actor_district_path TEXT NOT NULL,
  source_address TEXT NOT NULL,
  action TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  object_version INTEGER NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  result TEXT NOT NULL,
  note TEXT NOT NULL,
  request_id TEXT NOT NULL,
  before_hash TEXT NOT NULL,
  after_hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_object ON audit (object_id);
CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'AUDIT_IMMUTABLE');
END;
CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'AUDIT_IMMUTABLE');
END;

-- The chain over the audit rows: seq counts from 1, stamp_us never decreases.
CREATE TABLE audit_link (
  seq INTEGER PRIMARY KEY,
  row_id INTEGER NOT NULL,
  stamp_us INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_link_by_row ON audit_link (row_id);
CREATE TRIGGER audit_link_refuses_update BEFORE UPDATE ON audit_link
BEGIN
  SELECT RAISE(ABORT, 'AUDIT_IMMUTABLE');
END;
CREATE TRIGGER audit_link_refuses_delete BEFORE DELETE ON audit_link
BEGIN
  SELECT RAISE(ABORT, 'AUDIT_IMMUTABLE');
END;

-- Events, written with the change they tell of. One write connection: feed_seq order is commit order. The newest row
-- is never pruned, so a number is never given twice.
CREATE TABLE outbox (
  feed_seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  time_us INTEGER NOT NULL,
  data_type TEXT NOT NULL,
  data BLOB NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('real', 'drill', 'test')),
  district_path TEXT NOT NULL,
  organization_ids TEXT NOT NULL,
  version INTEGER NOT NULL,
  traceparent TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_of_drills ON outbox (mode) WHERE mode = 'drill';
CREATE TRIGGER outbox_refuses_update BEFORE UPDATE ON outbox
BEGIN
  SELECT RAISE(ABORT, 'OUTBOX_IMMUTABLE');
END;

-- Events that a consumer has applied.
CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  event_id TEXT NOT NULL,
  time_us INTEGER NOT NULL,
  PRIMARY KEY (consumer, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_by_time ON inbox (time_us);

-- How far a consumer has come in an owner's feed: the last feed_seq of that mode up to which all is applied.
CREATE TABLE consumer_position (
  consumer TEXT NOT NULL,
  owner TEXT NOT NULL,
  mode TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (consumer, owner, mode)
) STRICT, WITHOUT ROWID;

-- What could not be applied and was put aside so that the rest goes on.
CREATE TABLE dead_letter (
  id TEXT NOT NULL PRIMARY KEY,
  consumer TEXT NOT NULL,
  owner TEXT NOT NULL,
  mode TEXT NOT NULL,
  feed_seq INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  reason TEXT NOT NULL,
  time_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the relay remembers: "published" (feed_seq), "epoch" (of the bus), "pruned:<mode>" (feed_seq).
CREATE TABLE bus_state (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
