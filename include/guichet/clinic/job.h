/* Jobs: one thing for the worker to do; leased, retried with back-off, dead-lettered in plain
 * sight. */
#ifndef GUICHET_CLINIC_JOB_H
#define GUICHET_CLINIC_JOB_H

#include "guichet/clinic/item.h"
#include "guichet/scribe/check.h"
#include "guichet/scribe/transcript.h"

G_BEGIN_DECLS

typedef enum { CLINIC_JOB_DRAFT, CLINIC_JOB_N } ClinicJobKind;

typedef struct {
  gint64 id, item, visit;
  gint64 lease; /* the number of this taking */
  ClinicJobKind kind;
  guint attempts;
} ClinicJob;

/* Leases the next job that is due, for JOB_LEASE seconds; *ret is NULL when there is none. */
gboolean clinic_job_take(ClinicSession *session, ClinicJob **ret, GError **error);
gboolean clinic_job_renew(ClinicSession *session, const ClinicJob *job, GError **error);
/* Tried again with back-off; after JOB_ATTEMPTS, or at once when `permanent`, dead: the item is
 * FAILED with the reason. */
gboolean clinic_job_failed(ClinicSession *session, const ClinicJob *job, gboolean permanent,
                           const GError *why, GError **error);
/* The worker stops in the middle of it: due at once, and this try does not count. */
gboolean clinic_job_give_back(ClinicSession *session, const ClinicJob *job, GError **error);
/* TRUE when a person cancelled it (the item was rejected or regenerated) or the lease was lost. */
gboolean clinic_job_cancelled(ClinicSession *session, const ClinicJob *job);
void clinic_job_free(ClinicJob *job);

/* What a drafting job works on.  No consent on record: BASE_ERROR_DENIED, and it says so. */
typedef struct {
  ScribeTranscript *transcript;
  char *template, *language, *sex;
  int age_years;
  char **allergies, **medications, **conditions, *charted; /* of the chart (clinic/chart.h) */
  gboolean consent;
  char **style; /* example phrasings of the visit's clinician */
} ClinicDraftRequest;
gboolean clinic_job_request(ClinicSession *session, const ClinicJob *job, ClinicDraftRequest **ret,
                            GError **error);
void clinic_draft_request_free(ClinicDraftRequest *request);

/* Stores the draft as revision 1 (or the next, after REGENERATE), its findings and counts; the job
 * is done and the item READY, in one transaction. */
gboolean clinic_job_drafted(ClinicSession *session, const ClinicJob *job, const ScribeDraft *draft,
                            GError **error);

/* When the next job is due; 0 never. */
gboolean clinic_job_next(ClinicSession *session, gint64 *ret, GError **error);

/* Housekeeping that needs nobody: leases that ran out (EXPIRE), visit keys past their retention.
 * Returns the number of things done. */
gboolean clinic_job_tidy(ClinicSession *session, guint *ret_done, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicJob, clinic_job_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicDraftRequest, clinic_draft_request_free)

G_END_DECLS
#endif
