check_PROGRAMS += tests/unit/vault/test_vault tests/unit/vault/test_secret
TESTS += tests/unit/vault/test_vault tests/unit/vault/test_secret
tests_unit_vault_test_vault_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_vault_test_vault_LDADD = $(TEST_LDADD)
tests_unit_vault_test_secret_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_vault_test_secret_LDADD = $(TEST_LDADD)
tests_unit_vault_test_secret_LDFLAGS = -Wl,--wrap=g_free
