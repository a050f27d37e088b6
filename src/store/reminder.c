#include "guichet/store/reminder.h"

#include <string.h>

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

#define REMINDER_UID "reminder.uid"
#define REMINDER_KIND "reminder.kind"
#define REMINDER_CHANNEL "reminder.channel"
#define REMINDER_CODE "reminder.code"
#define REMINDER_MARK "reminder.mark"
#define REMINDER_INVITE "reminder.invite"
#define REMINDER_MODE "reminder.mode"
#define REMINDER_MOST 100000u /* rows of one answer */

/* The strings of a StoreReminder, and their names in its sealed body. */
static const struct {
  const char *name;
  gsize offset;
} FIELDS[] = {
    {"uid", G_STRUCT_OFFSET(StoreReminder, uid)},
    {"kind", G_STRUCT_OFFSET(StoreReminder, kind)},
    {"channel", G_STRUCT_OFFSET(StoreReminder, channel)},
    {"address", G_STRUCT_OFFSET(StoreReminder, address)},
    {"template", G_STRUCT_OFFSET(StoreReminder, template)},
    {"code", G_STRUCT_OFFSET(StoreReminder, code)},
};

static const char *
field_of(const StoreReminder *row, guint i)
{
  return *(char *const *)((const char *)row + FIELDS[i].offset);
}

void
store_reminder_free(StoreReminder *row)
{
  if (row == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    g_free(G_STRUCT_MEMBER(char *, row, FIELDS[i].offset));
  g_free(row);
}

static void
row_unref(gpointer data)
{
  store_reminder_free(data);
}

static VaultPlace
place_of(gint64 id)
{
  return (VaultPlace){.table = "reminder", .column = "body", .id = id, .version = 1};
}

/* --- names */

static void
event_tag(StoreHandle *store, const char *field, const char *uid, gint64 recurrence,
          const char *kind, gint64 patient, VaultTag *ret)
{
  g_autofree char *text = g_strdup_printf("%s\x1f%" G_GINT64_FORMAT "\x1f%s\x1f%" G_GINT64_FORMAT,
                                          uid, recurrence, kind, patient);
  store_handle_tag(store, field, text, ret);
}

gint64
store_reminder_mark(StoreHandle *store, const char *uid, gint64 recurrence, const char *kind,
                    gint64 patient)
{
  VaultTag tag;
  guint64 mark = 0;
  event_tag(store, REMINDER_MARK, uid, recurrence, kind, patient, &tag);
  memcpy(&mark, tag.bytes, sizeof mark);
  mark &= G_MAXINT64;
  return mark == 0 ? 1 : (gint64)mark;
}

char *
store_reminder_invite(StoreHandle *store, const char *uid, gint64 recurrence, gint64 patient)
{
  VaultTag tag;
  GString *hex = g_string_new(NULL);
  event_tag(store, REMINDER_INVITE, uid, recurrence, "", patient, &tag);
  for (guint i = 0; i < VAULT_TAG_BYTES; i++)
    g_string_append_printf(hex, "%02x", tag.bytes[i]);
  return g_string_free(hex, FALSE);
}

/* --- writing */

static GBytes *
body_seal(const VaultKey *key, const StoreReminder *row)
{
  VaultPlace place = place_of(row->id);
  json_t *body = json_object();
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++) {
    const char *value = field_of(row, i);
    if (value != NULL)
      json_object_set_new(body, FIELDS[i].name, json_string(value));
  }
  json_object_set_new(body, "appointment", json_integer(row->appointment));
  json_object_set_new(body, "calendar", json_integer(row->calendar));
  return store_box_json(key, &place, body);
}

gboolean
store_reminder_add(StoreHandle *store, const StoreReminder *row, GError **error)
{
  const VaultKey *key = NULL;
  VaultTag uid, kind, channel, code;
  if (!store_handle_patient_key(store, row->patient, &key, error))
    return FALSE;
  g_autoptr(GBytes) body = body_seal(key, row);
  gint64 mark = store_reminder_mark(store, row->uid, row->recurrence, row->kind, row->patient);
  store_handle_tag(store, REMINDER_UID, row->uid, &uid);
  store_handle_tag(store, REMINDER_KIND, row->kind, &kind);
  store_handle_tag(store, REMINDER_CHANNEL, row->channel, &channel);
  if (row->code != NULL)
    store_handle_tag(store, REMINDER_CODE, row->code, &code);
  return db_conn_run(store->data, DB_STMT_REMINDER_ADD,
                     STORE_ROW(db_value_int(row->id), db_value_int(mark), db_value_tag(uid.bytes),
                               db_value_int(row->recurrence), db_value_tag(kind.bytes),
                               db_value_tag(channel.bytes), db_value_int(row->patient),
                               db_value_int(row->item), db_value_int(row->due),
                               db_value_int(row->starts), db_value_int(row->sequence),
                               row->code != NULL ? db_value_tag(code.bytes) : db_value_null(),
                               db_value_sealed(body)),
                     NULL, error);
}

gboolean
store_reminder_drop(StoreHandle *store, gint64 item, GError **error)
{
  return db_conn_run(store->data, DB_STMT_REMINDER_DROP, STORE_ROW(db_value_int(item)), NULL,
                     error);
}

gboolean
store_reminder_answer(StoreHandle *store, gint64 item, gint64 answer, gint64 at, GError **error)
{
  return db_conn_run(store->data, DB_STMT_REMINDER_ANSWER,
                     STORE_ROW(db_value_int(answer), db_value_int(at), db_value_int(item)), NULL,
                     error);
}

gboolean
store_reminder_move(StoreHandle *store, gint64 item, gint64 due, GError **error)
{
  return db_conn_run(store->data, DB_STMT_REMINDER_MOVE,
                     STORE_ROW(db_value_int(due), db_value_int(item)), NULL, error);
}

/* --- reading */

/* A patient whose key was destroyed has no reminders any more: TRUE with *ret NULL. */
static gboolean
row_read(StoreHandle *store, const DbRows *rows, StoreReminder **ret, GError **error)
{
  const VaultKey *key = NULL;
  GError *failed = NULL;
  json_t *body = NULL;
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 10);
  VaultPlace place = place_of(db_rows_int(rows, 0));
  *ret = NULL;
  if (!store_handle_patient_key(store, db_rows_int(rows, 3), &key, &failed)) {
    if (g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
      g_error_free(failed);
      return TRUE;
    }
    g_propagate_error(error, failed);
    return FALSE;
  }
  if (!store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  const StoreReminder made = {.id = db_rows_int(rows, 0),
                              .mark = db_rows_int(rows, 1),
                              .recurrence = db_rows_int(rows, 2),
                              .patient = db_rows_int(rows, 3),
                              .item = db_rows_int(rows, 4),
                              .due = db_rows_int(rows, 5),
                              .starts = db_rows_int(rows, 6),
                              .sequence = db_rows_int(rows, 7),
                              .appointment =
                                  json_integer_value(json_object_get(body, "appointment")),
                              .calendar = json_integer_value(json_object_get(body, "calendar")),
                              .answer = db_rows_int(rows, 8),
                              .answered = db_rows_int(rows, 9),
                              .state = db_rows_int(rows, 11),
                              .since = db_rows_int(rows, 12)};
  StoreReminder *row = g_memdup2(&made, sizeof made);
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++) {
    const char *value = json_string_value(json_object_get(body, FIELDS[i].name));
    G_STRUCT_MEMBER(char *, row, FIELDS[i].offset) = g_strdup(value);
  }
  json_decref(body);
  *ret = row;
  return TRUE;
}

static gboolean
rows_read(StoreHandle *store, DbStmt stmt, const DbValue *values, guint n, GPtrArray **ret,
          GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(row_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store->data, stmt, values, n, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreReminder *row = NULL;
    if (!row_read(store, rows, &row, error))
      return FALSE;
    if (row != NULL)
      g_ptr_array_add(all, row);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}

gboolean
store_reminder_of(StoreHandle *store, gint64 item, GPtrArray **ret, GError **error)
{
  return rows_read(store, DB_STMT_REMINDER_OF, STORE_ROW(db_value_int(item)), ret, error);
}

gboolean
store_reminder_of_event(StoreHandle *store, const char *uid, gint64 recurrence, GPtrArray **ret,
                        GError **error)
{
  VaultTag tag;
  store_handle_tag(store, REMINDER_UID, uid, &tag);
  return rows_read(store, DB_STMT_REMINDER_OF_EVENT,
                   STORE_ROW(db_value_tag(tag.bytes), db_value_int(recurrence)), ret, error);
}

gboolean
store_reminder_marked(StoreHandle *store, gint64 mark, GPtrArray **ret, GError **error)
{
  return rows_read(store, DB_STMT_REMINDER_MARKED, STORE_ROW(db_value_int(mark)), ret, error);
}

gboolean
store_reminder_due(StoreHandle *store, gint64 from, gint64 to, GPtrArray **ret, GError **error)
{
  return rows_read(store, DB_STMT_REMINDER_DUE,
                   STORE_ROW(db_value_int(from), db_value_int(to), db_value_int(REMINDER_MOST)),
                   ret, error);
}

gboolean
store_reminder_starting(StoreHandle *store, gint64 from, gint64 to, GPtrArray **ret, GError **error)
{
  return rows_read(store, DB_STMT_REMINDER_STARTING,
                   STORE_ROW(db_value_int(from), db_value_int(to), db_value_int(REMINDER_MOST)),
                   ret, error);
}

gboolean
store_reminder_sequence(StoreHandle *store, const char *uid, gint64 recurrence, gint64 patient,
                        gint64 *ret, GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, REMINDER_UID, uid, &tag);
  if (!store_row_first(
          store->data, DB_STMT_REMINDER_SEQUENCE,
          STORE_ROW(db_value_tag(tag.bytes), db_value_int(recurrence), db_value_int(patient)),
          &rows, error))
    return FALSE;
  *ret = rows == NULL || db_rows_is_null(rows, 0) ? -1 : db_rows_int(rows, 0);
  return TRUE;
}

gboolean
store_reminder_coded(StoreHandle *store, const char *code, gint64 *ret, GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, REMINDER_CODE, code, &tag);
  if (!store_row_first(store->data, DB_STMT_REMINDER_CODED, STORE_ROW(db_value_tag(tag.bytes)),
                       &rows, error))
    return FALSE;
  *ret = rows == NULL ? 0 : db_rows_int(rows, 0);
  return TRUE;
}

/* --- modes */

void
store_reminder_mode_free(StoreReminderMode *mode)
{
  if (mode == NULL)
    return;
  g_free(mode->template);
  g_free(mode->mode);
  g_free(mode);
}

static void
mode_unref(gpointer data)
{
  store_reminder_mode_free(data);
}

/* The tag names the row: its first eight bytes stand for an id. */
static VaultPlace
mode_place(const VaultTag *tag, gint64 version)
{
  gint64 id = 0;
  memcpy(&id, tag->bytes, sizeof id);
  return (VaultPlace){.table = "reminder_mode", .column = "body", .id = id, .version = version};
}

static gboolean
mode_read(StoreHandle *store, const DbRows *rows, StoreReminderMode **ret, GError **error)
{
  VaultTag tag;
  json_t *body = NULL;
  g_autoptr(GBytes) name = db_rows_bytes(rows, 0), sealed = db_rows_bytes(rows, 2);
  if (name == NULL || g_bytes_get_size(name) != VAULT_TAG_BYTES) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                        "a mode of reminders has no name that can be one");
    return FALSE;
  }
  memcpy(tag.bytes, g_bytes_get_data(name, NULL), VAULT_TAG_BYTES);
  VaultPlace place = mode_place(&tag, db_rows_int(rows, 1));
  if (!store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  const StoreReminderMode made = {.version = db_rows_int(rows, 1),
                                  .user = json_integer_value(json_object_get(body, "user")),
                                  .at = json_integer_value(json_object_get(body, "at")),
                                  .template = g_strdup(store_box_word(body, "template")),
                                  .mode = g_strdup(store_box_word(body, "mode"))};
  json_decref(body);
  *ret = g_memdup2(&made, sizeof made);
  return TRUE;
}

gboolean
store_reminder_mode_get(StoreHandle *store, const char *template, StoreReminderMode **ret,
                        GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, REMINDER_MODE, template, &tag);
  if (!store_row_first(store->data, DB_STMT_REMINDER_MODE_GET, STORE_ROW(db_value_tag(tag.bytes)),
                       &rows, error))
    return FALSE;
  if (rows != NULL)
    return mode_read(store, rows, ret, error);
  *ret = NULL;
  return TRUE;
}

gboolean
store_reminder_mode_put(StoreHandle *store, const StoreReminderMode *mode, GError **error)
{
  VaultTag tag;
  gint64 next = mode->version + 1;
  store_handle_tag(store, REMINDER_MODE, mode->template, &tag);
  VaultPlace place = mode_place(&tag, next);
  g_autoptr(GBytes) body =
      store_box_json(store_handle_clinic_key(store), &place,
                     json_pack("{s:s,s:s,s:I,s:I}", "template", mode->template, "mode", mode->mode,
                               "user", (json_int_t)mode->user, "at", (json_int_t)mode->at));
  if (mode->version == 0)
    return db_conn_run(store->data, DB_STMT_REMINDER_MODE_ADD,
                       STORE_ROW(db_value_tag(tag.bytes), db_value_sealed(body)), NULL, error);
  return store_row_one(store->data, DB_STMT_REMINDER_MODE_CHANGE,
                       STORE_ROW(db_value_int(next), db_value_sealed(body), db_value_tag(tag.bytes),
                                 db_value_int(mode->version)),
                       "the mode", error);
}

gboolean
store_reminder_mode_list(StoreHandle *store, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(mode_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store->data, DB_STMT_REMINDER_MODE_LIST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreReminderMode *mode = NULL;
    if (!mode_read(store, rows, &mode, error))
      return FALSE;
    g_ptr_array_add(all, mode);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}
