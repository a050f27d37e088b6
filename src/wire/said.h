/* What a peer says of our message, made fit for a person and a log. */
#ifndef GUICHET_WIRE_SAID_H
#define GUICHET_WIRE_SAID_H

#include <glib.h>

G_BEGIN_DECLS

/* One line, disarmed, at most `most` characters; what stands in quotes and every run of digits of
 * three and more is left out: it may be the patient's.  Caller frees. */
char *wire_said_plain(const char *text, guint most);

G_END_DECLS
#endif
