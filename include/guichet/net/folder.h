/* Destinations on this host: a folder for the EHR to collect from, a Maildir. */
#ifndef GUICHET_NET_FOLDER_H
#define GUICHET_NET_FOLDER_H

#include <glib.h>

G_BEGIN_DECLS

/* Puts `name` with these bytes into the folder: temp + fsync + rename + fsync of the folder.  The
 * name is there already with the same bytes: TRUE, nothing is written (it had arrived); with other
 * bytes: BASE_ERROR_CONFLICT. *ret takes the receipt (the path); caller frees. */
gboolean net_folder_put(const char *folder, const char *name, GBytes *bytes, char **ret,
                        GError **error);

/* The same into folder/new of a Maildir (tmp, new and cur are made), under a unique name that
 * begins with `name`. */
gboolean net_folder_maildir(const char *folder, const char *name, GBytes *bytes, char **ret,
                            GError **error);

/* Did it arrive?  Looks for `name` (in a Maildir also in cur, with its flags).  *ret_there takes
 * the answer; other bytes under that name are BASE_ERROR_CONFLICT. */
gboolean net_folder_arrived(const char *folder, const char *name, gboolean maildir, GBytes *bytes,
                            gboolean *ret_there, GError **error);

G_END_DECLS
#endif
