#!/bin/sh
# A calendar of a real CalDAV server (Debian's radicale): first all of it, then what has changed.
radicale=/usr/bin/radicale
[ -x $radicale ] && /usr/bin/python3 -c 'import radicale' 2>/dev/null || { echo '1..0 # SKIP needs radicale'; exit 0; }
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

# do METHOD PATH [FILE]
dav()
{
  method=$1 path=$2
  shift 2
  /usr/bin/python3 "$here/caldav.py" do "$method" "$base$path" "$@" >dav.status 2>&1
}

port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
base=http://127.0.0.1:$port
cat >radicale.conf <<CONF
[server]
hosts = 127.0.0.1:$port
[auth]
type = htpasswd
htpasswd_filename = $work/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = $work/collections
[logging]
level = info
[web]
type = none
CONF
echo 'anna:s3cret' >users
start()
{
  $radicale -C "$work/radicale.conf" >>radicale.log 2>&1 &
  server=$!
  until_true /usr/bin/python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null
}
server=
trap '[ -z "$server" ] || kill $server 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"' EXIT
start || { echo '1..1'; echo 'not ok 1 - radicale starts'; sed 's/^/# /' radicale.log; exit 1; }
dav MKCALENDAR /anna/visits/
n=1
while [ $n -le 120 ]; do
  resource one.ics "uid-$n" "21000$((300 + n % 28 + 1))"
  dav PUT "/anna/visits/v%20$n.ics" one.ics
  n=$((n + 1))
done

clinic
echo s3cret >dav.secret
printf '[calendar visits]\nurl=caldav://127.0.0.1:%s/anna/visits/\nuser=anna\nsecret_file=%s/dav.secret\n' \
  "$port" "$work" >>clinic/guichet.conf

ends 'a calendar comes in' 0 calendar sync --json
holds 'all of it, in pages' '"events":120,"problems":0,"added":120'
booked 'and its appointments' 120
: >radicale.log
ends 'nothing has changed' 0 calendar sync
holds 'says so' 'visits: nothing has changed'
status=0
grep -q 'REPORT request' radicale.log && status=1
grep -q 'PROPFIND request' radicale.log || status=1
verdict 'and only that is asked' $status

resource one.ics uid-1 21000401
dav PUT '/anna/visits/v%201.ics' one.ics
dav DELETE '/anna/visits/v%202.ics'
resource one.ics uid-new 21000402
dav PUT /anna/visits/new.ics one.ics
ends 'what has changed comes in' 0 calendar sync --json
holds 'one moved, one new, one gone' '"events":2,"problems":0,"added":1,"changed":1,"gone":1,"booked":1,"moved":1,"cancelled":1'

# an event moves to another resource
dav DELETE /anna/visits/new.ics
dav PUT /anna/visits/newer.ics one.ics
ends 'an event in another resource' 0 calendar sync --json
holds 'is the same appointment' '"cancelled":0'
booked 'and stands' 120

# the server has forgotten its tokens
find collections -name '.Radicale.cache' -prune -exec rm -rf {} +
resource one.ics uid-3 21000403
dav PUT '/anna/visits/v%203.ics' one.ics
dav DELETE '/anna/visits/v%204.ics'
: >radicale.log
ends 'a token that is no longer good' 0 calendar sync --json
holds 'all is listed, and only what has changed is fetched' '"events":1,"problems":0,"added":0,"changed":1,"gone":1'
booked 'the rest stands' 119

echo wrong >dav.secret
ends 'a wrong password' 77 calendar sync
holds 'says so' 'does not let us read'
echo s3cret >dav.secret
"$bin" calendar sync >log 2>&1 || :
kill $server
wait $server || :
server=
ends 'a server that is gone' 69 calendar sync
"$bin" calendar list --calendars >log 2>&1
holds 'is remembered' 'in trouble since'
booked 'and takes nothing away' 119
start
dav DELETE '/anna/visits/v%207.ics'
"$bin" calendar sync >log 2>&1 || :
booked 'until it is back' 118
# --- the address of the server alone (RFC 6764)
printf '[calendar found]\nurl=caldav://127.0.0.1:%s/\nuser=anna\nsecret_file=%s/dav.secret\n' \
  "$port" "$work" >>clinic/guichet.conf
ends 'a calendar is found from its server' 0 calendar sync found --json
holds 'the only one there is' '"events":118'
dav MKCALENDAR /anna/work/
ends 'where there are two' 66 calendar sync found
holds 'they are named' 'has several calendars: '
holds 'each by its address' /anna/work/
sed 's/calendar found/calendar work/' clinic/guichet.conf >conf && cat conf >clinic/guichet.conf
ends 'the one that is called as ours' 0 calendar sync work --json
holds 'is empty' '"events":0'
sed '/calendar work/,$d' clinic/guichet.conf >conf && cat conf >clinic/guichet.conf
dav DELETE /anna/work/

"$bin" calendar import "caldav://127.0.0.1:$port/anna/" --name all >log 2>&1 || :
holds 'an address without login is refused' 'does not let us read'
status=0
grep -rqaF 'uid-1' clinic/data.db* && status=1
verdict 'nothing of an event is in the clear' $status
"$bin" audit verify >log 2>&1 && status=0 || status=$?
verdict 'the chain holds' $status
echo "1..$cases"
