STORE_TESTS = tests/unit/store/test_calendar \
	tests/unit/store/test_chain \
	tests/unit/store/test_login \
	tests/unit/store/test_people \
	tests/unit/store/test_reminder \
	tests/unit/store/test_tx
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)
tests_unit_store_test_chain_SOURCES = %reldir%/test_chain.c %reldir%/place.h
tests_unit_store_test_chain_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_chain_LDADD = $(TEST_LDADD)
tests_unit_store_test_login_SOURCES = %reldir%/test_login.c %reldir%/place.h
tests_unit_store_test_login_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_login_LDADD = $(TEST_LDADD)
tests_unit_store_test_people_SOURCES = %reldir%/test_people.c %reldir%/place.h
tests_unit_store_test_people_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_people_LDADD = $(TEST_LDADD)
tests_unit_store_test_tx_SOURCES = %reldir%/test_tx.c %reldir%/place.h
tests_unit_store_test_tx_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_tx_LDADD = $(TEST_LDADD)
tests_unit_store_test_calendar_SOURCES = %reldir%/test_calendar.c %reldir%/place.h
tests_unit_store_test_calendar_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_calendar_LDADD = $(TEST_LDADD)
tests_unit_store_test_reminder_SOURCES = %reldir%/test_reminder.c %reldir%/place.h
tests_unit_store_test_reminder_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_reminder_LDADD = $(TEST_LDADD)
