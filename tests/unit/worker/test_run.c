#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "house.h"

#include "guichet/net/folder.h"

#define UNDO_NONE "[outbox]\nundo_seconds = 0\n"

/* --- the inbox */

static void
test_inbox(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autofree char *good = house_visit("a", HOUSE_CONSENT);
  g_autofree char *plain = house_visit("b", NULL);
  g_autofree char *all = g_strconcat(good, "{\"patient\":\"" HOUSE_CANARY "\"}\n", plain, NULL);
  house_drop(house, "Mme " HOUSE_CANARY ".jsonl", all);
  house_drop(house, "good.json", good);
  assert_true(house_once(house) >= 2);
  assert_int_equal(house_in_state(house, CLINIC_STATE_READY), 1);
  assert_int_equal(house_in_state(house, CLINIC_STATE_DRAFTING), 1); /* no consent: it waits */
  assert_int_equal(house_count(house, "inbox"), 1); /* nothing in the clear but refused/ */
  assert_int_equal(house_count(house, "inbox/refused"), 2);
  g_autofree char *path = house_path(house, "inbox/refused/Mme " HOUSE_CANARY ".jsonl.reason");
  g_autofree char *reason = NULL;
  assert_true(g_file_get_contents(path, &reason, NULL, NULL));
  assert_non_null(strstr(reason, "2 of 3 visits"));
  assert_non_null(strstr(reason, ":2"));
  assert_null(strstr(reason, HOUSE_CANARY));
  house_close(house);
}

/* The same file again brings nothing in, and does not stay. */
static void
test_inbox_again(void **state)
{
  (void)state;
  House *house = house_open("");
  for (int i = 0; i < 3; i++) {
    house_drop_visits(house, 2);
    house_once(house);
  }
  assert_int_equal(house_in_state(house, CLINIC_STATE_READY), 2);
  assert_int_equal(house_count(house, "inbox"), 0);
  house_close(house);
}

static void
test_inbox_not_ours(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autofree char *pipe = house_path(house, "inbox/pipe");
  g_autofree char *link = house_path(house, "inbox/link");
  house_drop(house, ".hidden.json", "x");
  house_drop(house, "half.part", "x");
  house_drop(house, "half.tmp", "x");
  assert_int_equal(mkfifo(pipe, 0600), 0);
  assert_int_equal(symlink("/etc/passwd", link), 0);
  house_drop(house, "binary.vtt", "WEBVTT\n\x01\x02\xff");
  house_drop(house, "empty.txt", "");
  house_once(house);
  assert_int_equal(house_count(house, "inbox/refused"), 8); /* each with its reason */
  assert_int_equal(house_count(house, "inbox"), 3);         /* the two halves, and refused */
  assert_int_equal(house_in_state(house, CLINIC_STATE_DRAFTING), 0);
  assert_true(g_file_test("/etc/passwd", G_FILE_TEST_EXISTS));
  house_close(house);
}

/* One that is still growing is left alone; one that has just come in is waited for. */
static void
test_inbox_young(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autofree char *line = house_visit("a", HOUSE_CONSENT);
  g_autofree char *path = house_path(house, "inbox/a.json");
  house_drop(house, "a.json", line);
  assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
  base_clock_freeze(base_clock_now()); /* no time goes by: it stays young */
  house_once(house);
  assert_int_equal(house_count(house, "inbox"), 1);
  base_clock_thaw();
  house_once(house);
  assert_int_equal(house_count(house, "inbox"), 0);
  house_close(house);
}

/* --- drafting */

static void
consent_word(char **word, const char *said)
{
  g_free(*word);
  *word = g_strdup(said);
}

static void
test_consent_later(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autofree char *line = house_visit("a", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicItem) item = NULL;
  house_drop(house, "a.json", line);
  house_once(house);
  gint64 id = house_only(house, "state:drafting");
  item = house_item(house, id);
  g_autoptr(ClinicConsent) consent = clinic_consent_new();
  consent_word(&consent->by, "patient");
  consent_word(&consent->how, "written");
  consent_word(&consent->words, "I agree.");
  consent->at = base_clock_now();
  consent->all_party = consent->given = TRUE;
  clinic_visit_consent(house->ines, item->visit, consent, &error);
  assert_no_error(error);
  house_once(house);
  assert_int_equal(house_only(house, "state:ready"), id);
  house_close(house);
}

typedef struct {
  guint drafting, sending, idle, stopped;
  int last;
} Heard;

static void
on_news(const WorkerNews *news, gpointer data)
{
  Heard *heard = data;
  heard->drafting += news->doing == WORKER_DRAFTING;
  heard->sending += news->doing == WORKER_SENDING;
  heard->idle += news->doing == WORKER_IDLE;
  heard->stopped += news->doing == WORKER_STOPPED;
  if (news->doing == WORKER_DRAFTING) {
    assert_true(news->item != 0);
    assert_true(news->per_mille >= heard->last && news->per_mille < 1000);
    heard->last = news->per_mille;
  }
  assert_true(news->note[0] == '\0');
}

static void
test_news(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autoptr(GError) error = NULL;
  Heard heard = {0};
  guint done = 0;
  house_drop_visits(house, 5);
  worker_run_once(house->worker, NULL, on_news, &heard, &done, &error);
  assert_no_error(error);
  assert_int_equal(heard.drafting, 5);
  assert_true(heard.idle >= 1);
  assert_int_equal(heard.stopped, 1);
  assert_true(heard.last >= 400);
  house_close(house);
}

static void
test_cancelled(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autoptr(GError) error = NULL;
  const gint cancel = 1;
  guint done = 9;
  house_drop_visits(house, 3);
  worker_run_once(house->worker, &cancel, NULL, NULL, &done, &error);
  assert_no_error(error);
  assert_int_equal(done, 0);
  assert_int_equal(house_count(house, "inbox"), 1);
  house_close(house);
}

/* --- sending */

static void
test_sent_as_signed(void **state)
{
  (void)state;
  House *house = house_open(UNDO_NONE);
  house_drop_visits(house, 3);
  house_once(house);
  g_autoptr(GArray) ids = house_ids(house, "state:ready");
  assert_int_equal(ids->len, 3);
  for (guint i = 0; i < ids->len; i++)
    house_sign(house, g_array_index(ids, gint64, i));
  assert_int_equal(house_once(house), 3);
  for (guint i = 0; i < ids->len; i++)
    house_assert_delivered(house, g_array_index(ids, gint64, i));
  assert_int_equal(house_count(house, "ehr"), 3);
  assert_int_equal(house_count(house, "ehr/.guichet"), 0);
  assert_int_equal(house_once(house), 0);
  house_close(house);
}

static void
test_undo_window(void **state)
{
  (void)state;
  base_clock_freeze(base_clock_now()); /* before the login: a proof is as old as it */
  House *house = house_open("[outbox]\nundo_seconds = 60\n");
  house_drop_visits(house, 2);
  house_once(house);
  g_autoptr(GArray) ids = house_ids(house, "state:ready");
  g_autoptr(GError) error = NULL;
  gint64 kept = g_array_index(ids, gint64, 0), undone = g_array_index(ids, gint64, 1);
  house_sign(house, kept);
  house_sign(house, undone);
  house_once(house);
  assert_int_equal(house_count(house, "ehr"), 0);
  clinic_item_act(house->ines, undone, 0, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, NULL, &error);
  assert_no_error(error);
  base_clock_step(59 * BASE_CLOCK_SECOND);
  house_once(house);
  assert_int_equal(house_count(house, "ehr"), 0);
  base_clock_step(BASE_CLOCK_SECOND);
  house_once(house);
  house_assert_delivered(house, kept);
  assert_int_equal(house_count(house, "ehr"), 1);
  assert_int_equal(house_only(house, "state:ready"), undone);
  house_close(house);
}

/* Something else has the name: it is never written over, and a person hears of it. */
static void
test_name_taken(void **state)
{
  (void)state;
  House *house = house_open(UNDO_NONE);
  house_drop_visits(house, 1);
  house_once(house);
  gint64 id = house_only(house, "state:ready");
  g_autofree char *name = NULL, *there = NULL;
  g_autoptr(GError) error = NULL;
  house_sign(house, id);
  g_bytes_unref(house_payload(house, id, &name)); /* for its name */
  g_autofree char *ehr = house_path(house, "ehr");
  g_autofree char *path = g_build_filename(ehr, name, NULL);
  g_mkdir_with_parents(ehr, 0700);
  assert_true(g_file_set_contents(path, "theirs", -1, NULL));
  house_once(house);
  g_autoptr(ClinicItem) item = house_item(house, id);
  assert_int_equal(item->state, CLINIC_STATE_FAILED);
  assert_true(g_file_get_contents(path, &there, NULL, NULL));
  assert_string_equal(there, "theirs");
  assert_int_equal(g_unlink(path), 0);
  clinic_item_act(house->ines, id, 0, CLINIC_ACTION_RETRY, CLINIC_REASON_NONE, "moved it", &error);
  assert_no_error(error);
  house_once(house);
  house_assert_delivered(house, id);
  house_close(house);
}

/* Where the EHR's folder should be there is a file. */
static char *
block(const House *house)
{
  char *ehr = house_path(house, "ehr");
  house_sweep(ehr);
  assert_true(g_file_set_contents(ehr, "in the way", -1, NULL));
  return ehr;
}

static void
sign_all(const House *house, guint n)
{
  house_drop_visits(house, n);
  house_once(house);
  g_autoptr(GArray) ids = house_ids(house, "state:ready");
  assert_int_equal(ids->len, n);
  for (guint i = 0; i < n; i++)
    house_sign(house, g_array_index(ids, gint64, i));
}

/* A destination that is away: tried again, later and later. */
static void
test_away(void **state)
{
  (void)state;
  base_clock_freeze(base_clock_now());
  House *house = house_open(UNDO_NONE);
  sign_all(house, 2);
  g_autofree char *ehr = block(house);
  g_autoptr(GArray) ids = house_ids(house, "state:signed");
  house_once(house);
  assert_int_equal(house_in_state(house, CLINIC_STATE_SIGNED), 2);
  assert_int_equal(g_unlink(ehr), 0);
  assert_int_equal(house_once(house), 0); /* not before its time */
  base_clock_step(BASE_CLOCK_HOUR);
  assert_int_equal(house_once(house), 2);
  for (guint i = 0; i < ids->len; i++)
    house_assert_delivered(house, g_array_index(ids, gint64, i));
  house_close(house);
}

static void
test_given_up(void **state)
{
  (void)state;
  base_clock_freeze(base_clock_now());
  House *house = house_open(UNDO_NONE "[worker]\nattempts = 3\n");
  sign_all(house, 1);
  g_autofree char *ehr = block(house);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(house_in_state(house, CLINIC_STATE_SIGNED), 1);
    house_once(house);
    base_clock_step(BASE_CLOCK_HOUR);
  }
  assert_int_equal(house_in_state(house, CLINIC_STATE_FAILED), 1);
  assert_int_equal(g_unlink(ehr), 0);
  house_close(house);
}

/* A worker that died between taking a parcel and saying what became of it. */
static void
orphan(gboolean put, gboolean collected)
{
  base_clock_freeze(base_clock_now());
  House *house = house_open(UNDO_NONE);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicParcel) parcel = NULL;
  g_autofree char *receipt = NULL;
  g_autofree char *ehr = house_path(house, "ehr");
  house_drop_visits(house, 1);
  house_once(house);
  gint64 id = house_only(house, "state:ready");
  house_sign(house, id);
  clinic_outbox_take(house->worker, &parcel, &error);
  assert_no_error(error);
  assert_non_null(parcel);
  if (put)
    assert_true(net_folder_put(ehr, parcel->name, parcel->bytes, &receipt, NULL));
  if (collected)
    assert_int_equal(g_unlink(receipt), 0);
  house_once(house); /* its lease is not over: nobody touches it */
  assert_int_equal(house_in_state(house, CLINIC_STATE_SENDING), 1);
  base_clock_step(BASE_CLOCK_HOUR);
  house_once(house);
  base_clock_step(BASE_CLOCK_HOUR);
  house_once(house);
  assert_int_equal(house_in_state(house, CLINIC_STATE_DELIVERED), 1);
  assert_int_equal(house_count(house, "ehr"), collected ? 0 : 1);
  if (!collected)
    house_assert_delivered(house, id);
  house_close(house);
}

static void
test_orphan_unsent(void **state)
{
  (void)state;
  orphan(FALSE, FALSE);
}

static void
test_orphan_sent(void **state)
{
  (void)state;
  orphan(TRUE, FALSE);
}

static void
test_orphan_collected(void **state)
{
  (void)state;
  orphan(TRUE, TRUE);
}

/* --- at rest */

static void
test_idle_writes_nothing(void **state)
{
  (void)state;
  House *house = house_open(UNDO_NONE);
  house_drop_visits(house, 1);
  house_once(house);
  house_once(house);
  gint64 before = store_handle_version(house->store);
  for (int i = 0; i < 5; i++)
    assert_int_equal(house_once(house), 0);
  assert_int_equal(store_handle_version(house->store), before);
  house_close(house);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_inbox),
      cmocka_unit_test(test_inbox_again),
      cmocka_unit_test(test_inbox_not_ours),
      cmocka_unit_test(test_inbox_young),
      cmocka_unit_test(test_consent_later),
      cmocka_unit_test(test_news),
      cmocka_unit_test(test_cancelled),
      cmocka_unit_test(test_sent_as_signed),
      cmocka_unit_test(test_undo_window),
      cmocka_unit_test(test_name_taken),
      cmocka_unit_test(test_away),
      cmocka_unit_test(test_given_up),
      cmocka_unit_test(test_orphan_unsent),
      cmocka_unit_test(test_orphan_sent),
      cmocka_unit_test(test_orphan_collected),
      cmocka_unit_test(test_idle_writes_nothing),
  };
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
