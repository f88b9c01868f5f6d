CREATE TABLE request (
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  request_id TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  reply BLOB NOT NULL,
  create_us INTEGER NOT NULL,
  PRIMARY KEY (principal, method, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_by_time ON request (create_us);
