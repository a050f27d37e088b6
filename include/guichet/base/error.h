/* Errors of every room.
 *
 * One domain, BASE_ERROR; a code says what kind of trouble it is and carries its own exit status
 * (sysexits.h), so that the command line answers a script the same way everywhere.  The message
 * says what happened, to what (file, line, field), and what to do next.  It never holds a patient's
 * data.
 */
#ifndef GUICHET_BASE_ERROR_H
#define GUICHET_BASE_ERROR_H

#include <glib.h>

G_BEGIN_DECLS

#define BASE_ERROR (base_error_quark())
GQuark base_error_quark(void);

typedef enum {
  BASE_ERROR_USAGE = 64,       /* the command line or a setting's value is wrong */
  BASE_ERROR_DATA = 65,        /* what was read is not what it should be */
  BASE_ERROR_NO_INPUT = 66,    /* a file, row or item that is not there */
  BASE_ERROR_NO_USER = 67,     /* unknown user, wrong password, locked out */
  BASE_ERROR_UNAVAILABLE = 69, /* a service does not answer */
  BASE_ERROR_INTERNAL = 70,    /* our own mistake */
  BASE_ERROR_OS = 71,          /* the system refused (memory, threads) */
  BASE_ERROR_CORRUPT = 72,     /* a database, key or chain that fails its own proof */
  BASE_ERROR_CANT_CREATE = 73, /* exists already, or cannot be made */
  BASE_ERROR_IO = 74,          /* reading or writing failed; disk full, read-only */
  BASE_ERROR_TRY_AGAIN = 75,   /* busy now: nothing was changed, the same call may work later */
  BASE_ERROR_PROTOCOL = 76,    /* the other side broke its protocol */
  BASE_ERROR_DENIED = 77,      /* this role may not, or a guard refused */
  BASE_ERROR_CONFIG = 78,      /* a setting is missing or cannot be used */
  BASE_ERROR_CONFLICT = 80,    /* somebody else changed or holds it; exits as TRY_AGAIN */
  BASE_ERROR_CANCELLED = 81,   /* stopped on request; exits as TRY_AGAIN */
  BASE_ERROR_AMBIGUOUS = 82,   /* it may or may not have arrived; exits as UNAVAILABLE */
} BaseError;

/* The exit status for an error; 0 for NULL, 70 for a foreign domain. */
int base_error_exit(const GError *error);

G_END_DECLS
#endif
