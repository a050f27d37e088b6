-- Items, their revisions and findings, signatures, the outbox, jobs, the editor's journal.
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  open INTEGER NOT NULL,           -- 1 while somebody has something to do with it
  patient INTEGER NOT NULL,
  visit INTEGER NOT NULL,
  clinician INTEGER NOT NULL,
  created INTEGER NOT NULL,
  since INTEGER NOT NULL,
  due INTEGER NOT NULL,
  n_block INTEGER NOT NULL,
  n_warn INTEGER NOT NULL,
  n_info INTEGER NOT NULL,
  weight INTEGER NOT NULL,         -- findings in one number, for sorting
  confidence INTEGER NOT NULL,
  holder INTEGER NOT NULL,
  holder_until INTEGER NOT NULL,
  revision INTEGER NOT NULL,       -- the newest; 0 none
  draft INTEGER NOT NULL,          -- the engine's last; 0 none
  reason INTEGER NOT NULL,
  words BLOB                       -- why rejected, escalated or failed
) STRICT;
CREATE INDEX item_created ON item (created, id);
CREATE INDEX item_since ON item (since, id);
CREATE INDEX item_weight ON item (weight, id);
CREATE INDEX item_confidence ON item (confidence, id);
CREATE INDEX item_open_created ON item (open, created, id);
CREATE INDEX item_open_since ON item (open, since, id);
CREATE INDEX item_open_weight ON item (open, weight, id);
CREATE INDEX item_open_confidence ON item (open, confidence, id);
CREATE INDEX item_state_created ON item (state, created, id);
CREATE INDEX item_state_since ON item (state, since, id);
CREATE INDEX item_state_weight ON item (state, weight, id);
CREATE INDEX item_state_confidence ON item (state, confidence, id);
CREATE INDEX item_patient ON item (patient, created, id);
CREATE INDEX item_visit ON item (visit);
CREATE INDEX item_held ON item (holder_until) WHERE holder <> 0;

-- Items by state, kept as they move, so that a million need not be counted.
CREATE TABLE item_count (
  state INTEGER PRIMARY KEY,
  n INTEGER NOT NULL
) STRICT;
CREATE TRIGGER item_count_add AFTER INSERT ON item BEGIN
  INSERT INTO item_count(state, n) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER item_count_move AFTER UPDATE OF state ON item WHEN old.state <> new.state BEGIN
  UPDATE item_count SET n = n - 1 WHERE state = old.state;
  INSERT INTO item_count(state, n) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET n = n + 1;
END;

-- One text of an item, by an engine (author 0) or a person; never overwritten.
CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  author INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body BLOB NOT NULL,
  draft BLOB,                      -- what the engine proposed, with its evidence
  UNIQUE (item, seq)
) STRICT;

-- What the checks said of a revision, and what became of it.
CREATE TABLE finding (
  revision INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE signature (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  signer INTEGER NOT NULL,
  at INTEGER NOT NULL,
  digest BLOB NOT NULL,
  body BLOB NOT NULL               -- what was attested
) STRICT;
CREATE INDEX signature_item ON signature (item, at);

-- What was signed and must leave: exactly these bytes.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL,
  live INTEGER NOT NULL,           -- 0 after an undo
  version INTEGER NOT NULL,
  signed_at INTEGER NOT NULL,
  due INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  digest BLOB NOT NULL,
  address BLOB NOT NULL,           -- destination and name
  payload BLOB NOT NULL,
  receipt BLOB
) STRICT;
CREATE UNIQUE INDEX outbox_item ON outbox (item) WHERE live = 1;
CREATE INDEX outbox_changed ON outbox (live, changed_at, id);

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  item INTEGER NOT NULL,
  visit INTEGER NOT NULL,
  state INTEGER NOT NULL,          -- store/job.h
  attempts INTEGER NOT NULL,
  due INTEGER NOT NULL,
  lease INTEGER NOT NULL,          -- who has it: a random number of the taking
  lease_until INTEGER NOT NULL
) STRICT;
CREATE INDEX job_due ON job (state, due, id);
CREATE INDEX job_item ON job (item);
CREATE INDEX job_visit ON job (visit, state);

CREATE TABLE journal (
  item INTEGER NOT NULL,
  author INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (item, author)
) STRICT, WITHOUT ROWID;
