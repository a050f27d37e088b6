/* Transactions: the only commit takes audit events.
 *
 *     store_tx_begin(store, error)
 *     … store_item_move() …
 *     store_tx_event(store, &(StoreEvent){STORE_EVENT_ITEM_SIGN, actor, item, patient, "…"})
 *     store_tx_commit(store, error)      // at least one event, or it is our own mistake
 *
 * store_tx_rollback() after any failure; safe to call always. */
#ifndef GUICHET_STORE_TX_H
#define GUICHET_STORE_TX_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef enum {
#define EVENT(id, word, help) STORE_EVENT_##id,
#include "store/event.def"
#undef EVENT
  STORE_EVENT_N
} StoreEventKind;

typedef struct {
  StoreEventKind kind;
  gint64 actor;       /* user id; 0 the worker, -1 the command line before any user exists */
  gint64 subject;     /* item, visit, user, job …; or 0 */
  gint64 patient;     /* or 0 */
  const char *detail; /* sealed under the clinic's audit key; may be NULL */
} StoreEvent;

gboolean store_tx_begin(StoreHandle *store, GError **error);
void store_tx_event(StoreHandle *store, const StoreEvent *event);
gboolean store_tx_commit(StoreHandle *store, GError **error);
void store_tx_rollback(StoreHandle *store);

/* Begin, one event, commit: for what is only read (reading a patient's record is an event). */
gboolean store_tx_note(StoreHandle *store, const StoreEvent *event, GError **error);

const char *store_event_word(StoreEventKind kind);
const char *store_event_help(StoreEventKind kind); /* translated */

G_END_DECLS
#endif
