#!/bin/sh
# guichet calendar, as a script uses it: a file in, the same again, changed, broken; a folder; what a role may.
set -eu
. "$abs_top_srcdir/tests/place.sh"
bin=${GUICHET_BIN:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_NEW_PASSWORD_FILE
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

# event UID DAY MORE
event()
{
  printf 'BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Paris:%sT090000\r\n' "$1" "$2"
  printf 'DURATION:PT30M\r\nSUMMARY:visit %s\r\n%bEND:VEVENT\r\n' "$1" "${3-}"
}

# calendar FILE, its events on standard input
calendar()
{
  { printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'; cat; printf 'END:VCALENDAR\r\n'; } >"$1"
}

umask 077
export GUICHET_CLINIC="$work/clinic" GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass
place 'Port Clinic' admin:admin desk:front-desk:Desk
calendar one.ics <<EOF
$(event a 21000310; event s 21000320 'RRULE:FREQ=DAILY;COUNT=3\r\n'; event c 21000312)
EOF
refused 'an administrator may not bring appointments in' 77 calendar import one.ics
export GUICHET_USER=desk GUICHET_PASSWORD_FILE=desk.pass

"$bin" calendar import one.ics --json >log 2>&1
holds 'a file comes in' '"added":3'
"$bin" calendar import one.ics --json >log 2>&1
holds 'the same again is no change' '"added":0,"changed":0,"same":3,"gone":0'
calendar one.ics <<EOF
$(event a 21000311; event s 21000320 'RRULE:FREQ=DAILY;COUNT=3\r\n')
EOF
"$bin" calendar import one.ics --json >log 2>&1
holds 'one moved and one gone are told' '"moved":1,"cancelled":1'
"$bin" calendar list --json >log 2>&1
holds 'the list has the new time' '"start":"2100-03-11T08:00:00'
holds 'the list has the cancelled one' '"state":"cancelled"'
calendar one.ics <<EOF
$(event a tomorrow)
EOF
"$bin" calendar import one.ics --json >log 2>&1
holds 'what is broken is told with its line' 'one.ics:3: VEVENT:'
holds 'and loses nothing' '"gone":0'
mkdir folder
event x 21000401 | calendar folder/x.ics
event y 21000402 | calendar folder/y.ics
"$bin" calendar import folder --name 'The other' --json >log 2>&1
holds 'a folder comes in' '"booked":2'
"$bin" calendar list --calendars --json >log 2>&1
holds 'under the name that it was given' '"name":"The other","kind":"folder"'
event z 21000403 | calendar /dev/stdout | "$bin" calendar import - --name piped --json >log 2>&1
holds 'a pipe comes in' '"booked":1'
refused 'a pipe needs a name' 64 calendar import -
refused 'what is not there is said to be so' 66 calendar import nowhere.ics
refused 'no such zone' 64 calendar import one.ics --zone Nowhere/Else
"$bin" calendar list --calendars >log 2>&1
status=0
! grep -q nowhere log || status=1
verdict 'and leaves no name behind' $status
status=0
grep -rqaF 'visit a' clinic/data.db* && status=1
verdict 'no summary stands in the clear' $status
"$bin" audit verify >log 2>&1 && status=0 || status=$?
verdict 'the chain holds' $status
echo "1..$cases"
