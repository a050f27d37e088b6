#!/bin/sh
# A CalDAV server without sync-collection, and servers that answer what nobody should believe.
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
set -eu
. "$abs_top_srcdir/tests/place.sh"
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

# resource FILE UID DAY
resource()
{
  {
    printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n' "$2"
    printf 'DTSTAMP:20260101T000000Z\r\nDTSTART:%sT090000Z\r\nDURATION:PT30M\r\nSUMMARY:visit %s\r\n' "$3" "$2"
    printf 'END:VEVENT\r\nEND:VCALENDAR\r\n'
  } >"$1"
}

# booked NAME N: so many appointments stand.
booked()
{
  "$bin" calendar list >log 2>&1
  status=0
  [ "$(grep -c ' booked ' log)" -eq "$2" ] || status=1
  verdict "$1" $status
}

until_true()
{
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 400 ] || return 1
    sleep 0.05
  done
}

# clinic CONF: one with a front desk, logged in as such.
clinic()
{
  export GUICHET_CLINIC="$work/clinic" GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass
  place 'Port Clinic' admin:admin desk:front-desk:Desk
  export GUICHET_USER=desk GUICHET_PASSWORD_FILE=desk.pass
}

mkdir events
resource events/a.ics uid-a 21000301
resource events/b.ics uid-b 21000302
resource "events/c d.ics" uid-c 21000303
mkfifo hold
python3 "$here/caldav.py" serve events port served.log <hold &
server=$!
exec 3>hold
trap 'exec 3>&-; wait $server 2>/dev/null || :; rm -rf "$work"' EXIT
until_true test -s port
base=caldav://127.0.0.1:$(cat port)
clinic

ends 'a server without sync-collection' 0 calendar import "$base/ok/" --name ok --json
holds 'gives all it has' '"events":3'
booked 'as appointments' 3
: >served.log
ends 'again' 0 calendar sync --json
holds 'nothing has changed' '"same":true'
status=0
grep -q multiget served.log && status=1
verdict 'and no event is fetched' $status
resource events/b.ics uid-b 21000305
rm 'events/c d.ics'
ends 'one moved, one gone' 0 calendar sync --json
holds 'by their ETags' '"events":1,"problems":0,"added":0,"changed":1,"gone":1'
printf 'no calendar at all' >events/a.ics
resource events/e.ics uid-e 21000306
ends 'one that is no calendar' 0 calendar sync --json
holds 'leaves the others' '"added":1'
booked 'and what was known of it' 3
resource whole.ics uid-e 21000307
grep -v '^DTSTART' whole.ics >events/e.ics
ends 'an event that begins nowhere' 0 calendar sync
holds 'is told' 'DTSTART'
booked 'and what was known of it stands as well' 3
rm events/b.ics
ends 'the next time' 0 calendar sync --json
holds 'what is gone goes' '"gone":1'
booked 'and what was known of the broken one still stands' 2

# strange NAME PATH CODE WORDS
strange()
{
  ends "$1" "$3" calendar import "$base$2" --name ok
  holds "$1: in words" "$4"
  booked "$1: nothing is taken away" 2
}
strange 'a server that sends us elsewhere' /away/ 76 'another host, 127.0.0.2'
strange 'one that has moved there' /abroad/ 76 'another host, 127.0.0.2'
strange 'one that goes round' /loop/ 76 'has moved'
strange 'no calendar there' /plain/ 66 'give the address of one calendar'
strange 'a page instead' /page/ 65 'cannot be read'
strange 'an answer that breaks off' /cut/ 65 'breaks off'
strange 'entities' /bomb/ 65 'cannot be read'
strange 'an endless depth' /deep/ 65 'cannot be read'
resource events/b.ics uid-b 21000302
strange 'a resource that is listed and not given' /miss/ 69 'did not give all'
ends 'is asked for again' 69 calendar sync
ends 'and comes when it can' 0 calendar import "$base/ok/" --name ok
booked 'with the others' 3
# --- found from the address of the server (RFC 6764)
: >served.log
ends 'the address of a server' 0 calendar import "$base/" --name found --json
holds 'leads to its only calendar of events' '"events":1'
status=0
[ "$(grep -c PROPFIND served.log)" -eq 5 ] || status=1
verdict 'by its well-known address, the login and where its calendars are' $status
ends 'a server with several' 66 calendar import "$base/many/" --name any
holds 'names them' '127.0.0.1 has several calendars: /ok/ (Visits), /work/'
ends 'one of them by its name' 0 calendar import "$base/many/" --name visits --json
holds 'is that one' '"events":1'
ends 'once more' 0 calendar sync visits --json
holds 'is as it was' '"same":true'
ends 'plain caldav is for this host only' 64 calendar import caldav://calendar.invalid/x/ --name far
"$bin" audit verify >log 2>&1 && status=0 || status=$?
verdict 'the chain holds' $status
echo "1..$cases"
