#!/bin/sh
# The lint tests can fail: each is shown a small tree with one thing wrong.
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A tree that every lint test passes.
fresh()
{
  rm -rf "$work/tree"
  mkdir -p "$work/tree/src/base" "$work/tree/src/db" "$work/tree/include/guichet/base" \
    "$work/tree/include/guichet/db" "$work/tree/share/po" "$work/tree/tests"
  cd "$work/tree"
  printf 'room base:\nroom db: base\nlib sqlite3: db\nlib term: ui\n' >src/LAYERS
  printf '#include <sqlite3.h>\n#include <termios.h>\n#include "guichet/base/a.h"\n\nint\ndb_b_count(void)\n{\n  return 1; /* system(1) */\n}\n' >src/db/b.c
  printf 'int base_a_count(void);\n' >include/guichet/base/a.h
  printf 'typedef struct {\n  int kind;\n} DbValue;\nDbValue db_value_int(int number);\nint db_open(const char *path);\n' \
    >include/guichet/db/value.h
  printf '#define N_(x) x\n\nint\nbase_a_count(void)\n{\n  return _("one"), 2;\n}\n' >src/base/a.c
  printf 'libguichet_a_SOURCES += include/guichet/base/a.h \\\n\t%%reldir%%/a.c\n' >src/base/local.mk
  printf 'x += include/guichet/db/value.h %%reldir%%/b.c\n' >src/db/local.mk
  printf 'src/base/a.c\n' >share/po/POTFILES.in
  cp "$top/.clang-format" .
  touch README HACKING configure.ac Makefile.am bootstrap
  cd "$top"
}

judged()
{
  abs_top_srcdir="$work/tree" abs_top_builddir="$work/tree" sh "$lint/$1.sh" >"$work/said" 2>&1
}

compile()
{
  (cd "$work/tree" && "${CC:-cc}" -c -o src/db/b.o -include stddef.h src/db/b.c 2>/dev/null) ||
    (cd "$work/tree" && printf 'int db_b_count(void){return 1;}%s\n' "${1-}" >src/db/x.c &&
      "${CC:-cc}" -c -o src/db/b.o src/db/x.c && rm src/db/x.c)
}

# wrong TEST PATTERN: the tree in work is refused by TEST in words that match PATTERN.
wrong()
{
  judged "$1" || true
  if grep -q '^not ok' "$work/said" && grep -Eq "^# .*$2" "$work/said"; then
    verdict "$1 sees $2" ""
  else
    verdict "$1 sees $2" "$(cat "$work/said")"
  fi
}

fresh
compile
for test in banned exports format layers lists sizes; do
  judged $test && ! grep '^not ok' "$work/said" >/dev/null && found= || found=$(cat "$work/said")
  verdict "$test passes a clean tree" "$found"
done

tree=$work/tree
fresh && echo '#include "guichet/db/value.h"' >>"$tree/src/base/a.c" && wrong layers 'base may not include'
fresh && echo '# include <sqlite3.h>' >>"$tree/src/base/a.c" && wrong layers 'sqlite3.h belongs to db'
fresh && mkdir "$tree/src/new" && touch "$tree/src/new/c.c" && echo >"$tree/src/new/c.c" && wrong layers 'room new has no line'
fresh && echo '#include "db/inner.h"' >"$tree/src/main.c" && wrong layers 'main may not include'
fresh && compile 'int stray;' && wrong exports 'exports stray'
fresh && printf '  strcpy (a, b);\n' >>"$tree/src/base/a.c" && wrong banned 'src/base/a.c:8: strcpy'
fresh && printf '  x = time(NULL);\n' >>"$tree/src/base/a.c" && wrong banned 'time\(\)'
fresh && printf 'DbValue db_value_text(const char *text);\n' >>"$tree/include/guichet/db/value.h" && wrong banned 'db_value_text'
fresh && sed -i 's/int kind/const char *kind/' "$tree/include/guichet/db/value.h" && wrong banned 'char \*kind'
fresh && printf 'int\nlong_one(void)\n{\n' >>"$tree/src/base/a.c" &&
  awk 'BEGIN { for (i = 0; i < 99; i++) print "  ;"; print "}" }' >>"$tree/src/base/a.c" && wrong sizes '101 .*long_one'
fresh && awk 'BEGIN { for (i = 0; i < 1001; i++) print "" }' >"$tree/src/base/a.c" && wrong sizes '1001 src/base/a.c'
fresh && printf 'int  x ;\t\n' >>"$tree/src/base/a.c" && wrong format 'src/base/a.c:8'
fresh && printf 'int  x ;\n' >>"$tree/src/base/a.c"
case $(clang-format --version 2>&1 || true) in
*"version 14."*) wrong format 'src/base/a.c:8' ;;
*) skipped "format sees src/base/a.c:8" "there is no clang-format 14" ;;
esac
fresh && touch "$tree/src/main.c" && echo x >"$tree/src/local.mk" && wrong lists 'src/main.c: not in src/local.mk'
fresh && touch "$tree/src/db/c.c" && wrong lists 'src/db/c.c: not in src/db/local.mk'
fresh && : >"$tree/share/po/POTFILES.in" && wrong lists 'src/base/a.c: not in share/po/POTFILES.in'
fresh && echo src/gone.c >>"$tree/share/po/POTFILES.in" && wrong lists 'src/gone.c: in POTFILES.in'
plan
