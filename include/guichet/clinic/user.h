/* Users of the clinic. */
#ifndef GUICHET_CLINIC_USER_H
#define GUICHET_CLINIC_USER_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id;
  char *name;  /* login name: a–z 0–9 . - _ , at most 32 */
  char *title; /* full name, as it stands under a signature */
  ClinicRole role;
  gboolean disabled;
  gint64 last_login; /* 0 never */
} ClinicUser;

/* Makes a new clinic with its first administrator.  The password is checked by
 * vault_password_accept().  `generated`: vault_password_random() made it for a demo or a test, and
 * it is stretched less; elsewhere FALSE, lest the time of a log-in tells who still has such a one.
 */
gboolean clinic_user_found(const char *dir, const char *clinic_name, const char *admin_name,
                           const char *admin_title, const char *password, gboolean generated,
                           GError **error);

/* All take CLINIC_POWER_USER_MANAGE.  The last administrator stays one.  One's own password: by
 * clinic_user_change_password(), or within two minutes of the login. */
gboolean clinic_user_add(ClinicSession *session, const char *name, const char *title,
                         ClinicRole role, const char *password, gboolean generated, gint64 *ret,
                         GError **error);
gboolean clinic_user_set_role(ClinicSession *session, const char *name, ClinicRole role,
                              GError **error);
gboolean clinic_user_disable(ClinicSession *session, const char *name, gboolean disabled,
                             GError **error);
gboolean clinic_user_set_password(ClinicSession *session, const char *name, const char *password,
                                  GError **error);
/* One's own, any role: the proof says that the old one was just given. */
gboolean clinic_user_change_password(ClinicSession *session, const ClinicProof *proof,
                                     const char *password, GError **error);
/* *ret: GPtrArray of ClinicUser, by name, free function set. */
gboolean clinic_user_list(ClinicSession *session, GPtrArray **ret, GError **error);

/* The title of a user by id, "" for none; from a cache of the session, owned by it. */
const char *clinic_user_title(ClinicSession *session, gint64 id);
/* A clinician by login name or title, folded; 0 when there is none. */
gint64 clinic_user_find(ClinicSession *session, const char *name_or_title);
/* The only clinician whose title is this name, of two words at least, or ends with it ("Dr Ada
 * Quill" for "Ada Quill"), folded; 0 when there is none, or more than one. */
gint64 clinic_user_called(ClinicSession *session, const char *name);
void clinic_user_free(ClinicUser *user);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicUser, clinic_user_free)

G_END_DECLS
#endif
