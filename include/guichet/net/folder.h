/* Destinations on this host: a folder for the EHR to collect from, a Maildir.
 *
 * A parcel is staged beside its destination (folder/.guichet, a Maildir's tmp) and moved into place
 * by one rename, so the peer never sees half of it, and what a crash leaves behind says for certain
 * whether it arrived, even where the peer has collected it since. */
#ifndef GUICHET_NET_FOLDER_H
#define GUICHET_NET_FOLDER_H

#include <glib.h>

G_BEGIN_DECLS

/* Puts `name` with these bytes into the folder: staged + fsync + rename + fsync of the folder.  It
 * arrived already: TRUE, nothing is written; the name is there with other bytes:
 * BASE_ERROR_CONFLICT; another worker is at it: BASE_ERROR_TRY_AGAIN; it was put in place but the
 * disk may not keep it: BASE_ERROR_AMBIGUOUS; after any other error it did not arrive. *ret takes
 * the receipt (the path); caller frees. */
gboolean net_folder_put(const char *folder, const char *name, GBytes *bytes, char **ret,
                        GError **error);

/* The same into folder/new of a Maildir (tmp, new and cur are made). */
gboolean net_folder_maildir(const char *folder, const char *name, GBytes *bytes, char **ret,
                            GError **error);

/* Did it arrive?  Looks for `name` (in a Maildir also in cur, with its flags) and at what was left
 * of staging it.  *ret_there takes the answer; other bytes under that name are BASE_ERROR_CONFLICT.
 */
gboolean net_folder_arrived(const char *folder, const char *name, gboolean maildir, GBytes *bytes,
                            gboolean *ret_there, GError **error);

/* The arrival is on record: what is kept beside the destination to prove it may go. */
void net_folder_forget(const char *folder, const char *name, gboolean maildir);

G_END_DECLS
#endif
