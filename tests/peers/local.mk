check_SCRIPTS += tests/peers/calendar.sh
TESTS += tests/peers/calendar.sh
EXTRA_DIST += tests/peers/calendar.sh tests/peers/ics_peers.py

# FHIR and HL7: node with Medplum, from npm (tests/peers/ehr/package-lock.json).
check_PROGRAMS += tests/peers/test_fhir_channel
TESTS += tests/peers/test_fhir_channel
tests_peers_test_fhir_channel_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/peers
tests_peers_test_fhir_channel_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/peers/ehr/peer.h tests/peers/ehr/fhir.mjs tests/peers/ehr/hl7.mjs \
	tests/peers/ehr/package.json tests/peers/ehr/package-lock.json
