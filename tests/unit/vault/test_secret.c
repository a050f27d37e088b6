/* Passwords, the host's key, and what a process does before it holds either. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "guichet/base/error.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/host.h"
#include "guichet/vault/password.h"
#include "guichet/vault/process.h"

/* ---- what g_free() is given, while a test watches ---- */

static const void *watched = NULL;
static gsize watched_length = 0;
static gboolean watched_wiped = FALSE, watched_freed = FALSE;

void __real_g_free(gpointer memory);
void __wrap_g_free(gpointer memory);

void
__wrap_g_free(gpointer memory)
{
  if (memory != NULL && memory == watched) {
    const guint8 *bytes = memory;
    watched_freed = watched_wiped = TRUE;
    for (gsize i = 0; i < watched_length; i++)
      watched_wiped &= bytes[i] == 0;
    watched = NULL;
  }
  __real_g_free(memory);
}

static void
test_opened_text_is_wiped(void **state)
{
  (void)state;
  static const VaultPlace place = {"revision", "text", 1, 1};
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(GBytes) box = vault_seal_close(key, &place, "what was said in the room", 25);
  char *opened = NULL;
  gsize length = 0;
  assert_true(vault_seal_open(key, &place, box, &opened, &length, NULL));
  watched = opened;
  watched_length = length;
  assert_memory_equal(opened, "what was said in the room", 25);
  vault_seal_forget(opened, length);
  assert_true(watched_freed);
  assert_true(watched_wiped);
}

static VaultPasswordParams
small_params(void)
{
  VaultPasswordParams params;
  vault_password_params(VAULT_PASSWORD_CHOSEN, &params);
  params.passes = 1;
  params.memory = 8192;
  return params;
}

static VaultKey *
key_of(const char *password, const VaultPasswordParams *params)
{
  VaultKey *key = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(vault_password_key(password, params, &key, &error));
  assert_no_error(error);
  return key;
}

static void
test_password_key(void **state)
{
  (void)state;
  VaultPasswordParams params = small_params(), other = small_params();
  g_autoptr(VaultKey) a = key_of("trois petits chats", &params);
  g_autoptr(VaultKey) b = key_of("trois petits chats", &params);
  g_autoptr(VaultKey) c = key_of("trois petits chat", &params);
  g_autoptr(VaultKey) d = key_of("trois petits chats", &other);
  other = params;
  other.passes = 2;
  g_autoptr(VaultKey) e = key_of("trois petits chats", &other);
  assert_true(vault_key_equal(a, b));
  assert_false(vault_key_equal(a, c));
  assert_false(vault_key_equal(a, d));
  assert_false(vault_key_equal(a, e));
  /* é in one code point, and as e with its accent */
  g_autoptr(VaultKey) one = key_of("caf\xc3\xa9 du matin", &params);
  g_autoptr(VaultKey) two = key_of("cafe\xcc\x81 du matin", &params);
  g_autoptr(VaultKey) plain = key_of("cafe du matin", &params);
  assert_true(vault_key_equal(one, two));
  assert_false(vault_key_equal(one, plain));
}

static void
test_password_limits(void **state)
{
  (void)state;
  VaultPasswordParams today;
  vault_password_params(VAULT_PASSWORD_CHOSEN, &today);
  assert_int_equal(today.passes, 3);
  assert_int_equal(today.memory, 256 << 20);
  static const gint64 bad[][2] = {{0, 8192},
                                  {-1, 8192},
                                  {65, 8192},
                                  {1, 8191},
                                  {1, 0},
                                  {1, -8192},
                                  {1, (G_GINT64_CONSTANT(4) << 30) + 1},
                                  {G_MAXINT64, G_MAXINT64}};
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    VaultPasswordParams params = small_params();
    params.passes = bad[i][0];
    params.memory = bad[i][1];
    VaultKey *key = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(vault_password_key("whatever it is", &params, &key, &error));
    assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CORRUPT));
    assert_null(key);
  }
}

static void
test_password_accept(void **state)
{
  (void)state;
  static const char *const good[] = {"trois petits chats", "h7$kq0-vvb", "ééééàçèùôî",
                                     "anna has a new bicycle", "8391047265"};
  static const char *const bad[] = {"",
                                    "short",
                                    "nine char",
                                    "password12",
                                    "P@ssw0rd!!",
                                    "Motdepasse2024",
                                    "1234567890",
                                    "9876543210",
                                    "aaaaaaaaaaaa",
                                    "abcabcabcabc",
                                    "qwertyuiop",
                                    "Azerty12345",
                                    "correct horse battery staple",
                                    "annabelle1",
                                    "Annabelle-22",
                                    "bad\xff utf-8 here"};
  for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autoptr(GError) error = NULL;
    vault_password_accept(good[i], "annabelle", &error);
    assert_no_error(error);
  }
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    assert_false(vault_password_accept(bad[i], "annabelle", &error));
    assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE));
  }
  g_autofree char *huge = g_strnfill(VAULT_PASSWORD_MOST + 1, 'q');
  assert_false(vault_password_accept(huge, NULL, NULL));
}

static void
test_password_random(void **state)
{
  (void)state;
  g_autofree char *a = vault_password_random();
  g_autofree char *b = vault_password_random();
  assert_true(g_regex_match_simple("^[a-z2-9]{4}(-[a-z2-9]{4}){3}$", a, 0, 0));
  assert_string_not_equal(a, b);
  assert_true(vault_password_accept(a, "annabelle", NULL));
}

static char *
read_from(const char *bytes, gsize length, int code)
{
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], bytes, length), length);
  close(ends[1]);
  char *password = NULL;
  g_autoptr(GError) error = NULL;
  gboolean ok = vault_password_read(ends[0], &password, &error);
  assert_int_equal(ok, code == 0);
  if (!ok)
    assert_true(g_error_matches(error, BASE_ERROR, code));
  close(ends[0]);
  return password;
}

static void
test_password_read(void **state)
{
  (void)state;
  static const char *const same[] = {"the word\n", "the word", "the word\r\n", "the word\nnext\n"};
  for (guint i = 0; i < G_N_ELEMENTS(same); i++) {
    char *password = read_from(same[i], strlen(same[i]), 0);
    assert_string_equal(password, "the word");
    vault_password_forget(password);
  }
  assert_null(read_from("", 0, BASE_ERROR_NO_INPUT));
  assert_null(read_from("a\0b\n", 4, BASE_ERROR_USAGE));
  g_autofree char *huge = g_strnfill(VAULT_PASSWORD_MOST + 1, 'q');
  assert_null(read_from(huge, strlen(huge), BASE_ERROR_USAGE));
  char *most = read_from(huge, VAULT_PASSWORD_MOST, 0);
  assert_int_equal(strlen(most), VAULT_PASSWORD_MOST);
  vault_password_forget(most);
}

static void
test_password_read_leaves_the_rest(void **state)
{
  (void)state;
  int ends[2];
  char *first = NULL, *second = NULL;
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], "one\ntwo\n", 8), 8);
  close(ends[1]);
  assert_true(vault_password_read(ends[0], &first, NULL));
  assert_true(vault_password_read(ends[0], &second, NULL));
  assert_string_equal(first, "one");
  assert_string_equal(second, "two");
  vault_password_forget(first);
  vault_password_forget(second);
  close(ends[0]);
}

/* ---- the host's key ---- */

static int
setup(void **state)
{
  g_unsetenv("CREDENTIALS_DIRECTORY");
  *state = g_dir_make_tmp("guichet-vault-XXXXXX", NULL);
  return *state == NULL;
}

static int
teardown(void **state)
{
  static const char *const names[] = {"host.key", "guichet-host-key"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(*state, names[i], NULL);
    g_unlink(path);
  }
  g_unsetenv("CREDENTIALS_DIRECTORY");
  g_rmdir(*state);
  g_free(*state);
  return 0;
}

static void
test_host_round_trip(void **state)
{
  g_autofree char *path = g_build_filename(*state, "host.key", NULL);
  g_autoptr(VaultKey) made = NULL;
  g_autoptr(VaultKey) read = NULL;
  g_autoptr(VaultKey) none = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(vault_host_create(path, &made, &error));
  assert_no_error(error);
  struct stat about;
  assert_int_equal(stat(path, &about), 0);
  assert_int_equal(about.st_mode & 07777, 0600);
  assert_true(vault_host_load(path, &read, &error));
  assert_no_error(error);
  assert_true(vault_key_equal(made, read));
  assert_false(vault_host_create(path, &none, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CANT_CREATE));
  assert_null(none);
  g_autoptr(VaultKey) still = NULL;
  assert_true(vault_host_load(path, &still, NULL));
  assert_true(vault_key_equal(made, still));
}

static void
refused(const char *path, const char *word)
{
  g_autoptr(VaultKey) none = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(vault_host_load(path, &none, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFIG));
  assert_non_null(strstr(error->message, word));
  assert_null(none);
}

static void
test_host_open_to_others(void **state)
{
  g_autofree char *path = g_build_filename(*state, "host.key", NULL);
  g_autoptr(VaultKey) made = NULL;
  static const guint modes[] = {0640, 0604, 0620, 0602, 0610, 0644, 0666};
  assert_true(vault_host_create(path, &made, NULL));
  for (guint i = 0; i < G_N_ELEMENTS(modes); i++) {
    assert_int_equal(chmod(path, modes[i]), 0);
    refused(path, "open to others");
  }
  if (geteuid() == 0) {
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(chown(path, 65534, (gid_t)-1), 0);
    refused(path, "another user");
  }
}

static void
test_host_not_a_key(void **state)
{
  g_autofree char *path = g_build_filename(*state, "host.key", NULL);
  static const char *const bad[] = {
      "",
      "\n",
      "00",
      "not a key at all",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n\n\n"};
  refused(path, "No such file");
  refused(*state, "not a plain file");
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    assert_true(
        g_file_set_contents_full(path, bad[i], -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
    refused(path, "64 lower-case hex digits");
  }
}

static void
test_host_credential(void **state)
{
  static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  g_autofree char *path = g_build_filename(*state, "host.key", NULL);
  g_autofree char *lent = g_build_filename(*state, "guichet-host-key", NULL);
  g_autoptr(VaultKey) own = NULL;
  g_autoptr(VaultKey) fallback = NULL;
  g_autoptr(VaultKey) given = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(vault_host_create(path, &own, NULL));
  g_setenv("CREDENTIALS_DIRECTORY", *state, TRUE);
  assert_true(vault_host_load(path, &fallback, NULL));
  assert_true(vault_key_equal(own, fallback));
  assert_true(g_file_set_contents_full(lent, hex, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0440, NULL));
  assert_int_equal(chmod(lent, 0440), 0);
  assert_true(vault_host_load(path, &given, &error));
  assert_no_error(error);
  assert_false(vault_key_equal(own, given));
  assert_int_equal(chmod(lent, 0444), 0);
  refused(path, "guichet-host-key is open to others");
}

/* ---- the process ---- */

static void
test_harden(void **state)
{
  (void)state;
  g_autoptr(GError) error = NULL;
  assert_true(vault_process_harden(&error));
  assert_no_error(error);
  assert_true(vault_process_harden(NULL));
  struct rlimit limit;
  assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
  assert_int_equal(limit.rlim_max, 0);
  assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
  mode_t mask = umask(0);
  assert_int_equal(mask, 077);
  umask(mask);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_opened_text_is_wiped),
      cmocka_unit_test(test_password_key),
      cmocka_unit_test(test_password_limits),
      cmocka_unit_test(test_password_accept),
      cmocka_unit_test(test_password_random),
      cmocka_unit_test(test_password_read),
      cmocka_unit_test(test_password_read_leaves_the_rest),
      cmocka_unit_test_setup_teardown(test_host_round_trip, setup, teardown),
      cmocka_unit_test_setup_teardown(test_host_open_to_others, setup, teardown),
      cmocka_unit_test_setup_teardown(test_host_not_a_key, setup, teardown),
      cmocka_unit_test_setup_teardown(test_host_credential, setup, teardown),
      cmocka_unit_test(test_harden),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
