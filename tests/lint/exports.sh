#!/bin/sh
# The call names the file: src/<room>/<noun>.c exports <room>_<noun> and <room>_<noun>_…, nothing else.
# A line `export FILE NAME…` of src/LAYERS allows more (a trailing * stands for any ending).
. "$(dirname "$0")/lib.sh"

list=$(cd "$build" && files src -- o)
something "$list"
found=$(
  # shellcheck disable=SC2086  # one word a file
  # -A puts "FILE: " or "FILE[MEMBER]: " before each name; one nm for all of them
  (cd "$build" && "${NM:-nm}" -A -g --defined-only -P $list) |
    sed 's|^\(.*\)\.o: |\1.c |' | awk '
    FILENAME == "src/LAYERS" {
      if ($1 == "export")
        for (i = 3; i <= NF; i++)
          allowed[$2] = allowed[$2] " " $i
      next
    }
    !($1 in there) { there[$1] = (getline line < $1) >= 0; close($1) }
    there[$1] { print seen(source = $1, name = $2) }
    function seen(source, name,    stem, i, n, word) {
      if (name ~ /^(__|_GLOBAL_|asan\.|\.)/ || name ~ /^__/)
        return ""
      stem = source
      sub(/^src\//, "", stem)
      sub(/\.c$/, "", stem)
      gsub(/[\/-]/, "_", stem)
      if (name == stem || index(name, stem "_") == 1)
        return ""
      n = split(allowed[source], word, " ")
      for (i = 1; i <= n; i++)
        if (word[i] == name || (sub(/\*$/, "", word[i]) && index(name, word[i]) == 1))
          return ""
      return source ": exports " name ", which does not begin with " stem "_"
    }' src/LAYERS - | sed '/^$/d'
)
verdict "exported names match their file" "$found"
plan
