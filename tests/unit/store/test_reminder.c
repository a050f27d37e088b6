/* Reminders as rows: never a second one, nothing readable in the file. */
#include "place.h"

#include "guichet/base/clock.h"
#include "guichet/store/item.h"
#include "guichet/store/patient.h"
#include "guichet/store/reminder.h"

static void
begin(Place *place)
{
  assert_done(store_tx_begin(place->store, &why));
  store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_ITEM_ADD});
}

static void
commit(Place *place)
{
  assert_done(store_tx_commit(place->store, &why));
}

static gint64
patient_add(Place *place, const char *given)
{
  char family[] = "Moreau", empty[] = "";
  g_autofree char *name = g_strdup(given);
  StorePatient patient = {.id = vault_process_id(),
                          .family = family,
                          .given = name,
                          .birth = empty,
                          .sex = empty,
                          .record = empty,
                          .phone = empty,
                          .mail = empty,
                          .language = empty,
                          .channel = empty};
  begin(place);
  assert_done(store_patient_add(place->store, &patient, &why));
  commit(place);
  return patient.id;
}

static gint64
item_add(Place *place, gint64 patient, gint64 state)
{
  StoreItem item = {.id = vault_process_id(),
                    .kind = 3,
                    .state = state,
                    .open = TRUE,
                    .patient = patient,
                    .created = 1,
                    .since = 77};
  begin(place);
  assert_done(store_item_add(place->store, &item, &why));
  commit(place);
  return item.id;
}

static StoreReminder
row(gint64 patient, gint64 item, const char *kind)
{
  static char uid[] = "CANARY-UID@calendar", channel[] = "mail", address[] = "canary@home.example",
              template[] = "reminder";
  return (StoreReminder){.id = vault_process_id(),
                         .recurrence = STORE_REMINDER_SINGLE,
                         .patient = patient,
                         .item = item,
                         .due = 1000,
                         .starts = 2000,
                         .uid = uid,
                         .kind = (char *)(guintptr)kind,
                         .channel = channel,
                         .address = address,
                         .template = template};
}

static void
add(Place *place, const StoreReminder *r)
{
  begin(place);
  assert_done(store_reminder_add(place->store, r, &why));
  commit(place);
}

static void
refuse(Place *place, const StoreReminder *r)
{
  begin(place);
  assert_refused(store_reminder_add(place->store, r, &why), BASE_ERROR_CONFLICT);
  store_tx_rollback(place->store);
}

static void
test_once(void **state)
{
  Place *place = *state;
  gint64 anna = patient_add(place, "Anna"), ben = patient_add(place, "Ben");
  gint64 item = item_add(place, anna, 1), other = item_add(place, anna, 1);
  StoreReminder first = row(anna, item, "7d");
  add(place, &first);
  StoreReminder same = row(anna, other, "7d");
  refuse(place, &same);
  char print[] = "print";
  same.channel = print; /* by no other channel either */
  refuse(place, &same);
  StoreReminder nearer = row(anna, other, "2h"), whose = row(ben, other, "7d"),
                later = row(anna, other, "7d");
  later.recurrence = 86400;
  add(place, &nearer);
  add(place, &whose);
  add(place, &later);
  begin(place); /* one that was taken back makes room, once */
  assert_done(store_reminder_drop(place->store, item, &why));
  commit(place);
  same.id = vault_process_id();
  add(place, &same);
  same.id = vault_process_id();
  refuse(place, &same);
}

static guint
count(Place *place, gint64 from, gint64 to)
{
  g_autoptr(GPtrArray) rows = NULL;
  assert_done(store_reminder_due(place->store, from, to, &rows, &why));
  return rows->len;
}

static void
test_read(void **state)
{
  Place *place = *state;
  gint64 anna = patient_add(place, "Anna"), item = item_add(place, anna, 6);
  char code[] = "ABCD2345";
  StoreReminder given = row(anna, item, "7d");
  given.code = code;
  given.sequence = 4;
  add(place, &given);
  place_reopen(place);
  g_autoptr(GPtrArray) by_item = NULL, by_event = NULL, by_mark = NULL, starting = NULL;
  assert_done(store_reminder_of(place->store, item, &by_item, &why));
  assert_int_equal(by_item->len, 1);
  const StoreReminder *read = by_item->pdata[0];
  assert_string_equal(read->uid, given.uid);
  assert_string_equal(read->kind, "7d");
  assert_string_equal(read->address, given.address);
  assert_string_equal(read->code, "ABCD2345");
  assert_int_equal(read->recurrence, STORE_REMINDER_SINGLE);
  assert_int_equal(read->state, 6);
  assert_int_equal(read->since, 77);
  assert_int_equal(read->mark,
                   store_reminder_mark(place->store, given.uid, STORE_REMINDER_SINGLE, "7d", anna));
  assert_done(
      store_reminder_of_event(place->store, given.uid, STORE_REMINDER_SINGLE, &by_event, &why));
  assert_int_equal(by_event->len, 1);
  assert_done(store_reminder_marked(place->store, read->mark, &by_mark, &why));
  assert_int_equal(by_mark->len, 1);
  assert_int_equal(count(place, 1000, 1001), 1);
  assert_int_equal(count(place, 1001, 5000), 0);
  assert_done(store_reminder_starting(place->store, 2000, 2001, &starting, &why));
  assert_int_equal(starting->len, 1);
  begin(place);
  assert_done(store_reminder_move(place->store, item, 1500, &why));
  assert_done(store_reminder_answer(place->store, item, 2, 1600, &why));
  commit(place);
  assert_int_equal(count(place, 1000, 1001), 0);
  assert_int_equal(count(place, 1500, 1501), 1);
}

static void
test_sequence_and_code(void **state)
{
  Place *place = *state;
  gint64 anna = patient_add(place, "Anna"), item = item_add(place, anna, 1), n = 0, coded = 0;
  char code[] = "ABCD2345";
  StoreReminder given = row(anna, item, "7d");
  assert_done(store_reminder_sequence(place->store, given.uid, given.recurrence, anna, &n, &why));
  assert_int_equal(n, -1);
  given.sequence = 3;
  given.code = code;
  add(place, &given);
  assert_done(store_reminder_coded(place->store, "ABCD2345", &coded, &why));
  assert_int_equal(coded, item);
  begin(place);
  assert_done(store_reminder_drop(place->store, item, &why));
  commit(place);
  /* what was taken back may have been seen: its number is not used again, its code finds nothing */
  assert_done(store_reminder_sequence(place->store, given.uid, given.recurrence, anna, &n, &why));
  assert_int_equal(n, 3);
  assert_done(store_reminder_coded(place->store, "ABCD2345", &coded, &why));
  assert_int_equal(coded, 0);
  g_autofree char *one = store_reminder_invite(place->store, given.uid, 1, anna);
  g_autofree char *again = store_reminder_invite(place->store, given.uid, 1, anna);
  g_autofree char *two = store_reminder_invite(place->store, given.uid, 2, anna);
  assert_string_equal(one, again);
  assert_string_not_equal(one, two);
}

static void
test_mode(void **state)
{
  Place *place = *state;
  char name[] = "reminder", day[] = "day", automatic[] = "automatic";
  StoreReminderMode mode = {.user = 5, .at = 6, .template = name, .mode = day};
  g_autoptr(StoreReminderMode) none = NULL, read = NULL, again = NULL;
  g_autoptr(GPtrArray) all = NULL;
  assert_done(store_reminder_mode_get(place->store, "reminder", &none, &why));
  assert_null(none);
  begin(place);
  assert_done(store_reminder_mode_put(place->store, &mode, &why));
  commit(place);
  assert_done(store_reminder_mode_get(place->store, "reminder", &read, &why));
  assert_string_equal(read->mode, "day");
  mode.version = read->version;
  mode.mode = automatic;
  begin(place);
  assert_done(store_reminder_mode_put(place->store, &mode, &why));
  commit(place);
  assert_done(store_reminder_mode_get(place->store, "reminder", &again, &why));
  assert_string_equal(again->mode, "automatic");
  assert_int_equal(again->user, 5);
  begin(place); /* somebody else changed it meanwhile */
  assert_refused(store_reminder_mode_put(place->store, &mode, &why), BASE_ERROR_CONFLICT);
  store_tx_rollback(place->store);
  assert_done(store_reminder_mode_list(place->store, &all, &why));
  assert_int_equal(all->len, 1);
}

/* Nothing of it can be read in the file; a destroyed key takes it along. */
static void
test_sealed(void **state)
{
  Place *place = *state;
  gint64 anna = patient_add(place, "Anna"), item = item_add(place, anna, 1);
  StoreReminder given = row(anna, item, "7d");
  add(place, &given);
  place_close(place);
  g_autofree char *path = g_build_filename(place->dir, "data.db", NULL), *bytes = NULL;
  gsize length = 0;
  assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  for (gsize i = 0; i + 6 <= length; i++)
    assert_true(memcmp(bytes + i, "CANARY", 6) != 0 && memcmp(bytes + i, "canary", 6) != 0);
  place_reopen(place);
  begin(place);
  assert_done(store_patient_shred(place->store, anna, &why));
  commit(place);
  assert_done(store_patient_destroy(place->store, anna, &why));
  assert_int_equal(count(place, 0, G_MAXINT64), 0);
}

int
main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      PLACE_TEST(test_once), PLACE_TEST(test_read),   PLACE_TEST(test_sequence_and_code),
      PLACE_TEST(test_mode), PLACE_TEST(test_sealed),
  };
  (void)argc;
  (void)argv;
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
