-- What a patient said about e-mail (45 CFR 164.522(b)): the newest counts, none is ever changed.
CREATE TABLE mail_choice (
  id INTEGER PRIMARY KEY,
  patient INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body BLOB NOT NULL               -- what, to which address, how, in which words, told to whom
) STRICT;
CREATE INDEX mail_choice_patient ON mail_choice (patient, at, id);

-- To whom a letter goes, beside its text.
CREATE TABLE letter (
  item INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
