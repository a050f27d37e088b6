check_PROGRAMS += tests/unit/wire/test_fhir
TESTS += tests/unit/wire/test_fhir
tests_unit_wire_test_fhir_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_wire_test_fhir_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/wire/test_chat
TESTS += tests/unit/wire/test_chat
tests_unit_wire_test_chat_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_wire_test_chat_LDADD = $(TEST_LDADD)
