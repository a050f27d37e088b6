#include "guichet/store/calendar.h"

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/row.h"

#define CALENDAR_TAG "calendar.name"

/* The strings of a StoreCalendar, and their names in its sealed body. */
static const struct {
  const char *name;
  gsize offset;
} FIELDS[] = {
    {"name", G_STRUCT_OFFSET(StoreCalendar, name)},
    {"location", G_STRUCT_OFFSET(StoreCalendar, location)},
    {"place", G_STRUCT_OFFSET(StoreCalendar, place)},
    {"zone", G_STRUCT_OFFSET(StoreCalendar, zone)},
    {"etag", G_STRUCT_OFFSET(StoreCalendar, etag)},
    {"token", G_STRUCT_OFFSET(StoreCalendar, token)},
    {"trouble", G_STRUCT_OFFSET(StoreCalendar, trouble)},
};

/* The same for numbers: absent is 0. */
static const struct {
  const char *name;
  gsize offset;
} NUMBERS[] = {
    {"failures", G_STRUCT_OFFSET(StoreCalendar, failures)},
    {"since", G_STRUCT_OFFSET(StoreCalendar, since)},
    {"rest_until", G_STRUCT_OFFSET(StoreCalendar, rest_until)},
    {"lacking", G_STRUCT_OFFSET(StoreCalendar, lacking)},
};

void
store_calendar_free(StoreCalendar *calendar)
{
  if (calendar == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    g_free(G_STRUCT_MEMBER(char *, calendar, FIELDS[i].offset));
  g_free(calendar);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "calendar", .column = "body", .id = id, .version = version};
}

static GBytes *
body_seal(StoreHandle *store, const StoreCalendar *calendar, gint64 version)
{
  VaultPlace place = body_place(calendar->id, version);
  json_t *body = json_pack("{s:i}", "kind", (int)calendar->kind);
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++) {
    const char *value = *(char *const *)((const char *)calendar + FIELDS[i].offset);
    if (value != NULL && *value != '\0')
      json_object_set_new(body, FIELDS[i].name, json_string(value));
  }
  for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++) {
    gint64 value = *(const gint64 *)((const char *)calendar + NUMBERS[i].offset);
    if (value != 0)
      json_object_set_new(body, NUMBERS[i].name, json_integer(value));
  }
  return store_box_json(store_handle_clinic_key(store), &place, body);
}

gboolean
store_calendar_add(StoreHandle *store, const StoreCalendar *calendar, GError **error)
{
  VaultTag tag;
  g_autoptr(GBytes) body = body_seal(store, calendar, 1);
  store_handle_tag(store, CALENDAR_TAG, calendar->name, &tag);
  return db_conn_run(store_handle_data(store), DB_STMT_CALENDAR_ADD,
                     STORE_ROW(db_value_int(calendar->id), db_value_int(1), db_value_tag(tag.bytes),
                               db_value_int(calendar->clinician), db_value_int(calendar->horizon),
                               db_value_sealed(body)),
                     NULL, error);
}

gboolean
store_calendar_change(StoreHandle *store, StoreCalendar *calendar, GError **error)
{
  gint64 next = calendar->version + 1;
  g_autoptr(GBytes) body = body_seal(store, calendar, next);
  if (!store_row_one(store_handle_data(store), DB_STMT_CALENDAR_CHANGE,
                     STORE_ROW(db_value_int(next), db_value_int(calendar->clinician),
                               db_value_int(calendar->horizon), db_value_sealed(body),
                               db_value_int(calendar->id), db_value_int(calendar->version)),
                     "the calendar", error))
    return FALSE;
  calendar->version = next;
  return TRUE;
}

static gboolean
row_read(StoreHandle *store, const DbRows *rows, StoreCalendar **ret, GError **error)
{
  gint64 id = db_rows_int(rows, 0), version = db_rows_int(rows, 1);
  VaultPlace place = body_place(id, version);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 4);
  json_t *body = NULL;
  if (!store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  StoreCalendar *calendar = g_new0(StoreCalendar, 1);
  calendar->id = id;
  calendar->version = version;
  calendar->clinician = db_rows_int(rows, 2);
  calendar->horizon = db_rows_int(rows, 3);
  calendar->kind = (StoreCalendarKind)json_integer_value(json_object_get(body, "kind"));
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    G_STRUCT_MEMBER(char *, calendar, FIELDS[i].offset) =
        g_strdup(store_box_word(body, FIELDS[i].name));
  for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++)
    G_STRUCT_MEMBER(gint64, calendar, NUMBERS[i].offset) =
        json_integer_value(json_object_get(body, NUMBERS[i].name));
  json_decref(body);
  *ret = calendar;
  return TRUE;
}

static gboolean
row_get(StoreHandle *store, DbStmt stmt, DbValue by, StoreCalendar **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store_handle_data(store), stmt, &by, 1, &rows, error))
    return FALSE;
  if (rows != NULL)
    return row_read(store, rows, ret, error);
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_NO_INPUT, "there is no such calendar");
  return FALSE;
}

gboolean
store_calendar_load(StoreHandle *store, gint64 id, StoreCalendar **ret, GError **error)
{
  return row_get(store, DB_STMT_CALENDAR_GET, db_value_int(id), ret, error);
}

gboolean
store_calendar_named(StoreHandle *store, const char *name, StoreCalendar **ret, GError **error)
{
  VaultTag tag;
  store_handle_tag(store, CALENDAR_TAG, name, &tag);
  return row_get(store, DB_STMT_CALENDAR_NAMED, db_value_tag(tag.bytes), ret, error);
}

static void
row_unref(gpointer data)
{
  store_calendar_free(data);
}

gboolean
store_calendar_list(StoreHandle *store, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(row_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), DB_STMT_CALENDAR_LIST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreCalendar *row = NULL;
    if (!row_read(store, rows, &row, error))
      return FALSE;
    g_ptr_array_add(all, row);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}
