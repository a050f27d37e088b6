-- What a note or a letter does to one that was sent before; which one, in the clear, so that it is found.
CREATE TABLE amendment (
  item INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  other INTEGER NOT NULL,
  body BLOB NOT NULL               -- whether it replaces or appends, and why
) STRICT;
CREATE INDEX amendment_other ON amendment (other, item);
