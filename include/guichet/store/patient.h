/* Patients as rows: sealed under a key of their own, found by look-up tags. */
#ifndef GUICHET_STORE_PATIENT_H
#define GUICHET_STORE_PATIENT_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, version;
  char *family, *given, *birth, *sex, *record, *phone, *mail, *language, *channel;
  char *address, *zone, *ways, *reminders, *wording; /* may be NULL: "" */
} StorePatient;

/* Inside a transaction.  `id` is new (vault_process_id()). */
gboolean store_patient_add(StoreHandle *store, const StorePatient *patient, GError **error);
/* From `version`; another there is BASE_ERROR_CONFLICT. */
gboolean store_patient_change(StoreHandle *store, const StorePatient *patient, GError **error);
/* Forgets the tags and the chart, and marks the row: nothing finds it any more.  After the commit
 * the keys go by store_patient_destroy(), in keys.db; if that fails, it may be called again. */
gboolean store_patient_shred(StoreHandle *store, gint64 id, GError **error);
gboolean store_patient_destroy(StoreHandle *store, gint64 id, GError **error);

/* None there, or shredded: BASE_ERROR_NO_INPUT. */
gboolean store_patient_load(StoreHandle *store, gint64 id, StorePatient **ret, GError **error);
/* "DUPONT Éléonore"; caller frees. */
gboolean store_patient_name(StoreHandle *store, gint64 id, char **ret, GError **error);

/* Ids whose record number is this one; whose name and birth date are these.  GArray of gint64, at
 * most 16. */
gboolean store_patient_by_record(StoreHandle *store, const char *record, GArray **ret,
                                 GError **error);
gboolean store_patient_by_name(StoreHandle *store, const StorePatient *patient, GArray **ret,
                               GError **error);
/* Ids of those who share this mail address, or this postal address (folded).  GArray of gint64, at
 * most 16. */
gboolean store_patient_by_mail(StoreHandle *store, const char *mail, GArray **ret, GError **error);
gboolean store_patient_by_address(StoreHandle *store, const char *address, GArray **ret,
                                  GError **error);
/* Ids after `after` with both prefixes (each two letters at least; `other` may be NULL), by id, at
 * most `most`.  Letters past the twelfth are not looked at: compare what is found. */
gboolean store_patient_by_prefix(StoreHandle *store, const char *prefix, const char *other,
                                 gint64 after, guint most, GArray **ret, GError **error);

void store_patient_free(StorePatient *patient);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StorePatient, store_patient_free)

G_END_DECLS
#endif
