# Reads names of sources, one a line; prints those that the local.mk they belong to does not name.
# A room whose local.mk is empty is not built yet, and not judged.
{
  n = split($0, part, "/")
  word = part[n]
  if (part[1] == "include")
    mk = "src/" part[3] "/local.mk"
  else if (n == 2)
    mk = part[1] "/local.mk"
  else
    mk = part[1] "/" part[2] (part[2] == "unit" ? "/" part[3] : "") "/local.mk"
  if (part[1] == "tests")
    sub(/\.c$/, "", word)
  if (!names(mk, part[1] == "include" ? $0 : word) && !names(mk, part[n]))
    print $0 ": not in " mk
}

function names(mk, word,    line, n, piece, i, tail) {
  if (!(mk in seen)) {
    seen[mk] = 1
    while ((getline line < mk) > 0) {
      lines[mk]++
      n = split(line, piece, /[ \t\\]+/)
      for (i = 1; i <= n; i++) {
        has[mk, piece[i]] = 1
        tail = piece[i]
        sub(/.*\//, "", tail)
        has[mk, tail] = 1
      }
    }
    close(mk)
  }
  return !lines[mk] || (mk, word) in has
}
