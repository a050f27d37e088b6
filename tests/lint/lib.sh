# What every lint test begins with: where the trees are, and how a case is told (TAP).
set -eu
LC_ALL=C
export LC_ALL
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${abs_top_builddir:-$top}
lint=$(cd "$(dirname "$0")" && pwd)
cases=0
cd "$top"

# verdict NAME OFFENCES: one case; it passes when there is no offence.
verdict()
{
  cases=$((cases + 1))
  if [ -z "$2" ]; then
    echo "ok $cases - $1"
  else
    echo "not ok $cases - $1"
    printf '%s\n' "$2" | sed -n '1,40s/^/# /p; 41s/.*/# …/p'
  fi
}

# skipped NAME WHY: a case that cannot be judged here.
skipped()
{
  cases=$((cases + 1))
  echo "ok $cases - $1 # SKIP $2"
}

# told TEXT: lines for whoever reads the log.
told()
{
  printf '%s\n' "$1" | sed 's/^/# /'
}

plan()
{
  echo "1..$cases"
}

# files FOLDER… -- SUFFIX…: the files below the folders that are there, one a line, sorted.
files()
{
  where='' names=''
  while [ "$1" != -- ]; do
    [ ! -d "$1" ] || where="$where $1"
    shift
  done
  shift
  for suffix; do
    names="$names -o -name *.$suffix"
  done
  [ -n "$where" ] || return 0
  set -f
  # shellcheck disable=SC2086
  find $where -type d \( -name fixtures -o -name po -o -name node_modules \) -prune -o -type f \( ${names# -o } \) -print | sort
  set +f
}

# something LIST: no files at all is a broken test, not a clean tree.
something()
{
  [ -n "$1" ] || { echo "Bail out! nothing to look at below $top"; exit 1; }
}
