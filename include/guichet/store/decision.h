/* What was decided of an item: signed or rejected.  At most one stands of an item, so that nothing
 * is counted twice, whoever signs, undoes and signs again. */
#ifndef GUICHET_STORE_DECISION_H
#define GUICHET_STORE_DECISION_H

#include "guichet/store/figure.h"

G_BEGIN_DECLS

typedef struct {
  gint64 item, day, engine;
  gboolean is_signed; /* or rejected */
  gint64 reason, writing;
  gint64 waited;   /* microseconds from the draft to the decision; -1 unknown */
  GArray *figures; /* of StoreFigure: what it adds to the counters; lent */
} StoreDecision;

/* Both inside a transaction.  Puts a decision and adds its figures; one that stood of the item is
 * taken back first. */
gboolean store_decision_put(StoreHandle *store, const StoreDecision *decision, GError **error);
/* Takes it and its figures back; an item of which nothing was decided is left alone. */
gboolean store_decision_drop(StoreHandle *store, gint64 item, GError **error);

/* Decisions that stand, of the days from..to, both counted. */
typedef struct {
  gint64 engine;
  gboolean is_signed;
  gint64 reason, writing, n;
} StoreDecisionSum;
gboolean store_decision_sums(StoreHandle *store, gint64 from, gint64 to, GArray **ret,
                             GError **error);
/* How long what was signed had waited, the shortest first: GArray of gint64. */
gboolean store_decision_waits(StoreHandle *store, gint64 from, gint64 to, GArray **ret,
                              GError **error);
/* The first day that has a decision; `none` where no day has. */
gboolean store_decision_first(StoreHandle *store, gint64 none, gint64 *ret, GError **error);

G_END_DECLS
#endif
