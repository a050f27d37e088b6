/* Visits as rows: the visit and its consents sealed under the patient's key, the transcript under a
 * key of its own. */
#ifndef GUICHET_STORE_VISIT_H
#define GUICHET_STORE_VISIT_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef enum { STORE_CONSENT_NONE, STORE_CONSENT_GIVEN, STORE_CONSENT_REFUSED } StoreConsentState;

typedef struct {
  char *by, *how, *words;
  gint64 at;
  gboolean all_party, given;
} StoreConsent;

typedef struct {
  gint64 id, patient, clinician, at, version;
  int kind; /* a number of clinic/visit_kind.def */
  StoreConsentState consent;
  char *language;
  char *digest; /* of the transcript as it came in, hex */
} StoreVisit;

/* Inside a transaction: the visit, its key, and its transcript (JSON, of scribe).  `external` may
 * be NULL; one that is there already: BASE_ERROR_CONFLICT. */
gboolean store_visit_add(StoreHandle *store, const StoreVisit *visit, const char *external,
                         const char *transcript, GError **error);
/* Inside a transaction: one more consent record; the newest counts. */
gboolean store_consent_add(StoreHandle *store, gint64 patient, gint64 visit,
                           const StoreConsent *consent, GError **error);

/* The visit of another side's id: *ret is 0 when there is none. */
gboolean store_visit_external(StoreHandle *store, const char *external, gint64 *ret,
                              GError **error);
/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_visit_load(StoreHandle *store, gint64 id, StoreVisit **ret, GError **error);
/* *ret is NULL when there is none. */
gboolean store_consent_load(StoreHandle *store, const StoreVisit *visit, StoreConsent **ret,
                            GError **error);
/* Wiped by vault_seal_forget(*ret, strlen(*ret)).  Its key destroyed: BASE_ERROR_NO_INPUT. */
gboolean store_visit_transcript(StoreHandle *store, const StoreVisit *visit, char **ret,
                                GError **error);
/* Of a patient (0: of all), newest first, before the instant `before` (and, at that instant, the id
 * `before_id`): GPtrArray of StoreVisit. */
gboolean store_visit_list(StoreHandle *store, gint64 patient, gint64 before, gint64 before_id,
                          guint most, GPtrArray **ret, GError **error);

/* Destroys the transcript's key, in keys.db, after the commit that says so. */
gboolean store_visit_destroy(StoreHandle *store, gint64 id, GError **error);

/* Inside a transaction, after store_visit_destroy(): the transcript's row goes too. */
gboolean store_visit_retire(StoreHandle *store, gint64 id, GError **error);
/* Visits that still have a transcript, whose item came into `state` before `before` and after
 * `after`: GArray of gint64. */
gboolean store_visit_expired(StoreHandle *store, gint64 state, gint64 before, gint64 after,
                             guint most, GArray **ret, GError **error);

void store_consent_free(StoreConsent *consent);
void store_visit_free(StoreVisit *visit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreConsent, store_consent_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreVisit, store_visit_free)

G_END_DECLS
#endif
