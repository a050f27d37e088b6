# guichet draft from the command line: plain text, JSON, a line at a time, and what is refused.
echo 1..6
n=0
verdict() {
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
draft="$GUICHET_BIN draft"
visit='Doctor: Any fever?
Patient: No.
Doctor: I am going to order an MRI of the left knee.
'
printf '%s' "$visit" | $draft | grep -q 'I will order an MRI of the left knee'
verdict $? "a note as plain text"

printf '%s' "$visit" | $draft --json | grep -q '"format":"guichet.draft/1"'
verdict $? "a draft as JSON"

dialogue='"dialogue":[{"speaker":"doctor","text":"Any fever?"},{"speaker":"patient","text":"No."}]'
out=$(printf '{"id":"a",%s}\n{"id":"b"\n[]\n{"id":7,%s}\n' "$dialogue" "$dialogue" | $draft --jsonl)
test "$(printf '%s\n' "$out" | wc -l)" -eq 4
verdict $? "a line for each line"

printf '%s\n' "$out" | sed -n 2,3p | grep -c '^{"error":"line [23]: ' | grep -qx 2 &&
  printf '%s\n' "$out" | sed -n 4p | grep -q '"id":7,'
verdict $? "a bad line is told, and the rest goes on"

$draft --template haiku </dev/null >/dev/null 2>&1
test $? -eq 65 && printf '%s' "$visit" | $draft --template haiku >/dev/null 2>&1
test $? -eq 64
verdict $? "nothing to read is 65, an unknown template 64"

$draft --engine oracle </dev/null >/dev/null 2>&1
test $? -eq 64
verdict $? "an unknown engine is refused"
