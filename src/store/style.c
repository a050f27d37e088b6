#include "guichet/store/style.h"

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/row.h"

void
store_style_free(StoreStyle *style)
{
  if (style == NULL)
    return;
  g_free(style->section);
  g_free(style->phrase);
  g_free(style);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "style", .column = "body", .id = id, .version = version};
}

/* Whose it is stands inside as well, so that no row can be given to somebody else. */
static GBytes *
body_seal(StoreHandle *store, const StoreStyle *s, gint64 version)
{
  VaultPlace place = body_place(s->id, version);
  json_t *body =
      json_pack("{s:I, s:s, s:s, s:I, s:b}", "clinician", (json_int_t)s->clinician, "section",
                s->section, "phrase", s->phrase, "at", (json_int_t)s->at, "edited", s->edited);
  return store_box_json(store_handle_clinic_key(store), &place, body);
}

gboolean
store_style_add(StoreHandle *store, const StoreStyle *style, GError **error)
{
  g_autoptr(GBytes) body = body_seal(store, style, 1);
  return db_conn_run(store_handle_data(store), DB_STMT_STYLE_ADD,
                     STORE_ROW(db_value_int(style->id), db_value_int(1),
                               db_value_int(style->clinician), db_value_sealed(body)),
                     NULL, error);
}

gboolean
store_style_change(StoreHandle *store, StoreStyle *style, GError **error)
{
  g_autoptr(GBytes) body = body_seal(store, style, style->version + 1);
  if (!store_row_one(store_handle_data(store), DB_STMT_STYLE_CHANGE,
                     STORE_ROW(db_value_int(style->version + 1), db_value_sealed(body),
                               db_value_int(style->id), db_value_int(style->version),
                               db_value_int(style->clinician)),
                     "the phrase", error))
    return FALSE;
  style->version++;
  return TRUE;
}

gboolean
store_style_drop(StoreHandle *store, gint64 id, gint64 clinician, GError **error)
{
  return store_row_one(store_handle_data(store), DB_STMT_STYLE_DROP,
                       STORE_ROW(db_value_int(id), db_value_int(clinician)), "the phrase", error);
}

static gboolean
style_read(StoreHandle *store, const DbRows *rows, gint64 clinician, StoreStyle **ret,
           GError **error)
{
  gint64 id = db_rows_int(rows, 0), version = db_rows_int(rows, 1);
  VaultPlace place = body_place(id, version);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 2);
  json_t *body = NULL;
  if (!store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  gboolean own = json_integer_value(json_object_get(body, "clinician")) == clinician;
  if (own) {
    StoreStyle *style = g_new0(StoreStyle, 1);
    *style = (StoreStyle){.id = id, .version = version, .clinician = clinician};
    style->section = g_strdup(store_box_word(body, "section"));
    style->phrase = g_strdup(store_box_word(body, "phrase"));
    style->at = json_integer_value(json_object_get(body, "at"));
    style->edited = json_is_true(json_object_get(body, "edited"));
    *ret = style;
  } else {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                        "a phrase was moved from one clinician to another");
  }
  json_decref(body);
  return own;
}

static void
style_unref(gpointer data)
{
  store_style_free(data);
}

gboolean
store_style_list(StoreHandle *store, gint64 clinician, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(style_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), DB_STMT_STYLE_LIST,
                     STORE_ROW(db_value_int(clinician)), &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreStyle *style = NULL;
    if (!style_read(store, rows, clinician, &style, error))
      return FALSE;
    g_ptr_array_add(all, style);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}
