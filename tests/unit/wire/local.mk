check_PROGRAMS += tests/unit/wire/test_fhir
TESTS += tests/unit/wire/test_fhir
tests_unit_wire_test_fhir_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_wire_test_fhir_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/wire/test_hl7
TESTS += tests/unit/wire/test_hl7
tests_unit_wire_test_hl7_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_wire_test_hl7_LDADD = $(TEST_LDADD)
