#!/bin/sh
# A hospital's feed over MLLP into `guichet worker`: each answer, what is there after it, and a worker that is killed.
set -eu
. "$abs_top_srcdir/tests/place.sh"
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE GUICHET_NEW_PASSWORD_FILE
export LANGUAGE=en
umask 077
cd "$work"
export GUICHET_CLINIC="$work/clinic" GUICHET_USER=admin GUICHET_PASSWORD_FILE=admin.pass
place 'Port Clinic' admin:admin desk:front-desk:Desk
export GUICHET_USER=desk GUICHET_PASSWORD_FILE=desk.pass
PYTHONDONTWRITEBYTECODE=1 python3 "$here/hl7_feed.py" "$GUICHET_BIN" "$work"
