/* How long to wait before a next try. */
#ifndef GUICHET_CLINIC_BACKOFF_H
#define GUICHET_CLINIC_BACKOFF_H

#include <glib.h>

/* `first` microseconds after the first try, twice that after the second, at most an hour; and up to
 * a quarter less, by chance, so that what failed together is not tried again together. */
gint64 clinic_backoff(gint64 first, guint attempts);

#endif
