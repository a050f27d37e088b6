-- What an EHR knows of a patient, as it was read from there; sealed under the patient's key.
CREATE TABLE chart (
  patient INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  read_at INTEGER NOT NULL,        -- the last whole reading; 0 never
  tried_at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
