#!/bin/sh
# guichet figures: what a manager reads, after signing, undoing, killing and upgrading.
set -eu
command -v python3 >/dev/null || { echo '1..0 # SKIP needs python3'; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_NEW_PASSWORD_FILE
python3 "$abs_top_srcdir/tests/terminal/figures.py"
