/* Users, patients, visits and consents as rows. */
#include "place.h"

#include "guichet/store/patient.h"
#include "guichet/store/user.h"
#include "guichet/store/visit.h"
#include "guichet/vault/seal.h"

static void
begin(Place *place)
{
  assert_done(store_tx_begin(place->store, &why));
  store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_PATIENT_ADD});
}

static void
commit(Place *place)
{
  assert_done(store_tx_commit(place->store, &why));
}

static StorePatient *
patient_new(const char *family, const char *given, const char *record, const char *phone)
{
  StorePatient *patient = g_new0(StorePatient, 1);
  patient->id = vault_process_id();
  patient->family = g_strdup(family);
  patient->given = g_strdup(given);
  patient->birth = g_strdup("1968-04-30");
  patient->sex = g_strdup("female");
  patient->record = g_strdup(record);
  patient->phone = g_strdup(phone);
  patient->mail = g_strdup("e@example.org");
  patient->language = g_strdup("fr");
  patient->channel = g_strdup("sms");
  return patient;
}

static gint64
patient_add(Place *place, const char *family, const char *given, const char *record,
            const char *phone)
{
  g_autoptr(StorePatient) patient = patient_new(family, given, record, phone);
  begin(place);
  assert_done(store_patient_add(place->store, patient, &why));
  commit(place);
  return patient->id;
}

static guint
found(Place *place, const char *prefix, const char *other)
{
  g_autoptr(GArray) ids = NULL;
  assert_done(store_patient_by_prefix(place->store, prefix, other, 0, 100, &ids, &why));
  return ids->len;
}

static void
test_patient(void **state)
{
  Place *place = *state;
  gint64 id = patient_add(place, "d'Œuvre", "Éléonore", "R-10 01", "+33 6 12 34 56 78");
  g_autoptr(StorePatient) read = NULL;
  g_autofree char *name = NULL;
  place_reopen(place);
  assert_done(store_patient_load(place->store, id, &read, &why));
  assert_int_equal(read->version, 1);
  assert_string_equal(read->family, "d'Œuvre");
  assert_string_equal(read->channel, "sms");
  assert_done(store_patient_name(place->store, id, &name, &why));
  assert_string_equal(name, "D'ŒUVRE Éléonore");
  assert_int_equal(found(place, "el", NULL), 1);
  assert_int_equal(found(place, "eleonore", "oeuv"), 1);
  assert_int_equal(found(place, "eleonora", NULL), 0);
  assert_int_equal(found(place, "oeuvre", "zz"), 0);
  assert_int_equal(found(place, "3361234", NULL), 1);
  assert_int_equal(found(place, "r1001", NULL), 1);
}

static void
test_patient_exact(void **state)
{
  Place *place = *state;
  gint64 id = patient_add(place, "Dupont", "Anne", "R-1001", "");
  patient_add(place, "Dupont", "Anne-Marie", "R-10012", "");
  g_autoptr(GArray) by_record = NULL, by_name = NULL, by_nothing = NULL;
  g_autoptr(StorePatient) wanted = patient_new("DUPONT", "anne", "", "");
  assert_done(store_patient_by_record(place->store, "r 1001", &by_record, &why));
  assert_int_equal(by_record->len, 1);
  assert_int_equal(g_array_index(by_record, gint64, 0), id);
  assert_done(store_patient_by_name(place->store, wanted, &by_name, &why));
  assert_int_equal(by_name->len, 1);
  assert_int_equal(g_array_index(by_name, gint64, 0), id);
  assert_done(store_patient_by_record(place->store, "", &by_nothing, &why));
  assert_int_equal(by_nothing->len, 0);
}

static void
test_patient_change(void **state)
{
  Place *place = *state;
  gint64 id = patient_add(place, "Dupont", "Anne", "R-1001", "");
  g_autoptr(StorePatient) read = NULL, again = NULL;
  assert_done(store_patient_load(place->store, id, &read, &why));
  g_free(read->family);
  read->family = g_strdup("Martin");
  begin(place);
  assert_done(store_patient_change(place->store, read, &why));
  commit(place);
  assert_int_equal(found(place, "dupont", NULL), 0);
  assert_int_equal(found(place, "martin", NULL), 1);
  assert_done(store_patient_load(place->store, id, &again, &why));
  assert_int_equal(again->version, 2);
  begin(place);
  assert_refused(store_patient_change(place->store, read, &why), BASE_ERROR_CONFLICT);
  store_tx_rollback(place->store);
}

/* An older body put back by somebody with the file does not open. */
static void
test_patient_rolled_back(void **state)
{
  Place *place = *state;
  gint64 id = patient_add(place, "Dupont", "Anne", "R-1001", "");
  g_autoptr(StorePatient) read = NULL, again = NULL;
  assert_done(store_patient_load(place->store, id, &read, &why));
  place_sql(place, "data.db", "CREATE TABLE kept AS SELECT body FROM patient");
  begin(place);
  assert_done(store_patient_change(place->store, read, &why));
  commit(place);
  place_sql(place, "data.db", "UPDATE patient SET body = (SELECT body FROM kept)");
  assert_refused(store_patient_load(place->store, id, &again, &why), BASE_ERROR_CORRUPT);
}

static void
test_patient_shred(void **state)
{
  Place *place = *state;
  gint64 id = patient_add(place, "Dupont", "Anne", "R-1001", "0612345678");
  g_autoptr(StorePatient) read = NULL;
  g_autofree char *name = NULL;
  begin(place);
  assert_done(store_patient_shred(place->store, id, &why));
  commit(place);
  assert_done(store_patient_destroy(place->store, id, &why));
  assert_done(store_patient_destroy(place->store, id, &why));
  assert_refused(store_patient_load(place->store, id, &read, &why), BASE_ERROR_NO_INPUT);
  assert_refused(store_patient_name(place->store, id, &name, &why), BASE_ERROR_NO_INPUT);
  assert_int_equal(found(place, "dupont", NULL), 0);
  assert_int_equal(place_number(place, "data.db", "SELECT count(*) FROM patient_tag"), 0);
  assert_int_equal(place_number(place, "keys.db", "SELECT count(*) FROM key_patient"), 0);
}

/* Visits. */

static gint64
visit_add(Place *place, gint64 patient, gint64 at, const char *external)
{
  StoreVisit visit = {.id = vault_process_id(), .patient = patient, .clinician = 5, .at = at};
  visit.kind = 3;
  g_autofree char *language = g_strdup("fr"), *digest = g_strdup("abc");
  visit.language = language;
  visit.digest = digest;
  begin(place);
  assert_done(store_visit_add(place->store, &visit, external, "{\"dialogue\":[]}", &why));
  commit(place);
  return visit.id;
}

static void
test_visit(void **state)
{
  Place *place = *state;
  gint64 patient = patient_add(place, "Dupont", "Anne", "R-1001", "");
  gint64 id = visit_add(place, patient, 1000, "elsewhere-1"), known = 0;
  g_autoptr(StoreVisit) read = NULL;
  char *text = NULL;
  place_reopen(place);
  assert_done(store_visit_load(place->store, id, &read, &why));
  assert_int_equal(read->patient, patient);
  assert_int_equal(read->kind, 3);
  assert_int_equal(read->consent, STORE_CONSENT_NONE);
  assert_string_equal(read->language, "fr");
  assert_string_equal(read->digest, "abc");
  assert_done(store_visit_transcript(place->store, read, &text, &why));
  assert_string_equal(text, "{\"dialogue\":[]}");
  vault_seal_forget(text, strlen(text));
  assert_done(store_visit_external(place->store, "elsewhere-1", &known, &why));
  assert_int_equal(known, id);
  assert_done(store_visit_external(place->store, "elsewhere-2", &known, &why));
  assert_int_equal(known, 0);
}

static void
test_visit_key(void **state)
{
  Place *place = *state;
  gint64 patient = patient_add(place, "Dupont", "Anne", "R-1001", "");
  gint64 id = visit_add(place, patient, 1000, NULL);
  g_autoptr(StoreVisit) read = NULL;
  char *text = NULL;
  assert_done(store_visit_destroy(place->store, id, &why));
  assert_done(store_visit_load(place->store, id, &read, &why));
  assert_refused(store_visit_transcript(place->store, read, &text, &why), BASE_ERROR_NO_INPUT);
}

static void
test_visit_list(void **state)
{
  Place *place = *state;
  gint64 anne = patient_add(place, "Dupont", "Anne", "R-1", "");
  gint64 jean = patient_add(place, "Martin", "Jean", "R-2", "");
  for (gint64 at = 1; at <= 5; at++)
    visit_add(place, at % 2 == 0 ? jean : anne, 1000 * at, NULL);
  g_autoptr(GPtrArray) all = NULL, of_anne = NULL, next = NULL;
  assert_done(store_visit_list(place->store, 0, G_MAXINT64, 0, 3, &all, &why));
  assert_int_equal(all->len, 3);
  assert_int_equal(((const StoreVisit *)all->pdata[0])->at, 5000);
  assert_int_equal(((const StoreVisit *)all->pdata[2])->at, 3000);
  assert_done(store_visit_list(place->store, 0, 3000, 0, 3, &next, &why));
  assert_int_equal(next->len, 2);
  assert_done(store_visit_list(place->store, anne, G_MAXINT64, 0, 9, &of_anne, &why));
  assert_int_equal(of_anne->len, 3);
}

static void
test_visit_of_the_shredded(void **state)
{
  Place *place = *state;
  gint64 patient = patient_add(place, "Dupont", "Anne", "R-1001", "");
  gint64 id = visit_add(place, patient, 1000, NULL);
  g_autoptr(StoreVisit) read = NULL;
  char *text = NULL;
  assert_done(store_patient_destroy(place->store, patient, &why));
  assert_done(store_visit_load(place->store, id, &read, &why));
  assert_string_equal(read->language, "");
  assert_refused(store_visit_transcript(place->store, read, &text, &why), BASE_ERROR_NO_INPUT);
  assert_int_equal(place_number(place, "keys.db", "SELECT count(*) FROM key_visit"), 0);
}

static void
consent_add(Place *place, gint64 patient, gint64 visit, gint64 at, gboolean given)
{
  g_autofree char *by = g_strdup("mother"), *how = g_strdup("spoken"), *words = g_strdup("oui");
  StoreConsent consent = {
      .by = by, .how = how, .words = words, .at = at, .all_party = TRUE, .given = given};
  begin(place);
  assert_done(store_consent_add(place->store, patient, visit, &consent, &why));
  commit(place);
}

static void
test_consent(void **state)
{
  Place *place = *state;
  gint64 patient = patient_add(place, "Dupont", "Anne", "R-1001", "");
  gint64 id = visit_add(place, patient, 1000, NULL);
  g_autoptr(StoreVisit) before = NULL, after = NULL;
  g_autoptr(StoreConsent) none = NULL, newest = NULL;
  assert_done(store_visit_load(place->store, id, &before, &why));
  assert_done(store_consent_load(place->store, before, &none, &why));
  assert_null(none);
  consent_add(place, patient, id, 10, FALSE);
  consent_add(place, patient, id, 20, TRUE);
  assert_done(store_visit_load(place->store, id, &after, &why));
  assert_int_equal(after->consent, STORE_CONSENT_GIVEN);
  assert_done(store_consent_load(place->store, after, &newest, &why));
  assert_string_equal(newest->by, "mother");
  assert_string_equal(newest->words, "oui");
  assert_int_equal(newest->at, 20);
  assert_true(newest->given && newest->all_party);
}

/* Users; without a password's key, which is slow: any key wraps. */
static void
test_user(void **state)
{
  Place *place = *state;
  g_autoptr(VaultKey) key = vault_key_new();
  VaultPasswordParams params = {.passes = 3, .memory = 1 << 20};
  g_autoptr(StoreUser) user = g_new0(StoreUser, 1), read = NULL, named = NULL, changed = NULL;
  g_autoptr(GPtrArray) all = NULL;
  user->id = 77;
  user->name = g_strdup("flores");
  user->title = g_strdup("Dr. Ana Flores");
  user->role = g_strdup("clinician");
  begin(place);
  assert_done(store_user_add(place->store, user, &params, key, &why));
  commit(place);
  begin(place);
  user->id = 78;
  assert_refused(store_user_add(place->store, user, &params, key, &why), BASE_ERROR_CANT_CREATE);
  store_tx_rollback(place->store);
  assert_done(store_user_load(place->store, 77, &read, &why));
  assert_string_equal(read->title, "Dr. Ana Flores");
  assert_false(read->disabled);
  assert_refused(store_user_named(place->store, "nobody", &named, &why), BASE_ERROR_NO_INPUT);
  read->disabled = TRUE;
  begin(place);
  assert_done(store_user_change(place->store, read, &why));
  assert_done(store_user_touch(place->store, 77, 123, &why));
  assert_done(store_user_rekey(place->store, 77, &params, key, &why));
  commit(place);
  assert_done(store_user_named(place->store, "flores", &changed, &why));
  assert_true(changed->disabled);
  assert_int_equal(changed->last_login, 123);
  assert_int_equal(changed->version, 2);
  assert_done(store_user_list(place->store, &all, &why));
  assert_int_equal(all->len, 1);
}

/* A role is not a column that somebody with the file could write. */
static void
test_user_moved(void **state)
{
  Place *place = *state;
  g_autoptr(VaultKey) key = vault_key_new();
  VaultPasswordParams params = {.passes = 3, .memory = 1 << 20};
  static const char *const NAMES[] = {"root", "anna"}, *const ROLES[] = {"admin", "front-desk"};
  g_autoptr(StoreUser) read = NULL;
  for (guint i = 0; i < 2; i++) {
    g_autoptr(StoreUser) user = g_new0(StoreUser, 1);
    user->id = 1 + i;
    user->name = g_strdup(NAMES[i]);
    user->title = g_strdup(NAMES[i]);
    user->role = g_strdup(ROLES[i]);
    begin(place);
    assert_done(store_user_add(place->store, user, &params, key, &why));
    commit(place);
  }
  place_sql(place, "data.db",
            "UPDATE users SET body = (SELECT body FROM users WHERE id = 1) WHERE id = 2");
  assert_refused(store_user_load(place->store, 2, &read, &why), BASE_ERROR_CORRUPT);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      PLACE_TEST(test_patient),
      PLACE_TEST(test_patient_exact),
      PLACE_TEST(test_patient_change),
      PLACE_TEST(test_patient_rolled_back),
      PLACE_TEST(test_patient_shred),
      PLACE_TEST(test_visit),
      PLACE_TEST(test_visit_key),
      PLACE_TEST(test_visit_list),
      PLACE_TEST(test_visit_of_the_shredded),
      PLACE_TEST(test_consent),
      PLACE_TEST(test_user),
      PLACE_TEST(test_user_moved),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
