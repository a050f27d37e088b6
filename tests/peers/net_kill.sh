#!/bin/sh
# The worker killed while it sends over the network, to receivers that lose the line.
set -eu
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
seed=$(date +%s)
echo "# seed $seed"
PYTHONDONTWRITEBYTECODE=1 python3 "$abs_top_srcdir/tests/peers/net_sinks.py" "$work" 0.02 "$seed" 2>"$work/log" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -f "$work/smtp" ] && [ -f "$work/mllp" ] && [ -f "$work/fhir" ] && break
  sleep 0.5
done
[ -f "$work/fhir" ] || { echo '1..1'; echo 'not ok 1 - the receivers start'; sed 's/^/# /' "$work/log"; exit 1; }
CMOCKA_MESSAGE_OUTPUT=TAP "$abs_top_builddir/tests/peers/net_kill" "$work"
