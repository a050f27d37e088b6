TESTS += tests/unit/cli/test_draft.sh
EXTRA_DIST += tests/unit/cli/test_draft.sh
