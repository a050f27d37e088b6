#include "clinic/session.h"
#include "guichet/base/text.h"
#include "guichet/clinic/feed.h"
#include "guichet/store/feed.h"
#include "guichet/store/tx.h"

enum { FEED_WHY_MOST = 300 };

void
clinic_feed_count_clear(ClinicFeedCount *count)
{
  g_clear_pointer(&count->why, g_free);
}

gboolean
clinic_feed_count(ClinicSession *session, ClinicFeedCount *ret, GError **error)
{
  g_autoptr(StoreFeed) row = NULL;
  if (!store_feed_load(clinic_session_store(session), &row, error))
    return FALSE;
  *ret = (ClinicFeedCount){row->heard_at, row->taken, row->refused, row->refused_at,
                           g_steal_pointer(&row->why)};
  return TRUE;
}

static gboolean
add_inside(ClinicSession *session, const ClinicFeedCount *more, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreFeed) row = NULL;
  g_autofree char *detail = g_strdup_printf(
      "%" G_GINT64_FORMAT " taken, %" G_GINT64_FORMAT " refused", more->taken, more->refused);
  if (!store_feed_load(store, &row, error))
    return FALSE;
  row->heard_at = MAX(row->heard_at, more->heard_at);
  row->taken += more->taken;
  row->refused += more->refused;
  if (more->refused_at > 0) {
    g_autofree char *safe = base_text_disarm(more->why != NULL ? more->why : "", -1, FALSE);
    row->refused_at = more->refused_at;
    g_free(row->why);
    row->why = base_text_ellipsize(safe, FEED_WHY_MOST);
  }
  clinic_session_event(session, STORE_EVENT_FEED_COUNT, 0, 0, detail);
  return store_feed_save(store, row, error) && store_tx_commit(store, error);
}

gboolean
clinic_feed_count_add(ClinicSession *session, const ClinicFeedCount *more, GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_FEED, error) ||
      !store_tx_begin(clinic_session_store(session), error))
    return FALSE;
  if (add_inside(session, more, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}
