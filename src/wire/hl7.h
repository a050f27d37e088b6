/* What the files of HL7 v2 share. */
#ifndef GUICHET_WIRE_HL7_PRIVATE_H
#define GUICHET_WIRE_HL7_PRIVATE_H

#include "guichet/wire/hl7.h"

G_BEGIN_DECLS

/* '\0' where the message has none. */
typedef struct {
  char field, component, repetition, escape, subcomponent;
} WireHl7Delimiters;

/* Bytes in the character set of that word ("" none declared) as UTF-8. */
gboolean wire_hl7_charset_decode(const char *word, const char *bytes, gsize length, char **ret,
                                 GError **error);
/* UTF-8 in that character set, letters that it lacks by plainer ones; FALSE where there are none.
 */
gboolean wire_hl7_charset_encode(WireHl7Charset charset, const char *text, GString *into);

/* \F\ \S\ \T\ \R\ \E\ \Xhh…\ \.br\ and the other commands of formatted text; highlighting and local
 * escapes are dropped, what is none stays as it stands.  Caller frees. */
char *wire_hl7_escape_undo(const char *text, gsize length, const WireHl7Delimiters *by);
/* For |^~\&: FALSE for a control character that is no line break or tab. */
gboolean wire_hl7_escape_make(const char *text, GString *into);

G_END_DECLS
#endif
