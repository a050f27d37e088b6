/* One line of the audit chain, as bytes: how it is sealed and linked. */
#ifndef GUICHET_STORE_LINE_H
#define GUICHET_STORE_LINE_H

#include "guichet/db/conn.h"
#include "guichet/vault/chain.h"

VaultPlace store_line_place(gint64 seq);

/* The link over *last and every column of the line (each with its length); *last becomes it. */
void store_line_link(const VaultKey *chain, const DbAudit *line, VaultHash *last);

#endif
