-- Users, patients, visits.  Ids are random; whatever names a person is sealed or a keyed tag.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  name BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL,
  last_login INTEGER NOT NULL
) STRICT;

CREATE TABLE patient (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  shredded INTEGER NOT NULL,
  name BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;

-- Tags of normalised prefixes of each word of the name, of the phone's digits and of the record
-- number; and of the whole record number, and of name and birth date together.
CREATE TABLE patient_tag (
  tag BLOB NOT NULL,
  patient INTEGER NOT NULL,
  PRIMARY KEY (tag, patient)
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_tag_patient ON patient_tag (patient);

CREATE TABLE visit (
  id INTEGER PRIMARY KEY,
  patient INTEGER NOT NULL,
  clinician INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  consent INTEGER NOT NULL,
  version INTEGER NOT NULL,
  external BLOB UNIQUE,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX visit_patient ON visit (patient, at, id);
CREATE INDEX visit_at ON visit (at, id);

-- Under the visit's own key, so that it can go before the rest.
CREATE TABLE transcript (
  visit INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE consent (
  id INTEGER PRIMARY KEY,
  visit INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX consent_visit ON consent (visit, at, id);

-- The trail is read by line, not by instant.
DROP INDEX IF EXISTS audit_patient;
DROP INDEX IF EXISTS audit_actor;
CREATE INDEX audit_patient ON audit (patient, seq);
CREATE INDEX audit_actor ON audit (actor, seq);
