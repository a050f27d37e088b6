/* The inbox: a folder of the clinic where visits are dropped as files. */
#ifndef GUICHET_WORKER_INBOX_H
#define GUICHET_WORKER_INBOX_H

#include "worker/run.h"

/* How each file looked last time; lives as long as the run. */
GHashTable *worker_inbox_sights(void);

/* Imports every file that has settled (two seconds old, or as it was two seconds ago): then it is
 * removed, for it lies sealed in the database, or moved to refused/ beside NAME.reason.  Names that
 * begin with a dot or end in .part or .tmp are somebody's work under way.  *ret_young: some have
 * not settled. */
gboolean worker_inbox_read(WorkerRun *run, gboolean *ret_young, GError **error);

#endif
