# Reminders through days with changes of daylight time, and a worker that is killed: nine days a zone
# with the other tests, a year by hand.
check_PROGRAMS += tests/sim/reminders
TESTS += tests/sim/reminders
tests_sim_reminders_SOURCES = %reldir%/reminders.c tests/unit/clinic/agenda.h
tests_sim_reminders_CPPFLAGS = $(TEST_CPPFLAGS)
tests_sim_reminders_LDADD = $(TEST_LDADD)

.PHONY: sim-reminders
sim-reminders: tests/sim/reminders
	GUICHET_DATADIR='$(abs_top_srcdir)' GUICHET_SIM_DAYS=$${GUICHET_SIM_DAYS-366} tests/sim/reminders

# A clinic's calendar through its life (imported, killed, read again, changed, cancelled): a small one with
# the other tests, one of 100,000 events by hand.
check_PROGRAMS += tests/sim/calendars
TESTS += tests/sim/calendars
tests_sim_calendars_SOURCES = %reldir%/calendars.c %reldir%/model.c %reldir%/model.h
tests_sim_calendars_CPPFLAGS = $(TEST_CPPFLAGS)
tests_sim_calendars_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/fixtures/calendar/clinic.ics tests/fixtures/calendar/clinic.jsonl

.PHONY: sim-calendar
sim-calendar: tests/sim/calendars
	$(MKDIR_P) sim-calendar.tmp
	python3 $(ICS_GEN) --n $${GUICHET_SIM_EVENTS-100000} --out sim-calendar.tmp/clinic.ics \
	  --truth sim-calendar.tmp/clinic.jsonl
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/sim/calendars sim-calendar.tmp/clinic.ics \
	  sim-calendar.tmp/clinic.jsonl
	rm -rf sim-calendar.tmp
