-- A user is found by a plain hash of the login name: before a login there is no key for a tag.
ALTER TABLE key_user ADD COLUMN name BLOB;
CREATE UNIQUE INDEX key_user_name ON key_user (name);

-- Attempts to log in, by a hash of the name: counted here, because before a login there is no key
-- for the audit chain.  They are told, and written to the chain, at the next login.
CREATE TABLE login (
  name BLOB PRIMARY KEY,
  streak INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  in_flight INTEGER NOT NULL,
  tried_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  last_failed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
