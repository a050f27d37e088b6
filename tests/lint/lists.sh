#!/bin/sh
# Every source is in its room's local.mk, and every file with messages is in POTFILES.in.
. "$(dirname "$0")/lib.sh"

list=$(files src include tests/unit tests/lint tests/terminal tests/peers tests/fuzz tests/bench -- \
  c h def sh awk)
something "$list"
found=$(printf '%s\n' "$list" | awk -f "$lint/listed.awk")
verdict "every source is in a local.mk" "$found"

list=$(files src include -- c h def)
# shellcheck disable=SC2086
speaking=$(awk -f "$lint/strip.awk" -f "$lint/messages.awk" $list)
something "$speaking"
found=$(for file in $speaking; do
  grep -qx "$file" share/po/POTFILES.in || echo "$file: not in share/po/POTFILES.in"
done)
verdict "every file with messages is in POTFILES.in" "$found"
found=$(sed '/^#/d; /^$/d' share/po/POTFILES.in | while read -r file; do
  [ -f "$file" ] || echo "$file: in POTFILES.in, and not there"
done)
verdict "every file of POTFILES.in is there" "$found"
plan
