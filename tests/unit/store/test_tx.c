/* Opening a clinic, committing with events alone, and dying between the two files. */
#include "place.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guichet/store/patient.h"
#include "store/handle.h"

static StorePatient *
somebody(void)
{
  StorePatient *patient = g_new0(StorePatient, 1);
  patient->id = vault_process_id();
  patient->family = g_strdup("Vanishing");
  patient->given = g_strdup("Crash");
  patient->birth = g_strdup("1990-01-01");
  char **rest[] = {&patient->sex,  &patient->record,   &patient->phone,
                   &patient->mail, &patient->language, &patient->channel};
  for (guint i = 0; i < G_N_ELEMENTS(rest); i++)
    *rest[i] = g_strdup("");
  return patient;
}

static gboolean
add_somebody(StoreHandle *store, gint64 *ret, GError **error)
{
  g_autoptr(StorePatient) patient = somebody();
  if (!store_tx_begin(store, error))
    return FALSE;
  store_tx_event(store, &(StoreEvent){.kind = STORE_EVENT_PATIENT_ADD, .patient = patient->id});
  if (!store_patient_add(store, patient, error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  *ret = patient->id;
  return store_tx_commit(store, error);
}

static void
test_create(void **state)
{
  Place *place = *state;
  StoreHandle *second = NULL;
  struct stat about;
  static const char *const FILES[] = {"clinic.id", "host.key", "data.db", "keys.db"};
  for (guint i = 0; i < G_N_ELEMENTS(FILES); i++) {
    g_autofree char *path = g_build_filename(place->dir, FILES[i], NULL);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
  }
  assert_refused(store_handle_create(place->dir, &second, &why), BASE_ERROR_CANT_CREATE);
  assert_refused(store_handle_open(place->top, &second, &why), BASE_ERROR_NO_INPUT);
  assert_null(second);
}

static void
test_locked(void **state)
{
  Place *place = *state;
  g_autoptr(StoreHandle) locked = NULL;
  const VaultKey *key = NULL;
  StoreEvent event = {.kind = STORE_EVENT_LOCK};
  assert_done(store_handle_open(place->dir, &locked, &why));
  assert_null(store_handle_clinic_key(locked));
  assert_refused(store_handle_patient_key(locked, 1, &key, &why), BASE_ERROR_INTERNAL);
  assert_refused(store_tx_note(locked, &event, &why), BASE_ERROR_INTERNAL);
}

static void
test_no_event_no_commit(void **state)
{
  Place *place = *state;
  g_autoptr(StorePatient) patient = somebody();
  char *name = NULL;
  assert_done(store_tx_begin(place->store, &why));
  assert_done(store_patient_add(place->store, patient, &why));
  assert_refused(store_tx_commit(place->store, &why), BASE_ERROR_INTERNAL);
  assert_refused(store_patient_name(place->store, patient->id, &name, &why), BASE_ERROR_NO_INPUT);
  assert_int_equal(place_number(place, "keys.db", "SELECT count(*) FROM key_patient"), 0);
}

static void
test_rollback(void **state)
{
  Place *place = *state;
  gint64 version = store_handle_version(place->store), id = 0;
  store_tx_rollback(place->store);
  assert_done(store_tx_begin(place->store, &why));
  store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_LOCK});
  store_tx_rollback(place->store);
  store_tx_rollback(place->store);
  assert_int_equal(place_number(place, "data.db", "SELECT count(*) FROM audit"), 0);
  assert_int_equal(store_handle_version(place->store), version);
  assert_done(add_somebody(place->store, &id, &why));
  assert_true(store_handle_version(place->store) != version);
}

static void
test_events_link(void **state)
{
  Place *place = *state;
  assert_done(store_tx_begin(place->store, &why));
  for (guint i = 0; i < 3; i++)
    store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_LOCK, .actor = i});
  assert_done(store_tx_commit(place->store, &why));
  assert_int_equal(place_number(place, "data.db", "SELECT count(*) FROM audit"), 3);
  assert_int_equal(place_number(place, "data.db",
                                "SELECT count(*) FROM audit a JOIN audit b ON b.seq = a.seq + 1 "
                                "AND b.last = a.link"),
                   2);
}

static void
test_twin(void **state)
{
  Place *place = *state;
  g_autoptr(StoreHandle) twin = NULL;
  gint64 id = 0;
  g_autofree char *name = NULL;
  assert_done(store_handle_twin(place->store, &twin, &why));
  gint64 before = store_handle_version(twin);
  assert_done(add_somebody(place->store, &id, &why));
  assert_true(store_handle_version(twin) != before);
  assert_done(store_patient_name(twin, id, &name, &why));
  assert_string_equal(name, "VANISHING Crash");
}

/* A key destroyed by one process is not used from the cache of another. */
static void
test_cache_forgets(void **state)
{
  Place *place = *state;
  g_autoptr(StoreHandle) twin = NULL;
  const VaultKey *key = NULL;
  gint64 id = 0;
  assert_done(add_somebody(place->store, &id, &why));
  assert_done(store_handle_twin(place->store, &twin, &why));
  assert_done(store_handle_patient_key(twin, id, &key, &why));
  assert_done(store_patient_destroy(place->store, id, &why));
  assert_refused(store_handle_patient_key(twin, id, &key, &why), BASE_ERROR_NO_INPUT);
  assert_refused(store_handle_patient_key(place->store, id, &key, &why), BASE_ERROR_NO_INPUT);
}

static void
test_cache_is_bounded(void **state)
{
  Place *place = *state;
  gint64 first = 0, id = 0;
  g_autofree char *name = NULL;
  assert_done(add_somebody(place->store, &first, &why));
  for (guint i = 0; i < 100; i++)
    assert_done(add_somebody(place->store, &id, &why));
  assert_true(place->store->patients.order.length <= place->store->patients.most);
  assert_int_equal(place->store->patients.order.length,
                   g_hash_table_size(place->store->patients.by_id));
  assert_done(store_patient_name(place->store, first, &name, &why));
}

static void
test_stolen_key(void **state)
{
  Place *place = *state;
  gint64 a = 0, b = 0;
  const VaultKey *key = NULL;
  assert_done(add_somebody(place->store, &a, &why));
  assert_done(add_somebody(place->store, &b, &why));
  place_close(place);
  place_sql(place, "keys.db",
            "UPDATE key_patient SET wrapped = (SELECT wrapped FROM key_patient ORDER BY id DESC "
            "LIMIT 1) WHERE id = (SELECT min(id) FROM key_patient)");
  place_reopen(place);
  assert_refused(store_handle_patient_key(place->store, MIN(a, b), &key, &why), BASE_ERROR_CORRUPT);
  assert_done(store_handle_patient_key(place->store, MAX(a, b), &key, &why));
}

/* keys.db is committed, and then nothing more happens. */
static void
test_dies_between(void **state)
{
  Place *place = *state;
  gint64 id = 0;
  pid_t child = fork();
  if (child == 0) {
    g_autoptr(StoreHandle) store = NULL;
    g_autoptr(StorePatient) patient = somebody();
    if (store_handle_open(place->dir, &store, NULL) && store_handle_unlock_host(store, NULL) &&
        store_tx_begin(store, NULL) && store_patient_add(store, patient, NULL) &&
        db_conn_commit_keys(store_handle_keys(store), NULL))
      kill(getpid(), SIGKILL);
    _exit(1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  place_reopen(place);
  assert_int_equal(place_number(place, "keys.db", "SELECT count(*) FROM key_patient"), 1);
  assert_int_equal(place_number(place, "data.db", "SELECT count(*) FROM patient"), 0);
  assert_int_equal(place_number(place, "data.db", "SELECT count(*) FROM audit"), 0);
  assert_done(add_somebody(place->store, &id, &why));
}

/* Adds people until it is killed, and tells each one that was committed by a byte into `told`. */
static void
add_people(const char *dir, int told)
{
  g_autoptr(StoreHandle) store = NULL;
  gint64 id = 0;
  if (!store_handle_open(dir, &store, NULL) || !store_handle_unlock_host(store, NULL))
    _exit(1);
  while (add_somebody(store, &id, NULL) && write(told, "", 1) == 1)
    ;
  _exit(1);
}

/* Kills such a process some time after it told `wait` people.  Returns how many it told. */
static guint
kill_among_people(const char *dir, guint wait)
{
  int told[2], status = 0;
  guint seen = 0;
  char byte;
  assert_int_equal(pipe(told), 0);
  pid_t child = fork();
  if (child == 0) {
    close(told[0]);
    add_people(dir, told[1]);
  }
  close(told[1]);
  while (seen < wait && read(told[0], &byte, 1) == 1)
    seen++;
  g_usleep(vault_process_random(30000));
  kill(child, SIGKILL);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  while (read(told[0], &byte, 1) == 1)
    seen++;
  close(told[0]);
  return seen;
}

/* Killed at any time, over and over: no row without its key, no row without its line, and nobody
 * lost who was told.  Every third round may end while the store is being opened. */
static void
test_dies_anywhere(void **state)
{
  Place *place = *state;
  g_autoptr(GArray) ids = NULL;
  guint told = 0;
  for (guint i = 0; i < 25; i++)
    told += kill_among_people(place->dir, i % 3);
  place_reopen(place);
  assert_done(store_patient_by_prefix(place->store, "vanishing", "crash", 0, 1000000, &ids, &why));
  assert_true(told >= 24);
  assert_in_range(ids->len, told, told + 25);
  for (guint i = 0; i < ids->len; i++) {
    g_autofree char *name = NULL;
    assert_done(store_patient_name(place->store, g_array_index(ids, gint64, i), &name, &why));
  }
  assert_int_equal(place_number(place, "data.db", "SELECT count(*) FROM patient"), ids->len);
  assert_int_equal(place_number(place, "data.db", "SELECT count(*) FROM audit"), ids->len);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      PLACE_TEST(test_create),
      PLACE_TEST(test_locked),
      PLACE_TEST(test_no_event_no_commit),
      PLACE_TEST(test_rollback),
      PLACE_TEST(test_events_link),
      PLACE_TEST(test_twin),
      PLACE_TEST(test_cache_forgets),
      PLACE_TEST(test_cache_is_bounded),
      PLACE_TEST(test_stolen_key),
      PLACE_TEST(test_dies_between),
      PLACE_TEST(test_dies_anywhere),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
