check_SCRIPTS += tests/terminal/script.sh
TESTS += tests/terminal/script.sh
EXTRA_DIST += tests/terminal/script.sh tests/terminal/script.py
