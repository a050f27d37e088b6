# Reads src/LAYERS first, then sources; prints "<rule> <file>:<line>: <offence>".
FILENAME == "src/LAYERS" && $1 == "room" {
  name = $2
  sub(/:$/, "", name)
  known[name] = 1
  may[name, name] = may[name, "base"] = 1
  for (i = 3; i <= NF; i++)
    may[name, $i] = 1
  next
}

FILENAME == "src/LAYERS" && $1 == "lib" {
  prefix = $2
  sub(/:$/, "", prefix)
  owner[prefix] = $3
  next
}

FILENAME == "src/LAYERS" { next }

FNR == 1 {
  n = split(FILENAME, part, "/")
  room = part[1] == "src" ? part[2] : part[3]
  if (FILENAME == "src/main.c")
    room = "main"
  else if (!(room in known))
    print "room " FILENAME ":1: the room " room " has no line in src/LAYERS"
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
  target = $0
  sub(/^[^"<]*["<]/, "", target)
  sub(/[">].*/, "", target)
  where = FILENAME ":" FNR ": "
  own = target ~ /^guichet\//
  split(target, piece, "/")
  to = own ? piece[2] : piece[1]
  if (to in known && target ~ /\//) {
    if (room == "main" ? to != "cli" && to != "base" : !((room, to) in may))
      print "layer " where room " may not include " target
    else if (!own && target ~ /\.h$/ && to != room)
      print "private " where target " is private to " to
  } else {
    for (prefix in owner)
      if (is_of(target, prefix) && owner[prefix] != room)
        print "lib " where target " belongs to " owner[prefix]
  }
}

# "curl/" covers curl/curl.h; "term" covers term.h and term/x.h, not termios.h.
function is_of(header, prefix,    next_char) {
  if (substr(header, 1, length(prefix)) != prefix)
    return 0
  next_char = substr(header, length(prefix) + 1, 1)
  return prefix ~ /\/$/ || next_char ~ /[.\/_]/
}
