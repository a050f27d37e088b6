check_PROGRAMS += tests/unit/db/test_conn tests/unit/db/test_migrate
TESTS += tests/unit/db/test_conn tests/unit/db/test_migrate
tests_unit_db_test_conn_SOURCES = %reldir%/test_conn.c %reldir%/place.h
tests_unit_db_test_conn_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_db_test_conn_LDADD = $(TEST_LDADD)
tests_unit_db_test_migrate_SOURCES = %reldir%/test_migrate.c %reldir%/place.h
tests_unit_db_test_migrate_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_db_test_migrate_LDADD = $(TEST_LDADD)
