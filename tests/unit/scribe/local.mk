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
check_PROGRAMS += tests/unit/scribe/test_check tests/unit/scribe/test_lexicon
TESTS += tests/unit/scribe/test_check tests/unit/scribe/test_lexicon
tests_unit_scribe_test_check_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_check_LDADD = $(TEST_LDADD)
tests_unit_scribe_test_lexicon_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_lexicon_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/scribe/test_chat
TESTS += tests/unit/scribe/test_chat
tests_unit_scribe_test_chat_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_chat_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/scribe/test_style
TESTS += tests/unit/scribe/test_style
tests_unit_scribe_test_style_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_style_LDADD = $(TEST_LDADD)
check_PROGRAMS += tests/unit/scribe/test_fixture
TESTS += tests/unit/scribe/test_fixture
tests_unit_scribe_test_fixture_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_scribe_test_fixture_LDADD = $(TEST_LDADD)
EXTRA_DIST += tests/fixtures/transcript/angoisse.fr.txt tests/fixtures/transcript/diabete.fr.txt \
	tests/fixtures/transcript/distance.fr.txt tests/fixtures/transcript/douleur.fr.txt \
	tests/fixtures/transcript/moral.fr.txt tests/fixtures/transcript/tension.fr.txt
