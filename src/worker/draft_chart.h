/* Drafting jobs whose patient's chart is read first. */
#ifndef GUICHET_WORKER_DRAFT_CHART_H
#define GUICHET_WORKER_DRAFT_CHART_H

#include "guichet/clinic/job.h"
#include "worker/run.h"

/* As many are under way as may be at once. */
gboolean worker_draft_chart_full(const WorkerRun *run);

/* Begins to read the chart of the job's patient, where that is due: TRUE, and it goes on by itself
 * to worker_draft_go_on().  FALSE: there is nothing to wait for.  A chart that cannot be read holds
 * no draft up: what was known of it stays, and the EHR is left alone for a while. */
gboolean worker_draft_chart_begin(WorkerRun *run, const ClinicJob *job);

#endif
