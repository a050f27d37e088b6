# The reader of calendars: the corpus is replayed by `make check`.
check_PROGRAMS += tests/fuzz/fuzz_ics
TESTS += tests/fuzz/fuzz_ics
tests_fuzz_fuzz_ics_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_fuzz_ics_LDADD = $(LDADD)
FUZZ_ICS_CORPUS = series.ics rules.ics nested.ics odd.ics windows.ics
EXTRA_DIST += $(FUZZ_ICS_CORPUS:%=tests/fuzz/corpus/ics/%)

# make fuzz-ics FUZZ_TIME=600: looks for new ways to break it (clang).
FUZZ_TIME = 60
.PHONY: fuzz-ics
fuzz-ics:
	$(MKDIR_P) fuzz-ics.found
	clang -g -O1 -fsanitize=fuzzer,address,undefined -DFUZZING -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	  -o fuzz-ics.found/fuzz_ics $(srcdir)/tests/fuzz/fuzz_ics.c $(srcdir)/src/calendar/[a-z]*.c \
	  $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS)
	fuzz-ics.found/fuzz_ics -max_total_time=$(FUZZ_TIME) -timeout=20 -rss_limit_mb=512 -max_len=16384 \
	  -artifact_prefix=fuzz-ics.found/ fuzz-ics.found $(srcdir)/tests/fuzz/corpus/ics
