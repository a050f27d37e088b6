#!/bin/sh
# crossval.sh OUT FOLDER SHARE: learns the tables of the checks six times into OUT/0 to OUT/5, each time
# without one fifth of the visits, the last time without those of valid.jsonl; two at a time.
set -eu
out=$1 folder=$2 share=$3
learn() {
  rm -rf "$out/$1"
  mkdir -p "$out/$1/share"
  cp -R "$share/lexicon" "$out/$1/share/"
  chmod -R u+w "$out/$1"
  rm -f "$out/$1/share/lexicon/weights.tsv" "$out/$1/share/lexicon/links.tsv" \
    "$out/$1/share/lexicon/models.tsv"
  for table in words:weights links:links words:weights models:models; do
    GUICHET_DATADIR="$out/$1" tests/bench/scribe_train "${table%%:*}" "$folder" "$1" >"$out/$1/new"
    mv "$out/$1/new" "$out/$1/share/lexicon/${table##*:}.tsv"
  done
}
for pair in '0 1' '2 3' '4 5'; do
  learn "${pair% *}" &
  first=$!
  learn "${pair#* }"
  wait "$first"
done
