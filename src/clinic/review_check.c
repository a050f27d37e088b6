#include "clinic/check.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/review.h"

gboolean
clinic_review_check(ClinicSession *session, const ClinicReview *review, const char *text,
                    GPtrArray **ret, GError **error)
{
  const ScribeLexicon *lexicon = clinic_check_lexicon(session, error);
  if (lexicon == NULL)
    return FALSE;
  if (review->transcript == NULL) {
    g_set_error_literal(
        error, BASE_ERROR, BASE_ERROR_NO_INPUT,
        _("The transcript of this visit was destroyed: its text can be checked no more."));
    return FALSE;
  }
  const ScribeContext context = {
      .language = review->draft != NULL ? review->draft->language : NULL,
      .consent_on_record = TRUE, /* or there would be no draft */
      .sex = review->patient != NULL ? review->patient->sex : NULL,
      .age_years = review->patient != NULL
                       ? clinic_check_age(review->patient->birth, review->item->created)
                       : 0,
  };
  return scribe_check_note(lexicon, review->transcript, text, &context, ret, error);
}
