#!/bin/sh
# A calendar from an address: in, unchanged, changed; and each way in which a server fails takes nothing away.
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

# refused NAME CODE COMMAND…
refused()
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

# booked N: so many appointments of the calendar stand.
booked()
{
  "$bin" calendar list >list 2>&1
  [ "$(grep -c ' booked ' list)" -eq "$1" ]
}

mkfifo hold
python3 "$here/calendar_web.py" served.ics port served.log <hold &
server=$!
exec 3>hold
trap 'exec 3>&-; wait $server 2>/dev/null || :; rm -rf "$work"' EXIT
tries=0
until [ -s port ] || [ $tries -gt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
base=http://127.0.0.1:$(cat port)

export GUICHET_CLINIC="$work/clinic" GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass
place 'Port Clinic' admin:admin desk:front-desk:Desk
export GUICHET_USER=desk GUICHET_PASSWORD_FILE=desk.pass
{ event a 21000310; event b 21000311; event c 21000312; event d 21000313; } | calendar served.ics

refused 'an address needs a name' 64 calendar import "$base/c.ics"
refused 'a login in an address is refused' 64 calendar import 'https://me:secret@127.0.0.1/c.ics' --name web
refused 'plain http to another host is refused' 64 calendar import http://calendar.invalid/c.ics --name web
refused 'a host without a contract is refused' 77 calendar import https://calendar.invalid/private-word.ics --name web
holds 'by its name' 'calendar.invalid'
"$bin" calendar list --calendars >log 2>&1
status=0
! grep -q web log || status=1
verdict 'and nothing remembers it' $status

"$bin" calendar import "$base/c.ics" --name web --json >log 2>&1
holds 'a calendar comes in' '"booked":4'

"$bin" calendar import "$base/c.ics" --name web >log 2>&1
holds 'the same again is not sent again' 'nothing has changed'
status=0
tail -n 1 served.log | grep -q ' 304$' || status=1
verdict 'by its ETag' $status
"$bin" calendar import "$base/c.ics" --name web --place 'Room 9' >log 2>&1
status=0
tail -n 1 served.log | grep -q -- ' - 200$' || status=1
verdict 'another place asks for it anew' $status
{ event a 21000310; event b 21000315; event c 21000312; } | calendar served.ics
"$bin" calendar import "$base/c.ics" --name web --json >log 2>&1
holds 'one moved and one gone are told' '"moved":1,"cancelled":1'

# cut NAME PATH CODE WORDS: a failure that says so, after which all stands.
cut()
{
  refused "$1" "$3" calendar import "$base$2" --name web
  holds "$1: in words" "$4"
  status=0
  booked 3 || status=1
  verdict "$1: nothing is taken away" $status
}
cut 'an answer that breaks off' /cut.ics 69 'could not be fetched whole'
cut 'an answer that moves' /moved 76 'has moved'
cut 'a login that is wanted' /login 77 'does not let us read'
cut 'a refusal' /forbidden 77 'does not let us read'
cut 'nothing there' /nowhere 66 'has no calendar at that address'
cut 'nothing there any more' /gone 66 'has no calendar at that address'
cut 'a server that asks to wait' /wait 69 'asks us to wait'
cut 'a server in trouble' /trouble 69 'is in trouble'
cut 'a page instead' /page 65 'no iCalendar file'
"$bin" calendar import "$base/short.ics" --name web >log 2>&1 || :
status=0
booked 3 || status=1
verdict 'an answer that ends too early takes nothing away' $status
"$bin" calendar import "$base/oddtag.ics" --name web >log 2>&1
"$bin" calendar import "$base/oddtag.ics" --name web >log 2>&1
status=0
tail -n 1 served.log | grep -q -- '^/oddtag.ics - 200$' || status=1
verdict 'an ETag that is none is not said again' $status
status=0
grep -rqaF '127.0.0.1' clinic/data.db* && status=1
verdict 'no address stands in the clear' $status
"$bin" audit verify >log 2>&1 && status=0 || status=$?
verdict 'the chain holds' $status
echo "1..$cases"
