check_PROGRAMS += tests/unit/clinic/test_day
TESTS += tests/unit/clinic/test_day
tests_unit_clinic_test_day_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_clinic_test_day_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/clinic/test_item
TESTS += tests/unit/clinic/test_item
tests_unit_clinic_test_item_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_clinic_test_item_LDADD = $(TEST_LDADD)
