/* Passwords: Argon2id at libsodium's MODERATE limits (256 MiB, 3 passes; some 0.4 s) for one that a
 * person chose, INTERACTIVE (64 MiB, 2 passes; some 0.07 s) for one that vault_password_random()
 * made: stretching makes up for what a person's choice lacks, and 80 random bits lack nothing.
 *
 * Accents count as one spelling (NFKC), however the terminal composes them. */
#ifndef GUICHET_VAULT_PASSWORD_H
#define GUICHET_VAULT_PASSWORD_H

#include "guichet/vault/key.h"

G_BEGIN_DECLS

#define VAULT_PASSWORD_SALT 16u
#define VAULT_PASSWORD_LEAST 10u  /* characters of a new password (NIST SP 800-63B asks 8) */
#define VAULT_PASSWORD_MOST 1024u /* bytes */

typedef struct {
  guint8 salt[VAULT_PASSWORD_SALT];
  gint64 passes, memory; /* kept with the salt, so that limits can grow */
} VaultPasswordParams;

typedef enum { VAULT_PASSWORD_CHOSEN, VAULT_PASSWORD_GENERATED } VaultPasswordOrigin;

/* Fresh salt and today's limits. */
void vault_password_params(VaultPasswordOrigin origin, VaultPasswordParams *ret);

/* The password's key, which wraps the clinic key for this user.  Slow on purpose: never on the
 * screen's thread.  BASE_ERROR_OS where memory is short; limits read from a file are bounded
 * (BASE_ERROR_CORRUPT). */
gboolean vault_password_key(const char *password, const VaultPasswordParams *params, VaultKey **ret,
                            GError **error);

/* A password that may be set: long enough, valid UTF-8, not among the commonest nor the user's own
 * name. BASE_ERROR_USAGE says which. */
gboolean vault_password_accept(const char *password, const char *user_name, GError **error);

/* A password for a demo or a first login: four groups of letters and digits, 80 bits.  Caller
 * frees. */
char *vault_password_random(void);

/* VAULT_PASSWORD_MOST + 1 zero bytes of locked memory, for typing a password into.  Free with
 * vault_password_forget(). */
char *vault_password_memory(void);

/* Reads one line from a file descriptor into wiped memory; the newline is not part.  At most
 * VAULT_PASSWORD_MOST bytes.  Free with vault_password_forget(). */
gboolean vault_password_read(int fd, char **ret, GError **error);
void vault_password_forget(char *password);

G_END_DECLS
#endif
