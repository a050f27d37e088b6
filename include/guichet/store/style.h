/* A clinician's example phrasings, as sealed rows. */
#ifndef GUICHET_STORE_STYLE_H
#define GUICHET_STORE_STYLE_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, version, clinician;
  char *section, *phrase;
  gint64 at;       /* microseconds: of the last change */
  gboolean edited; /* by the clinician: never replaced by a newer one */
} StoreStyle;

/* Writers run inside a transaction. */
gboolean store_style_add(StoreHandle *store, const StoreStyle *style, GError **error);
/* From style->version, which then is one more; gone or changed meanwhile: BASE_ERROR_CONFLICT. */
gboolean store_style_change(StoreHandle *store, StoreStyle *style, GError **error);
/* Not there, or another clinician's: BASE_ERROR_CONFLICT. */
gboolean store_style_drop(StoreHandle *store, gint64 id, gint64 clinician, GError **error);

/* GPtrArray of StoreStyle, the oldest first. */
gboolean store_style_list(StoreHandle *store, gint64 clinician, GPtrArray **ret, GError **error);
void store_style_free(StoreStyle *style);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreStyle, store_style_free)

G_END_DECLS
#endif
