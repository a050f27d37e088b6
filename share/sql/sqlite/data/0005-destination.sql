-- Destinations as the outbox knows them: whether one is held, or left alone for a while.
CREATE TABLE destination (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  name BLOB NOT NULL UNIQUE,
  held INTEGER NOT NULL,
  failures INTEGER NOT NULL,       -- of the destination itself, in a row
  rest_until INTEGER NOT NULL,     -- left alone until then
  delivered_at INTEGER NOT NULL,   -- the last success; 0 none yet
  body BLOB NOT NULL               -- its name; who holds it and why; the last trouble
) STRICT;

-- What is due for one destination, and what must go before it, without a look at all the others.
ALTER TABLE outbox ADD COLUMN target INTEGER NOT NULL DEFAULT 0;   -- destination; 0 of older rows
ALTER TABLE outbox ADD COLUMN patient INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN phase INTEGER NOT NULL DEFAULT 0;    -- the item's state
UPDATE outbox SET
  patient = (SELECT i.patient FROM item i WHERE i.id = outbox.item),
  phase = (SELECT i.state FROM item i WHERE i.id = outbox.item)
WHERE EXISTS (SELECT 1 FROM item i WHERE i.id = outbox.item);
CREATE INDEX outbox_ready ON outbox (target, phase, due, id) WHERE live = 1;
CREATE INDEX outbox_order ON outbox (patient, target, phase, signed_at, id) WHERE live = 1;
CREATE INDEX outbox_phase ON outbox (phase, due, id) WHERE live = 1;
CREATE TRIGGER outbox_follow AFTER UPDATE OF state ON item WHEN old.state <> new.state BEGIN
  UPDATE outbox SET phase = new.state WHERE item = new.id AND live = 1;
END;
