/* A session: one person (or the worker) in one clinic.  Every call of this room takes it, and asks
 * it who may.
 *
 * A session belongs to one thread.  What is refused says why in words (BASE_ERROR_DENIED) and
 * leaves an audit event. */
#ifndef GUICHET_CLINIC_SESSION_H
#define GUICHET_CLINIC_SESSION_H

#include <glib.h>

#include "guichet/base/conf.h"

G_BEGIN_DECLS

typedef enum {
#define ROLE(id, word, letter, title) CLINIC_ROLE_##id,
#include "clinic/role.def"
#undef ROLE
  CLINIC_ROLE_N
} ClinicRole;

typedef enum {
#define POWER(id, word, roles, help) CLINIC_POWER_##id,
#include "clinic/role.def"
#undef POWER
  CLINIC_POWER_N
} ClinicPower;

typedef struct ClinicSession ClinicSession;

/* Where the clinic is: `given` (--clinic), else $GUICHET_CLINIC, else the XDG data folder's
 * guichet/clinic. Caller frees. */
char *clinic_session_dir(const char *given);

/* Logs in.  Slow on purpose (Argon2id, some 0.4 s): not on the screen's thread; the session it
 * gives may then be handed to another thread.  Unknown user, wrong password and disabled user are
 * one message (BASE_ERROR_NO_USER); a locked account says how long to wait.  Wrong passwords are
 * counted across processes, with a doubling wait. */
gboolean clinic_session_login(const char *dir, const char *user, const char *password,
                              ClinicSession **ret, GError **error);

/* The worker's session, by the host's key. */
gboolean clinic_session_host(const char *dir, ClinicSession **ret, GError **error);

/* The worker's session in the same process: the same keys, connections of its own. */
gboolean clinic_session_worker(const ClinicSession *session, ClinicSession **ret, GError **error);

/* Logs out, wipes the keys.  NULL is fine. */
void clinic_session_close(ClinicSession *session);

gint64 clinic_session_user(const ClinicSession *session);       /* 0 for the worker */
const char *clinic_session_name(const ClinicSession *session);  /* login name */
const char *clinic_session_title(const ClinicSession *session); /* full name */
ClinicRole clinic_session_role(const ClinicSession *session);
const BaseConf *clinic_session_conf(const ClinicSession *session);
const char *clinic_session_folder(const ClinicSession *session); /* the clinic's folder */

/* Wrong passwords since the last login, to be told now; 0 none.  *ret_last takes the time of the
 * last one. */
guint clinic_session_failures(const ClinicSession *session, gint64 *ret_last);

gboolean clinic_session_may(const ClinicSession *session, ClinicPower power);
/* As above, with the error to show; a refusal is audited. */
gboolean clinic_session_require(ClinicSession *session, ClinicPower power, GError **error);

/* A proof that the person at the keyboard just gave their password again: needed to sign, good for
 * two minutes.  clinic_session_confirm() is slow and may be called on any thread while the session
 * is used on its own: it opens keys.db for itself.  Wrong ones count as at login. */
typedef struct ClinicProof ClinicProof;
gboolean clinic_session_confirm(const ClinicSession *session, const char *password,
                                ClinicProof **ret, GError **error);
/* For the command line, where the password was given for this one deed: as good as one given now,
 * for two minutes from the login.  Never for a screen. */
ClinicProof *clinic_proof_of_login(const ClinicSession *session);
void clinic_proof_free(ClinicProof *proof);
gboolean clinic_proof_holds(const ClinicProof *proof, const ClinicSession *session);

/* Audit events of the idle lock. */
gboolean clinic_session_note_lock(ClinicSession *session, gboolean locked, GError **error);

/* A number that changes when anybody, here or in another process, has written. Cheap. */
gint64 clinic_session_version(ClinicSession *session);

const char *clinic_role_word(ClinicRole role);
const char *clinic_role_title(ClinicRole role); /* translated */
gboolean clinic_role_parse(const char *word, ClinicRole *ret, GError **error);
gboolean clinic_role_may(ClinicRole role, ClinicPower power);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicSession, clinic_session_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicProof, clinic_proof_free)

G_END_DECLS
#endif
