CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%_IMMUTABLE', upper(TG_ARGV[0]);
END;
$$;

-- The audit trail. Rows are written with the change they tell of and never touched again; their place in the chain
-- is a row of audit_link.
CREATE TABLE audit (
  row_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL,
  time_us BIGINT NOT NULL,
  actor TEXT NOT NULL,
  actor_organization_id TEXT NOT NULL,
  actor_district_path TEXT NOT NULL,
  source_address TEXT NOT NULL,
  action TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  object_version BIGINT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  result TEXT NOT NULL,
  note TEXT NOT NULL,
  request_id TEXT NOT NULL,
  before_hash TEXT NOT NULL,
  after_hash TEXT NOT NULL
);
CREATE INDEX audit_by_object ON audit (object_id);
CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION refuse_change('audit');

-- The chain over the audit rows: seq counts from 1, stamp_us never decreases.
CREATE TABLE audit_link (
  seq BIGINT PRIMARY KEY,
  row_id BIGINT NOT NULL UNIQUE,
  stamp_us BIGINT NOT NULL,
  hash BYTEA NOT NULL
);
CREATE TRIGGER audit_link_refuses_change BEFORE UPDATE OR DELETE ON audit_link
  FOR EACH ROW EXECUTE FUNCTION refuse_change('audit');

-- Events, written with the change they tell of. Transactions commit in another order than they write, so feed_seq
-- is given after commit, by the relay's claim.
CREATE TABLE outbox (
  row_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed_seq BIGINT UNIQUE,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  time_us BIGINT NOT NULL,
  data_type TEXT NOT NULL,
  data BYTEA NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('real', 'drill', 'test')),
  district_path TEXT NOT NULL,
  organization_ids TEXT NOT NULL,
  version BIGINT NOT NULL,
  traceparent TEXT NOT NULL
);
CREATE INDEX outbox_of_drills ON outbox (feed_seq) WHERE mode = 'drill';
CREATE INDEX outbox_unclaimed ON outbox (row_id) WHERE feed_seq IS NULL;

-- Events that a consumer has applied.
CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  event_id TEXT NOT NULL,
  time_us BIGINT NOT NULL,
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_by_time ON inbox (time_us);

-- How far a consumer has come in an owner's feed: the last feed_seq of that mode up to which all is applied.
CREATE TABLE consumer_position (
  consumer TEXT NOT NULL,
  owner TEXT NOT NULL,
  mode TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (consumer, owner, mode)
);

-- What could not be applied and was put aside so that the rest goes on.
CREATE TABLE dead_letter (
  id TEXT NOT NULL PRIMARY KEY,
  consumer TEXT NOT NULL,
  owner TEXT NOT NULL,
  mode TEXT NOT NULL,
  feed_seq BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  reason TEXT NOT NULL,
  time_us BIGINT NOT NULL
);

-- What the relay remembers: "published" (feed_seq), "epoch" (of the bus), "pruned:<mode>" (feed_seq).
CREATE TABLE bus_state (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
