/* What a patient chose about e-mail, as rows under the patient's key; never changed, only followed
 * by another. */
#ifndef GUICHET_STORE_CHOICE_H
#define GUICHET_STORE_CHOICE_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, patient, at;
  gint64 user;       /* who recorded it */
  gboolean chosen;   /* FALSE: taken back */
  char *address;     /* the one that it was said of */
  char *how, *words; /* "spoken", "written", "form"; the patient's words */
} StoreChoice;

/* Inside a transaction. */
gboolean store_choice_add(StoreHandle *store, const StoreChoice *choice, GError **error);
/* The newest; *ret is NULL where there is none. */
gboolean store_choice_last(StoreHandle *store, gint64 patient, StoreChoice **ret, GError **error);
void store_choice_free(StoreChoice *choice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreChoice, store_choice_free)

G_END_DECLS
#endif
