/* Patients: found by name, phone or record number, without accents, from a prefix. */
#ifndef GUICHET_CLINIC_PATIENT_H
#define GUICHET_CLINIC_PATIENT_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

/* All strings are never NULL; "" is unknown.  Disarmed. */
typedef struct {
  gint64 id, version;
  char *family, *given;
  char *birth;  /* "1968-04-30" */
  char *sex;    /* FHIR administrative gender: "female", "male", "other", "unknown" */
  char *record; /* the clinic's record number */
  char *phone, *mail;
  char *language; /* "en", "fr", "" */
  char *channel;  /* "mail", "sms", "letter", "none", "" */
  char *address;  /* to write to, in one line */
  char *zone;     /* where they live, where that is not the clinic's: "America/Toronto"; "" */
  /* How reminders reach them (clinic/way.h). */
  char *ways;      /* in their order of preference: "mail=anna@work.example mail print"; "" by the
                      fields above */
  char *reminders; /* "yes", "no"; "" as `channel` says: "none" wants no message */
  char *wording; /* "restricted": nothing but the time and a phone number, and never in one message
                    with another patient; "" */
} ClinicPatient;

/* Finds by record number; else by name and birth date; else adds.  Two that fit is
 * BASE_ERROR_CONFLICT: a person must say which.  What the given one knows and the stored one does
 * not is filled in.  Runs in a transaction of its own. */
gboolean clinic_patient_find_or_add(ClinicSession *session, const ClinicPatient *given, gint64 *ret,
                                    GError **error);

/* Reads one, and leaves an audit event. */
gboolean clinic_patient_open(ClinicSession *session, gint64 id, ClinicPatient **ret,
                             GError **error);
/* Its event names the fields that changed. */
gboolean clinic_patient_change(ClinicSession *session, const ClinicPatient *patient,
                               GError **error);

/* How many others have this one's mail or postal address: what goes there may be read by them. */
gboolean clinic_patient_sharing(ClinicSession *session, const ClinicPatient *patient, guint *ret,
                                GError **error);

/* By prefix of each word of the name ("dup el" finds Éléonore Dupont), of the phone's digits or of
 * the record number: at most `most`, by name.  Two letters or digits at least.  *ret: GPtrArray of
 * ClinicPatient. */
gboolean clinic_patient_search(ClinicSession *session, const char *words, guint most,
                               GPtrArray **ret, GError **error);

/* "DUPONT Éléonore"; the name for lists, from a cache of the session; "" when its key was
 * destroyed. Owned by the session until the next call. */
const char *clinic_patient_name(ClinicSession *session, gint64 id);

/* Destroys the patient's key, and so everything that it sealed, in every backup of the data file:
 * CLINIC_POWER_SHRED.  There is no way back. */
gboolean clinic_patient_shred(ClinicSession *session, gint64 id, GError **error);

void clinic_patient_free(ClinicPatient *patient);
ClinicPatient *clinic_patient_new(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicPatient, clinic_patient_free)

G_END_DECLS
#endif
