#include "guichet/store/feed.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

enum { FEED_ROW = 1 };

void
store_feed_free(StoreFeed *feed)
{
  if (feed == NULL)
    return;
  g_free(feed->why);
  g_free(feed);
}

static VaultPlace
body_place(void)
{
  return (VaultPlace){.table = "feed", .column = "body", .id = FEED_ROW, .version = 1};
}

gboolean
store_feed_load(StoreHandle *store, StoreFeed **ret, GError **error)
{
  VaultPlace place = body_place();
  g_autoptr(DbRows) rows = NULL;
  json_t *body = NULL;
  if (!store_row_first(store->data, DB_STMT_FEED_GET, STORE_ROW(db_value_int(FEED_ROW)), &rows,
                       error))
    return FALSE;
  g_autoptr(GBytes) sealed = rows == NULL ? NULL : db_rows_bytes(rows, 4);
  if (rows != NULL &&
      !store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  StoreFeed *feed = g_new0(StoreFeed, 1);
  if (rows != NULL) {
    feed->heard_at = db_rows_int(rows, 0);
    feed->taken = db_rows_int(rows, 1);
    feed->refused = db_rows_int(rows, 2);
    feed->refused_at = db_rows_int(rows, 3);
  }
  feed->why = g_strdup(body != NULL ? store_box_word(body, "why") : "");
  json_decref(body);
  *ret = feed;
  return TRUE;
}

gboolean
store_feed_save(StoreHandle *store, const StoreFeed *feed, GError **error)
{
  VaultPlace place = body_place();
  g_autoptr(GBytes) sealed =
      store_box_json(store_handle_clinic_key(store), &place, json_pack("{s:s}", "why", feed->why));
  return db_conn_run(store->data, DB_STMT_FEED_PUT,
                     STORE_ROW(db_value_int(FEED_ROW), db_value_int(feed->heard_at),
                               db_value_int(feed->taken), db_value_int(feed->refused),
                               db_value_int(feed->refused_at), db_value_sealed(sealed)),
                     NULL, error);
}
