check_SCRIPTS += tests/peers/calendar.sh
TESTS += tests/peers/calendar.sh
EXTRA_DIST += tests/peers/calendar.sh tests/peers/ics_peers.py
