
# The builtin engine: learn its weights; say what its drafts are worth on visits that it never saw.
# VISITS is the folder with train.jsonl and valid.jsonl.
VISITS = $(top_srcdir)/../shared/data/visits
BENCH_SCRIBE_SOURCES = \
	tests/bench/scribe/learn.h tests/bench/scribe/learn.c \
	tests/bench/scribe/lint.h tests/bench/scribe/lint.c \
	tests/bench/scribe/rouge.h tests/bench/scribe/rouge.c \
	tests/bench/scribe/table.h tests/bench/scribe/table.c \
	tests/bench/scribe/visit.h tests/bench/scribe/visit.c
EXTRA_PROGRAMS += tests/bench/scribe/train_scribe tests/bench/bench_draft
tests_bench_scribe_train_scribe_SOURCES = tests/bench/scribe/train.c $(BENCH_SCRIBE_SOURCES)
tests_bench_scribe_train_scribe_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_scribe_train_scribe_LDADD = $(LDADD)
tests_bench_bench_draft_SOURCES = tests/bench/bench_draft.c $(BENCH_SCRIBE_SOURCES)
tests_bench_bench_draft_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_bench_draft_LDADD = $(LDADD)
CLEANFILES += tests/bench/scribe/train_scribe tests/bench/bench_draft

.PHONY: train-scribe bench-draft
train-scribe: tests/bench/scribe/train_scribe
	tests/bench/scribe/train_scribe $(VISITS)/train.jsonl $(top_srcdir)/share/scribe/builtin.model
bench-draft: tests/bench/bench_draft
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_draft $(VISITS)/valid.jsonl

# The checks: learn what they weigh by; print their table on injected errors and clean notes.
CHECKS = $(top_srcdir)/../shared/data
EXTRA_PROGRAMS += tests/bench/scribe_train tests/bench/scribe_checks
tests_bench_scribe_train_SOURCES = tests/bench/scribe_train.c tests/bench/visit_data.h \
	tests/bench/checks_model.c tests/bench/checks_model.h \
	tests/bench/checks_mutate.c tests/bench/checks_mutate.h
tests_bench_scribe_train_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_scribe_train_LDADD = $(LDADD)
tests_bench_scribe_checks_SOURCES = tests/bench/scribe_checks.c tests/bench/visit_data.h
tests_bench_scribe_checks_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_scribe_checks_LDADD = $(LDADD)
CLEANFILES += tests/bench/scribe_train tests/bench/scribe_checks

# The three tables stand on one another, in this order, and start from nothing.
.PHONY: train-checks bench-checks crossval-checks bench-scribe
train-checks: tests/bench/scribe_train
	rm -rf train-checks.tmp && $(MKDIR_P) train-checks.tmp/share && \
	cp -R $(top_srcdir)/share/lexicon train-checks.tmp/share/ && \
	chmod -R u+w train-checks.tmp && \
	(cd train-checks.tmp/share/lexicon && rm -f weights.tsv links.tsv models.tsv) && \
	for table in words:weights links:links words:weights models:models; do \
	  GUICHET_DATADIR=train-checks.tmp tests/bench/scribe_train $${table%%:*} $(CHECKS) $(PART) \
	    >train-checks.tmp/new && \
	  mv train-checks.tmp/new train-checks.tmp/share/lexicon/$${table##*:}.tsv || exit 1; \
	done
	for table in weights links models; do \
	  cp train-checks.tmp/share/lexicon/$$table.tsv $(top_srcdir)/share/lexicon/ || exit 1; \
	done
	rm -rf train-checks.tmp
bench-checks: tests/bench/scribe_checks
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/scribe_checks $(CHECKS) $(PART)
# What is to be expected of visits to come: each fifth measured by tables learned without it; and the
# notes of valid.jsonl with errors of another making, by tables learned without these visits.
EXTRA_DIST += tests/bench/RESULTS.md tests/bench/crossval.sh tests/bench/scribe/unseen.py
crossval-checks: tests/bench/scribe_train tests/bench/scribe_checks
	$(MKDIR_P) crossval-checks.tmp
	sh $(srcdir)/tests/bench/crossval.sh crossval-checks.tmp $(CHECKS) $(top_srcdir)/share
	@echo "five fifths, each by tables learned without it"
	tests/bench/scribe_checks $(CHECKS) cross crossval-checks.tmp
	python3 $(srcdir)/tests/bench/scribe/unseen.py $(VISITS)/valid.jsonl >crossval-checks.tmp/unseen.jsonl
	@echo "notes never learned from, with errors of another making"
	tests/bench/scribe_checks $(CHECKS) unseen crossval-checks.tmp crossval-checks.tmp/unseen.jsonl
	rm -rf crossval-checks.tmp
bench-scribe: bench-checks bench-draft

# Calendars: parse and expand, as a ratio to libical fed one VEVENT at a time.
ICS_GEN = $(top_srcdir)/../shared/data/ics/gen_clinic.py
EXTRA_PROGRAMS += tests/bench/bench_calendar
tests_bench_bench_calendar_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_bench_calendar_LDADD = $(LDADD) $(LATE_LIBS)
EXTRA_PROGRAMS += tests/bench/bench_intake
tests_bench_bench_intake_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_bench_intake_LDADD = $(LDADD)
CLEANFILES += tests/bench/bench_intake
CLEANFILES += tests/bench/bench_calendar
.PHONY: bench-calendar
bench-calendar: tests/bench/bench_calendar tests/bench/bench_intake
	$(MKDIR_P) bench-calendar.tmp
	for n in 1000 10000 100000; do \
	  test -f bench-calendar.tmp/$$n.ics || \
	  python3 $(ICS_GEN) --n $$n --out bench-calendar.tmp/$$n.ics || exit 1; \
	done
	tests/bench/bench_calendar bench-calendar.tmp/1000.ics bench-calendar.tmp/10000.ics \
	  bench-calendar.tmp/100000.ics
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_intake bench-calendar.tmp/100000.ics
	rm -rf bench-calendar.tmp
# What sealing and the audit chain cost beside a bare insert; run in the folder whose disk counts.
EXTRA_PROGRAMS += tests/bench/bench_seal
tests_bench_bench_seal_LDADD = $(LDADD)
CLEANFILES += tests/bench/bench_seal
.PHONY: bench-seal
bench-seal: tests/bench/bench_seal
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_seal
# What the chat engine believes of a model's words.
EXTRA_PROGRAMS += tests/bench/bench_chat
tests_bench_bench_chat_SOURCES = tests/bench/bench_chat.c tests/bench/visit_data.h
tests_bench_bench_chat_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_bench_chat_LDADD = $(LDADD)
CLEANFILES += tests/bench/bench_chat
.PHONY: bench-chat
bench-chat: tests/bench/bench_chat
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_chat $(CHECKS)

# The queue in a real pseudo-terminal, over a million items.
QUEUE_BENCH = tests/bench/queue/make_clinic tests/bench/queue/bare_list tests/bench/queue/stretch
EXTRA_PROGRAMS += $(QUEUE_BENCH)
EXTRA_DIST += tests/bench/queue/bench_queue.py
tests_bench_queue_make_clinic_LDADD = $(LDADD)
tests_bench_queue_bare_list_LDADD = $(LDADD)
tests_bench_queue_stretch_LDADD = $(LDADD)
CLEANFILES += $(QUEUE_BENCH)
PTYLAT = $(top_srcdir)/../shared/tools/ptylat
.PHONY: bench-queue
bench-queue: guichet $(QUEUE_BENCH)
	@if test -x $(PTYLAT) && /usr/bin/python3 -c 'import pyte' 2>/dev/null; then \
	  GUICHET_DATADIR='$(abs_top_srcdir)' /usr/bin/python3 $(srcdir)/tests/bench/queue/bench_queue.py $(PTYLAT) \
	    ./guichet tests/bench/queue/bare_list tests/bench/queue/make_clinic tests/bench/queue/stretch \
	    bench-queue.tmp; \
	else echo 'queue: skipped, ptylat or python3-pyte is not there'; fi
# Notes to a FHIR server (npm, tests/peers/ehr) beside bare libcurl; fails under 0.9.
EXTRA_PROGRAMS += tests/bench/bench_fhir
tests_bench_bench_fhir_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/peers
tests_bench_bench_fhir_LDADD = $(TEST_LDADD)
CLEANFILES += tests/bench/bench_fhir
.PHONY: bench-fhir
bench-fhir: tests/bench/bench_fhir
	abs_top_srcdir='$(abs_top_srcdir)' GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_fhir

# Mail to smtp-sink (Debian: postfix) beside smtp-source and msmtp; fails under 0.1 and 50 times theirs.
EXTRA_PROGRAMS += tests/bench/bench_smtp
tests_bench_bench_smtp_SOURCES = tests/bench/bench_smtp.c tests/peers/smtp_house.h tests/unit/worker/house.h
tests_bench_bench_smtp_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_bench_smtp_LDADD = $(TEST_LDADD)
CLEANFILES += tests/bench/bench_smtp
.PHONY: bench-smtp
bench-smtp: tests/bench/bench_smtp
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_smtp

# One visit from its line in a file to a checked draft in the queue, in processor time.
EXTRA_PROGRAMS += tests/bench/bench_visit
tests_bench_bench_visit_LDADD = $(LDADD)
CLEANFILES += tests/bench/bench_visit
.PHONY: bench-visit bench
bench-visit: tests/bench/bench_visit
	@if test -f $(VISITS)/valid.jsonl; then \
	  GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_visit $(VISITS)/valid.jsonl; \
	else echo 'visit: skipped, the visits are not there'; fi

# What the house promises of its speed, one table after the other; tests/bench has more of its own.
bench: bench-queue bench-visit bench-seal
