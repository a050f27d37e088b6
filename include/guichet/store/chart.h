/* What an EHR knows of a patient, one row a patient, sealed under the patient's key. */
#ifndef GUICHET_STORE_CHART_H
#define GUICHET_STORE_CHART_H

#include <jansson.h>

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 patient, version; /* version 0: there is none yet */
  gint64 read_at, tried_at;
  json_t *body; /* an object */
} StoreChart;

/* *ret is NULL where there is none. */
gboolean store_chart_load(StoreHandle *store, gint64 patient, StoreChart **ret, GError **error);
/* Inside a transaction.  From `version`, which is then one more; another there is
 * BASE_ERROR_CONFLICT. */
gboolean store_chart_put(StoreHandle *store, StoreChart *chart, GError **error);
void store_chart_free(StoreChart *chart);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreChart, store_chart_free)

G_END_DECLS
#endif
