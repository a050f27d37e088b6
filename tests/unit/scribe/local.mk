check_PROGRAMS += tests/unit/scribe/test_transcript
TESTS += tests/unit/scribe/test_transcript
tests_unit_scribe_test_transcript_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_transcript_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/fixtures/transcript/teams.vtt tests/fixtures/transcript/zoom.vtt \
	tests/fixtures/transcript/visit.srt
check_PROGRAMS += tests/unit/scribe/test_draft
TESTS += tests/unit/scribe/test_draft
tests_unit_scribe_test_draft_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_draft_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/scribe/test_builtin
TESTS += tests/unit/scribe/test_builtin
tests_unit_scribe_test_builtin_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_builtin_LDADD = $(TEST_LDADD)
