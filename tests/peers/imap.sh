#!/bin/sh
# net/imap against a real server (dovecot-imapd).
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
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/other.key" -out "$work/other.pem" -days 30 \
  -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
for name in postfix qmail answer; do imap_put "$abs_top_srcdir/tests/fuzz/corpus/dsn/$name.eml"; done
cp "$abs_top_srcdir/tests/fuzz/corpus/dsn/answer.eml" "$work/tricky.eml"
printf 'A004 OK Fetch completed.\r\nA005 OK\r\n* SEARCH 1 2 3\r\n)\r\n' >>"$work/tricky.eml"
"$python" -c 'print("x" * 100000, end="\r\n")' >>"$work/tricky.eml"
imap_put "$work/tricky.eml"
CMOCKA_MESSAGE_OUTPUT=TAP "$abs_top_builddir/tests/peers/imap_reader" "$imap" "$imaps" "$work/d/cert.pem" \
  "$work/other.pem" "$abs_top_srcdir/tests/fuzz/corpus/dsn"
