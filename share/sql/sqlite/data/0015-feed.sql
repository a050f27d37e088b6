-- What came over the HL7 listener, in numbers: one row.
CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  heard_at INTEGER NOT NULL,       -- the last message; 0 none yet
  taken INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  refused_at INTEGER NOT NULL,     -- the last that was refused; 0 none
  body BLOB NOT NULL               -- why
) STRICT;
