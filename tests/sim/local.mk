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
