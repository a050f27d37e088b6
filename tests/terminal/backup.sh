#!/bin/sh
# A clinic is copied while it works, lost, and made anew of its copies.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
ln -s "${GUICHET_BIN:?}" guichet
PATH=$work:$PATH
GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass GUICHET_CLINIC=$work/clinic
export PATH GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_CLINIC
unset GUICHET_NEW_PASSWORD_FILE
(umask 077; echo wrong >wrong.pass)
cases=0

# is NAME COMMAND…: one case, that passes when the command does.
is()
{
  name=$1
  shift
  cases=$((cases + 1))
  if "$@" >out 2>&1; then echo "ok $cases - $name"; else echo "not ok $cases - $name"; sed 's/^/# /' out; fi
}
fails() { ! "$@"; }
as_martin() { GUICHET_USER=dr.martin GUICHET_PASSWORD_FILE=dr.martin.pass "$@"; }
counted() { as_martin guichet queue --counts --clinic "$1" | tr -s ' ' | grep -qx "$2"; }

. "$abs_top_srcdir/tests/place.sh"
place 'Port Clinic' admin:admin dr.martin:senior
printf '[outbox]\nundo_seconds=0\n' >>clinic/guichet.conf
for n in 1 2; do
  cat <<V
{"id": "visit-$n", "patient": {"family": "Harper", "given": "Nora", "birth": "1968-04-12", "record": "D1001"},
 "dialogue": [{"speaker": "patient", "text": "I have had a dry cough for $n days. No fever."},
  {"speaker": "doctor", "text": "Your lungs are clear. I will prescribe amoxicillin 500 mg three times a day."}]}
V
done | tr -d '\n' | sed 's/}{/}\n{/g' >visits.jsonl
as_martin guichet visit import --consent-by patient --consent-how spoken --consent-words Yes --all-party \
  visits.jsonl >out 2>&1 || sed 's/^/# /' out
guichet worker --once >/dev/null
first=$(as_martin guichet queue --json | tr ',' '\n' | sed -n 's/.*{"id":"\([0-9]*\)".*/\1/p' | head -n 1)
as_martin guichet item sign "$first" >/dev/null

is 'an administrator copies the clinic' guichet backup --data data --keys keys
is 'the keys are not in the copy of the data' fails ls data/*/keys.db
is "a clinician may not" fails as_martin guichet backup --data data2 --keys keys2
guichet worker --once >/dev/null
is 'the signed note leaves after the copy was made' counted clinic 'delivered 1'
rm -rf lost
mv clinic lost
is 'a wrong password restores nothing that works' fails env GUICHET_PASSWORD_FILE=wrong.pass guichet restore \
  --data data/* --keys keys/* --clinic wrong
is 'the copies make a clinic' guichet restore --data data/* --keys keys/* --clinic clinic
is 'a folder that holds something is refused' fails guichet restore --data data/* --keys keys/* --clinic clinic
is 'what may have been sent since is in doubt' counted clinic 'ambiguous 1'
guichet worker --once >/dev/null
is 'and is not sent by itself' counted clinic 'ambiguous 1'
is 'what waited for a signature still does' counted clinic 'ready 1'
is 'the chain holds' guichet audit verify
is 'texts can be read' as_martin guichet item show "$first"
echo "1..$cases"
