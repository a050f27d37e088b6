/* A clinic in a temporary folder, with a clinician and the worker's session, for the tests of this
 * room. */
#ifndef GUICHET_TESTS_WORKER_HOUSE_H
#define GUICHET_TESTS_WORKER_HOUSE_H

#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/chart.h"
#include "guichet/clinic/outbox.h"
#include "guichet/clinic/queue.h"
#include "guichet/clinic/review.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/visit.h"
#include "guichet/store/outbox.h"
#include "guichet/worker/run.h"

#define HOUSE_PASSWORD "four plain words here"
#define HOUSE_CANARY "Zyxwvutsrq"

typedef struct {
  char *dir;
  ClinicSession *worker, *ines; /* ines: a clinician */
  StoreHandle *store;           /* for looking behind the scenes */
} House;

static inline void
house_sweep(const char *dir)
{
  g_autoptr(GDir) listing = g_dir_open(dir, 0, NULL);
  const char *name;
  while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
    g_autofree char *path = g_build_filename(dir, name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
      house_sweep(path);
    else
      g_unlink(path);
  }
  g_rmdir(dir);
}

static inline char *
house_path(const House *house, const char *name)
{
  return g_build_filename(house->dir, name, NULL);
}

/* Settings beside the clinic's name: "[outbox]\nundo_seconds = 0\n". */
static inline void
house_settings(const char *dir, const char *settings)
{
  g_autofree char *path = g_build_filename(dir, "guichet.conf", NULL);
  g_autofree char *old = NULL;
  assert_true(g_file_get_contents(path, &old, NULL, NULL));
  g_autofree char *all = g_strconcat(old, "\n", settings, NULL);
  assert_true(g_file_set_contents(path, all, -1, NULL));
}

/* A clinic with its people, made once and copied for each test: passwords are slow on purpose. */
static inline char *
house_model(void)
{
  char *base = g_dir_make_tmp("guichet-model-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(base, "clinic", NULL);
  g_autoptr(ClinicSession) admin = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  clinic_user_found(dir, "Test", "root", "Root", HOUSE_PASSWORD, TRUE, &error);
  assert_no_error(error);
  clinic_session_login(dir, "root", HOUSE_PASSWORD, &admin, &error);
  assert_no_error(error);
  clinic_user_add(admin, "ines", "Dr Inès Moreau", CLINIC_ROLE_CLINICIAN, HOUSE_PASSWORD, TRUE, &id,
                  &error);
  assert_no_error(error);
  return base;
}

static inline void
house_copy(const char *from, const char *to)
{
  g_autoptr(GDir) listing = g_dir_open(from, 0, NULL);
  const char *name;
  assert_int_equal(g_mkdir(to, 0700), 0);
  while ((name = g_dir_read_name(listing)) != NULL) {
    g_autofree char *source = g_build_filename(from, name, NULL);
    g_autofree char *target = g_build_filename(to, name, NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (g_file_test(source, G_FILE_TEST_IS_DIR)) {
      house_copy(source, target);
      continue;
    }
    assert_true(g_file_get_contents(source, &bytes, &length, NULL));
    assert_true(g_file_set_contents_full(target, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                         0600, NULL));
  }
}

static char *house_model_base; /* by the group's setup */

static inline int
house_setup(void **state)
{
  (void)state;
  house_model_base = house_model();
  return 0;
}

static inline int
house_teardown(void **state)
{
  (void)state;
  house_sweep(house_model_base);
  g_free(house_model_base);
  return 0;
}

static inline House *
house_open(const char *settings)
{
  House *house = g_new0(House, 1);
  g_autoptr(GError) error = NULL;
  g_autofree char *base = g_dir_make_tmp("guichet-worker-XXXXXX", NULL);
  g_autofree char *model = g_build_filename(house_model_base, "clinic", NULL);
  house->dir = g_build_filename(base, "clinic", NULL);
  house_copy(model, house->dir);
  house_settings(house->dir, settings);
  clinic_session_login(house->dir, "ines", HOUSE_PASSWORD, &house->ines, &error);
  assert_no_error(error);
  clinic_session_host(house->dir, &house->worker, &error);
  assert_no_error(error);
  store_handle_open(house->dir, &house->store, &error);
  assert_no_error(error);
  store_handle_unlock_host(house->store, &error);
  assert_no_error(error);
  return house;
}

static inline void
house_close(House *house)
{
  g_autofree char *base = g_path_get_dirname(house->dir);
  base_clock_thaw();
  clinic_session_close(house->ines);
  clinic_session_close(house->worker);
  store_handle_close(house->store);
  house_sweep(base);
  g_free(house->dir);
  g_free(house);
}

/* A visit as one line of JSON; `consent` is its value, NULL for none. */
static inline char *
house_visit(const char *id, const char *consent)
{
  return g_strdup_printf(
      "{\"id\":\"%s\",\"patient\":{\"family\":\"" HOUSE_CANARY "\",\"given\":\"%s\",\"birth\":"
      "\"1968-04-30\",\"sex\":\"female\",\"record\":\"R-%s\"},\"clinician\":\"ines\",%s%s%s"
      "\"dialogue\":["
      "{\"speaker\":\"doctor\",\"text\":\"What brings you in today?\"},"
      "{\"speaker\":\"patient\",\"text\":\"I have had a sore throat and a cough for three days.\"},"
      "{\"speaker\":\"doctor\",\"text\":\"Any fever?\"},"
      "{\"speaker\":\"patient\",\"text\":\"No, no fever.\"},"
      "{\"speaker\":\"doctor\",\"text\":\"Take ibuprofen 400 mg three times a day with "
      "food.\"}]}\n",
      id, id, id, consent != NULL ? "\"consent\":" : "", consent != NULL ? consent : "",
      consent != NULL ? "," : "");
}

#define HOUSE_CONSENT                                                                              \
  "{\"by\":\"patient\",\"how\":\"spoken\",\"words\":\"Yes, that is fine.\",\"all_party\":true,"    \
  "\"given\":true}"

/* Drops a file into the inbox, old enough to have settled. */
static inline void
house_drop(const House *house, const char *name, const char *text)
{
  g_autofree char *inbox = house_path(house, "inbox");
  g_autofree char *path = g_build_filename(inbox, name, NULL);
  struct timespec times[2] = {{1700000000, 0}, {1700000000, 0}};
  g_mkdir_with_parents(inbox, 0700);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static inline void
house_drop_visits(const House *house, guint n)
{
  GString *all = g_string_new(NULL);
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf("v%u", i);
    g_autofree char *line = house_visit(id, HOUSE_CONSENT);
    g_string_append(all, line);
  }
  house_drop(house, "visits.jsonl", all->str);
  g_string_free(all, TRUE);
}

static inline guint
house_once(const House *house)
{
  g_autoptr(GError) error = NULL;
  guint done = 0;
  worker_run_once(house->worker, NULL, NULL, NULL, &done, &error);
  assert_no_error(error);
  return done;
}

/* Files of a folder of the clinic, but not those that begin with a dot. */
static inline guint
house_count(const House *house, const char *folder)
{
  g_autofree char *path = house_path(house, folder);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  guint n = 0;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    n += *name != '.';
  return n;
}

static inline gint64
house_in_state(const House *house, ClinicState state)
{
  gint64 counts[CLINIC_STATE_N];
  g_autoptr(GError) error = NULL;
  clinic_queue_counts(house->worker, counts, &error);
  assert_no_error(error);
  return counts[state];
}

/* The ids in a state; GArray of gint64. */
static inline GArray *
house_ids(const House *house, const char *limit)
{
  GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicLimit) parsed = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  clinic_limit_parse(house->worker, limit, &parsed, &error);
  assert_no_error(error);
  const ClinicQuery query = {parsed, CLINIC_SORT_AGE, FALSE};
  clinic_queue_page(house->worker, &query, NULL, FALSE, 5000, &rows, NULL, &error);
  assert_no_error(error);
  for (guint i = 0; i < rows->len; i++)
    g_array_append_val(ids, ((ClinicItem *)g_ptr_array_index(rows, i))->id);
  return ids;
}

static inline gint64
house_only(const House *house, const char *limit)
{
  g_autoptr(GArray) ids = house_ids(house, limit);
  assert_int_equal(ids->len, 1);
  return g_array_index(ids, gint64, 0);
}

static inline ClinicItem *
house_item(const House *house, gint64 id)
{
  g_autoptr(GError) error = NULL;
  ClinicItem *item = NULL;
  clinic_item_load(house->worker, id, &item, &error);
  assert_no_error(error);
  return item;
}

static inline void
house_sign(const House *house, gint64 id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicReview) review = NULL;
  g_autoptr(ClinicProof) proof = clinic_proof_of_login(house->ines);
  clinic_review_open(house->ines, id, TRUE, &review, &error);
  assert_no_error(error);
  clinic_review_sign(house->ines, review, proof, &error);
  assert_no_error(error);
}

/* Charts are read from a server that is not there: what was read of it is told by house_chart(). */
#define HOUSE_CHART                                                                                \
  "[destination ehr]\nchannel = fhir\nurl = http://127.0.0.1:1/fhir\nfhir_chart = true\n"

static inline void
house_chart(const House *house, gint64 patient, const char *allergy)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicChartAsk) ask = NULL;
  char empty[] = "", reaction[] = "hives";
  const ClinicChartFact fact = {(char *)(gintptr)allergy, empty, empty, reaction, empty};
  gboolean changed = FALSE;
  clinic_chart_ask(house->worker, patient, &ask, &error);
  assert_no_error(error);
  clinic_chart_clear(ask->chart);
  clinic_chart_take_link(ask->chart, CLINIC_CHART_BY_PERSON, "Patient/12");
  assert_true(clinic_chart_add(ask->chart, CLINIC_CHART_ALLERGIES, &fact));
  clinic_chart_settle(house->worker, ask->chart, &changed, &error);
  assert_no_error(error);
  assert_true(changed);
}

/* The payload that was signed, and the name it is sent by. */
static inline GBytes *
house_payload(const House *house, gint64 id, char **ret_name)
{
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  g_autoptr(GError) error = NULL;
  GBytes *bytes = NULL;
  store_item_load(house->store, id, &item, &error);
  assert_no_error(error);
  store_outbox_of(house->store, item, &row, &error);
  assert_no_error(error);
  store_outbox_payload(house->store, item, row, &bytes, &error);
  assert_no_error(error);
  *ret_name = g_strdup(row->name);
  return bytes;
}

static inline void
house_assert_delivered(const House *house, gint64 id)
{
  g_autofree char *name = NULL, *there = NULL;
  g_autoptr(GBytes) bytes = house_payload(house, id, &name);
  g_autofree char *ehr = house_path(house, "ehr");
  g_autofree char *path = g_build_filename(ehr, name, NULL);
  g_autoptr(ClinicItem) item = house_item(house, id);
  gsize length = 0, wanted = 0;
  const void *data = g_bytes_get_data(bytes, &wanted);
  assert_int_equal(item->state, CLINIC_STATE_DELIVERED);
  assert_true(g_file_get_contents(path, &there, &length, NULL));
  assert_int_equal(length, wanted);
  assert_memory_equal(there, data, wanted);
}

#endif
