-- beside the version before: no
-- Which key of a key file was the newest when the store was last opened: by its id, which tells nothing of the key.
CREATE TABLE key_mark (
  file TEXT NOT NULL PRIMARY KEY,
  key_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
