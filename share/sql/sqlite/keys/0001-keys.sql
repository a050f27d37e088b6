-- Wrapped keys, each a sealed box.  Destroying one shreds all that it sealed.
CREATE TABLE key_host(
  id      INTEGER PRIMARY KEY,
  wrapped BLOB NOT NULL
);
CREATE TABLE key_user(
  id      INTEGER PRIMARY KEY,
  salt    BLOB NOT NULL CHECK (length(salt) = 16),
  passes  INTEGER NOT NULL,
  memory  INTEGER NOT NULL,
  wrapped BLOB NOT NULL
);
CREATE TABLE key_patient(
  id      INTEGER PRIMARY KEY,
  wrapped BLOB NOT NULL
);
CREATE TABLE key_visit(
  id      INTEGER PRIMARY KEY,
  patient INTEGER NOT NULL,
  wrapped BLOB NOT NULL
);
CREATE INDEX key_visit_patient ON key_visit(patient);
