#!/bin/sh
# The call names the file: src/<room>/<noun>.c exports <room>_<noun> and <room>_<noun>_…, nothing else.
# A line `export FILE NAME…` of src/LAYERS allows more (a trailing * stands for any ending).
. "$(dirname "$0")/lib.sh"

list=$(cd "$build" && files src -- o)
something "$list"
found=$(
  for object in $list; do
    source=${object%.o}.c
    [ -f "$source" ] || continue
    "${NM:-nm}" -g --defined-only -P "$build/$object" | sed "s|^|$source |"
  done | awk '
    FILENAME == "src/LAYERS" {
      if ($1 == "export")
        for (i = 3; i <= NF; i++)
          allowed[$2] = allowed[$2] " " $i
      next
    }
    { print seen(source = $1, name = $2) }
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
