#!/bin/sh
# The formatter has nothing to say, and no line has a tab or ends in blanks.
. "$(dirname "$0")/lib.sh"

list=$(files src include tests share -- c h)
something "$list"
case $(clang-format --version 2>&1 || true) in
*"version 14."*)
  # shellcheck disable=SC2086
  found=$(clang-format --dry-run --style=file $list 2>&1 | sed -n 's/: warning:.*//p' | sort -u)
  verdict "clang-format is content" "$found"
  ;;
*version*) skipped "clang-format is content" "another clang-format than 14, which formats otherwise" ;;
*) skipped "clang-format is content" "there is no clang-format" ;;
esac

tab=$(printf '\t')
list=$(files src include tests share -- c h def sh awk sql in)
# shellcheck disable=SC2086
verdict "no tabs in sources" "$(grep -n "$tab" $list /dev/null | cut -c 1-120)"
list="$list $(files src tests share -- mk) README HACKING configure.ac Makefile.am bootstrap src/LAYERS"
# shellcheck disable=SC2086
verdict "no line ends in blanks" "$(grep -n "[ $tab]\$" $list /dev/null | cut -c 1-120)"
plan
