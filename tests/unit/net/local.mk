check_PROGRAMS += tests/unit/net/test_folder
TESTS += tests/unit/net/test_folder
tests_unit_net_test_folder_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_net_test_folder_LDADD = $(TEST_LDADD)
