terminal_tests = tests/terminal/amend.sh tests/terminal/backup.sh tests/terminal/calendar.sh tests/terminal/canary.sh tests/terminal/demo.sh tests/terminal/figures.sh tests/terminal/findings.sh tests/terminal/script.sh tests/terminal/kill.sh \
	tests/terminal/screen.sh
check_SCRIPTS += $(terminal_tests)
TESTS += $(terminal_tests)
EXTRA_DIST += $(terminal_tests) tests/terminal/script.py tests/terminal/kill.py tests/terminal/canary.py tests/terminal/figures.py tests/terminal/findings.py \
	tests/terminal/screen.py tests/terminal/terminal.py
