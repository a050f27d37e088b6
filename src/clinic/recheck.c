#include "guichet/clinic/recheck.h"

#include "clinic/chart.h"
#include "clinic/check.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

struct ClinicRecheck {
  ClinicSession *session;             /* only its lexicon */
  const ScribeTranscript *transcript; /* NULL for a text that is of no visit */
  char *language, *sex, *charted;
  GStrv allergies, medications, conditions; /* of the chart */
  int age_years;
};

static gboolean
take_chart(ClinicSession *session, gint64 patient, ClinicRecheck *recheck, GError **error)
{
  g_autoptr(ClinicChart) chart = NULL;
  if (patient != 0 && !clinic_chart_load(session, patient, &chart, error))
    return FALSE;
  recheck->charted = clinic_chart_words(chart);
  recheck->allergies = clinic_chart_texts(chart, CLINIC_CHART_ALLERGIES);
  recheck->medications = clinic_chart_texts(chart, CLINIC_CHART_MEDICATIONS);
  recheck->conditions = clinic_chart_texts(chart, CLINIC_CHART_CONDITIONS);
  return TRUE;
}

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
  g_autoptr(ClinicRecheck) recheck = g_new0(ClinicRecheck, 1);
  if (!take_chart(session, patient != NULL ? patient->id : 0, recheck, error))
    return FALSE;
  recheck->session = session;
  recheck->transcript = review->transcript;
  recheck->language = g_strdup(review->draft != NULL ? review->draft->language
                               : review->letter != NULL && *review->letter->language != '\0'
                                   ? review->letter->language
                                   : NULL);
  recheck->sex = g_strdup(patient != NULL ? patient->sex : NULL);
  recheck->age_years =
      patient != NULL ? clinic_check_age(patient->birth, review->item->created) : 0;
  *ret = g_steal_pointer(&recheck);
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
      .allergies = (const char *const *)recheck->allergies,
      .medications = (const char *const *)recheck->medications,
      .conditions = (const char *const *)recheck->conditions,
      .charted = recheck->charted,
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
  g_free(recheck->charted);
  g_strfreev(recheck->allergies);
  g_strfreev(recheck->medications);
  g_strfreev(recheck->conditions);
  g_free(recheck);
}
