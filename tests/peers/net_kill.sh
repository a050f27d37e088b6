#!/bin/sh
# The worker killed while it sends over the network, to receivers that lose the line.
set -eu
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
[ "${GUICHET_KILLS-}" != 0 ] || { echo '1..0 # SKIP GUICHET_KILLS is 0'; exit 0; }
work=$(mktemp -d)
servers=
trap '[ -z "$servers" ] || kill $servers 2>/dev/null; rm -rf "$work"' EXIT
seed=$(date +%s)
echo "# seed $seed"

# Most of the time is spent in waiting for leases and back-offs to end: the three ways wait side by side, each
# with receivers of its own.
for way in smtp fhir mllp; do
  mkdir "$work/$way"
  PYTHONDONTWRITEBYTECODE=1 python3 "$abs_top_srcdir/tests/peers/net_sinks.py" "$work/$way" 0.02 "$seed" 2>"$work/$way/log" &
  servers="$servers $!"
done
runs=
for way in smtp fhir mllp; do
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -f "$work/$way/smtp" ] && [ -f "$work/$way/mllp" ] && [ -f "$work/$way/fhir" ] && break
    sleep 0.5
  done
  [ -f "$work/$way/fhir" ] || { echo '1..1'; echo "not ok 1 - the receivers of $way start"; sed 's/^/# /' "$work/$way/log"; exit 1; }
  CMOCKA_MESSAGE_OUTPUT=TAP "$abs_top_builddir/tests/peers/net_kill" "$work/$way" $way >"$work/$way/said" 2>&1 &
  runs="$runs $!"
done
wait $runs || :
cases=0
for way in smtp fhir mllp; do
  cases=$((cases + 1))
  grep '^# .* kills' "$work/$way/said" || :
  if grep -q '^ok 1 ' "$work/$way/said"; then
    echo "ok $cases - $way"
  else
    echo "not ok $cases - $way"
    sed 's/^/# /' "$work/$way/said"
  fi
done
echo "1..$cases"
