/* One line of the audit chain, as bytes: how it is sealed and linked. */
#ifndef GUICHET_STORE_LINE_PRIVATE_H
#define GUICHET_STORE_LINE_PRIVATE_H

#include "guichet/db/conn.h"
#include "guichet/vault/chain.h"

VaultPlace store_line_place(gint64 seq);

/* The link over *last and every column of the line (each with its length); *last becomes it. */
void store_line_link(const VaultKey *chain, const DbAudit *line, VaultHash *last);

/* A row of AUDIT_PAGE…; the caller unreferences its detail.  FALSE when a link has not the length
 * of one. */
gboolean store_line_read(const DbRows *rows, DbAudit *ret);

#endif
