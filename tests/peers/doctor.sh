#!/bin/sh
# guichet doctor on destinations: one that is well, one where nobody listens, one that does not take the password, one
# whose certificate is not trusted, one without a contract, one whose contract has expired; and what waits for them.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
"$python" -c 'import aiosmtpd' 2>/dev/null || { echo '1..0 # SKIP needs python3-aiosmtpd'; exit 0; }
command -v openssl >/dev/null 2>&1 || { echo '1..0 # SKIP needs openssl'; exit 0; }
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 077
for name in right other; do
  openssl req -x509 -newkey rsa:2048 -nodes -keyout $name.key -out $name.pem -days 30 \
    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
done
PYTHONDONTWRITEBYTECODE=1 "$python" "$abs_top_srcdir/tests/peers/smtp_server.py" "$work" right.pem right.key 2>log &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -f port ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.5
done
[ -f port ] || { echo '1..1'; echo 'not ok 1 - aiosmtpd starts'; sed 's/^/# /' log; exit 1; }
# A port that was free a moment ago.
closed=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

export GUICHET_CLINIC="$work/clinic"
echo s3cret >secret
echo wrong >wrong
as_admin() { GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass "$GUICHET_BIN" "$@"; }
as_martin() { GUICHET_USER=dr.martin GUICHET_PASSWORD_FILE=dr.martin.pass "$GUICHET_BIN" "$@"; }
. "$abs_top_srcdir/tests/place.sh"
place 'Port Clinic' admin:admin 'dr.martin:senior:Dr Martin'
# destination NAME PORT SECRET CA MORE: a section of guichet.conf
destination() {
  printf '[destination %s]\nchannel=smtp\nurl=smtp://127.0.0.1:%s\nca_file=%s\nuser=outbox\nsecret_file=%s\nauth=plain\n%s\n' \
    "$1" "$2" "$work/$4" "$work/$3" "${5-}"
}
{
  printf '[clinic]\nname=Port Clinic\nphone=555 0100\nmail=desk@clinic.example\n[outbox]\nundo_seconds=0\nmail=post\n'
  destination post "$(cat port)" secret right.pem
  destination barred "$(cat port)" wrong right.pem
  destination stranger "$(cat port)" secret other.pem
  destination away "$closed" secret right.pem
  destination lapsed "$(cat port)" secret right.pem contract=LAPSED
  printf '[destination far]\nchannel=smtp\nurl=smtps://mail.example.org:465\nuser=outbox\nsecret_file=%s\n' "$work/secret"
} >clinic/guichet.conf
as_admin contract add LAPSED --kind baa --party 'Mail Co' --covers lapsed --class record --class contact \
  --jurisdiction US --from 2020-01-01 --until 2020-12-31 >/dev/null || echo '# the contract was not taken'

first() { "$python" -c 'import json,sys; v=json.load(sys.stdin); v=v[0] if isinstance(v,list) else v; print(v[sys.argv[1]])' "$1"; }
# post WORD: signs a letter to WORD@example.org, and runs the worker once.
post() {
  printf '{"id":"%s","patient":{"family":"Canary%s","given":"Ann","birth":"1970-01-01","record":"%s","mail":"%s@example.org"},"consent":{"by":"patient","how":"spoken","words":"yes","all_party":true,"given":true},"dialogue":[{"speaker":"doctor","text":"hello"},{"speaker":"patient","text":"a cough."}]}\n' \
    "$1" "$1" "$1" "$1" >visit.jsonl
  as_martin visit import visit.jsonl >/dev/null
  patient=$(as_martin patient search "Canary$1" --json | first id)
  item=$(echo 'Your biopsy is normal.' | as_martin item letter --patient "$patient" --to patient --json | first id)
  as_martin item sign "$item" >/dev/null
  as_martin worker --once >/dev/null 2>&1
}
n=0
# verdict NAME WANTED GOT
verdict() {
  n=$((n + 1))
  if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; echo "# wanted $2, got $3"; fi
}
# row NAME KEY…: of the destination's row of the last doctor
row() {
  "$python" - "$@" <<'END'
import json, sys
row = next(r for r in json.load(open("doctor.json"))["checks"] if r.get("destination") == sys.argv[1])
print(*(json.dumps(row[key]) for key in sys.argv[2:]))
END
}

echo 1..15
"$GUICHET_BIN" doctor --json >doctor.json 2>/dev/null
verdict 'one that is not well makes the whole bad' 78 $?
state='verdict reachable authenticated contract last_success waiting ambiguous'
# shellcheck disable=SC2086
verdict 'well, and nothing was ever sent' '"good" true true true null 0 0' "$(row post $state)"
# shellcheck disable=SC2086
verdict 'a password that is not taken' '"bad" true false true null 0 0' "$(row barred $state)"
verdict 'with the words of the server' yes "$(row barred words | grep -q 535 && echo yes || row barred words)"
verdict 'a certificate that is not trusted: it answers, nobody logs in' '"bad" true null' \
  "$(row stranger verdict reachable authenticated)"
verdict 'nobody listens' '"bad" false null true' "$(row away verdict reachable authenticated contract)"
verdict 'without a contract nobody calls there' '"bad" null null false' \
  "$(row far verdict reachable authenticated contract)"
verdict 'nor with one that has expired' '"bad" null null false' \
  "$(row lapsed verdict reachable authenticated contract)"
verdict 'and it names that one' yes "$(row lapsed contract_missing | grep -q LAPSED && echo yes || row lapsed contract_missing)"
post good
post drop-data
post 451-rcpt
"$GUICHET_BIN" doctor --json >doctor.json 2>/dev/null
verdict 'one in doubt asks for a look, one waits' '"warn" 1 1 0' "$(row post verdict waiting ambiguous failed)"
verdict 'the last success is known' yes "$(row post last_success | grep -q '^"20.*Z"$' && echo yes || row post last_success)"
as_admin outbox hold post --words 'they move house' >/dev/null 2>&1 || as_martin outbox hold post --words 'they move house'
"$GUICHET_BIN" doctor >doctor.txt 2>/dev/null
verdict 'in words' yes "$(grep -q 'post: reachable (.*); logged in; on this host: needs no contract; last success: 20.*; waiting: 1; in doubt: 1; failed: 0; held: they move house' doctor.txt && echo yes || grep post: doctor.txt)"
LANGUAGE=fr LC_ALL=C.UTF-8 "$GUICHET_BIN" doctor >doctor.fr 2>/dev/null
verdict 'and in French' yes "$(grep -q 'identifiants refusés' doctor.fr && grep -q 'en attente' doctor.fr && echo yes || grep barred doctor.fr)"
verdict 'no name of a patient, no secret' '' "$(cat doctor.json doctor.txt doctor.fr | grep -o 'Canary[a-z0-9-]*\|s3cret\|@example.org' | head -n 1)"
sed -i '/^\[destination post\]/,/^$/d;s/^mail=post$/mail=barred/' clinic/guichet.conf
"$GUICHET_BIN" doctor --json >doctor.json 2>/dev/null
verdict 'what waits for a destination that is gone from the settings is seen' '"bad" null 1 1' \
  "$(row post verdict channel waiting ambiguous)"
