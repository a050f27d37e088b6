check_SCRIPTS += tests/peers/calendar.sh
TESTS += tests/peers/calendar.sh
EXTRA_DIST += tests/peers/calendar.sh tests/peers/ics_peers.py
check_SCRIPTS += tests/peers/chat.sh tests/peers/chat_clinic.sh
TESTS += tests/peers/chat.sh tests/peers/chat_clinic.sh
EXTRA_DIST += tests/peers/chat.sh tests/peers/chat_server.py tests/peers/chat_faults.py tests/peers/chat_clinic.py tests/peers/chat_clinic.sh
