/* Pieces under way: work whose transfers the multi handle carries while the worker does other
 * things.  Begun in a pass, ended by its own callback. */
#ifndef GUICHET_WORKER_PIECE_H
#define GUICHET_WORKER_PIECE_H

#include "worker/run.h"

typedef struct {
  /* Every turn, twenty times a second: renews its lease, calls it off where nobody wants it any
   * more, begins its next transfer.  It may end the piece. */
  void (*look)(WorkerRun *run, gpointer piece);
  /* The run stops: abort the transfers, give the lease back, end the piece. */
  void (*stop)(WorkerRun *run, gpointer piece);
} WorkerPieceKind;

/* For WorkerRun's `pieces`. */
GArray *worker_piece_list(void);

/* It is looked at from now on.  The run does not own it. */
void worker_piece_begin(WorkerRun *run, const WorkerPieceKind *kind, gpointer piece);
/* It is over (its owner frees it): the next pass comes at once.  From inside any callback. */
void worker_piece_end(WorkerRun *run, gconstpointer piece);
/* How many of one kind are under way; NULL: of all. */
guint worker_piece_count(const WorkerRun *run, const WorkerPieceKind *kind);

void worker_piece_look(WorkerRun *run);
void worker_piece_stop(WorkerRun *run);

#endif
