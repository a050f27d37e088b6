#!/bin/sh
# A function that does not fit a screen or two, and a file that nobody reads to its end.
. "$(dirname "$0")/lib.sh"

list=$(files src include tests share -- c h)
something "$list"
# A body stands between a { and a } in the first column: the formatter sees to it.
# shellcheck disable=SC2086
bodies=$(awk '
  /^[A-Za-z_].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
  /^\{/ { start = FNR }
  /^\}[ \t]*$/ && start { print FNR - start + 1, FILENAME ":" start, name; start = 0 }
  FNR == 1 { start = 0 }' $list | sort -rn)
something "$bodies"
told "the ten longest functions:
$(printf '%s\n' "$bodies" | sed 10q)"
verdict "no function is over 100 lines" "$(printf '%s\n' "$bodies" | awk '$1 > 100')"

# shellcheck disable=SC2086
lines=$(wc -l $list | awk '$2 != "total" { print $1, $2 }' | sort -rn)
told "files over 800 lines:
$(printf '%s\n' "$lines" | awk '$1 > 800 { print; n++ } END { if (!n) print "none" }')"
verdict "no file is over 1000 lines" "$(printf '%s\n' "$lines" | awk '$1 > 1000')"
plan
