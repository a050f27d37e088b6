# Two servers of smtp_faulty.py, and $program run beside them: program FOLDER PORT OTHER-FOLDER OTHER-PORT.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
"$python" -c 'import asyncio; asyncio.StreamWriter.start_tls' 2>/dev/null ||
  { echo '1..0 # SKIP needs python3 3.11'; exit 0; }
command -v openssl >/dev/null 2>&1 || { echo '1..0 # SKIP needs openssl'; exit 0; }
work=$(mktemp -d)
servers=
trap 'for one in $servers; do kill "$one" 2>/dev/null; done; rm -rf "$work"' EXIT
# 0.0.0.0 is this host to the kernel and a stranger to guichet: TLS and a contract are asked for.
for name in right other; do
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/$name.key" -out "$work/$name.pem" -days 30 \
    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0.0.0.0' 2>/dev/null
done
for name in a b; do
  mkdir "$work/$name"
  cp "$work/right.pem" "$work/$name"
  : >"$work/$name/plan"
  PYTHONDONTWRITEBYTECODE=1 "$python" "$abs_top_srcdir/tests/peers/smtp_faulty.py" "$work/$name" \
    "$work/right.pem" "$work/right.key" "$work/other.pem" "$work/other.key" 2>>"$work/log" &
  servers="$servers $!"
done
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -f "$work/a/port" ] && [ -f "$work/b/port" ] && break
  sleep 0.5
done
[ -f "$work/a/port" ] && [ -f "$work/b/port" ] ||
  { echo '1..1'; echo 'not ok 1 - the servers start'; sed 's/^/# /' "$work/log"; exit 1; }
CMOCKA_MESSAGE_OUTPUT=TAP "$abs_top_builddir/tests/peers/$program" "$work/a" "$(cat "$work/a/port")" \
  "$work/b" "$(cat "$work/b/port")"
