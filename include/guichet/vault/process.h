/* What a process that will hold keys does first. */
#ifndef GUICHET_VAULT_PROCESS_H
#define GUICHET_VAULT_PROCESS_H

#include <glib.h>

G_BEGIN_DECLS

/* sodium_init(); no core dumps (RLIMIT_CORE 0, PR_SET_DUMPABLE 0, so no ptrace by the same user);
 * umask 077; as much lockable memory as the system allows.  Call once at the start of main; calling
 * again does nothing. */
gboolean vault_process_harden(GError **error);

/* A random id: 1 to 2^63-1. */
gint64 vault_process_id(void);

/* A random id a little after another, for the rows of one transaction: the database puts those that
 * come together on pages that lie together.  After 0: vault_process_id(). */
gint64 vault_process_id_after(gint64 id);

/* Uniform in [0, below), from the system's generator. */
guint32 vault_process_random(guint32 below);

G_END_DECLS
#endif
