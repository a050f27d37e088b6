# After strip.awk: the files that hold a message for gettext.
FNR == 1 { told = 0 }

!told && !/^[ \t]*#/ && strip($0) ~ /(^|[^A-Za-z0-9_])(_|N_|ngettext|gettext)[ \t]*\([ \t]*("|$)/ {
  print FILENAME
  told = 1
}
