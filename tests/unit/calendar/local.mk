CALENDAR_TESTS = tests/unit/calendar/test_expander tests/unit/calendar/test_plan
check_PROGRAMS += $(CALENDAR_TESTS)
TESTS += $(CALENDAR_TESTS)
tests_unit_calendar_test_expander_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_calendar_test_expander_LDADD = $(TEST_LDADD)
tests_unit_calendar_test_plan_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_calendar_test_plan_LDADD = $(TEST_LDADD)
