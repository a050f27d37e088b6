/* Files: read with a cap, written whole or not at all. */
#ifndef GUICHET_BASE_FILE_H
#define GUICHET_BASE_FILE_H

#include <glib.h>

G_BEGIN_DECLS

/* Reads at most `cap` bytes of the file ("-" is standard input); a longer file is refused with its
 * name and the cap (BASE_ERROR_DATA), before it is in memory.  *ret is NUL-terminated past its
 * length; caller frees. */
gboolean base_file_read(const char *path, gsize cap, char **ret, gsize *ret_length, GError **error);

/* Writes temp + fsync + rename + fsync of the folder, mode 0600: after TRUE the bytes are on the
 * disk under that name; after FALSE there is nothing, or what was there before. */
gboolean base_file_write(const char *path, const void *bytes, gsize length, GError **error);

/* As base_file_write(), but a name that exists is an error (BASE_ERROR_CANT_CREATE) and stays as it
 * was. */
gboolean base_file_create(const char *path, const void *bytes, gsize length, GError **error);

/* Makes the folder and its parents, mode 0700; a folder that is there stays as it is. */
gboolean base_file_folder(const char *path, GError **error);

/* fsync of a folder, after a rename in it. */
gboolean base_file_sync_folder(const char *path, GError **error);

/* A file that guichet ships: share/NAME in a source tree or an installation.  $GUICHET_DATADIR
 * comes first. The path is made even if nothing is there.  Caller frees. */
char *base_file_data(const char *name);

G_END_DECLS
#endif
