#!/bin/sh
# A hospital's feed over MLLP into `guichet worker`: each answer, what is there after it, and a worker that is killed.
set -eu
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_NEW_PASSWORD_FILE
export LANGUAGE=en
umask 077
cd "$work"
echo 'a long pass phrase' >admin.pass
echo 'another pass phrase' >desk.pass
export GUICHET_CLINIC="$work/clinic" GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass
"$GUICHET_BIN" init --admin admin --name 'Port Clinic' >log 2>&1
GUICHET_NEW_PASSWORD_FILE=desk.pass "$GUICHET_BIN" user add desk --title Desk --role front-desk >log 2>&1
export GUICHET_USER=desk GUICHET_PASSWORD_FILE=desk.pass
PYTHONDONTWRITEBYTECODE=1 python3 "$here/hl7_feed.py" "$GUICHET_BIN" "$work"
