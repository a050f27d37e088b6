#!/bin/sh
# A real llama.cpp (npm ci --ignore-scripts in tests/peers) on a tiny model with random weights.
[ -z "${GUICHET_SANITIZED-}" ] || { echo "1..0 # SKIP its deadlines are those of a build without sanitizers"; exit 0; }
shared=${GUICHET_SHARED:-$abs_top_srcdir/../shared}
modules=$abs_top_srcdir/tests/peers/node_modules
skip() { echo "1..0 # SKIP $1"; exit 0; }
command -v node >/dev/null || skip 'needs node'
[ -d "$modules/node-llama-cpp" ] || skip 'needs npm ci --ignore-scripts in tests/peers'
[ -f "$shared/tools/llm-server.mjs" ] || skip "needs $shared/tools"
work=$(mktemp -d) || exit 1
server=
# shellcheck disable=SC2317 # the trap calls it
closing() { [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null; rm -rf "$work"; }
trap closing EXIT
/usr/bin/python3 "$shared/tools/mk-tiny-gguf.py" "$work/tiny.gguf" >/dev/null || skip 'no model could be made'
cp "$shared/tools/llm-server.mjs" "$work/" && ln -s "$modules" "$work/node_modules" || exit 1
node "$work/llm-server.mjs" --model "$work/tiny.gguf" --port-file "$work/port" >"$work/log" 2>&1 &
server=$!
n=0
until [ -s "$work/port" ] && grep -q '^ready' "$work/log"; do
  n=$((n + 1))
  [ $n -lt 600 ] && kill -0 "$server" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.1
done
url=http://127.0.0.1:$(cat "$work/port")/v1
"$abs_top_builddir/tests/peers/llama_talk" "$url" >"$work/tap"
status=$?
grep -v '^1\.\.' "$work/tap"
cases=$(grep -c -E '^(ok|not ok)' "$work/tap")
# Noise is no note: nothing of it may stand in one.
printf 'Doctor: What brings you in?\nPatient: I have had a sore throat for three days.\n' |
  GUICHET_CLINIC=$work/none "$GUICHET_BIN" draft --engine chat --url "$url" --json --seconds 20 \
    --context-tokens 4096 >"$work/draft" 2>"$work/told"
grep -q '"name": *"builtin (fallback)"' "$work/draft" && grep -q 'sore throat' "$work/draft" || printf 'not '
echo "ok $((cases + 1)) - a model that writes noise: the builtin engine drafts"
sed 's/^/# /' "$work/told"
echo "1..$((cases + 1))"
exit $status
