# What the tests in a shell share; sourced.

# place NAME LOGIN:ROLE[:TITLE]…: a clinic in $GUICHET_CLINIC, the administrator first; the password of each goes to
# LOGIN.pass (tests/place.c says why not by guichet init).
place()
{
  "$abs_top_builddir/tests/place" "$GUICHET_CLINIC" "$@"
}
