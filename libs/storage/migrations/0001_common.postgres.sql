CREATE TABLE request (
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  request_id TEXT NOT NULL,
  body_hash BYTEA NOT NULL,
  reply BYTEA NOT NULL,
  create_us BIGINT NOT NULL,
  PRIMARY KEY (principal, method, request_id)
);
CREATE INDEX request_by_time ON request (create_us);
