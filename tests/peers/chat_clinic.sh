#!/bin/sh
# A clinic whose drafts come from a chat service.
python=/usr/bin/python3
"$python" -c '' 2>/dev/null || { echo '1..0 # SKIP needs python3'; exit 0; }
PYTHONDONTWRITEBYTECODE=1 exec "$python" "$abs_top_srcdir/tests/peers/chat_clinic.py"
