check_SCRIPTS += tests/peers/calendar.sh
TESTS += tests/peers/calendar.sh
EXTRA_DIST += tests/peers/calendar.sh tests/peers/ics_peers.py
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
