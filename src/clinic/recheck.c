#include "guichet/clinic/recheck.h"

#include "clinic/check.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

struct ClinicRecheck {
  ClinicSession *session;             /* only its lexicon */
  const ScribeTranscript *transcript; /* NULL for a text that is of no visit */
  char *language, *sex;
  int age_years;
};

gboolean
clinic_recheck_new(ClinicSession *session, const ClinicReview *review, ClinicRecheck **ret,
                   GError **error)
{
  if (review->transcript == NULL && review->item->visit != 0 && review->amendment == NULL) {
    g_set_error_literal(
        error, BASE_ERROR, BASE_ERROR_NO_INPUT,
        _("The transcript of this visit was destroyed: its text can be checked no more."));
    return FALSE;
  }
  const ClinicPatient *patient = review->patient;
  ClinicRecheck *recheck = g_new0(ClinicRecheck, 1);
  recheck->session = session;
  recheck->transcript = review->transcript;
  recheck->language = g_strdup(review->draft != NULL ? review->draft->language
                               : review->letter != NULL && *review->letter->language != '\0'
                                   ? review->letter->language
                                   : NULL);
  recheck->sex = g_strdup(patient != NULL ? patient->sex : NULL);
  recheck->age_years =
      patient != NULL ? clinic_check_age(patient->birth, review->item->created) : 0;
  *ret = recheck;
  return TRUE;
}

gboolean
clinic_recheck_run(const ClinicRecheck *recheck, const char *text, GPtrArray **ret, GError **error)
{
  const ScribeLexicon *lexicon = clinic_check_lexicon(recheck->session, error);
  const ScribeContext context = {
      .language = recheck->language,
      .consent_on_record = TRUE, /* or there would be no draft */
      .sex = recheck->sex,
      .age_years = recheck->age_years,
  };
  if (lexicon == NULL)
    return FALSE;
  return recheck->transcript == NULL
             ? scribe_check_text(lexicon, text, &context, ret, error)
             : scribe_check_note(lexicon, recheck->transcript, text, &context, ret, error);
}

void
clinic_recheck_free(ClinicRecheck *recheck)
{
  if (recheck == NULL)
    return;
  g_free(recheck->language);
  g_free(recheck->sex);
  g_free(recheck);
}
