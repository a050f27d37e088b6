-- The audit chain: one line for each change and each reading of a record.
CREATE TABLE audit(
  seq     INTEGER PRIMARY KEY CHECK (seq > 0),
  at      INTEGER NOT NULL,
  actor   INTEGER NOT NULL,
  action  INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  patient INTEGER NOT NULL,
  detail  BLOB,
  last    BLOB NOT NULL CHECK (length(last) = 32),
  link    BLOB NOT NULL CHECK (length(link) = 32)
);
CREATE INDEX audit_patient ON audit(patient, at) WHERE patient <> 0;
CREATE INDEX audit_actor ON audit(actor, at);
