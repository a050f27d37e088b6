/* Items as rows.  The numbers of kinds, states and reasons are clinic's; this room moves them. */
#ifndef GUICHET_STORE_ITEM_H
#define GUICHET_STORE_ITEM_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, version;
  gint64 kind, state, reason;
  gboolean open;
  gint64 patient, visit, clinician; /* 0 none */
  gint64 created, since, due;
  gint64 n_block, n_warn, n_info;
  gint64 confidence; /* per thousand; -1 unknown */
  gint64 holder, holder_until;
  gint64 revision, draft; /* ids; 0 none */
  char *words;            /* sealed at rest; NULL none */
} StoreItem;

/* All writers run inside a transaction.  `id` and `created` are the caller's; version becomes 1. */
gboolean store_item_add(StoreHandle *store, const StoreItem *item, GError **error);

/* Writes every column where the row still has item->version, which then is one more; else
 * BASE_ERROR_CONFLICT. */
gboolean store_item_change(StoreHandle *store, StoreItem *item, GError **error);

/* Only its holder's time; the version stays, since nothing that anybody saw is another. */
gboolean store_item_renew(StoreHandle *store, const StoreItem *item, gint64 until, GError **error);

/* The item of a new visit, state 0, and its drafting job; the job is held back until there is a
 * consent where `held`. */
gboolean store_item_add_drafting(StoreHandle *store, gint64 item, gint64 visit, gint64 patient,
                                 gint64 clinician, gint64 kind, gboolean held, GError **error);

/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_item_load(StoreHandle *store, gint64 id, StoreItem **ret, GError **error);

/* In which order, and of which part of the table. */
typedef enum {
  STORE_ITEM_BY_CREATED,
  STORE_ITEM_BY_SINCE,
  STORE_ITEM_BY_WEIGHT,
  STORE_ITEM_BY_CONFIDENCE,
  STORE_ITEM_BY_N
} StoreItemOrder;
typedef enum {
  STORE_ITEM_ALL,
  STORE_ITEM_OPEN,
  STORE_ITEM_STATE,
  STORE_ITEM_PATIENT,
  STORE_ITEM_PART_N
} StoreItemPart;

typedef struct {
  StoreItemOrder order; /* STORE_ITEM_PATIENT knows BY_CREATED only */
  StoreItemPart part;
  gint64 value; /* 0 or 1 for OPEN, the state, the patient */
  gboolean descending;
  gint64 key, id; /* rows strictly after this place in that order */
} StoreItemQuery;

/* Before the first row of an order. */
void store_item_query_start(StoreItemQuery *query);
gint64 store_item_key(StoreItemOrder order, const StoreItem *item);
/* One number of a weight that sorts as the findings do. */
gint64 store_item_weight(const StoreItem *item);

/* Calls `each` for at most `most` rows, in order, without their words; it returns FALSE to stop.
 * The item is lent until it returns.  *ret_end is TRUE when the order had no more. */
gboolean store_item_page(StoreHandle *store, const StoreItemQuery *query, guint most,
                         gboolean (*each)(const StoreItem *item, gpointer data), gpointer data,
                         gboolean *ret_end, GError **error);

/* Numbers by state: ret[0..n). */
gboolean store_item_counts(StoreHandle *store, gint64 *ret, guint n, GError **error);

/* Items whose holder's time is over at `now`: GArray of gint64, at most `most`. */
gboolean store_item_overdue(StoreHandle *store, gint64 now, guint most, GArray **ret,
                            GError **error);

/* The item's own words, opened; "" none.  Caller frees. */
gboolean store_item_words(StoreHandle *store, const StoreItem *item, char **ret, GError **error);

/* The key that seals what belongs to this item: its patient's, or the clinic's for an item of
 * nobody. */
gboolean store_item_sealing(StoreHandle *store, const StoreItem *item, const VaultKey **ret,
                            GError **error);

void store_item_free(StoreItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreItem, store_item_free)

G_END_DECLS
#endif
