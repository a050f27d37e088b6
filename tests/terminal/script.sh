#!/bin/sh
# README's script, as README has it, run on real files: every visit ends as a Bundle that holds what was
# signed, byte for byte, nothing is sent twice, and the chain holds until somebody touches it.
set -eu
top=$abs_top_srcdir
bin=${GUICHET_BIN:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v python3 >/dev/null || { echo '1..0 # SKIP needs python3'; exit 0; }
ln -s "$bin" "$work/guichet"
PATH=$work:$PATH
export PATH
unset GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_NEW_PASSWORD_FILE
cases=0

verdict()
{
  cases=$((cases + 1))
  if [ "$2" -eq 0 ]; then echo "ok $cases - $1"; else echo "not ok $cases - $1"; fi
}

# The indented block below README's heading of that name.
block()
{
  awk -v heading="$1" '$0 == heading { on = 1 } on && seen && /^[^ ]/ { exit }
    on && sub(/^    /, "") { seen = 1; print }' "$top/README"
}

# one NAME VISITS: README's script on this file, in a folder of its own.
one()
{
  mkdir "$work/$1"
  cp "$2" "$work/$1/visits.jsonl"
  block 'From a transcript to a signed note, as a script' >"$work/$1/script"
  status=0
  (cd "$work/$1" && sh -eu ./script >log 2>&1) || status=1
  [ $status -eq 0 ] || sed 's/^/# /' "$work/$1/log"
  verdict "$1: README's script runs" $status
  status=0
  (cd "$work/$1" && GUICHET_CLINIC=$PWD/clinic GUICHET_USER=dr.martin GUICHET_PASSWORD_FILE=martin.pass \
    python3 "$top/tests/terminal/script.py") || status=1
  verdict "$1: each visit is a Bundle that holds what was signed, once, and the chain tells of meddling" $status
}

# The demo's visits without what the demo says of days and staff.
python3 -c 'import json, sys
for line in sys.stdin:
  visit = json.loads(line)
  print(json.dumps({k: visit[k] for k in ("id", "patient", "kind", "language", "dialogue")}))
' <"$top/share/demo/visits.jsonl" >"$work/demo.jsonl"
one demo "$work/demo.jsonl"
shared=${GUICHET_SHARED-$top/../shared}
if [ -r "$shared/data/visits/valid.jsonl" ]; then
  one valid "$shared/data/visits/valid.jsonl"
else
  cases=$((cases + 1))
  echo "ok $cases - valid # SKIP no shared data here"
fi
echo "1..$cases"
