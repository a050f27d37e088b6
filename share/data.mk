nobase_pkgdata_DATA += share/scribe/builtin.model share/scribe/ATTRIBUTION.md
EXTRA_DIST += share/scribe/builtin.model share/scribe/ATTRIBUTION.md
# Migrations: one list a driver and file.
sqlitedatadir = $(pkgdatadir)/sql/sqlite/data
dist_sqlitedata_DATA = share/sql/sqlite/data/0001-audit.sql share/sql/sqlite/data/0002-people.sql \
	share/sql/sqlite/data/0003-items.sql share/sql/sqlite/data/0004-contract.sql \
	share/sql/sqlite/data/0005-destination.sql share/sql/sqlite/data/0006-style.sql \
	share/sql/sqlite/data/0007-calendar.sql \
	share/sql/sqlite/data/0008-reminder.sql share/sql/sqlite/data/0009-mail.sql \
	share/sql/sqlite/data/0010-amendment.sql share/sql/sqlite/data/0011-returned.sql \
	share/sql/sqlite/data/0012-chart.sql share/sql/sqlite/data/0013-figure.sql \
	share/sql/sqlite/data/0014-certificate.sql share/sql/sqlite/data/0015-feed.sql \
	share/sql/sqlite/data/0016-look.sql
sqlitekeysdir = $(pkgdatadir)/sql/sqlite/keys
dist_sqlitekeys_DATA = share/sql/sqlite/keys/0001-keys.sql share/sql/sqlite/keys/0002-login.sql
# The lexicons of the checks; the last three are made by `make train-checks`.
LEXICON = share/lexicon/allergies.tsv share/lexicon/body.tsv share/lexicon/cues.tsv \
	share/lexicon/doses.tsv share/lexicon/drugs.tsv share/lexicon/interactions.tsv \
	share/lexicon/numbers.tsv share/lexicon/opposites.tsv share/lexicon/patterns.tsv \
	share/lexicon/terms.tsv \
	share/lexicon/units.tsv share/lexicon/vitals.tsv \
	share/lexicon/weights.tsv share/lexicon/links.tsv share/lexicon/models.tsv
lexicondir = $(pkgdatadir)/lexicon
dist_lexicon_DATA = $(LEXICON)
remindersdir = $(pkgdatadir)/templates/reminders
dist_reminders_DATA = templates/reminders/policy.conf \
	templates/reminders/reminder.en.txt templates/reminders/reminder.fr.txt \
	templates/reminders/reminder.en.html templates/reminders/reminder.fr.html \
	templates/reminders/cancel.en.txt templates/reminders/cancel.fr.txt \
	templates/reminders/cancel.en.html templates/reminders/cancel.fr.html \
	templates/reminders/restricted.en.txt templates/reminders/restricted.fr.txt \
	templates/reminders/restricted-cancel.en.txt templates/reminders/restricted-cancel.fr.txt
# Mails that say no more than they may.
mailtemplatesdir = $(pkgdatadir)/templates/mail
dist_mailtemplates_DATA = templates/mail/notice.en.txt templates/mail/notice.fr.txt
# The chat engine's prompts.
promptsdir = $(pkgdatadir)/templates/prompts
dist_prompts_DATA = templates/prompts/note.en.txt templates/prompts/note.fr.txt \
	templates/prompts/visit.en.txt templates/prompts/visit.fr.txt \
	templates/prompts/repair.en.txt templates/prompts/repair.fr.txt
# What may stay of a clinician's phrases.
styledir = $(pkgdatadir)/style
dist_style_DATA = share/style/words.txt
# The demo's visits.
demodir = $(pkgdatadir)/demo
dist_demo_DATA = share/demo/visits.jsonl
# What the fields of a note are coded by.
codesdir = $(pkgdatadir)/codes
dist_codes_DATA = share/codes/vitals.tsv share/codes/units.tsv share/codes/drugs.tsv \
	share/codes/conditions.tsv
