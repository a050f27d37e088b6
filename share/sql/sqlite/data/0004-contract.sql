-- Contracts with outside services.  The reference is a keyed tag; all else is sealed.
CREATE TABLE contract (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  name BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;
