# After strip.awk, over db's headers: what makes a value, takes values or binds may not see a char *;
# neither may the struct of a value.
FNR == 1 { said = body = "" }

/^[ \t]*#/ { next }

{
  said = said " " strip($0)
  while (match(said, /[;{}]/)) {
    piece(substr(said, 1, RSTART))
    said = substr(said, RSTART + 1)
  }
}

function piece(text,    args) {
  if (text ~ /struct[ \t]*[A-Za-z0-9_]*[ \t]*\{/) {
    inside = 1
    value = text ~ /DbValue/
    body = ""
  } else if (inside && text ~ /\}/) {
    inside = 0
    after = 1
  } else if (inside) {
    body = body text
  } else if (after) {
    after = 0
    if (value || text ~ /^[ \t]*DbValue[ \t]*;/)
      judge(body, body text)
  } else if (text ~ /(db_value_|DbValue|[Bb]ind)/) {
    args = text
    sub(/^[^(]*\(/, "", args)
    judge(args, text)
  }
}

function judge(text, shown) {
  if (text ~ /(^|[^A-Za-z0-9_])g?char[ \t]*(const[ \t]*)?\*/)
    print FILENAME ":" FNR ":" shown
}
