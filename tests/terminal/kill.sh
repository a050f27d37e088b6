#!/bin/sh
# kill -9 at random moments, from the first read of a job to the last byte of a delivery.
set -eu
command -v python3 >/dev/null || { echo '1..0 # SKIP needs python3'; exit 0; }
[ "${GUICHET_KILLS-}" != 0 ] || { echo '1..0 # SKIP GUICHET_KILLS is 0'; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 "$abs_top_srcdir/tests/terminal/kill.py"
