#!/bin/sh
# The manual pages and the completion are made from the tables, whole and well formed.
. "$(dirname "$0")/lib.sh"

pages="$build/share/man/guichet.1 $build/share/man/guichet.conf.5"

# rows TABLE WORD FIELD: that quoted field of each row WORD(…) of a table.
rows()
{
  sed -n "s/^$2(//p" "$1" | awk -F '"' -v field="$3" '{ print $(field * 2) }'
}

# shellcheck disable=SC2086
verdict "no section is left to fill in" "$(grep -n '^@[A-Z]*@$\|@[A-Z]\{3,\}@' $pages /dev/null)"
verdict "guichet.conf(5) has every setting" "$(rows src/base/conf.def CONF 2 | while read -r name; do
  grep -q "^\.It Cm $name " "$build/share/man/guichet.conf.5" || echo "$name"
done)"
verdict "guichet(1) has every command" "$(rows src/cli/command.def COMMAND 1 | while read -r name; do
  grep -q "^\.It Ic $name\$" "$build/share/man/guichet.1" || echo "$name"
done)"
verdict "guichet(1) has every state" "$(rows src/clinic/item.def STATE 1 | while read -r name; do
  grep -q "^\.It Em $name\$" "$build/share/man/guichet.1" || echo "$name"
done)"
verdict "the completion has every command" "$(rows src/cli/command.def COMMAND 1 | while read -r name; do
  grep -q "compgen -W '.*\<$name\>.*'" "$build/share/completions/guichet" || echo "$name"
done)"
if command -v mandoc >/dev/null 2>&1; then
  # shellcheck disable=SC2086
  verdict "mandoc is content" "$(mandoc -Tlint -W warning $pages 2>&1 || true)"
else
  skipped "mandoc is content" "there is no mandoc"
fi
if command -v bash >/dev/null 2>&1; then
  verdict "bash reads the completion" "$(bash -n "$build/share/completions/guichet" 2>&1 || true)"
else
  skipped "bash reads the completion" "there is no bash"
fi
plan
