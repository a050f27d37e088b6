-- Certificates of those whom clinical mail is encrypted for.  The address is a keyed tag; all else is sealed.
CREATE TABLE certificate (
  id INTEGER PRIMARY KEY,
  address BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;
