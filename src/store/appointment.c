#include "guichet/store/appointment.h"

#include <string.h>

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/row.h"

/* What stands in the sealed body. */
static const struct {
  const char *name;
  gsize offset;
} WORDS[] = {
    {"uid", G_STRUCT_OFFSET(StoreAppointment, uid)},
    {"summary", G_STRUCT_OFFSET(StoreAppointment, summary)},
    {"location", G_STRUCT_OFFSET(StoreAppointment, location)},
    {"zone", G_STRUCT_OFFSET(StoreAppointment, zone)},
    {"patient-id", G_STRUCT_OFFSET(StoreAppointment, patient_id)},
};
static const struct {
  const char *name;
  gsize offset; /* of an int; a gboolean is one */
} NUMBERS[] = {
    {"start-offset", G_STRUCT_OFFSET(StoreAppointment, start_offset)},
    {"end-offset", G_STRUCT_OFFSET(StoreAppointment, end_offset)},
    {"occurrence-offset", G_STRUCT_OFFSET(StoreAppointment, occurrence_offset)},
    {"sequence", G_STRUCT_OFFSET(StoreAppointment, sequence)},
    {"all-day", G_STRUCT_OFFSET(StoreAppointment, all_day)},
    {"floating", G_STRUCT_OFFSET(StoreAppointment, floating)},
    {"tentative", G_STRUCT_OFFSET(StoreAppointment, tentative)},
    {"occurrence-date", G_STRUCT_OFFSET(StoreAppointment, occurrence_date)},
};

void
store_appointment_free(StoreAppointment *a)
{
  if (a == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
    g_free(G_STRUCT_MEMBER(char *, a, WORDS[i].offset));
  g_strfreev(a->categories);
  g_free(a);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "appointment", .column = "body", .id = id, .version = version};
}

static gboolean
key_of(StoreHandle *store, gint64 patient, const VaultKey **ret, GError **error)
{
  if (patient != 0)
    return store_handle_patient_key(store, patient, ret, error);
  *ret = store_handle_clinic_key(store);
  return TRUE;
}

/* Zeros and empty words are left out. */
static json_t *
body_write(const StoreAppointment *a)
{
  json_t *body = json_object();
  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++) {
    const char *word = *(char *const *)((const char *)a + WORDS[i].offset);
    if (word != NULL && *word != '\0')
      json_object_set_new(body, WORDS[i].name, json_string(word));
  }
  for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++) {
    int number = *(const int *)(const void *)((const char *)a + NUMBERS[i].offset);
    if (number != 0)
      json_object_set_new(body, NUMBERS[i].name, json_integer(number));
  }
  if (a->categories != NULL && *a->categories != NULL) {
    json_t *list = json_array();
    for (char **word = a->categories; *word != NULL; word++)
      json_array_append_new(list, json_string(*word));
    json_object_set_new(body, "categories", list);
  }
  return body;
}

static GBytes *
body_seal(StoreHandle *store, const StoreAppointment *a, gint64 version, GError **error)
{
  const VaultKey *key = NULL;
  VaultPlace place = body_place(a->id, version);
  if (!key_of(store, a->patient, &key, error))
    return NULL;
  return store_box_json(key, &place, body_write(a));
}

gboolean
store_appointment_add(StoreHandle *store, const StoreAppointment *a, GError **error)
{
  g_autoptr(GBytes) body = body_seal(store, a, 1, error);
  return body != NULL &&
         db_conn_run(store_handle_data(store), DB_STMT_APPOINTMENT_ADD,
                     STORE_ROW(db_value_int(a->id), db_value_int(1), db_value_int(a->calendar),
                               db_value_tag(a->series.bytes), db_value_int(a->occurrence),
                               db_value_int(a->patient), db_value_int(a->clinician),
                               db_value_int(a->start), db_value_int(a->end), db_value_int(a->state),
                               db_value_int(a->desk), db_value_int(a->known),
                               db_value_int(a->arrived), db_value_int(a->checked_in),
                               db_value_int(a->ended), db_value_sealed(body)),
                     NULL, error);
}

gboolean
store_appointment_change(StoreHandle *store, StoreAppointment *a, GError **error)
{
  gint64 next = a->version + 1;
  g_autoptr(GBytes) body = body_seal(store, a, next, error);
  if (body == NULL ||
      !store_row_one(
          store_handle_data(store), DB_STMT_APPOINTMENT_CHANGE,
          STORE_ROW(db_value_int(next), db_value_int(a->patient), db_value_int(a->clinician),
                    db_value_int(a->start), db_value_int(a->end), db_value_int(a->state),
                    db_value_int(a->desk), db_value_int(a->known), db_value_int(a->arrived),
                    db_value_int(a->checked_in), db_value_int(a->ended), db_value_sealed(body),
                    db_value_int(a->id), db_value_int(a->version)),
          "the appointment", error))
    return FALSE;
  a->version = next;
  return TRUE;
}

/* Reading. */

static StoreAppointment *
row_read(const DbRows *rows)
{
  const StoreAppointment made = {
      .id = db_rows_int(rows, 0),
      .version = db_rows_int(rows, 1),
      .calendar = db_rows_int(rows, 2),
      .occurrence = db_rows_int(rows, 4),
      .patient = db_rows_int(rows, 5),
      .clinician = db_rows_int(rows, 6),
      .start = db_rows_int(rows, 7),
      .end = db_rows_int(rows, 8),
      .state = (StoreAppointmentState)db_rows_int(rows, 9),
      .desk = db_rows_int(rows, 10) != 0,
      .known = db_rows_int(rows, 11),
      .arrived = db_rows_int(rows, 12),
      .checked_in = db_rows_int(rows, 13),
      .ended = db_rows_int(rows, 14),
  };
  StoreAppointment *a = g_memdup2(&made, sizeof made);
  g_autoptr(GBytes) tag = db_rows_bytes(rows, 3);
  if (tag != NULL && g_bytes_get_size(tag) == VAULT_TAG_BYTES)
    memcpy(a->series.bytes, g_bytes_get_data(tag, NULL), VAULT_TAG_BYTES);
  return a;
}

static char **
categories_read(const json_t *list)
{
  g_autoptr(GStrvBuilder) words = g_strv_builder_new();
  for (gsize i = 0; i < json_array_size(list); i++) {
    const char *word = json_string_value(json_array_get(list, i));
    if (word != NULL)
      g_strv_builder_add(words, word);
  }
  return g_strv_builder_end(words);
}

/* `body` may be NULL. */
static void
body_read(const json_t *body, StoreAppointment *a)
{
  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
    G_STRUCT_MEMBER(char *, a, WORDS[i].offset) = g_strdup(store_box_word(body, WORDS[i].name));
  for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++)
    G_STRUCT_MEMBER(int, a, NUMBERS[i].offset) =
        (int)json_integer_value(json_object_get(body, NUMBERS[i].name));
  a->categories = categories_read(json_object_get(body, "categories"));
}

static gboolean
body_open(StoreHandle *store, const DbRows *rows, StoreAppointment *a, GError **error)
{
  const VaultKey *key = NULL;
  GError *failed = NULL;
  json_t *body = NULL;
  VaultPlace place = body_place(a->id, a->version);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 15);
  if (!key_of(store, a->patient, &key, &failed)) {
    a->shredded = g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT);
    if (!a->shredded) {
      g_propagate_error(error, failed);
      return FALSE;
    }
    g_error_free(failed);
  } else if (!store_box_open_json(key, &place, sealed, &body, error)) {
    return FALSE;
  }
  body_read(body, a);
  json_decref(body);
  return TRUE;
}

static void
row_unref(gpointer data)
{
  store_appointment_free(data);
}

static gboolean
list_read(StoreHandle *store, DbStmt stmt, const DbValue *values, guint n, GPtrArray **ret,
          GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(row_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), stmt, values, n, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreAppointment *a = row_read(rows);
    g_ptr_array_add(all, a);
    if (!body_open(store, rows, a, error))
      return FALSE;
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}

gboolean
store_appointment_load(StoreHandle *store, gint64 id, StoreAppointment **ret, GError **error)
{
  g_autoptr(GPtrArray) found = NULL;
  if (!list_read(store, DB_STMT_APPOINTMENT_GET, STORE_ROW(db_value_int(id)), &found, error))
    return FALSE;
  if (found->len == 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, "there is no appointment %" G_GINT64_FORMAT,
                id);
    return FALSE;
  }
  *ret = g_ptr_array_steal_index(found, 0);
  return TRUE;
}

gboolean
store_appointment_at(StoreHandle *store, gint64 calendar, const VaultTag *series, gint64 occurrence,
                     StoreAppointment **ret, GError **error)
{
  g_autoptr(GPtrArray) found = NULL;
  if (!list_read(
          store, DB_STMT_APPOINTMENT_AT,
          STORE_ROW(db_value_int(calendar), db_value_tag(series->bytes), db_value_int(occurrence)),
          &found, error))
    return FALSE;
  *ret = found->len > 0 ? g_ptr_array_steal_index(found, 0) : NULL;
  return TRUE;
}

gboolean
store_appointment_of(StoreHandle *store, gint64 calendar, const VaultTag *series, guint most,
                     GPtrArray **ret, GError **error)
{
  return list_read(
      store, DB_STMT_APPOINTMENT_OF,
      STORE_ROW(db_value_int(calendar), db_value_tag(series->bytes), db_value_int(most)), ret,
      error);
}

gboolean
store_appointment_page(StoreHandle *store, StoreAppointmentPart part, gint64 value, gint64 from,
                       gint64 after, gint64 to, guint most, GPtrArray **ret, GError **error)
{
  static const DbStmt pages[STORE_APPOINTMENT_PART_N] = {
      [STORE_APPOINTMENT_ALL] = DB_STMT_APPOINTMENT_PAGE,
      [STORE_APPOINTMENT_BY_CLINICIAN] = DB_STMT_APPOINTMENT_PAGE_CLINICIAN,
      [STORE_APPOINTMENT_BY_PATIENT] = DB_STMT_APPOINTMENT_PAGE_PATIENT,
      [STORE_APPOINTMENT_BY_CALENDAR] = DB_STMT_APPOINTMENT_PAGE_CALENDAR,
  };
  const DbValue values[] = {db_value_int(value), db_value_int(from), db_value_int(after),
                            db_value_int(to), db_value_int(most)};
  guint skip = part == STORE_APPOINTMENT_ALL ? 1 : 0;
  return list_read(store, pages[part], values + skip, (guint)G_N_ELEMENTS(values) - skip, ret,
                   error);
}
