#!/bin/sh
# A clinic whose drafts come from a chat service.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
python=/usr/bin/python3
"$python" -c '' 2>/dev/null || { echo '1..0 # SKIP needs python3'; exit 0; }
PYTHONDONTWRITEBYTECODE=1 exec "$python" "$abs_top_srcdir/tests/peers/chat_clinic.py"
