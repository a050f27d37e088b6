check_SCRIPTS += tests/peers/calendar.sh
TESTS += tests/peers/calendar.sh
EXTRA_DIST += tests/peers/calendar.sh tests/peers/ics_peers.py

# FHIR and HL7: node with Medplum, from npm (tests/peers/ehr/package-lock.json).
check_PROGRAMS += tests/peers/test_fhir_channel
TESTS += tests/peers/test_fhir_channel
tests_peers_test_fhir_channel_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/peers
tests_peers_test_fhir_channel_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/peers/test_chart
TESTS += tests/peers/test_chart
tests_peers_test_chart_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/peers -I$(top_srcdir)/tests/unit
tests_peers_test_chart_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/peers/ehr/peer.h tests/peers/ehr/fhir.mjs tests/peers/ehr/hl7.mjs \
	tests/peers/ehr/package.json tests/peers/ehr/package-lock.json
check_SCRIPTS += tests/peers/chat.sh tests/peers/chat_clinic.sh
TESTS += tests/peers/chat.sh tests/peers/chat_clinic.sh
EXTRA_DIST += tests/peers/chat.sh tests/peers/chat_server.py tests/peers/chat_faults.py tests/peers/chat_clinic.py tests/peers/chat_clinic.sh
# A real llama.cpp, where npm has brought it (bootstrap does, for the tests).
check_PROGRAMS += tests/peers/llama_talk
tests_peers_llama_talk_CPPFLAGS = $(AM_CPPFLAGS)
tests_peers_llama_talk_LDADD = $(LDADD)
check_SCRIPTS += tests/peers/llama.sh
TESTS += tests/peers/llama.sh
EXTRA_DIST += tests/peers/llama.sh tests/peers/package.json tests/peers/package-lock.json
check_PROGRAMS += tests/peers/smtp_faults
tests_peers_smtp_faults_CPPFLAGS = $(TEST_CPPFLAGS)
tests_peers_smtp_faults_LDADD = $(TEST_LDADD)
check_SCRIPTS += tests/peers/smtp.sh
TESTS += tests/peers/smtp.sh
EXTRA_DIST += tests/peers/smtp.sh tests/peers/smtp_server.py
check_PROGRAMS += tests/peers/test_mllp_channel
TESTS += tests/peers/test_mllp_channel
tests_peers_test_mllp_channel_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/peers
tests_peers_test_mllp_channel_LDADD = $(TEST_LDADD)
check_SCRIPTS += tests/peers/smtp_clinic.sh
TESTS += tests/peers/smtp_clinic.sh
EXTRA_DIST += tests/peers/smtp_clinic.sh
check_SCRIPTS += tests/peers/doctor.sh
TESTS += tests/peers/doctor.sh
EXTRA_DIST += tests/peers/doctor.sh

# Calendars from an address: Python's own HTTP server.
check_SCRIPTS += tests/peers/calendar_web.sh
TESTS += tests/peers/calendar_web.sh
EXTRA_DIST += tests/peers/calendar_web.sh tests/peers/calendar_web.py

# A hospital's interface engine in Python.
check_SCRIPTS += tests/peers/hl7_feed.sh
TESTS += tests/peers/hl7_feed.sh
EXTRA_DIST += tests/peers/hl7_feed.sh tests/peers/hl7_feed.py
check_PROGRAMS += tests/peers/smtp_worker
tests_peers_smtp_worker_CPPFLAGS = $(TEST_CPPFLAGS)
tests_peers_smtp_worker_LDADD = $(TEST_LDADD)
tests_peers_smtp_worker_SOURCES = tests/peers/smtp_worker.c tests/peers/smtp_house.h tests/unit/worker/house.h
check_PROGRAMS += tests/peers/smtp_lanes
tests_peers_smtp_lanes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_peers_smtp_lanes_LDADD = $(TEST_LDADD)
tests_peers_smtp_lanes_SOURCES = tests/peers/smtp_lanes.c tests/peers/smtp_house.h tests/unit/worker/house.h
check_SCRIPTS += tests/peers/smtp_worker.sh tests/peers/smtp_lanes.sh
TESTS += tests/peers/smtp_worker.sh tests/peers/smtp_lanes.sh
EXTRA_DIST += tests/peers/smtp_worker.sh tests/peers/smtp_lanes.sh tests/peers/smtp_peers.sh tests/peers/smtp_faulty.py
# A real mailbox: dovecot-imapd.
check_PROGRAMS += tests/peers/imap_reader
tests_peers_imap_reader_CPPFLAGS = $(TEST_CPPFLAGS)
tests_peers_imap_reader_LDADD = $(TEST_LDADD)
check_SCRIPTS += tests/peers/imap.sh
TESTS += tests/peers/imap.sh
EXTRA_DIST += tests/peers/imap.sh tests/peers/imap_peer.sh
check_SCRIPTS += tests/peers/imap_clinic.sh
TESTS += tests/peers/imap_clinic.sh
EXTRA_DIST += tests/peers/imap_clinic.sh
# calendar sync and the worker's schedule: several sources on the same server.
check_SCRIPTS += tests/peers/calendar_sync.sh
TESTS += tests/peers/calendar_sync.sh
EXTRA_DIST += tests/peers/calendar_sync.sh

# CalDAV: radicale, and a server of ours that fails.
check_SCRIPTS += tests/peers/caldav.sh tests/peers/caldav_odd.sh
TESTS += tests/peers/caldav.sh tests/peers/caldav_odd.sh
EXTRA_DIST += tests/peers/caldav.sh tests/peers/caldav_odd.sh tests/peers/caldav.py
# The worker killed while it sends over the network.
check_PROGRAMS += tests/peers/net_kill
tests_peers_net_kill_SOURCES = %reldir%/net_kill.c %reldir%/smtp_house.h
tests_peers_net_kill_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/peers
tests_peers_net_kill_LDADD = $(TEST_LDADD)
check_SCRIPTS += tests/peers/net_kill.sh
TESTS += tests/peers/net_kill.sh
EXTRA_DIST += tests/peers/net_kill.sh tests/peers/net_sinks.py
# S/MIME to another provider.
check_SCRIPTS += tests/peers/smtp_secure.sh
TESTS += tests/peers/smtp_secure.sh
EXTRA_DIST += tests/peers/smtp_secure.sh
# A mail in doubt, and the report that settles it.
check_SCRIPTS += tests/peers/smtp_settled.sh
TESTS += tests/peers/smtp_settled.sh
EXTRA_DIST += tests/peers/smtp_settled.sh
