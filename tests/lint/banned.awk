# After strip.awk: "<rule> <file>:<line>: <name>" for each call that is banned.
BEGIN {
  n = split("strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atof " \
            "localtime gmtime ctime asctime system popen alloca g_alloca g_newa rand srand " \
            "tmpnam mktemp", word, " ")
  for (i = 1; i <= n; i++)
    banned[word[i]] = "call"
  n = split("time gettimeofday g_get_real_time g_date_time_new_now " \
            "g_date_time_new_now_utc g_date_time_new_now_local", word, " ")
  for (i = 1; i <= n; i++)
    banned[word[i]] = "time"
}

{
  code = strip($0)
  while (match(code, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
    name = substr(code, RSTART, RLENGTH - 1)
    sub(/[ \t]+$/, "", name)
    before = RSTART > 1 ? substr(code, RSTART - 1, 1) : ""
    code = substr(code, RSTART + RLENGTH)
    if (!(name in banned) || before == "." || before == ">")
      continue
    if (banned[name] == "time" && FILENAME == "src/base/clock.c")
      continue
    print banned[name] " " FILENAME ":" FNR ": " name "()"
  }
}
