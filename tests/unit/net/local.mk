check_PROGRAMS += tests/unit/net/test_folder
TESTS += tests/unit/net/test_folder
tests_unit_net_test_folder_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_net_test_folder_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/net/test_http
TESTS += tests/unit/net/test_http
tests_unit_net_test_http_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_net_test_http_LDADD = $(TEST_LDADD)
