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

# Transcripts and lexicons: the corpora are replayed by `make check`.
check_PROGRAMS += tests/fuzz/fuzz_transcript tests/fuzz/fuzz_lexicon
TESTS += tests/fuzz/fuzz_transcript tests/fuzz/fuzz_lexicon
tests_fuzz_fuzz_transcript_SOURCES = tests/fuzz/fuzz_transcript.c tests/fuzz/replay.c
tests_fuzz_fuzz_transcript_LDADD = $(LDADD)
tests_fuzz_fuzz_lexicon_SOURCES = tests/fuzz/fuzz_lexicon.c tests/fuzz/replay.c
tests_fuzz_fuzz_lexicon_LDADD = $(LDADD)
FUZZ_TRANSCRIPT_CORPUS = tests/fuzz/corpus/transcript/dialogue.json \
	tests/fuzz/corpus/transcript/lines.txt tests/fuzz/corpus/transcript/teams.vtt \
	tests/fuzz/corpus/transcript/utf16.txt tests/fuzz/corpus/transcript/visit.srt \
	tests/fuzz/corpus/transcript/zoom.vtt
FUZZ_LEXICON_CORPUS = tests/fuzz/corpus/lexicon/body tests/fuzz/corpus/lexicon/doses \
	tests/fuzz/corpus/lexicon/drugs tests/fuzz/corpus/lexicon/models \
	tests/fuzz/corpus/lexicon/patterns
EXTRA_DIST += $(FUZZ_TRANSCRIPT_CORPUS) $(FUZZ_LEXICON_CORPUS)

# A note checked against a transcript: spans inside their texts, whatever both hold.
check_PROGRAMS += tests/fuzz/fuzz_note
TESTS += tests/fuzz/fuzz_note
tests_fuzz_fuzz_note_SOURCES = tests/fuzz/fuzz_note.c tests/fuzz/replay.c
tests_fuzz_fuzz_note_LDADD = $(LDADD)
FUZZ_NOTE_CORPUS = tests/fuzz/corpus/note/bare tests/fuzz/corpus/note/english \
	tests/fuzz/corpus/note/french tests/fuzz/corpus/note/many tests/fuzz/corpus/note/odd \
	tests/fuzz/corpus/note/person
EXTRA_DIST += $(FUZZ_NOTE_CORPUS)

# make fuzz-scribe FUZZ_TIME=600: looks for new ways to break them (clang).
.PHONY: fuzz-scribe
fuzz-scribe:
	$(MKDIR_P) fuzz-scribe.found
	for target in transcript lexicon note; do \
	  clang -g -O1 -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	    -o fuzz-scribe.found/fuzz_$$target $(srcdir)/tests/fuzz/fuzz_$$target.c \
	    $(srcdir)/src/scribe/[a-z]*.c $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS) -lm && \
	  $(MKDIR_P) fuzz-scribe.found/$$target && \
	  GUICHET_DATADIR=$(abs_top_srcdir) fuzz-scribe.found/fuzz_$$target -max_total_time=$(FUZZ_TIME) \
	    -timeout=20 -rss_limit_mb=1024 -max_len=8192 -artifact_prefix=fuzz-scribe.found/ \
	    fuzz-scribe.found/$$target $(srcdir)/tests/fuzz/corpus/$$target || exit 1; \
	done

# HL7 v2: the corpus is replayed by `make check`; make fuzz-hl7 FUZZ_TIME=600 looks for more (clang).
check_PROGRAMS += tests/fuzz/fuzz_hl7
TESTS += tests/fuzz/fuzz_hl7
tests_fuzz_fuzz_hl7_SOURCES = tests/fuzz/fuzz_hl7.c tests/fuzz/replay.c
tests_fuzz_fuzz_hl7_LDADD = $(LDADD)
EXTRA_DIST += tests/fuzz/corpus/hl7/ack-ae tests/fuzz/corpus/hl7/adt-a08 \
	tests/fuzz/corpus/hl7/adt-a40 tests/fuzz/corpus/hl7/bare tests/fuzz/corpus/hl7/mdm \
	tests/fuzz/corpus/hl7/siu-s12 tests/fuzz/corpus/hl7/siu-s13-odd
.PHONY: fuzz-hl7
fuzz-hl7:
	$(MKDIR_P) fuzz-hl7.found
	clang -g -O1 -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	  -o fuzz-hl7.found/fuzz_hl7 $(srcdir)/tests/fuzz/fuzz_hl7.c $(srcdir)/src/wire/hl7*.c \
	  $(srcdir)/src/wire/code.c $(srcdir)/src/wire/said.c \
	  $(srcdir)/src/wire/vital.c $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS)
	$(MKDIR_P) fuzz-hl7.found/new
	fuzz-hl7.found/fuzz_hl7 -max_total_time=$(FUZZ_TIME) -timeout=20 -rss_limit_mb=1024 -max_len=8192 \
	  -artifact_prefix=fuzz-hl7.found/ fuzz-hl7.found/new $(srcdir)/tests/fuzz/corpus/hl7

# Answers of chat services: the corpus is replayed by `make check`; make fuzz-chat FUZZ_TIME=600 looks for
# more (clang).
check_PROGRAMS += tests/fuzz/fuzz_chat
TESTS += tests/fuzz/fuzz_chat
tests_fuzz_fuzz_chat_SOURCES = tests/fuzz/fuzz_chat.c tests/fuzz/replay.c
tests_fuzz_fuzz_chat_LDADD = $(LDADD)
FUZZ_CHAT_CORPUS = tests/fuzz/corpus/chat/content tests/fuzz/corpus/chat/cut \
	tests/fuzz/corpus/chat/detail tests/fuzz/corpus/chat/error tests/fuzz/corpus/chat/fenced \
	tests/fuzz/corpus/chat/length tests/fuzz/corpus/chat/models tests/fuzz/corpus/chat/odd \
	tests/fuzz/corpus/chat/page tests/fuzz/corpus/chat/stream \
	tests/fuzz/corpus/chat/stream-error tests/fuzz/corpus/chat/whole
EXTRA_DIST += $(FUZZ_CHAT_CORPUS)
.PHONY: fuzz-chat
fuzz-chat:
	$(MKDIR_P) fuzz-chat.found/new
	clang -g -O1 -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	  -o fuzz-chat.found/fuzz_chat $(srcdir)/tests/fuzz/fuzz_chat.c $(srcdir)/src/wire/chat*.c \
	  $(srcdir)/src/scribe/[a-z]*.c $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS) -lm
	GUICHET_DATADIR=$(abs_top_srcdir) fuzz-chat.found/fuzz_chat -max_total_time=$(FUZZ_TIME) -timeout=20 \
	  -rss_limit_mb=1024 -max_len=8192 -artifact_prefix=fuzz-chat.found/ fuzz-chat.found/new \
	  $(srcdir)/tests/fuzz/corpus/chat

# Answers of DAV servers: the corpus is replayed by `make check`; make fuzz-dav FUZZ_TIME=600 looks for more
# (clang).
check_PROGRAMS += tests/fuzz/fuzz_dav
TESTS += tests/fuzz/fuzz_dav
tests_fuzz_fuzz_dav_SOURCES = tests/fuzz/fuzz_dav.c tests/fuzz/replay.c
tests_fuzz_fuzz_dav_LDADD = $(LDADD)
EXTRA_DIST += tests/fuzz/corpus/dav/about tests/fuzz/corpus/dav/cut tests/fuzz/corpus/dav/data \
	tests/fuzz/corpus/dav/entity tests/fuzz/corpus/dav/error tests/fuzz/corpus/dav/listing
.PHONY: fuzz-dav
fuzz-dav:
	$(MKDIR_P) fuzz-dav.found/new
	clang -g -O1 -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	  -o fuzz-dav.found/fuzz_dav $(srcdir)/tests/fuzz/fuzz_dav.c $(srcdir)/src/wire/dav.c \
	  $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS) $(XML_LIBS)
	fuzz-dav.found/fuzz_dav -max_total_time=$(FUZZ_TIME) -timeout=20 -rss_limit_mb=1024 -max_len=8192 \
	  -artifact_prefix=fuzz-dav.found/ fuzz-dav.found/new $(srcdir)/tests/fuzz/corpus/dav
# Mail that comes back: the corpus is replayed by `make check`; make fuzz-dsn FUZZ_TIME=600 looks for more (clang).
check_PROGRAMS += tests/fuzz/fuzz_dsn
TESTS += tests/fuzz/fuzz_dsn
tests_fuzz_fuzz_dsn_SOURCES = tests/fuzz/fuzz_dsn.c tests/fuzz/replay.c
tests_fuzz_fuzz_dsn_LDADD = $(LDADD)
FUZZ_DSN_CORPUS = tests/fuzz/corpus/dsn/answer.eml tests/fuzz/corpus/dsn/answer_hint.eml \
	tests/fuzz/corpus/dsn/exchange.eml tests/fuzz/corpus/dsn/exchange_away.eml \
	tests/fuzz/corpus/dsn/exim.eml tests/fuzz/corpus/dsn/exim_old.eml \
	tests/fuzz/corpus/dsn/exim_warning.eml tests/fuzz/corpus/dsn/gmail.eml \
	tests/fuzz/corpus/dsn/list.eml tests/fuzz/corpus/dsn/many.eml tests/fuzz/corpus/dsn/postfix.eml \
	tests/fuzz/corpus/dsn/postfix_delayed.eml tests/fuzz/corpus/dsn/postmaster_talk.eml \
	tests/fuzz/corpus/dsn/precedence.eml tests/fuzz/corpus/dsn/qmail.eml \
	tests/fuzz/corpus/dsn/receipt.eml tests/fuzz/corpus/dsn/success.eml \
	tests/fuzz/corpus/dsn/vacation.eml
EXTRA_DIST += $(FUZZ_DSN_CORPUS)
.PHONY: fuzz-dsn
fuzz-dsn:
	$(MKDIR_P) fuzz-dsn.found/new
	clang -g -O1 -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	  -o fuzz-dsn.found/fuzz_dsn $(srcdir)/tests/fuzz/fuzz_dsn.c $(srcdir)/src/wire/dsn.c \
	  $(srcdir)/src/wire/mime.c $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS) $(LATE_LIBS)
	fuzz-dsn.found/fuzz_dsn -max_total_time=$(FUZZ_TIME) -timeout=20 -rss_limit_mb=1024 -max_len=16384 \
	  -artifact_prefix=fuzz-dsn.found/ fuzz-dsn.found/new $(srcdir)/tests/fuzz/corpus/dsn
# Answers of FHIR servers: the corpus is replayed by `make check`; make fuzz-fhir FUZZ_TIME=600 looks for more
# (clang).
check_PROGRAMS += tests/fuzz/fuzz_fhir
TESTS += tests/fuzz/fuzz_fhir
tests_fuzz_fuzz_fhir_SOURCES = tests/fuzz/fuzz_fhir.c tests/fuzz/replay.c
tests_fuzz_fuzz_fhir_LDADD = $(LDADD)
EXTRA_DIST += tests/fuzz/corpus/fhir/capability tests/fuzz/corpus/fhir/chart tests/fuzz/corpus/fhir/odd \
	tests/fuzz/corpus/fhir/outcome tests/fuzz/corpus/fhir/people tests/fuzz/corpus/fhir/status
.PHONY: fuzz-fhir
fuzz-fhir:
	$(MKDIR_P) fuzz-fhir.found/new
	clang -g -O1 -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	  -o fuzz-fhir.found/fuzz_fhir $(srcdir)/tests/fuzz/fuzz_fhir.c $(srcdir)/src/wire/fhir_answer.c \
	  $(srcdir)/src/wire/fhir_context.c $(srcdir)/src/wire/fhir_status.c $(srcdir)/src/wire/said.c $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS)
	fuzz-fhir.found/fuzz_fhir -max_total_time=$(FUZZ_TIME) -timeout=20 -rss_limit_mb=1024 -max_len=8192 \
	  -artifact_prefix=fuzz-fhir.found/ fuzz-fhir.found/new $(srcdir)/tests/fuzz/corpus/fhir
# Certificates: the corpus is replayed by `make check`; make fuzz-certificate FUZZ_TIME=600 looks for more (clang).
check_PROGRAMS += tests/fuzz/fuzz_certificate
TESTS += tests/fuzz/fuzz_certificate
tests_fuzz_fuzz_certificate_SOURCES = tests/fuzz/fuzz_certificate.c tests/fuzz/replay.c
tests_fuzz_fuzz_certificate_LDADD = $(LDADD)
EXTRA_DIST += tests/fuzz/corpus/certificate/cut tests/fuzz/corpus/certificate/der \
	tests/fuzz/corpus/certificate/pem tests/fuzz/corpus/certificate/subject \
	tests/fuzz/corpus/certificate/word
.PHONY: fuzz-certificate
fuzz-certificate:
	$(MKDIR_P) fuzz-certificate.found/new
	clang -g -O1 -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H -I. $(AM_CPPFLAGS) $(DEPS_CFLAGS) \
	  -o fuzz-certificate.found/fuzz_certificate $(srcdir)/tests/fuzz/fuzz_certificate.c \
	  $(srcdir)/src/net/certificate.c $(srcdir)/src/base/[a-z]*.c $(DEPS_LIBS) $(LATE_LIBS)
	fuzz-certificate.found/fuzz_certificate -max_total_time=$(FUZZ_TIME) -timeout=20 -rss_limit_mb=1024 \
	  -max_len=4096 -artifact_prefix=fuzz-certificate.found/ fuzz-certificate.found/new \
	  $(srcdir)/tests/fuzz/corpus/certificate
