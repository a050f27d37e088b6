/* Lines of the audit chain, read. */
#ifndef GUICHET_STORE_LINE_H
#define GUICHET_STORE_LINE_H

#include "guichet/store/tx.h"

G_BEGIN_DECLS

typedef struct {
  gint64 seq, at, actor, subject, patient;
  StoreEventKind kind;
  char *detail; /* opened; "" for none or for one that does not open (store_chain_verify() says
                   why) */
} StoreLine;

/* Lines after `after`, at most `most`; `patient`, or else `actor`, other than 0 narrows (G_MININT64
 * stands for the worker).  GPtrArray of StoreLine. */
gboolean store_line_page(StoreHandle *store, gint64 after, gint64 patient, gint64 actor, guint most,
                         GPtrArray **ret, GError **error);
void store_line_free(StoreLine *line);

G_END_DECLS
#endif
