#!/bin/sh
# ./bootstrap where something is missing: installs with apt-get as root, asks on a terminal, names the
# packages elsewhere, and never builds on what is not there.
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
path=$(command -p -v sh) && path=${path%/*}

# A folder of programs that is all of PATH: the plain tools, and what a case adds.
fresh()
{
  rm -rf "$work/bin" "$work/called"
  mkdir "$work/bin"
  for tool in sh sed awk tr cat dirname getconf find env grep; do
    ln -s "$(command -v $tool)" "$work/bin/$tool"
  done
}

# program NAME LINE…: a stand-in.
program()
{
  name=$1
  shift
  printf '%s\n' '#!/bin/sh' "$@" >"$work/bin/$name"
  chmod +x "$work/bin/$name"
}

# said STATUS WORDS…: the last run ended so, and said all of these.
said()
{
  status=$1
  shift
  [ "$(cat "$work/status")" = "$status" ] || echo "it ended with $(cat "$work/status"), not $status"
  for words; do
    grep -Fq -e "$words" "$work/out" || { echo "it did not say: $words"; cat "$work/out"; }
  done
  [ ! -e "$work/build" ] || echo "it built"
}

run()
{
  (env -i PATH="$work/bin" GUICHET_BUILD="$work/build" "$path/sh" "$top/bootstrap" "$@" </dev/null >"$work/out" 2>&1
    echo $? >"$work/status") || true
}

fresh
run
verdict "without a word it says what there is" "$(said 64 './bootstrap demo' './bootstrap check')"

fresh
program id 'echo 1000'
run demo
verdict "without apt-get it names the packages and stops" \
  "$(said 1 'dnf install autoconf' 'glib2-devel' 'pacman -S' 'apk add' 'ncurses-dev' 'brew install' 'jansson')"
verdict "the demo does not ask for what only the tests want" "$(grep -w tmux "$work/out" || true)"

fresh
program id 'echo 1000'
program apt-get "echo \"\$@\" >>'$work/called'"
run check
verdict "neither root nor sudo: it says what root must do" "$(said 1 'apt-get install' 'libsodium-dev' 'tmux')"
verdict "and calls nothing" "$(cat "$work/called" 2>/dev/null || true)"

fresh
program id 'echo 0'
program apt-get "echo \"\$@\" >>'$work/called'"
run check
verdict "apt-get that brought nothing is not believed" "$(said 1 'yet there is no')"
verdict "as root apt-get is called without a question" \
  "$(grep -q '^update' "$work/called" && grep -q '^install -y .*libglib2.0-dev' "$work/called" || cat "$work/called" "$work/out")"

if command -v script >/dev/null 2>&1; then
  fresh
  program id 'echo 0'
  program apt-get "echo \"\$@\" >>'$work/called'"
  (echo n | env -i PATH="$work/bin" "$(command -v script)" -qec \
    "env GUICHET_BUILD=$work/build $path/sh $top/bootstrap demo" /dev/null >"$work/out" 2>&1
    echo $? >"$work/status") || true
  verdict "on a terminal it asks, and takes no for an answer" "$(said 1 'Install them with apt-get?' 'nothing was installed')"
  verdict "and then calls nothing" "$(cat "$work/called" 2>/dev/null || true)"
else
  skipped "on a terminal it asks, and takes no for an answer" "there is no script(1)"
fi
plan
