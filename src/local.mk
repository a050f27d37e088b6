noinst_LIBRARIES += libguichet.a
libguichet_a_SOURCES =
include src/base/local.mk
include src/vault/local.mk
include src/db/local.mk
include src/scribe/local.mk
include src/calendar/local.mk
include src/wire/local.mk
include src/net/local.mk
include src/store/local.mk
include src/clinic/local.mk
include src/worker/local.mk
include src/ui/local.mk
include src/cli/local.mk

bin_PROGRAMS += guichet
guichet_SOURCES = %reldir%/main.c
EXTRA_DIST += %reldir%/LAYERS
