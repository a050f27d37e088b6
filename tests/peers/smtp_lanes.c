/* Lanes of the outbox: what one destination does is nobody else's trouble, and what is owed to it
 * keeps its limits and its order.  Started by smtp_lanes.sh: smtp_lanes FOLDER PORT FOLDER PORT. */
#include "smtp_house.h"

#include <stdlib.h>

#include "worker/run.h"

static struct {
  const char *folder, *port;
} slow, fast; /* of the command line */

/* A clinic with both; letters of `ines` go to "post" (the first server), of *ret_other to "other".
 */
static House *
open_both(const char *post, const char *other, ClinicSession **ret_other)
{
  g_autofree char *settings = g_strdup_printf(
      "[outbox]\nundo_seconds=0\nsecure_domains=direct.example\nmail=post\n"
      "[destination post]\nchannel=smtp\nurl=smtp://127.0.0.1:%s\nca_file=%s/right.pem\n%s"
      "[destination other]\nchannel=smtp\nurl=smtp://127.0.0.1:%s\nca_file=%s/right.pem\n%s",
      slow.port, slow.folder, post, fast.port, fast.folder, other);
  House *house = house_open(settings);
  base_clock_freeze(base_clock_now());
  if (ret_other != NULL) {
    g_autofree char *path = house_path(house, "guichet.conf");
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    char *mail = strstr(text, "mail=post");
    g_autofree char *changed =
        g_strdup_printf("%.*smail=other%s", (int)(mail - text), text, mail + strlen("mail=post"));
    g_file_set_contents(path, changed, -1, NULL);
    clinic_session_login(house->dir, "ines", HOUSE_PASSWORD, ret_other, &error);
    assert_no_error(error);
  }
  for (gsize i = 0; i < 3; i++) {
    static const char *const FILES[] = {"accepted", "heard", "peak"};
    forget(slow.folder, FILES[i]);
    forget(fast.folder, FILES[i]);
  }
  plan(slow.folder, "");
  plan(fast.folder, "");
  return house;
}

static gint64
letter_of(const House *house, const char *name)
{
  g_autofree char *to = g_strdup_printf("%s@direct.example", name);
  return letter(house, name, to, 0);
}

static void
letters(const House *house, const char *head, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf("%s%u", head, i);
    letter_of(house, name);
  }
}

/* The times at which a server took messages: GArray of double, in its order. */
static GArray *
times_of(const char *folder)
{
  GArray *times = g_array_new(FALSE, FALSE, sizeof(double));
  g_autofree char *path = g_build_filename(folder, "accepted", NULL);
  g_autofree char *text = NULL;
  g_file_get_contents(path, &text, NULL, NULL);
  g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    double at = g_ascii_strtod(strrchr(*line, ' '), NULL);
    g_array_append_val(times, at);
  }
  return times;
}

static guint
peak_of(const char *folder)
{
  g_autofree char *path = g_build_filename(folder, "peak", NULL);
  g_autofree char *text = NULL;
  guint most = 0;
  g_file_get_contents(path, &text, NULL, NULL);
  g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    most = MAX(most, (guint)g_ascii_strtoull(*line, NULL, 10));
  return most;
}

/* Connections that came since the file was last forgotten. */
static guint
connects(const char *folder)
{
  return count_lines(folder, "peak", "");
}

/* As the service runs, until a server has taken `n` or it took too long. */
static void
run_until(const House *house, const char *folder, guint n, guint seconds)
{
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(WorkerRun) work = worker_run_new(house->worker, multi, NULL, NULL, NULL);
  gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
  while (g_get_monotonic_time() < end) {
    g_autoptr(GError) error = NULL;
    gboolean young = FALSE;
    worker_run_pass(work, &young, &error);
    assert_no_error(error);
    if (count_lines(folder, "accepted", "") > n) /* its last line is empty */
      return;
    worker_run_wait(work, G_USEC_PER_SEC);
  }
}

static void
test_slow_beside_fast(void **state)
{
  (void)state;
  ClinicSession *other = NULL, *own;
  House *house = open_both("seconds=5\n", "", &other);
  letters(house, "s", 6);
  own = house->ines;
  house->ines = other;
  letters(house, "f", 24);
  house->ines = own;
  plan(slow.folder, "fault rcpt slow");
  double begun = (double)g_get_monotonic_time() / G_USEC_PER_SEC;
  run(house);
  double over = (double)g_get_monotonic_time() / G_USEC_PER_SEC;
  g_autoptr(GArray) times = times_of(fast.folder);
  assert_int_equal(times->len, 24);
  double last = g_array_index(times, double, 23);
  print_message("# 24 letters beside a destination that is silent: the last after %.2f s, the "
                "silence took %.2f s\n",
                last - begun, over - begun);
  assert_true(over - begun > 4.5);
  assert_true(last - begun < 3);
  clinic_session_close(other);
  house_close(house);
}

static void
test_connections(void **state)
{
  (void)state;
  House *house = open_both("connections=3\n", "", NULL);
  letters(house, "k", 12);
  plan(slow.folder, "pause 0.2");
  run(house);
  g_autoptr(GArray) times = times_of(slow.folder);
  assert_int_equal(times->len, 12);
  assert_int_equal(peak_of(slow.folder), 3);
  assert_true(g_array_index(times, double, 11) - g_array_index(times, double, 0) > 0.5);
  house_close(house);
}

static void
test_rate(void **state)
{
  (void)state;
  enum { LETTERS = 13, A_MINUTE = 240 };
  House *house = open_both("per_minute=240\n", "", NULL);
  letters(house, "m", LETTERS);
  run_until(house, slow.folder, LETTERS, 20);
  g_autoptr(GArray) times = times_of(slow.folder);
  assert_int_equal(times->len, LETTERS);
  double took = g_array_index(times, double, LETTERS - 1) - g_array_index(times, double, 0);
  print_message("# %d letters at %d a minute: %.2f s\n", LETTERS, A_MINUTE, took);
  assert_true(took >= (LETTERS - 1) * 60.0 / A_MINUTE - 0.1);
  assert_true(took < 2 * (LETTERS - 1) * 60.0 / A_MINUTE);
  house_close(house);
}

static ClinicLane *
lane(const House *house)
{
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  clinic_outbox_lane_list(house->worker, TRUE, &all, &error);
  assert_no_error(error);
  for (guint i = 0; i < all->len; i++) {
    const ClinicLane *one = g_ptr_array_index(all, i);
    if (strcmp(one->name, "post") == 0)
      return g_ptr_array_steal_index(all, i);
  }
  fail_msg("there is no lane");
  return NULL;
}

/* After so many failures nobody knocks any more until the rest is over; then one does; and when
 * that one is taken, all go. */
static void
test_breaker(void **state)
{
  (void)state;
  House *house = open_both("failures=3\nconnections=1\n", "", NULL);
  gint64 rest = 0;
  letters(house, "x", 6);
  plan(slow.folder, "fault banner 421 4.3.2 closed");
  for (guint i = 0; i < 4; i++)
    run(house);
  g_autoptr(ClinicLane) open = lane(house);
  assert_int_equal(open->failures, 3);
  assert_true(open->rest_until > base_clock_now());
  assert_non_null(strstr(open->trouble, "421 4.3.2 closed"));
  for (guint i = 0; i < 3; i++) {
    g_autoptr(ClinicLane) before = lane(house);
    rest = before->rest_until - base_clock_now();
    forget(slow.folder, "peak");
    run(house);
    assert_int_equal(connects(slow.folder), 0);
    base_clock_step(MAX(rest, BASE_CLOCK_MINUTE * 5) + 1);
    run(house);
    run(house);
    assert_int_equal(connects(slow.folder), 2); /* one, and the empty last line */
    g_autoptr(ClinicLane) after = lane(house);
    assert_int_equal(after->failures, before->failures + 1);
    assert_true(after->rest_until - base_clock_now() > rest);
  }
  plan(slow.folder, "");
  base_clock_step(BASE_CLOCK_HOUR);
  run(house);
  g_autoptr(ClinicLane) closed = lane(house);
  assert_int_equal(closed->failures, 0);
  assert_string_equal(closed->trouble, "");
  assert_int_equal(closed->n[CLINIC_STATE_DELIVERED], 6);
  house_close(house);
}

static void
test_held(void **state)
{
  (void)state;
  House *house = open_both("per_minute=600\n", "", NULL);
  g_autoptr(GError) error = NULL;
  gint64 item = letter_of(house, "h1");
  clinic_outbox_lane_hold(house->ines, "post", "their server is being moved", &error);
  assert_no_error(error);
  run(house);
  base_clock_step(BASE_CLOCK_DAY);
  run(house);
  g_autoptr(ClinicOutboxRow) row = shown(house, item);
  assert_int_equal(row->state, CLINIC_STATE_SIGNED);
  assert_non_null(strstr(row->why, "their server is being moved"));
  assert_int_equal(connects(slow.folder), 0);
  clinic_outbox_lane_release(house->ines, "post", &error);
  assert_no_error(error);
  run(house);
  assert_int_equal(state_of(house, item), CLINIC_STATE_DELIVERED);
  house_close(house);
}

/* The second letter of a patient waits for the first, which is tried again, or is in doubt; another
 * patient's does not. */
static void
test_order(void **state)
{
  static const struct {
    const char *fault;
    ClinicState first;
  } ROWS[] = {{"fault rcpt 451 4.7.1 later\nonly first", CLINIC_STATE_SIGNED},
              {"fault dot keep\nonly first", CLINIC_STATE_AMBIGUOUS}};
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    House *house = open_both("", "", NULL);
    gint64 first = letter(house, "p", "first@direct.example", 0);
    base_clock_step(BASE_CLOCK_SECOND);
    gint64 second = letter(house, "p", "second@direct.example", 0);
    gint64 third = letter(house, "q", "third@direct.example", 0);
    plan(slow.folder, ROWS[i].fault);
    run(house);
    assert_int_equal(state_of(house, first), ROWS[i].first);
    assert_int_equal(state_of(house, second), CLINIC_STATE_SIGNED);
    assert_int_equal(state_of(house, third), CLINIC_STATE_DELIVERED);
    g_autoptr(ClinicOutboxRow) row = shown(house, second);
    assert_non_null(strstr(row->why, "same patient goes there first"));
    plan(slow.folder, "");
    base_clock_step(BASE_CLOCK_HOUR * 2);
    if (ROWS[i].first == CLINIC_STATE_AMBIGUOUS) {
      run(house);
      assert_int_equal(copies(slow.folder, "second@direct.example"), 0);
      act(house, first, CLINIC_ACTION_ARRIVED);
    }
    run(house);
    assert_int_equal(state_of(house, first), CLINIC_STATE_DELIVERED);
    assert_int_equal(state_of(house, second), CLINIC_STATE_DELIVERED);
    g_autofree char *path = g_build_filename(slow.folder, "accepted", NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_true(strstr(text, "first@") < strstr(text, "second@"));
    house_close(house);
  }
}

int
main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_connections), cmocka_unit_test(test_rate),
      cmocka_unit_test(test_breaker),     cmocka_unit_test(test_held),
      cmocka_unit_test(test_order),       cmocka_unit_test(test_slow_beside_fast),
  };
  if (argc != 5)
    return 64;
  slow.folder = argv[1];
  slow.port = argv[2];
  fast.folder = argv[3];
  fast.port = argv[4];
  base_log_level(BASE_LOG_ERROR); /* troubles are meant here */
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
