/* Charts being read: whose record it is, then its lists, page by page.  Nothing here waits. */
#ifndef GUICHET_WORKER_CHART_PRIVATE_H
#define GUICHET_WORKER_CHART_PRIVATE_H

#include "guichet/clinic/chart.h"
#include "guichet/worker/chart.h"
#include "worker/fhir_peer.h"
#include "worker/run.h"

#define WORKER_CHART_TYPES 4u

typedef struct WorkerChart WorkerChart;

/* Once; the reading is gone after it.  NULL: all was done that can be; else the EHR is in trouble,
 * or it was called off (BASE_ERROR_CANCELLED). */
typedef void (*WorkerChartDone)(const GError *error, gpointer data);

struct WorkerChart {
  WorkerRun *run;
  WorkerFhirPeer *peer;
  ClinicChartAsk *ask;
  guint64 request;                  /* under way; 0 none */
  gboolean off;                     /* called off */
  gint64 deadline;                  /* monotonic */
  guint identifier;                 /* of ask->identifiers, the one asked by */
  guint type, pages;                /* of the list being read */
  gboolean stopped;                 /* the type is over before its last page */
  guint refused;                    /* types that it does not give */
  GPtrArray *lists[CLINIC_CHART_N]; /* of GPtrArray: what each page said */
  GPtrArray *lacking;               /* as in ClinicChart */
  WorkerChartDone done;
  gpointer data;
};

/* Begins.  FALSE: nothing was asked (no contract, settings), and `done` is not called.  It may be
 * called before this returns; *ret is set before that. */
gboolean worker_chart_begin(WorkerRun *run, gint64 patient, WorkerChartDone done, gpointer data,
                            WorkerChart **ret, GError **error);
/* `done` is called now. */
void worker_chart_cancel(WorkerChart *chart);
gboolean worker_chart_late(const WorkerChart *chart);
/* What is kept for the next one goes. */
void worker_chart_free(WorkerRun *run);

/* --- its steps */

void worker_chart_ask(WorkerChart *chart, const char *method, const char *path, GBytes *body,
                      void (*done)(const WorkerFhirReply *reply, gpointer data));
/* What the server can, as it is known now; NULL: it does not say. */
const WireFhirServer *worker_chart_can(const WorkerChart *chart);
/* The reply can be used (2xx with a resource).  FALSE: it has ended with its trouble. */
gboolean worker_chart_good(WorkerChart *chart, const WorkerFhirReply *reply);
/* Ends: with nothing wrong; with trouble of the EHR, which is noted on the chart. */
void worker_chart_end(WorkerChart *chart);
void worker_chart_trouble(WorkerChart *chart, int code, const char *why);
/* Ends: it is as it is, and asking again at once is of no use. */
void worker_chart_miss(WorkerChart *chart, const char *why);

void worker_chart_find(WorkerChart *chart); /* whose record: chart_find.c */
void worker_chart_list(WorkerChart *chart); /* what it says: chart_list.c */

#endif
