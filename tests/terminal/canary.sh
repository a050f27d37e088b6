#!/bin/sh
# A day with patients whose names, words and passwords are looked for afterwards wherever they must not be.
set -eu
command -v python3 >/dev/null || { echo '1..0 # SKIP needs python3'; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
ulimit -c unlimited 2>/dev/null || true
python3 "$abs_top_srcdir/tests/terminal/canary.py"
