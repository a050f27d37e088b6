#!/bin/sh
# What comes back about signed letters, through a real mailbox (dovecot-imapd): reports settle them once, answers are
# offered to a person, programs' answers never, and what is about nothing of ours is counted and left.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
[ -x /usr/sbin/dovecot ] || { echo '1..0 # SKIP needs dovecot-imapd'; exit 0; }
command -v openssl >/dev/null 2>&1 || { echo '1..0 # SKIP needs openssl'; exit 0; }
work=$(mktemp -d /tmp/gm.XXXXXX)
imap_pid=
. "$abs_top_srcdir/tests/peers/imap_peer.sh"
trap 'imap_stop; rm -rf "$work"' EXIT
mkdir "$work/d"
imap_start || { echo '1..1'; echo 'not ok 1 - dovecot starts'; sed 's/^/# /' "$work/dovecot.out" "$work/d/log"; exit 1; }
cd "$work" || exit 1
umask 077
export GUICHET_CLINIC="$work/clinic"
echo s3cret >secret
as_admin() { GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass "$GUICHET_BIN" "$@"; }
as_martin() { GUICHET_USER=dr.martin GUICHET_PASSWORD_FILE=dr.martin.pass "$GUICHET_BIN" "$@"; }
. "$abs_top_srcdir/tests/place.sh"
place 'Port Clinic' admin:admin 'dr.martin:senior:Dr Martin' privacy:privacy:Privacy
cat >clinic/guichet.conf <<END
[clinic]
name=Port Clinic
phone=555 0100
mail=desk@clinic.example
[outbox]
undo_seconds=0
mail=maildir:mail
[returns]
mailbox=inbox
[destination inbox]
channel=imap
url=imaps://127.0.0.1:$imaps
ca_file=$work/d/cert.pem
user=inbox@clinic.test
secret_file=$work/secret
auth=plain
END
n=0
verdict() {
  n=$((n + 1))
  if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; echo "# wanted $2, got $3"; fi
}
first() { "$python" -c 'import json,sys; v=json.load(sys.stdin); v=v[0] if isinstance(v,list) else v; print(v[sys.argv[1]])' "$1"; }
work_once() { as_martin worker --once >>worker.log 2>&1; }
state() { as_martin item show "$1" --json | first state; }
replies() { as_martin reminders replies --json | "$python" -c 'import json,sys; print(len(json.load(sys.stdin)))'; }
# strange: mails that were about nothing of ours
audited() { GUICHET_USER=privacy GUICHET_PASSWORD_FILE=privacy.pass "$GUICHET_BIN" audit export 2>/dev/null | grep -c "$1"; }

# post WORD: a letter is signed and delivered; $item, and the file of its mail in $mail.
post() {
  printf '{"id":"%s","patient":{"family":"Canary%s","given":"Ann","birth":"1970-01-01","record":"%s","mail":"%s@nowhere.example"},"consent":{"by":"patient","how":"spoken","words":"yes","all_party":true,"given":true},"dialogue":[{"speaker":"doctor","text":"hello"},{"speaker":"patient","text":"a cough."}]}\n' \
    "$1" "$1" "$1" "$1" >visit.jsonl
  as_martin visit import visit.jsonl >/dev/null
  patient=$(as_martin patient search "Canary$1" --json | first id)
  item=$(echo 'Your biopsy is normal.' | as_martin item letter --patient "$patient" --to patient --json | first id)
  as_martin item sign "$item" >/dev/null
  work_once
  mail=$(grep -l "$1@nowhere.example" clinic/mail/new/* | head -n 1)
}
# returned NAME: a mail of the corpus as if it were about $mail, to $work/returned.eml.
returned() {
  id=$(sed -n 's/^Message-I[Dd]: *<\(.*\)>.*/\1/p' "$mail" | tr -d '\r' | head -n 1)
  token=${id%%.*}
  sed -e "s/i0a1b2c3d4e5f6\\.00112233445566778899@clinic\\.example/$id/g" -e "s/i0a1b2c3d4e5f6/$token/g" \
    "$abs_top_srcdir/tests/fuzz/corpus/dsn/$1.eml" >returned.eml
}

echo 1..25
post first
verdict 'a letter is delivered' delivered "$(state "$item")"
returned postfix_delayed
imap_put returned.eml
work_once
verdict 'a delay changes nothing' delivered "$(state "$item")"
returned postfix
imap_put returned.eml
verdict 'before the worker looks, nothing is marked' 1 "$(imap_seen)"
work_once
verdict 'a report settles it' failed "$(state "$item")"
verdict 'it is marked when it is on record' 2 "$(imap_seen)"
verdict 'the queue shows it' yes "$(as_martin queue --json | grep -q "$item" && echo yes)"
verdict 'with the words of the report' yes "$(as_martin outbox show "$item" | grep -q 'User unknown' && echo yes)"
as_martin outbox retry "$item" -m 'new address' >/dev/null
work_once
verdict 'a person sends it again' delivered "$(state "$item")"
imap_put returned.eml
work_once
verdict 'the same report once more changes nothing' delivered "$(state "$item")"
verdict 'and is known' 1 "$(audited 'known already')"

post second
returned qmail
sed -i -e 's/^To: .*/To: desk@clinic.example\r/' -e 's/^Delivered-To: .*/Delivered-To: desk@clinic.example\r/' \
  -e 's/^Return-Path: <desk.*/Return-Path: <desk@clinic.example>\r/' returned.eml
imap_put returned.eml
work_once
verdict 'a bounce without a report is known by our Message-ID' failed "$(state "$item")"

post third
for name in vacation exchange_away precedence receipt; do returned "$name"; imap_put returned.eml; done
work_once
verdict 'answers of programs change nothing' delivered "$(state "$item")"
verdict 'and are no answers' 0 "$(replies)"
returned answer
imap_put returned.eml
work_once
verdict 'an answer is offered to a person' 1 "$(replies)"
verdict 'with its text' yes "$(as_martin reminders replies | grep -q 'je serai là' && echo yes)"
verdict 'and settles nothing by itself' delivered "$(state "$item")"
as_martin reminders replies --settle "$item"
verdict 'a person settles it' 0 "$(replies)"

seen=$(imap_seen)
imap_put "$abs_top_srcdir/tests/fuzz/corpus/dsn/postfix.eml"
imap_put "$abs_top_srcdir/tests/fuzz/corpus/dsn/list.eml"
work_once
verdict 'what is about nothing of ours is counted' 2 "$(audited 'about nothing of ours')"
verdict 'and left unread' "$seen" "$(imap_seen)"
verdict 'doctor tells how many' yes "$(as_martin doctor 2>/dev/null | grep -q 'about nothing of ours: 2' && echo yes)"

# another UIDVALIDITY: all is read again, and nothing changes
before=$(audited outbox-bounce)
imap_stop
rm -f "$work"/d/home/inbox/Maildir/dovecot*
imap_start || { echo "# dovecot does not start again"; sed "s,^,# ," "$work/dovecot.out" "$work/d/log" | tail -n 8; }
sed -i "s/^url=imaps.*/url=imaps:\/\/127.0.0.1:$imaps/" clinic/guichet.conf
work_once
verdict 'numbers that are void are read anew' yes "$([ "$(audited 'known already')" -gt 5 ] && echo yes)"
verdict 'and settle nothing twice' "$before" "$(audited outbox-bounce)"
verdict 'nor offer an answer twice' 0 "$(replies)"

echo wrong >secret
post fourth
verdict 'a mailbox that does not let us in stops nothing else' delivered "$(state "$item")"
verdict 'the audit chain is whole' 0 "$(as_martin audit verify >/dev/null 2>&1; echo $?)"
