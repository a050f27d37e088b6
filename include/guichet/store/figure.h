/* Counters of findings, by day, engine, kind, severity and fate.  There is no patient and no item
 * in them; what adds to them, and takes it back, is a decision (store/decision.h). */
#ifndef GUICHET_STORE_FIGURE_H
#define GUICHET_STORE_FIGURE_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

/* The numbers of kinds, severities and fates are those of the rooms above; this one adds them up.
 */
typedef struct {
  gint64 engine; /* 0: no engine drafted the text */
  gint64 kind, severity, fate;
  gint64 n;
} StoreFigure;

/* Inside a transaction: `n` more (or, negative, fewer) on that day. */
gboolean store_figure_add(StoreHandle *store, gint64 day, const StoreFigure *figure,
                          GError **error);
/* Of the days from..to, both counted: GArray of StoreFigure. */
gboolean store_figure_sums(StoreHandle *store, gint64 from, gint64 to, GArray **ret,
                           GError **error);

/* The number of an engine by its name, made where there is none: inside a transaction. */
gboolean store_figure_engine(StoreHandle *store, const char *name, gint64 *ret, GError **error);
/* GHashTable from a number (gint64, by address) to a name. */
gboolean store_figure_engines(StoreHandle *store, GHashTable **ret, GError **error);

G_END_DECLS
#endif
