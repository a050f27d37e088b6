#!/bin/sh
# A mail in doubt (its answer was lost at a real submission server, python3-aiosmtpd) is settled by the report that comes
# into a real mailbox (dovecot-imapd): delivered or failed, once, and by nothing else.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
"$python" -c 'import aiosmtpd' 2>/dev/null || { echo '1..0 # SKIP needs python3-aiosmtpd'; exit 0; }
[ -x /usr/sbin/dovecot ] || { echo '1..0 # SKIP needs dovecot-imapd'; exit 0; }
command -v openssl >/dev/null 2>&1 || { echo '1..0 # SKIP needs openssl'; exit 0; }
work=$(mktemp -d /tmp/gm.XXXXXX)
imap_pid=
server=
. "$abs_top_srcdir/tests/peers/imap_peer.sh"
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; imap_stop; rm -rf "$work"' EXIT
mkdir "$work/d"
imap_start || { echo '1..1'; echo 'not ok 1 - dovecot starts'; sed 's/^/# /' "$work/dovecot.out" "$work/d/log"; exit 1; }
cd "$work" || exit 1
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout right.key -out right.pem -days 30 \
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
[returns]
mailbox=inbox
[destination post]
channel=smtp
url=smtp://127.0.0.1:$(cat port)
ca_file=$work/right.pem
user=outbox
secret_file=$work/secret
auth=plain
[destination inbox]
channel=imap
url=imaps://127.0.0.1:$imaps
ca_file=$work/d/cert.pem
user=inbox@clinic.test
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
state() { as_martin item show "$1" --json | first state; }
work_once() { as_martin worker --once >>worker.log 2>&1; }
stored() { grep -c "^drop-data@example.org " stored; }

# post RECORD: signs a letter whose answer is lost: stored, then cut; $item.
post() {
  printf '{"id":"%s","patient":{"family":"Canary%s","given":"Ann","birth":"1970-01-01","record":"%s","mail":"drop-data@example.org"},"consent":{"by":"patient","how":"spoken","words":"yes","all_party":true,"given":true},"dialogue":[{"speaker":"doctor","text":"hello"},{"speaker":"patient","text":"a cough."}]}\n' \
    "$1" "$1" "$1" >visit.jsonl
  as_martin visit import visit.jsonl >/dev/null
  patient=$(as_martin patient search "Canary$1" --json | first id)
  item=$(echo 'Your biopsy is normal.' | as_martin item letter --patient "$patient" --to patient --json | first id)
  as_martin item sign "$item" >/dev/null
  work_once
}
# returned NAME: a mail of the corpus about what the server stored last, into the mailbox.
returned() {
  id=$(sed -n 's/^Message-I[Dd]: *<\(.*\)>.*/\1/p' drop-data.eml | tr -d '\r' | head -n 1)
  sed -e "s/i0a1b2c3d4e5f6\\.00112233445566778899@clinic\\.example/$id/g" -e "s/i0a1b2c3d4e5f6/${id%%.*}/g" \
    "$abs_top_srcdir/tests/fuzz/corpus/dsn/$1.eml" >returned.eml
  imap_put returned.eml
  work_once
}

echo 1..11
post one
verdict 'a lost answer leaves a mail in doubt' ambiguous "$(state "$item")"
returned postfix_delayed
verdict 'a report of a delay settles nothing' ambiguous "$(state "$item")"
returned vacation
verdict "nor does a program's answer" ambiguous "$(state "$item")"
returned success
verdict 'a report that it was delivered settles it' delivered "$(state "$item")"
verdict 'with its words' yes "$(as_martin outbox show "$item" | grep -q -i 'report' && echo yes || as_martin outbox show "$item")"
returned success
verdict 'the same report again changes nothing' delivered "$(state "$item")"
post two
verdict 'another is in doubt' ambiguous "$(state "$item")"
returned postfix
verdict 'a report that it failed settles it' failed "$(state "$item")"
verdict 'with the words of the report' yes "$(as_martin outbox show "$item" | grep -q 'User unknown' && echo yes)"
verdict 'neither was sent again by itself' 2 "$(stored)"
verdict 'the audit chain is whole' 0 "$(as_martin audit verify >/dev/null 2>&1; echo $?)"
