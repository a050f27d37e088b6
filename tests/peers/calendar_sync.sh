#!/bin/sh
# guichet calendar sync, and the worker on its schedule: several sources, some of them in trouble; none hinders
# another, nor the worker's other work.
set -eu
. "$abs_top_srcdir/tests/place.sh"
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
bin=${GUICHET_BIN:?}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
unset GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_NEW_PASSWORD_FILE
export LANGUAGE=en
umask 077
cd "$work"
cases=0

verdict()
{
  cases=$((cases + 1))
  if [ "$2" -eq 0 ]; then echo "ok $cases - $1"; else echo "not ok $cases - $1"; sed 's/^/# /' log; fi
}

# holds NAME TEXT: the last output has it.
holds()
{
  status=0
  grep -qF -- "$2" log || status=1
  verdict "$1" $status
}

# ends NAME CODE COMMAND…
ends()
{
  name=$1 code=$2
  shift 2
  status=0
  "$bin" "$@" >log 2>&1 || status=$?
  [ "$status" -eq "$code" ] && status=0 || status=1
  verdict "$name" $status
}

# event UID DAY
event()
{
  printf 'BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Paris:%sT090000\r\n' "$1" "$2"
  printf 'DURATION:PT30M\r\nSUMMARY:visit %s\r\nEND:VEVENT\r\n' "$1"
}

# calendar FILE, its events on standard input
calendar()
{
  { printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'; cat; printf 'END:VCALENDAR\r\n'; } >"$1"
}

# booked N: so many appointments stand.
booked()
{
  "$bin" calendar list >list 2>&1
  [ "$(grep -c ' booked ' list)" -eq "$1" ]
}

# until COMMAND…: within twenty seconds.
until_true()
{
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 400 ] || return 1
    sleep 0.05
  done
}

mkfifo hold
python3 "$here/calendar_web.py" served.ics port served.log <hold &
server=$!
worker=
exec 3>hold
trap 'touch release; exec 3>&-; [ -z "$worker" ] || kill $worker 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"' EXIT
until_true test -s port
base=http://127.0.0.1:$(cat port)

echo 'a secret' >web.secret
export GUICHET_CLINIC="$work/clinic" GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass
place 'Port Clinic' admin:admin desk:front-desk:Desk
export GUICHET_USER=desk GUICHET_PASSWORD_FILE=desk.pass
{ event a 21000310; event b 21000311; } | calendar served.ics
event once 21000401 | calendar once.ics

ends 'nothing to read is no error' 0 calendar sync
ends 'a calendar that is none' 66 calendar sync nobody
holds 'by its name' nobody

# --- two addresses, one of them in trouble, and a file
"$bin" calendar import "$base/c.ics" --name good >log 2>&1 || { sed "s/^/# /" log; exit 1; }
"$bin" calendar import once.ics >log 2>&1
ends 'a calendar in trouble from the start' 69 calendar import "$base/trouble" --name bad
ends 'one that fails gives its code' 69 calendar sync
holds 'the other is read' 'good: nothing has changed'
holds 'the trouble says whose it is' 'guichet: bad: 127.0.0.1 is in trouble'
"$bin" calendar list --calendars >log 2>&1
holds 'and is remembered' 'in trouble since'
status=0
grep -q '/c\.ics' log && status=1
verdict 'an address is shown no further than its host' $status
"$bin" calendar list --calendars --json >log 2>&1
holds 'how often' '"failures":2'
ends 'the good one alone' 0 calendar sync good
{ event a 21000310; event b 21000312; event c 21000313; } | calendar served.ics
event once 21000402 | calendar once.ics
ends 'what has changed comes in' 69 calendar sync --json
holds 'from an address' '"name":"good","same":false,"error":null,"events":3,"problems":0,"added":1,"changed":1'
holds 'and from a file' '"name":"once","same":false,"error":null,"events":1,"problems":0,"added":0,"changed":1'
ends 'a calendar of standard input' 0 calendar import - --name typed <once.ics
ends 'cannot be read again' 66 calendar sync typed
holds 'and says why' 'standard input'

# --- a series that cannot be booked whole
event a 21000310 | sed 's/^SUMMARY/RRULE:FREQ=SOMETIMES\r\n&/' | calendar odd.ics
ends 'a series that nobody can spell out' 0 calendar import odd.ics
holds 'is told with its line' 'odd.ics:3: VEVENT: its RRULE'
holds 'and counted' 'can be booked: 1'
"$bin" calendar list --calendars >log 2>&1
holds 'remembered' 'can be booked: 1'
"$bin" doctor >log 2>&1 || :
holds 'and doctor says so' 'odd: series of which not every occurrence can be booked: 1'
holds 'beside the one in trouble' 'bad: in trouble since'
event a 21000310 | calendar odd.ics
ends 'mended' 0 calendar import odd.ics
"$bin" calendar list --calendars --json >log 2>&1
holds 'and not missed any more' '"lacking":0}]'

# --- a text that asks for more than a reminder may say, and a policy that nobody can read
ends 'the shipped texts can be used' 0 reminders check
mkdir -p clinic/templates/reminders
printf 'Dear {{first_name}},\n{{diagnosis}}\n' >clinic/templates/reminders/reminder.en.txt
ends 'one with a diagnosis cannot' 78 reminders check
holds 'says which field, and where' 'reminder.en.txt:2'
printf '[kind default]\noffsets=7w\n' >clinic/templates/reminders/policy.conf
ends 'nor can such a policy' 78 reminders check
holds 'says which setting' 'offsets'
"$bin" doctor >log 2>&1 || :
holds 'doctor says so too' 'reminder.en.txt:2'
rm -r clinic/templates

# --- the worker: [calendar NAME] sections, a login, back-off
mkdir desk
event d 21000501 | calendar desk/d.ics
cat >>clinic/guichet.conf <<CONF
[calendar]
every_minutes=1
[calendar desk]
url=$work/desk
place=Room 4
[calendar login]
url=$base/auth.ics
user=me
secret_file=$work/web.secret
[calendar other]
url=$base/other-c.ics
clinician=nobody-of-ours
CONF
before=$(grep -c '^/trouble ' served.log)
ends 'the worker reads them' 0 worker --once
status=0
grep -q '^/auth.ics .* 200$' served.log || status=1
verdict 'with the login of guichet.conf' $status
status=0
grep -q '^/other' served.log && status=1
verdict 'not one whose section is wrong' $status
status=0
[ "$(grep -c '^/trouble ' served.log)" -eq "$before" ] || status=1
verdict 'one in trouble rests' $status
"$bin" calendar list --calendars >log 2>&1
holds 'a folder of guichet.conf is a calendar' "$work/desk"
"$bin" calendar list >log 2>&1
holds 'and its appointments are there' 'visit d'
ends 'a wrong section is told' 78 calendar sync
holds 'by its name' 'other: [calendar other] of guichet.conf'
chmod 644 web.secret
ends 'a secret that others can read is refused' 78 calendar sync login
chmod 600 web.secret
echo 'another' >web.secret
ends 'a wrong password' 77 calendar sync login
holds 'says so' 'does not let us read'
echo 'a secret' >web.secret
ends 'and the right one again' 0 calendar sync login
"$bin" calendar list --calendars --json >log 2>&1
status=0
grep -o '"name":"login"[^}]*' log | grep -q '"trouble":"","failures":0' || status=1
verdict 'clears its trouble' $status

# --- a server that does not answer for a long time
sed -i 's/^every_minutes=.*/every_minutes=1440/; /^\[calendar other\]/,$d' clinic/guichet.conf
printf '[calendar held]\nurl=%s/held.ics\n' "$base" >>clinic/guichet.conf
"$bin" worker >worker.log 2>&1 &
worker=$!
status=0
until_true grep -q '^/held.ics .* 102$' served.log || status=1
cp worker.log log
verdict 'a slow server is asked' $status
ends 'while it is waited for somebody else is told' 75 calendar sync good
status=0
"$bin" calendar import once.ics >log 2>&1 || status=1
verdict 'nothing is locked meanwhile' $status
touch release
status=0
until_true grep -q '^/held.ics .* 200$' served.log || status=1
verdict 'it answers in the end' $status
status=0
# shellcheck disable=SC2016  # for the inner shell
until_true sh -c '"$1" calendar sync held >log 2>&1' - "$bin" || status=1
verdict 'and is let go' $status
rm release
"$bin" calendar sync desk >log 2>&1
kill $worker
status=0
wait $worker || status=$?
worker=
verdict 'the worker ends when it is told to' $status
: >served.log
"$bin" worker >worker.log 2>&1 &
worker=$!
until_true grep -q '^/held.ics .* 102$' served.log || :
begun=$(date +%s)
kill $worker
status=0
wait $worker || status=$?
worker=
[ $(($(date +%s) - begun)) -le 5 ] || status=1
verdict 'at once in the middle of a reading too' $status
"$bin" calendar list --calendars --json >log 2>&1
status=0
grep -o '"name":"held"[^}]*' log | grep -q '"trouble":""' || status=1
verdict 'which is no trouble of the calendar' $status
"$bin" audit verify >log 2>&1 && status=0 || status=$?
verdict 'the chain holds' $status
echo "1..$cases"
