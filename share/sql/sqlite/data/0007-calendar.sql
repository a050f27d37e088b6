-- Calendars that appointments come from, what stands in them, and the appointments that it makes.
CREATE TABLE calendar (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  name BLOB NOT NULL UNIQUE,
  clinician INTEGER NOT NULL,
  horizon INTEGER NOT NULL,        -- series are spelt out up to here
  body BLOB NOT NULL               -- name, where it is, place, zone, ETag, sync-token, last trouble
) STRICT;

-- One VEVENT each.  UID and resource are keyed tags; the text is sealed by its patient's key.
CREATE TABLE calendar_entry (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  calendar INTEGER NOT NULL,
  series BLOB NOT NULL,            -- of the UID
  part BLOB NOT NULL,              -- of UID and RECURRENCE-ID
  resource BLOB,                   -- of the file or href that holds it
  digest BLOB NOT NULL,            -- of the text: the same again need not be written again
  rank INTEGER NOT NULL,           -- SEQUENCE and time stamp in one number
  recurs INTEGER NOT NULL,         -- a series, or a part of one
  gone INTEGER NOT NULL,           -- no longer in the calendar
  stale INTEGER NOT NULL,          -- its appointments do not follow it yet
  patient INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (calendar, part)
) STRICT;
CREATE INDEX calendar_entry_page ON calendar_entry (calendar, id);
CREATE INDEX calendar_entry_series ON calendar_entry (calendar, series, id);
CREATE INDEX calendar_entry_resource ON calendar_entry (calendar, resource) WHERE resource IS NOT NULL;
CREATE INDEX calendar_entry_stale ON calendar_entry (calendar, id) WHERE stale = 1;
CREATE INDEX calendar_entry_recurs ON calendar_entry (calendar, id) WHERE recurs = 1;

-- Occurrences within the horizon.
CREATE TABLE appointment (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  calendar INTEGER NOT NULL,
  series BLOB NOT NULL,
  occurrence INTEGER NOT NULL,     -- RECURRENCE-ID as an instant; the least integer for a single event
  patient INTEGER NOT NULL,        -- 0 while nobody knows who it is
  clinician INTEGER NOT NULL,
  start INTEGER NOT NULL,
  finish INTEGER NOT NULL,
  state INTEGER NOT NULL,          -- store/appointment.h
  desk INTEGER NOT NULL,           -- a person set that state
  known INTEGER NOT NULL,          -- since when its present time is known
  arrived INTEGER NOT NULL,
  checked_in INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (calendar, series, occurrence)
) STRICT;
CREATE INDEX appointment_start ON appointment (start, id);
CREATE INDEX appointment_clinician ON appointment (clinician, start, id);
CREATE INDEX appointment_patient ON appointment (patient, start, id);
CREATE INDEX appointment_calendar ON appointment (calendar, start, id);
