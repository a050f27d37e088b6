# strip(line): the line of C without its comments and without what stands in quotes.
FNR == 1 { strip_comment = 0 }

function strip(line,    out, at, end) {
  out = ""
  while (line != "") {
    if (strip_comment) {
      at = index(line, "*/")
      if (at == 0)
        return out
      strip_comment = 0
      line = substr(line, at + 2)
      out = out " "
    } else if (!match(line, /\/\*|\/\/|"|'/)) {
      return out line
    } else {
      out = out substr(line, 1, RSTART - 1)
      at = substr(line, RSTART, RLENGTH)
      line = substr(line, RSTART + RLENGTH)
      if (at == "//")
        return out
      if (at == "/*") {
        strip_comment = 1
      } else {
        end = strip_quote(line, at)
        out = out at at
        line = substr(line, end + 1)
      }
    }
  }
  return out
}

# Where the quote that `at` opened ends in `line`.
function strip_quote(line, at,    i, c) {
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (c == "\\")
      i++
    else if (c == at)
      return i
  }
  return length(line)
}
