-- beside the version before: no
CREATE TABLE key_mark (
  file TEXT NOT NULL PRIMARY KEY,
  key_id TEXT NOT NULL
);
