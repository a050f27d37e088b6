#!/bin/sh
# Our recurrence and time zones against other people's, where Debian's python3-dateutil and
# python3-icalendar are there.
python=/usr/bin/python3
"$python" -c 'import dateutil, icalendar, zoneinfo' 2>/dev/null || {
  echo '1..0 # SKIP needs python3-dateutil and python3-icalendar'
  exit 0
}
exec "$python" "$abs_top_srcdir/tests/peers/ics_peers.py"
