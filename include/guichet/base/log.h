/* The log: one line a happening, to standard error or a file, for whoever runs the host.
 *
 * Ids, counts, states, file names of our own, error messages: yes.  A patient's word: never.  Every
 * line is disarmed.  While a screen is open standard error belongs to the terminal, so the program
 * points the log at a file in the clinic's folder (0600) first. */
#ifndef GUICHET_BASE_LOG_H
#define GUICHET_BASE_LOG_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum { BASE_LOG_DEBUG, BASE_LOG_INFO, BASE_LOG_WARN, BASE_LOG_ERROR } BaseLogLevel;

/* Lines below `level` are dropped.  BASE_LOG_INFO at first. */
void base_log_level(BaseLogLevel level);

/* From here on lines go to this file (appended, 0600), or to standard error again with NULL. */
gboolean base_log_file(const char *path, GError **error);

void base_log(BaseLogLevel level, const char *format, ...) G_GNUC_PRINTF(2, 3);

G_END_DECLS
#endif
