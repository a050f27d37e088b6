/* The queue: paged by key, limited by an expression, counted without counting. */
#ifndef GUICHET_CLINIC_QUEUE_H
#define GUICHET_CLINIC_QUEUE_H

#include "guichet/clinic/item.h"

G_BEGIN_DECLS

/* A limit expression: words joined by spaces, all must hold.
 *   kind:note,letter  state:ready,escalated  state:open (all but delivered and rejected)
 *   clinician:NAME  mine  has:block|warn|finding|none  held  free
 *   age>2h  age<3d  (m h d w)  confidence<80  patient:WORDS  id:N
 *   -TERM negates kind, state, held, has.  A bare word is a patient's name, by prefix.
 * The empty one is state:open.  BASE_ERROR_USAGE names the word that is not understood. */
typedef struct ClinicLimit ClinicLimit;
gboolean clinic_limit_parse(ClinicSession *session, const char *text, ClinicLimit **ret,
                            GError **error);
/* All items of one patient, in any state. */
ClinicLimit *clinic_limit_patient(gint64 patient);
void clinic_limit_free(ClinicLimit *limit);

typedef enum {
  CLINIC_SORT_AGE,
  CLINIC_SORT_SINCE,
  CLINIC_SORT_FINDINGS,
  CLINIC_SORT_CONFIDENCE,
  CLINIC_SORT_N
} ClinicSort;

typedef struct {
  const ClinicLimit *limit; /* NULL: state:open */
  ClinicSort sort;
  gboolean descending;
} ClinicQuery;

/* A place in the order: an item's sort key and id.  Survives whatever arrives or leaves. */
typedef struct {
  gint64 key, id;
} ClinicMark;
ClinicMark clinic_queue_mark(const ClinicQuery *query, const ClinicItem *item);

/* The next `n` items strictly after `from` in the order (from the beginning for NULL), or,
 * `backward`, the `n` before it, still given in order.  *ret: GPtrArray of ClinicItem.  A million
 * items cost what a thousand do: with a limit that few items meet, at most some ten thousand rows
 * are looked at in a call, and *ret_more takes a mark to go on from (its id is 0 at the end). */
gboolean clinic_queue_page(ClinicSession *session, const ClinicQuery *query, const ClinicMark *from,
                           gboolean backward, guint n, GPtrArray **ret, ClinicMark *ret_more,
                           GError **error);

/* Items by state, kept by the database as they move. */
gboolean clinic_queue_counts(ClinicSession *session, gint64 ret[CLINIC_STATE_N], GError **error);

/* Jobs waiting, running and dead. */
gboolean clinic_queue_jobs(ClinicSession *session, gint64 *ret_waiting, gint64 *ret_running,
                           gint64 *ret_dead, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicLimit, clinic_limit_free)

G_END_DECLS
#endif
