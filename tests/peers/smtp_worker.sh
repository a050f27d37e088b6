#!/bin/sh
# The worker and its outbox against a submission server that fails at each stage in turn, and lanes beside each other.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
"$python" -c 'import asyncio; asyncio.StreamWriter.start_tls' 2>/dev/null ||
  { echo '1..0 # SKIP needs python3 3.11'; exit 0; }
command -v openssl >/dev/null 2>&1 || { echo '1..0 # SKIP needs openssl'; exit 0; }
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
# 0.0.0.0 is this host to the kernel and a stranger to guichet: TLS and a contract are asked for.
for name in right other; do
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/$name.key" -out "$work/$name.pem" -days 30 \
    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0.0.0.0' 2>/dev/null
done
: >"$work/plan"
PYTHONDONTWRITEBYTECODE=1 "$python" "$abs_top_srcdir/tests/peers/smtp_faulty.py" "$work" \
  "$work/right.pem" "$work/right.key" "$work/other.pem" "$work/other.key" 2>"$work/log" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -f "$work/port" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.5
done
[ -f "$work/port" ] || { echo '1..1'; echo 'not ok 1 - the server starts'; sed 's/^/# /' "$work/log"; exit 1; }
CMOCKA_MESSAGE_OUTPUT=TAP "$abs_top_builddir/tests/peers/smtp_worker" "$work" "$(cat "$work/port")"
