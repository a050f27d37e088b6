#include "guichet/store/certificate.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

#define CERTIFICATE_TAG "certificate.address"

void
store_certificate_free(StoreCertificate *certificate)
{
  if (certificate == NULL)
    return;
  g_free(certificate->address);
  g_free(certificate->subject);
  g_free(certificate->issuer);
  g_free(certificate->fingerprint);
  g_clear_pointer(&certificate->der, g_bytes_unref);
  g_free(certificate);
}

static VaultPlace
body_place(gint64 id)
{
  return (VaultPlace){.table = "certificate", .column = "body", .id = id, .version = 1};
}

static void
tag_of(StoreHandle *store, const char *address, VaultTag *ret)
{
  g_autofree char *lower = g_utf8_strdown(address, -1);
  store_handle_tag(store, CERTIFICATE_TAG, lower, ret);
}

gboolean
store_certificate_add(StoreHandle *store, const StoreCertificate *c, GError **error)
{
  VaultTag tag;
  VaultPlace place = body_place(c->id);
  gsize length = 0;
  const guchar *bytes = g_bytes_get_data(c->der, &length);
  g_autofree char *der = g_base64_encode(bytes, length);
  g_autofree char *address = g_utf8_strdown(c->address, -1);
  json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:s}", "address", address, "subject",
                           c->subject, "issuer", c->issuer, "fingerprint", c->fingerprint, "first",
                           (json_int_t)c->first, "last", (json_int_t)c->last, "user",
                           (json_int_t)c->user, "at", (json_int_t)c->at, "der", der);
  g_autoptr(GBytes) sealed = store_box_json(store_handle_clinic_key(store), &place, body);
  tag_of(store, c->address, &tag);
  return db_conn_run(
      store->data, DB_STMT_CERTIFICATE_ADD,
      STORE_ROW(db_value_int(c->id), db_value_tag(tag.bytes), db_value_sealed(sealed)), NULL,
      error);
}

gboolean
store_certificate_drop(StoreHandle *store, gint64 id, GError **error)
{
  return store_row_one(store->data, DB_STMT_CERTIFICATE_DROP, STORE_ROW(db_value_int(id)),
                       "the certificate", error);
}

static gboolean
row_read(StoreHandle *store, const DbRows *rows, StoreCertificate **ret, GError **error)
{
  gint64 id = db_rows_int(rows, 0);
  VaultPlace place = body_place(id);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 1);
  json_t *body = NULL;
  gsize length = 0;
  if (!store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  StoreCertificate *made = g_new0(StoreCertificate, 1);
  made->id = id;
  made->address = g_strdup(store_box_word(body, "address"));
  made->subject = g_strdup(store_box_word(body, "subject"));
  made->issuer = g_strdup(store_box_word(body, "issuer"));
  made->fingerprint = g_strdup(store_box_word(body, "fingerprint"));
  made->first = json_integer_value(json_object_get(body, "first"));
  made->last = json_integer_value(json_object_get(body, "last"));
  made->user = json_integer_value(json_object_get(body, "user"));
  made->at = json_integer_value(json_object_get(body, "at"));
  guchar *der = g_base64_decode(store_box_word(body, "der"), &length);
  made->der = g_bytes_new_take(der, length);
  json_decref(body);
  *ret = made;
  return TRUE;
}

gboolean
store_certificate_of(StoreHandle *store, const char *address, StoreCertificate **ret,
                     GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  tag_of(store, address, &tag);
  if (!store_row_first(store->data, DB_STMT_CERTIFICATE_OF, STORE_ROW(db_value_tag(tag.bytes)),
                       &rows, error))
    return FALSE;
  if (rows != NULL)
    return row_read(store, rows, ret, error);
  *ret = NULL;
  return TRUE;
}

static void
certificate_unref(gpointer data)
{
  store_certificate_free(data);
}

gboolean
store_certificate_list(StoreHandle *store, GPtrArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(certificate_unref);
  GError *failed = NULL;
  if (!db_conn_query(store->data, DB_STMT_CERTIFICATE_LIST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreCertificate *one = NULL;
    if (!row_read(store, rows, &one, error))
      return FALSE;
    g_ptr_array_add(all, one);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}
