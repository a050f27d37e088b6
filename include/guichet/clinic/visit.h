/* Visits: one encounter of a patient with a clinician, with its consent and its transcript. */
#ifndef GUICHET_CLINIC_VISIT_H
#define GUICHET_CLINIC_VISIT_H

#include "guichet/clinic/patient.h"
#include "guichet/scribe/transcript.h"

G_BEGIN_DECLS

typedef enum {
#define VISIT_KIND(id, word, template, title) CLINIC_VISIT_##id,
#include "clinic/visit_kind.def"
#undef VISIT_KIND
  CLINIC_VISIT_N
} ClinicVisitKind;

/* Consent to recording and drafting.  HIPAA and state law (all-party consent), GDPR art. 7: who
 * gave it, when, how, in which words. */
typedef struct {
  char *by;           /* who gave it: "patient", "parent", "guardian", a name */
  gint64 at;          /* microseconds */
  char *how;          /* "spoken", "written", "form" */
  char *words;        /* the words used */
  gboolean all_party; /* everybody in the room agreed */
  gboolean given;     /* FALSE: asked and refused: nothing is drafted */
} ClinicConsent;

typedef struct {
  gint64 id, patient, clinician, at, version;
  ClinicVisitKind kind;
  char *language;         /* of the transcript: "en", "fr" */
  ClinicConsent *consent; /* NULL: none on record, nothing is drafted */
} ClinicVisit;

/* What `visit import` knows of one visit. */
typedef struct {
  char *source;   /* file:line, for messages */
  char *external; /* the other side's id; the same one twice is one visit; may be NULL */
  ClinicPatient *patient;
  char *clinician; /* login name or title; NULL: the session's own user */
  ClinicVisitKind kind;
  gint64 at;
  char *language; /* NULL: found from the words */
  ClinicConsent *consent;
  ScribeTranscript *transcript;
} ClinicImport;

/* Adds the visit, its transcript under a key of its own, its item in state drafting, and the
 * drafting job (held back until there is a consent), in one transaction.  A visit whose `external`
 * id is known already is left as it is: *ret takes the old one and *ret_known TRUE. */
gboolean clinic_visit_import(ClinicSession *session, const ClinicImport *import, gint64 *ret,
                             gboolean *ret_known, GError **error);

/* Reads every visit of a file: a transcript (one visit, with `defaults`), a JSON object, or JSON
 * Lines with one object a line:
 * {"id","patient":{"family","given","name"?,"birth","sex","record","phone","mail","language",
 * "channel"},"clinician","kind","at","language","consent":{"by","at","how","words","all_party","given"},
 * "dialogue":[…]}.  What an object lacks comes from `defaults`.  `each` is called for one at a
 * time; a bad line is told to `bad` and the rest goes on.  Either returns FALSE to stop. */
typedef gboolean (*ClinicImportEach)(ClinicImport *import, gpointer data);
typedef gboolean (*ClinicImportBad)(const char *place, const GError *why, gpointer data);
gboolean clinic_visit_read(const char *path, const ClinicImport *defaults, ClinicImportEach each,
                           ClinicImportBad bad, gpointer data, GError **error);

gboolean clinic_visit_open(ClinicSession *session, gint64 id, ClinicVisit **ret, GError **error);
gboolean clinic_visit_transcript(ClinicSession *session, gint64 id, ScribeTranscript **ret,
                                 GError **error);
/* Records the consent; a drafting job that waited for it goes on. */
gboolean clinic_visit_consent(ClinicSession *session, gint64 id, const ClinicConsent *consent,
                              GError **error);
/* Of one patient, newest first, before the instant `before`: GPtrArray of ClinicVisit. */
gboolean clinic_visit_list(ClinicSession *session, gint64 patient, gint64 before, guint most,
                           GPtrArray **ret, GError **error);

const char *clinic_visit_kind_word(ClinicVisitKind kind);
const char *clinic_visit_kind_title(ClinicVisitKind kind); /* translated */
const char *clinic_visit_kind_template(ClinicVisitKind kind);
gboolean clinic_visit_kind_parse(const char *word, ClinicVisitKind *ret, GError **error);

ClinicConsent *clinic_consent_new(void);
void clinic_consent_free(ClinicConsent *consent);
void clinic_visit_free(ClinicVisit *visit);
ClinicImport *clinic_import_new(void);
void clinic_import_free(ClinicImport *import);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicConsent, clinic_consent_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicVisit, clinic_visit_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicImport, clinic_import_free)

G_END_DECLS
#endif
