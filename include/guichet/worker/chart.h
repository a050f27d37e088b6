/* A patient's chart, read from the EHR now. */
#ifndef GUICHET_WORKER_CHART_H
#define GUICHET_WORKER_CHART_H

#include "guichet/clinic/chart.h"

G_BEGIN_DECLS

/* Waits for it: the destination's own deadline.  TRUE where all was done that can be: it was read,
 * or a person is asked whose record it is, or nobody there is they; clinic_chart_open() tells
 * which. The EHR is not there or refuses: BASE_ERROR_UNAVAILABLE, _PROTOCOL, _DENIED; what was
 * known stays. */
gboolean worker_chart_read(ClinicSession *session, gint64 patient, const gint *cancel,
                           GError **error);

G_END_DECLS
#endif
