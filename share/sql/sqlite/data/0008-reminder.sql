-- Reminders that were taken up: what goes, went, or was skipped.  Whose and of what is a keyed tag or sealed.
CREATE TABLE reminder (
  id INTEGER PRIMARY KEY,
  live INTEGER NOT NULL,           -- 0: taken back before it went
  mark INTEGER NOT NULL,           -- of its identity, for the command line
  uid BLOB NOT NULL,               -- of the calendar
  recurrence INTEGER NOT NULL,     -- RECURRENCE-ID; the least integer for none
  kind BLOB NOT NULL,              -- "7d", "cancel:2"
  channel BLOB NOT NULL,
  patient INTEGER NOT NULL,
  item INTEGER NOT NULL,           -- the message that carries it
  due INTEGER NOT NULL,
  starts INTEGER NOT NULL,         -- when the appointment starts, as the message says
  sequence INTEGER NOT NULL,       -- of the invitation
  code BLOB,                       -- of the answer; on the first of a message
  answer INTEGER NOT NULL,         -- clinic/reminder.h; 0 none yet
  answered INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
-- Whoever tries, there is no second one: by no channel, so by the same one neither.
CREATE UNIQUE INDEX reminder_once ON reminder (uid, recurrence, kind, patient) WHERE live = 1;
CREATE UNIQUE INDEX reminder_code ON reminder (code) WHERE code IS NOT NULL;
CREATE INDEX reminder_event ON reminder (uid, recurrence, patient);
CREATE INDEX reminder_item ON reminder (item);
CREATE INDEX reminder_mark ON reminder (mark) WHERE live = 1;
CREATE INDEX reminder_due ON reminder (due, id) WHERE live = 1;
CREATE INDEX reminder_starts ON reminder (starts, id) WHERE live = 1;

-- How reminders of a template are approved, who said so, and when.
CREATE TABLE reminder_mode (
  name BLOB PRIMARY KEY,           -- of the template
  version INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
