/* What the files of a chart share. */
#ifndef GUICHET_CLINIC_CHART_PRIVATE_H
#define GUICHET_CLINIC_CHART_PRIVATE_H

#include "guichet/clinic/chart.h"
#include "guichet/clinic/review.h"
#include "guichet/store/chart.h"

#define CLINIC_CHART_FACTS 500u
#define CLINIC_CHART_CANDIDATES 10u

ClinicChart *clinic_chart_new(gint64 patient);
void clinic_chart_fact_free(gpointer fact);
void clinic_chart_candidate_free(gpointer candidate);

/* As it is sealed. */
json_t *clinic_chart_json_make(const ClinicChart *chart);
ClinicChart *clinic_chart_json_read(const StoreChart *row);

/* What is kept, without a power and an event: for what leaves one of its own.  Never NULL: an empty
 * one where nothing is. */
gboolean clinic_chart_load(ClinicSession *session, gint64 patient, ClinicChart **ret,
                           GError **error);
/* The checks once more on a review's text, with the chart as it is now: what is new joins its
 * findings in the store (*ret_more); `review` itself stays as it was. */
gboolean clinic_chart_recheck_review(ClinicSession *session, const ClinicReview *review,
                                     gboolean *ret_more, GError **error);
/* Inside a transaction. */
gboolean clinic_chart_put(ClinicSession *session, ClinicChart *chart, GError **error);

#endif
