-- Counts without a patient: the findings of each sort that drafts and edits raised, and what became of them.
CREATE TABLE figure (
  day INTEGER NOT NULL,            -- of the decision: days since 1970-01-01 in the clinic's zone
  engine INTEGER NOT NULL,         -- that drafted the text; 0 none did
  kind INTEGER NOT NULL,           -- scribe/finding.def
  severity INTEGER NOT NULL,
  fate INTEGER NOT NULL,           -- clinic/fate.def
  n INTEGER NOT NULL,
  PRIMARY KEY (day, engine, kind, severity, fate)
) STRICT, WITHOUT ROWID;

-- The decision that stands of an item, at most one, and what it added to the figures, sealed: an undo takes exactly
-- that back.
CREATE TABLE decision (
  item INTEGER PRIMARY KEY,
  day INTEGER NOT NULL,
  engine INTEGER NOT NULL,
  signed INTEGER NOT NULL,         -- 1 signed, 0 rejected
  reason INTEGER NOT NULL,         -- clinic/reason.def
  writing INTEGER NOT NULL,        -- clinic/figure.h: as drafted, edited, written by a person
  waited INTEGER NOT NULL,         -- from the draft to the decision, in microseconds; -1 unknown
  body BLOB NOT NULL
) STRICT;
CREATE INDEX decision_day ON decision (day, signed, waited);

-- Engines, with their models, that drafted something.
CREATE TABLE engine (
  id INTEGER PRIMARY KEY,
  name BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;
