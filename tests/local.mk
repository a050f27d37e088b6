# Each case is counted: cmocka speaks TAP, automake's driver reads it.
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LC_ALL=C.UTF-8; export LC_ALL; unset LANGUAGE; TZ=UTC; export TZ; \
	GUICHET_DATADIR='$(abs_top_srcdir)'; export GUICHET_DATADIR; \
	GUICHET_LOCALEDIR='$(abs_top_builddir)/share/locale'; export GUICHET_LOCALEDIR; \
	GUICHET_BIN='$(abs_top_builddir)/guichet'; export GUICHET_BIN; \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	MALLOC_PERTURB_=$${MALLOC_PERTURB_-165}; export MALLOC_PERTURB_;

# Programs in which threads meet: run once more under the thread sanitizer.
THREAD_TESTS = tests/unit/net/test_http tests/unit/net/test_multi tests/unit/worker/test_run \
	tests/unit/ui/test_screens
print-thread-tests:
	@echo $(THREAD_TESTS)
.PHONY: print-thread-tests

# What a tarball must show beside its build: the other tests say the same there as in the tree.
print-dist-tests:
	@for t in $(TESTS); do case $$t in tests/peers/*|tests/terminal/*) ;; *) printf '%s ' $$t ;; esac; done; \
	echo tests/terminal/demo.sh tests/terminal/script.sh
.PHONY: print-dist-tests

EXTRA_DIST += tests/unit.h tests/tsan.c tests/place.sh tests/place.py

# An installation finds its own data: nothing of the source tree helps it here.
installcheck-local:
	printf 'Doctor: What brings you in?\nPatient: I have had a cough for three days.\n' | \
	  env -u GUICHET_DATADIR '$(DESTDIR)$(bindir)/guichet' draft | grep -i cough

TEST_LDADD = libguichet.a $(CMOCKA_LIBS) $(DEPS_LIBS) $(LATE_LIBS)
TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(CMOCKA_CFLAGS)

check_PROGRAMS += tests/place
tests_place_LDADD = $(LDADD)

include tests/lint/local.mk
include tests/terminal/local.mk
include tests/peers/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
include tests/unit/base/local.mk
include tests/unit/vault/local.mk
include tests/unit/db/local.mk
include tests/unit/scribe/local.mk
include tests/unit/calendar/local.mk
include tests/unit/wire/local.mk
include tests/unit/net/local.mk
include tests/unit/store/local.mk
include tests/unit/clinic/local.mk
include tests/unit/worker/local.mk
include tests/unit/ui/local.mk
include tests/unit/cli/local.mk
include tests/sim/local.mk
