#!/bin/sh
# A letter to another provider by S/MIME, from the command line to a real submission server (python3-aiosmtpd) and
# to the openssl program in the recipient's place; certificates that will not do are refused in words.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
"$python" -c 'import aiosmtpd' 2>/dev/null || { echo '1..0 # SKIP needs python3-aiosmtpd'; exit 0; }
command -v openssl >/dev/null 2>&1 || { echo '1..0 # SKIP needs openssl'; exit 0; }
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 077
# cert NAME AUTHORITY NAMES USE ALGORITHM…
cert()
{
  name=$1 by=$2 names=$3 use=$4
  shift 4
  openssl req -new -newkey "$@" -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$name" 2>/dev/null
  printf 'subjectAltName=%s\nkeyUsage=critical,%s\nextendedKeyUsage=emailProtection\n' "$names" "$use" >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA "$by.pem" -CAkey "$by.key" -CAcreateserial -days 30 -extfile "$name.ext" \
    -out "$name.pem" 2>/dev/null
}
for name in ca other right; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.pem -days 30 \
    -subj "/CN=$name" -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
done
cert desk ca email:desk@clinic.example digitalSignature ec -pkeyopt ec_paramgen_curve:P-256
cert ana ca email:ana@direct.example keyEncipherment rsa:2048
cert stranger other email:ana@direct.example keyAgreement ec -pkeyopt ec_paramgen_curve:P-256
cert lapsed ca email:eva@direct.example keyAgreement ec -pkeyopt ec_paramgen_curve:P-256
openssl x509 -req -in lapsed.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days -1 -extfile lapsed.ext -out lapsed.pem \
  2>/dev/null
echo 'no certificate at all' >garbage.pem
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
secure_domains=direct.example
[destination post]
channel=smtp
url=smtp://127.0.0.1:$(cat port)
ca_file=$work/right.pem
user=outbox
secret_file=$work/secret
auth=plain
smime_cert_file=$work/desk.pem
smime_key_file=$work/desk.key
smime_ca_file=$work/ca.pem
END

n=0
# verdict NAME WANTED GOT
verdict() {
  n=$((n + 1))
  if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; echo "# wanted $2, got $3"; fi
}
first() { "$python" -c 'import json,sys; v=json.load(sys.stdin); v=v[0] if isinstance(v,list) else v; print(v[sys.argv[1]])' "$1"; }
# says TEXT COMMAND…: a refusal with these words.
says() {
  wanted=$1
  shift
  if "$@" >said 2>&1; then echo no; elif grep -q "$wanted" said; then echo yes; else cat said; fi
}
printf '{"id":"v","patient":{"family":"Canary","given":"Ann","birth":"1970-01-01","record":"R1","mail":"ann@example.org"},"consent":{"by":"patient","how":"spoken","words":"yes","all_party":true,"given":true},"dialogue":[{"speaker":"doctor","text":"hello"},{"speaker":"patient","text":"a cough."}]}\n' >visit.jsonl
as_martin visit import visit.jsonl >/dev/null
patient=$(as_martin patient search Canary --json | first id)
# post ADDRESS: signs a letter to it; the item goes to $item, its state after one run of the worker to $state.
post() {
  item=$(printf 'Dear colleague, the biopsy of Mrs Canary is normal.\n' |
    as_martin item letter --patient "$patient" --to "$1" --subject 'Biopsy of Mrs Canary' --json | first id)
  as_martin item sign "$item" >/dev/null
  as_martin worker --once >/dev/null 2>&1
  state=$(as_martin item show "$item" --json | first state)
}

echo 1..18
verdict 'garbage is no certificate' yes "$(says 'no certificate' as_admin certificate add ana@direct.example garbage.pem)"
verdict 'nor is a key' yes "$(says 'no certificate' as_admin certificate add ana@direct.example ana.key)"
verdict "another's certificate is refused" yes "$(says 'another address' as_admin certificate add bob@direct.example ana.pem)"
verdict 'so is one of an authority nobody trusts' yes \
  "$(says 'not one of an authority' as_admin certificate add ana@direct.example stranger.pem)"
verdict 'and one that has lapsed' yes "$(says 'expired on' as_admin certificate add eva@direct.example lapsed.pem)"
verdict 'a clinician may not' yes "$(says 'may not' as_martin certificate add ana@direct.example ana.pem)"
verdict 'a good one is put on file' 0 "$(as_admin certificate add ana@direct.example ana.pem >/dev/null; echo $?)"
verdict 'and listed with its end' yes "$(as_martin certificate list | grep -q '^ana@direct.example .*expires in' && echo yes)"
post ana@direct.example
verdict 'a letter to its holder arrives' delivered "$state"
verdict 'nothing clinical is outside' '' "$(grep -i -e biopsy -e canary -e normal ana.eml)"
openssl cms -decrypt -in ana.eml -inkey ana.key -recip ana.pem -out inner.eml 2>>log
openssl cms -verify -in inner.eml -CAfile ca.pem -purpose any -signer who.pem -out letter.eml 2>>log
verdict 'inside is a signed letter, with its own subject' 'Biopsy of Mrs Canary / Dear colleague, the biopsy of Mrs Canary is normal.' \
  "$("$python" -c 'import email,email.policy,sys
m = email.message_from_binary_file(open("letter.eml", "rb"), policy=email.policy.default)
print(m["Subject"], "/", m.get_content().strip())')"
verdict 'signed by the clinic' 'subject=CN = desk' "$(openssl x509 -in who.pem -noout -subject)"
verdict 'for nobody else to read' no \
  "$(openssl cms -decrypt -in ana.eml -inkey lapsed.key -recip lapsed.pem 2>/dev/null | grep -q colleague && echo yes || echo no)"
post bob@direct.example
verdict 'who has no certificate gets it signed' yes \
  "$(openssl cms -verify -in bob.eml -CAfile ca.pem -purpose any 2>>log | grep -q 'Dear colleague' && echo yes)"
cp other.pem ca.pem
post ana@direct.example
verdict 'a holder whom nobody vouches for any more gets nothing' failed "$state"
verdict 'and the item says why' yes "$(as_martin outbox list | grep -q 'not one of an authority' && echo yes)"
as_admin certificate remove ana@direct.example
verdict 'taken off the file' '' "$(as_admin certificate list)"
verdict 'the audit chain is whole' 0 "$(as_martin audit verify >/dev/null 2>&1; echo $?)"
