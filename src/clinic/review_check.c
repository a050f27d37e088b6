#include "guichet/clinic/recheck.h"
#include "guichet/clinic/review.h"

gboolean
clinic_review_check(ClinicSession *session, const ClinicReview *review, const char *text,
                    GPtrArray **ret, GError **error)
{
  g_autoptr(ClinicRecheck) recheck = NULL;
  return clinic_recheck_new(session, review, &recheck, error) &&
         clinic_recheck_run(recheck, text, ret, error);
}
