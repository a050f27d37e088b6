#include "worker/piece.h"

typedef struct {
  const WorkerPieceKind *kind;
  gpointer piece;
} Piece;

GArray *
worker_piece_list(void)
{
  return g_array_new(FALSE, FALSE, sizeof(Piece));
}

static guint
piece_find(const WorkerRun *run, gconstpointer piece)
{
  guint i = 0;
  while (i < run->pieces->len && g_array_index(run->pieces, Piece, i).piece != piece)
    i++;
  return i;
}

void
worker_piece_begin(WorkerRun *run, const WorkerPieceKind *kind, gpointer piece)
{
  const Piece one = {kind, piece};
  g_array_append_val(run->pieces, one);
}

void
worker_piece_end(WorkerRun *run, gconstpointer piece)
{
  guint i = piece_find(run, piece);
  if (i == run->pieces->len)
    return;
  g_array_remove_index(run->pieces, i);
  run->ended++;
}

guint
worker_piece_count(const WorkerRun *run, const WorkerPieceKind *kind)
{
  guint n = 0;
  for (guint i = 0; i < run->pieces->len; i++)
    n += kind == NULL || g_array_index(run->pieces, Piece, i).kind == kind;
  return n;
}

/* Any of them may end itself or others meanwhile. */
void
worker_piece_look(WorkerRun *run)
{
  g_autoptr(GArray) now = g_array_copy(run->pieces);
  for (guint i = 0; i < now->len; i++) {
    const Piece *one = &g_array_index(now, Piece, i);
    if (piece_find(run, one->piece) < run->pieces->len)
      one->kind->look(run, one->piece);
  }
}

void
worker_piece_stop(WorkerRun *run)
{
  while (run->pieces->len > 0) {
    const Piece one = g_array_index(run->pieces, Piece, 0);
    one.kind->stop(run, one.piece);
    worker_piece_end(run, one.piece);
  }
}
