
# The builtin engine: learn its weights; say what its drafts are worth on visits that it never saw.
# VISITS is the folder with train.jsonl and valid.jsonl.
VISITS = $(top_srcdir)/../shared/data/visits
BENCH_SCRIBE_SOURCES = \
	tests/bench/scribe/learn.h tests/bench/scribe/learn.c \
	tests/bench/scribe/rouge.h tests/bench/scribe/rouge.c \
	tests/bench/scribe/table.h tests/bench/scribe/table.c \
	tests/bench/scribe/visit.h tests/bench/scribe/visit.c
EXTRA_PROGRAMS += tests/bench/scribe/train_scribe tests/bench/bench_draft
tests_bench_scribe_train_scribe_SOURCES = tests/bench/scribe/train.c $(BENCH_SCRIBE_SOURCES)
tests_bench_scribe_train_scribe_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_scribe_train_scribe_LDADD = $(LDADD)
tests_bench_bench_draft_SOURCES = tests/bench/bench_draft.c $(BENCH_SCRIBE_SOURCES)
tests_bench_bench_draft_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_bench_draft_LDADD = $(LDADD)
CLEANFILES += tests/bench/scribe/train_scribe tests/bench/bench_draft

.PHONY: train-scribe bench-draft
train-scribe: tests/bench/scribe/train_scribe
	tests/bench/scribe/train_scribe $(VISITS)/train.jsonl $(top_srcdir)/share/scribe/builtin.model
bench-draft: tests/bench/bench_draft
	GUICHET_DATADIR='$(abs_top_srcdir)' tests/bench/bench_draft $(VISITS)/valid.jsonl
