/* The checks on a text that is being typed: a snapshot of what they look at beside the text, which
 * a thread of its own may use while the screen goes on. */
#ifndef GUICHET_CLINIC_RECHECK_H
#define GUICHET_CLINIC_RECHECK_H

#include "guichet/clinic/review.h"

G_BEGIN_DECLS

typedef struct ClinicRecheck ClinicRecheck;

/* On the session's own thread.  Borrows the review's transcript and the session, which must outlive
 * it; all else is copied.  The transcript is destroyed: BASE_ERROR_NO_INPUT, but for an
 * amendment, which may come years later and is checked as a letter is. */
gboolean clinic_recheck_new(ClinicSession *session, const ClinicReview *review, ClinicRecheck **ret,
                            GError **error);

/* Any thread: GPtrArray of ScribeFinding on `text`, by start.  Nothing is read from the store and
 * nothing is written. */
gboolean clinic_recheck_run(const ClinicRecheck *recheck, const char *text, GPtrArray **ret,
                            GError **error);
void clinic_recheck_free(ClinicRecheck *recheck);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicRecheck, clinic_recheck_free)

G_END_DECLS
#endif
