check_PROGRAMS += tests/unit/base/test_library tests/unit/base/test_text \
	tests/unit/base/test_template
TESTS += tests/unit/base/test_library tests/unit/base/test_text \
	tests/unit/base/test_template
tests_unit_base_test_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_text_LDADD = $(TEST_LDADD)
tests_unit_base_test_template_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_template_LDADD = $(TEST_LDADD)
tests_unit_base_test_library_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_library_LDADD = $(TEST_LDADD)
