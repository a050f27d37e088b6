#include "guichet/store/user.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/store/login.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

#define USER_TAG "user.name"

void
store_user_free(StoreUser *user)
{
  if (user == NULL)
    return;
  g_free(user->name);
  g_free(user->title);
  g_free(user->role);
  g_free(user);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "users", .column = "body", .id = id, .version = version};
}

static GBytes *
body_seal(StoreHandle *store, const StoreUser *user, gint64 version)
{
  VaultPlace place = body_place(user->id, version);
  json_t *body = json_pack("{s:s,s:s,s:s,s:b}", "name", user->name, "title", user->title, "role",
                           user->role, "disabled", user->disabled);
  return store_box_json(store->clinic, &place, body);
}

/* keys.db joins the open transaction. */
static gboolean
keys_join(StoreHandle *store, GError **error)
{
  return db_conn_in_transaction(store->keys) || db_conn_begin(store->keys, error);
}

gboolean
store_user_add(StoreHandle *store, const StoreUser *user, const VaultPasswordParams *params,
               const VaultKey *password_key, GError **error)
{
  VaultTag tag;
  guint8 hash[32];
  GError *failed = NULL;
  VaultPlace place = store_handle_key_place("key_user", user->id);
  g_autoptr(GBytes) wrapped = vault_key_wrap(password_key, store->root, &place);
  g_autoptr(GBytes) body = body_seal(store, user, 1);
  store_handle_tag(store, USER_TAG, user->name, &tag);
  store_login_hash(store->id, sizeof store->id, user->name, hash);
  if (keys_join(store, error) &&
      db_conn_run(store->keys, DB_STMT_KEY_USER_ADD,
                  STORE_ROW(db_value_int(user->id), db_value_hash(hash), db_value_tag(params->salt),
                            db_value_int(params->passes), db_value_int(params->memory),
                            db_value_sealed(wrapped)),
                  NULL, &failed) &&
      db_conn_run(store->data, DB_STMT_USER_ADD,
                  STORE_ROW(db_value_int(user->id), db_value_int(1), db_value_tag(tag.bytes),
                            db_value_sealed(body), db_value_int(0)),
                  NULL, &failed))
    return TRUE;
  if (g_error_matches(failed, BASE_ERROR, BASE_ERROR_CONFLICT)) {
    g_error_free(failed);
    g_set_error(error, BASE_ERROR, BASE_ERROR_CANT_CREATE, "there is a user %s already",
                user->name);
  } else if (failed != NULL) {
    g_propagate_error(error, failed);
  }
  return FALSE;
}

gboolean
store_user_change(StoreHandle *store, const StoreUser *user, GError **error)
{
  g_autoptr(GBytes) body = body_seal(store, user, user->version + 1);
  return store_row_one(store->data, DB_STMT_USER_CHANGE,
                       STORE_ROW(db_value_int(user->version + 1), db_value_sealed(body),
                                 db_value_int(user->id), db_value_int(user->version)),
                       "the user", error);
}

gboolean
store_user_rekey(StoreHandle *store, gint64 id, const VaultPasswordParams *params,
                 const VaultKey *password_key, GError **error)
{
  VaultPlace place = store_handle_key_place("key_user", id);
  g_autoptr(GBytes) wrapped = vault_key_wrap(password_key, store->root, &place);
  return keys_join(store, error) &&
         store_row_one(store->keys, DB_STMT_KEY_USER_CHANGE,
                       STORE_ROW(db_value_tag(params->salt), db_value_int(params->passes),
                                 db_value_int(params->memory), db_value_sealed(wrapped),
                                 db_value_int(id)),
                       "the user's key", error);
}

gboolean
store_user_touch(StoreHandle *store, gint64 id, gint64 at, GError **error)
{
  return store_row_one(store->data, DB_STMT_USER_TOUCH,
                       STORE_ROW(db_value_int(at), db_value_int(id)), "the user", error);
}

static gboolean
user_read(StoreHandle *store, const DbRows *rows, StoreUser **ret, GError **error)
{
  gint64 id = db_rows_int(rows, 0), version = db_rows_int(rows, 1);
  VaultPlace place = body_place(id, version);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 2);
  json_t *body = NULL;
  if (!store_box_open_json(store->clinic, &place, sealed, &body, error))
    return FALSE;
  StoreUser *user = g_new0(StoreUser, 1);
  user->id = id;
  user->version = version;
  user->name = g_strdup(store_box_word(body, "name"));
  user->title = g_strdup(store_box_word(body, "title"));
  user->role = g_strdup(store_box_word(body, "role"));
  user->disabled = !json_is_false(json_object_get(body, "disabled"));
  user->last_login = db_rows_int(rows, 3);
  json_decref(body);
  *ret = user;
  return TRUE;
}

static gboolean
user_get(StoreHandle *store, DbStmt stmt, DbValue by, StoreUser **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, stmt, &by, 1, &rows, error))
    return FALSE;
  if (rows != NULL)
    return user_read(store, rows, ret, error);
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              "there is no such user; `guichet user list` names them");
  return FALSE;
}

gboolean
store_user_load(StoreHandle *store, gint64 id, StoreUser **ret, GError **error)
{
  return user_get(store, DB_STMT_USER_GET, db_value_int(id), ret, error);
}

gboolean
store_user_named(StoreHandle *store, const char *name, StoreUser **ret, GError **error)
{
  VaultTag tag;
  store_handle_tag(store, USER_TAG, name, &tag);
  return user_get(store, DB_STMT_USER_NAMED, db_value_tag(tag.bytes), ret, error);
}

static void
user_unref(gpointer data)
{
  store_user_free(data);
}

gboolean
store_user_list(StoreHandle *store, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) users = g_ptr_array_new_with_free_func(user_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store->data, DB_STMT_USER_LIST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreUser *user = NULL;
    if (!user_read(store, rows, &user, error))
      return FALSE;
    g_ptr_array_add(users, user);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&users);
  return TRUE;
}
