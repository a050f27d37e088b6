#!/bin/sh
# Functions that nobody calls here, and the one way to SQL that carries no plain text.
. "$(dirname "$0")/lib.sh"

list=$(files src include share -- c h def)
something "$list"
# shellcheck disable=SC2086
found=$(awk -f "$lint/strip.awk" -f "$lint/banned.awk" $list)
verdict "no banned function is called" "$(printf '%s' "$found" | sed -n 's/^call //p')"
verdict "the time comes from base/clock.c" "$(printf '%s' "$found" | sed -n 's/^time //p')"

list=$(files include/guichet/db src/db -- h)
if [ -n "$list" ]; then
  # shellcheck disable=SC2086
  verdict "nothing binds a char * to SQL" "$(awk -f "$lint/strip.awk" -f "$lint/binder.awk" $list)"
else
  verdict "nothing binds a char * to SQL" "include/guichet/db has no header"
fi
plan
