/* Copies of the clinic, and the way back. */
#ifndef GUICHET_CLINIC_BACKUP_H
#define GUICHET_CLINIC_BACKUP_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

/* Copies that fit together (store/backup.h), each with its audit event.  NULL: DIR/backup.
 * *ret_data and *ret_keys take the folders of the copies; caller frees. */
gboolean clinic_backup_make(ClinicSession *session, const char *data, const char *keys,
                            char **ret_data, char **ret_keys, GError **error);

/* Puts two copies together as a clinic in an empty folder, logs in (the copies fit, and the caller
 * may make and restore backups), and makes a new host.key. */
gboolean clinic_backup_restore(const char *data, const char *keys, const char *dir,
                               const char *user, const char *password, ClinicSession **ret,
                               GError **error);

G_END_DECLS
#endif
