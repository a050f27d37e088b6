/* Wrong passwords: counted across processes, made to wait, told once. */
#include "place.h"

#include <sys/wait.h>
#include <unistd.h>

#include "guichet/base/clock.h"
#include "guichet/store/login.h"
#include "guichet/store/user.h"

#define RIGHT "correct horse battery"
#define START (20000 * BASE_CLOCK_DAY)

static int
login_setup(void **state)
{
  if (place_setup(state) != 0)
    return 1;
  Place *place = *state;
  static const char CONF[] = "[lockout]\nattempts=2\nseconds=30\n";
  g_autofree char *path = g_build_filename(place->dir, "guichet.conf", NULL);
  assert_true(g_file_set_contents(path, CONF, -1, NULL));
  place_reopen(place);
  g_autoptr(StoreUser) user = g_new0(StoreUser, 1);
  g_autoptr(VaultKey) key = NULL;
  VaultPasswordParams params;
  user->id = 42;
  user->name = g_strdup("flores");
  user->title = g_strdup("Dr. Flores");
  user->role = g_strdup("clinician");
  vault_password_params(VAULT_PASSWORD_CHOSEN, &params);
  params.passes = 1; /* as cheap as it goes, where the time does not matter */
  params.memory = 8192;
  assert_done(vault_password_key(RIGHT, &params, &key, &why));
  assert_done(store_tx_begin(place->store, &why));
  store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_USER_ADD});
  assert_done(store_user_add(place->store, user, &params, key, &why));
  assert_done(store_tx_commit(place->store, &why));
  base_clock_freeze(START);
  return 0;
}

static int
login_teardown(void **state)
{
  base_clock_thaw();
  return place_teardown(state);
}

/* As long as it takes in earnest. */
static void
make_earnest(Place *place)
{
  g_autoptr(VaultKey) key = NULL;
  VaultPasswordParams params;
  vault_password_params(VAULT_PASSWORD_CHOSEN, &params);
  assert_done(vault_password_key(RIGHT, &params, &key, &why));
  assert_done(store_tx_begin(place->store, &why));
  store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_USER_PASSWORD});
  assert_done(store_user_rekey(place->store, 42, &params, key, &why));
  assert_done(store_tx_commit(place->store, &why));
}

static gboolean
attempt(Place *place, const char *name, const char *password, StoreLogin *ret, GError **error)
{
  return store_login_try(place->dir, store_handle_conf(place->store), name, password, ret, error);
}

static void
expect_refusal(Place *place, const char *name, const char *password, const char *words)
{
  StoreLogin login = {0};
  g_autoptr(GError) error = NULL;
  assert_false(attempt(place, name, password, &login, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_NO_USER));
  if (strstr(error->message, words) == NULL)
    fail_msg("%s", error->message);
}

static void
expect_login(Place *place, guint failures)
{
  StoreLogin login = {0};
  assert_done(attempt(place, "Flores", RIGHT, &login, &why));
  assert_int_equal(login.user, 42);
  assert_int_equal(login.failures, failures);
  vault_key_free(login.clinic_key);
}

/* One account's way through: wrong, locked, waiting twice as long, and in. */
static void
test_waits_double(void **state)
{
  Place *place = *state;
  expect_refusal(place, "flores", "wrong one here", "wrong password");
  expect_refusal(place, "flores", "wrong one here", "wrong password");
  expect_refusal(place, "flores", RIGHT, "30 seconds");
  base_clock_step(29 * BASE_CLOCK_SECOND);
  expect_refusal(place, "flores", RIGHT, "1 second");
  base_clock_step(BASE_CLOCK_SECOND);
  expect_refusal(place, "flores", "wrong one here", "wrong password");
  expect_refusal(place, "flores", RIGHT, "60 seconds");
  base_clock_step(60 * BASE_CLOCK_SECOND);
  expect_login(place, 3);
  assert_done(store_login_told(place->store, "flores", 3, &why));
  expect_login(place, 0);
}

/* Nobody's name is answered as somebody's. */
static void
test_unknown_is_the_same(void **state)
{
  Place *place = *state;
  make_earnest(place);
  g_autoptr(GTimer) timer = g_timer_new();
  expect_refusal(place, "flores", "wrong one here", "unknown user or wrong password");
  gdouble known = g_timer_elapsed(timer, NULL);
  g_timer_start(timer);
  expect_refusal(place, "nobody", "wrong one here", "unknown user or wrong password");
  gdouble unknown = g_timer_elapsed(timer, NULL);
  if (unknown < known / 3 || unknown > known * 3)
    fail_msg("%.3f s for a user, %.3f s for nobody", known, unknown);
  expect_refusal(place, "nobody", "wrong one here", "unknown user or wrong password");
  expect_refusal(place, "nobody", "wrong one here", "30 seconds");
}

/* One that is under way counts; one that died under way counts as wrong. */
static void
test_died_under_way(void **state)
{
  Place *place = *state;
  expect_login(place, 0);
  place_close(place);
  g_autofree char *sql = g_strdup_printf(
      "UPDATE login SET in_flight = 2, tried_at = %" G_GINT64_FORMAT, base_clock_now());
  place_sql(place, "keys.db", sql);
  place_reopen(place);
  expect_refusal(place, "flores", RIGHT, "being checked");
  base_clock_step(2 * BASE_CLOCK_MINUTE);
  expect_login(place, 2);
}

/* What does not get as far as a guess is no wrong one. */
static void
test_no_guess(void **state)
{
  Place *place = *state;
  StoreLogin login = {0};
  g_autofree char *endless = g_strnfill(100000, 'x');
  g_autoptr(GError) error = NULL;
  assert_false(attempt(place, "flores", endless, &login, &error));
  assert_int_equal(place_number(place, "keys.db", "SELECT sum(in_flight) FROM login"), 0);
  assert_int_equal(place_number(place, "keys.db", "SELECT sum(failures) FROM login"), 0);
}

/* Many processes at once get no more guesses than one. */
static void
test_at_once(void **state)
{
  Place *place = *state;
  pid_t children[6];
  guint wrong = 0, refused = 0;
  make_earnest(place);
  for (guint i = 0; i < G_N_ELEMENTS(children); i++) {
    children[i] = fork();
    if (children[i] != 0)
      continue;
    StoreLogin login = {0};
    GError *error = NULL;
    gboolean in = attempt(place, "flores", "wrong one here", &login, &error);
    _exit(in                                               ? 3
          : strstr(error->message, "unknown user") != NULL ? 1
          : error->code == BASE_ERROR_NO_USER              ? 2
                                                           : 4);
  }
  for (guint i = 0; i < G_N_ELEMENTS(children); i++) {
    int status = 0;
    assert_int_equal(waitpid(children[i], &status, 0), children[i]);
    assert_true(WIFEXITED(status));
    wrong += WEXITSTATUS(status) == 1;
    refused += WEXITSTATUS(status) == 2;
  }
  assert_int_equal(wrong, 2);
  assert_int_equal(refused, G_N_ELEMENTS(children) - 2);
  assert_int_equal(place_number(place, "keys.db", "SELECT failures FROM login"), 2);
  assert_int_equal(place_number(place, "keys.db", "SELECT in_flight FROM login"), 0);
  base_clock_step(BASE_CLOCK_HOUR);
  expect_login(place, 2);
}

#define LOGIN_TEST(test) cmocka_unit_test_setup_teardown(test, login_setup, login_teardown)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      LOGIN_TEST(test_waits_double),   LOGIN_TEST(test_unknown_is_the_same),
      LOGIN_TEST(test_died_under_way), LOGIN_TEST(test_no_guess),
      LOGIN_TEST(test_at_once),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
