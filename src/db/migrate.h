/* Bringing a database's schema up to date. */
#ifndef GUICHET_DB_MIGRATE_H
#define GUICHET_DB_MIGRATE_H

#include "guichet/db/conn.h"

/* Proves that the file is of this kind and no newer than this program, then runs what is missing.
 * `create` allows a file that nothing was ever written to. */
gboolean db_migrate_run(DbConn *conn, gboolean create, GError **error);

#endif
