check_PROGRAMS += tests/unit/worker/test_run
TESTS += tests/unit/worker/test_run
tests_unit_worker_test_run_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_worker_test_run_LDADD = $(TEST_LDADD)
tests_unit_worker_test_run_SOURCES = tests/unit/worker/test_run.c tests/unit/worker/house.h
