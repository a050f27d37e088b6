-- Example phrasings of a clinician, without a patient's facts.  Sealed; whose they are is all that is seen.
CREATE TABLE style (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  clinician INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX style_clinician ON style (clinician, id);
