-- How far a mailbox was read.
CREATE TABLE mailbox (
  destination INTEGER PRIMARY KEY,
  validity INTEGER NOT NULL,       -- UIDVALIDITY: another one makes the numbers void
  uid INTEGER NOT NULL,            -- the last that was read
  taken INTEGER NOT NULL,          -- that were about something of ours
  strange INTEGER NOT NULL,        -- that were about nothing of ours
  read_at INTEGER NOT NULL
) STRICT;

-- What came back about our mail: each once, however often it is read.
CREATE TABLE returned (
  id INTEGER PRIMARY KEY,
  mark BLOB NOT NULL UNIQUE,       -- of its bytes
  item INTEGER NOT NULL,
  patient INTEGER NOT NULL,
  kind INTEGER NOT NULL,           -- mail, automatic, failed, delayed, delivered
  at INTEGER NOT NULL,
  done INTEGER NOT NULL,           -- an answer: when a person settled it; 0 not yet
  body BLOB NOT NULL
) STRICT;
CREATE INDEX returned_open ON returned (kind, done, at, id);
CREATE INDEX returned_item ON returned (item);
