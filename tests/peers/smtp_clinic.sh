#!/bin/sh
# A signed letter by the worker to a real submission server (python3-aiosmtpd): STARTTLS, a log-in, and every
# way that it can end.  What is stored there is compared with what stands in the outbox.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
"$python" -c 'import aiosmtpd' 2>/dev/null || { echo '1..0 # SKIP needs python3-aiosmtpd'; exit 0; }
command -v openssl >/dev/null 2>&1 || { echo '1..0 # SKIP needs openssl'; exit 0; }
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 077
openssl req -x509 -newkey rsa:2048 -nodes -keyout right.key -out right.pem -days 30 \
  -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
PYTHONDONTWRITEBYTECODE=1 "$python" "$abs_top_srcdir/tests/peers/smtp_server.py" "$work" right.pem right.key 2>log &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -f port ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.5
done
[ -f port ] || { echo '1..1'; echo 'not ok 1 - aiosmtpd starts'; sed 's/^/# /' log; exit 1; }

export GUICHET_CLINIC="$work/clinic"
echo s3cret >secret
as_admin() { GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass "$GUICHET_BIN" "$@"; }
as_martin() { GUICHET_USER=dr.martin GUICHET_PASSWORD_FILE=dr.martin.pass "$GUICHET_BIN" "$@"; }
. "$abs_top_srcdir/tests/place.sh"
place 'Port Clinic' admin:admin 'dr.martin:senior:Dr Martin'
cat >clinic/guichet.conf <<END
[clinic]
name=Port Clinic
phone=555 0100
mail=desk@clinic.example
[outbox]
undo_seconds=0
mail=post
[destination post]
channel=smtp
url=smtp://127.0.0.1:$(cat port)
ca_file=$work/right.pem
user=outbox
secret_file=$work/secret
auth=plain
END

n=0
# verdict NAME WANTED GOT
verdict() {
  n=$((n + 1))
  if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; echo "# wanted $2, got $3"; fi
}
first() { "$python" -c 'import json,sys; v=json.load(sys.stdin); v=v[0] if isinstance(v,list) else v; print(v[sys.argv[1]])' "$1"; }

# post WORD: signs a letter to WORD@example.org; the item's state after one run of the worker goes to $state.
post() {
  printf '{"id":"%s","patient":{"family":"Canary%s","given":"Ann","birth":"1970-01-01","record":"%s","mail":"%s@example.org"},"consent":{"by":"patient","how":"spoken","words":"yes","all_party":true,"given":true},"dialogue":[{"speaker":"doctor","text":"hello"},{"speaker":"patient","text":"a cough."}]}\n' \
    "$1" "$1" "$1" "$1" >visit.jsonl
  as_martin visit import visit.jsonl >/dev/null
  patient=$(as_martin patient search "Canary$1" --json | first id)
  item=$(echo 'Your biopsy is normal.' | as_martin item letter --patient "$patient" --to patient --json | first id)
  as_martin item sign "$item" >/dev/null
  as_martin worker --once >/dev/null 2>&1
  state=$(as_martin item show "$item" --json | first state)
}
stored() { [ -f stored ] && grep -c "^$1@example.org " stored || echo 0; }

echo 1..13
post good
verdict 'a letter arrives over STARTTLS with a log-in' delivered "$state"
verdict 'it is stored once' 1 "$(stored good)"
as_martin worker --once >/dev/null 2>&1
verdict 'and another run of the worker sends nothing' 1 "$(stored good)"
post 451-rcpt
verdict 'a greylisted one waits' signed "$state"
post 550-rcpt
verdict 'a refused recipient is for a person' failed "$state"
verdict "with the server's words" yes "$(as_martin outbox list | grep -q 'refused for the test' && echo yes)"
post 452-data
verdict 'a full server is tried again' signed "$state"
post 554-data
verdict 'a refused message is for a person' failed "$state"
post drop-rcpt
verdict 'a line cut before the message is tried again' signed "$state"
post drop-data
verdict 'a line cut after the message is in doubt' ambiguous "$state"
as_martin worker --once >/dev/null 2>&1
verdict 'and not sent again by itself' 1 "$(stored drop-data)"
post cut-data
verdict 'so is one that was not stored: nobody can tell' ambiguous "$state"
verdict 'the audit chain is whole' 0 "$(as_martin audit verify >/dev/null 2>&1; echo $?)"
