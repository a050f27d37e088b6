#!/bin/sh
# guichet demo: appointments before and after today for patients it knows, in both languages, and their reminders.
set -eu
bin=${GUICHET_BIN:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_NEW_PASSWORD_FILE
cd "$work"
cases=0

# verdict NAME COMMAND…
verdict()
{
  cases=$((cases + 1))
  name=$1
  shift
  if "$@" >log 2>&1; then echo "ok $cases - $name"; else echo "not ok $cases - $name"; sed 's/^/# /' log; fi
}

# least N LINE-PATTERN FILE
least()
{
  test "$(grep -cE -- "$2" "$3")" -ge "$1"
}

verdict 'the demo is made' "$bin" demo --dir "$work/clinic" --no-screen
awk '$1 == "martin" { print $NF }' log >password
chmod 600 password
export GUICHET_CLINIC="$work/clinic" GUICHET_USER=martin GUICHET_PASSWORD_FILE="$work/password"
verdict 'its appointments are listed' \
  sh -c '"$1" calendar list --from 2000-01-01T00:00:00Z >all && "$1" calendar list >future' sh "$bin"
verdict 'of the last days: who came, and who did not' least 3 ' (completed|no-show|checked-in) ' all
verdict 'of the days to come' least 8 ' booked ' future
verdict 'every one has its patient' sh -c '! grep -E "(booked|completed|no-show|checked-in|cancelled) +- " all'
verdict 'in French where that is the language' least 2 'Consultation de suivi|Contrôle|Prise de sang|Examen' all
verdict 'reminders are planned for them' \
  sh -c '"$1" reminders preview --json >plan && grep -q "\"stand\": *\"\(planned\|waiting\)\"" plan' sh "$bin"
echo "1..$cases"
