#!/bin/sh
# Findings at the screen: listed, jumped to, explained, overridden, mended.
set -eu
command -v python3 >/dev/null || { echo '1..0 # SKIP needs python3'; exit 0; }
command -v tmux >/dev/null || { echo '1..0 # SKIP needs tmux'; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
TMUX_TMPDIR=$work
export TMUX_TMPDIR
unset TMUX GUICHET_CLINIC GUICHET_USER GUICHET_PASSWORD_FILE
python3 "$abs_top_srcdir/tests/terminal/findings.py"
