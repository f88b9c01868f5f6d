CREATE TABLE document (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL CHECK (version >= 1),
  create_us BIGINT NOT NULL,
  update_us BIGINT NOT NULL,
  format TEXT NOT NULL,
  account_id TEXT NOT NULL,
  source TEXT NOT NULL,
  district_path TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('real', 'drill', 'test')),
  sender TEXT NOT NULL,
  identifier TEXT NOT NULL,
  sent_us BIGINT NOT NULL,
  message_type TEXT NOT NULL,
  strictness TEXT NOT NULL CHECK (strictness IN ('strict', 'lenient')),
  accept_expired BIGINT NOT NULL CHECK (accept_expired IN (0, 1)),
  reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'done')),
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'duplicate', 'expired', 'unmatched', 'kept_only')),
  action TEXT NOT NULL CHECK (action IN ('none', 'create', 'update', 'stand_down')),
  origin_id TEXT NOT NULL,
  duplicate_of TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  faults TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
);
-- One message counts once for each source, however many ask at the same moment.
CREATE UNIQUE INDEX document_by_identity ON document (sender, identifier, sent_us, source)
  WHERE outcome NOT IN ('duplicate', 'expired');
CREATE INDEX document_by_identifier ON document (sender, identifier, sent_us);
CREATE INDEX document_pending ON document (id) WHERE state = 'received';
CREATE INDEX document_by_origin ON document (origin_id, sent_us);
CREATE INDEX document_by_account ON document (account_id, id);

CREATE TABLE document_content (
  document_id TEXT PRIMARY KEY REFERENCES document (id),
  content BYTEA NOT NULL
);
