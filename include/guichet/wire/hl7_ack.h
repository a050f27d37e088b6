/* HL7 v2 acknowledgements, original (AA AE AR) and enhanced (CA CE CR). */
#ifndef GUICHET_WIRE_HL7_ACK_H
#define GUICHET_WIRE_HL7_ACK_H

#include "guichet/wire/hl7.h"

G_BEGIN_DECLS

typedef enum {
  WIRE_HL7_AA, /* filed */
  WIRE_HL7_AE, /* an error: it was not filed */
  WIRE_HL7_AR, /* refused: not a message for this receiver, or not now */
  WIRE_HL7_CA, /* taken in safely; whether it is filed is said later */
  WIRE_HL7_CE,
  WIRE_HL7_CR,
  WIRE_HL7_ACK_N
} WireHl7AckCode;

typedef struct {
  WireHl7AckCode code;
  char *control; /* MSA-2: the MSH-10 that it answers; never empty */
  char *words;   /* what the peer said (MSA-3, ERR), without what it quotes: one line, disarmed, at
                    most 300 characters; "" */
} WireHl7Ack;

/* BASE_ERROR_PROTOCOL where it is no HL7, no acknowledgement, or lacks its code or control id. */
gboolean wire_hl7_ack_read(const char *bytes, gsize length, WireHl7Ack **ret, GError **error);
void wire_hl7_ack_free(WireHl7Ack *ack);

const char *wire_hl7_ack_word(WireHl7AckCode code); /* "AA" */
/* A sentence for a person, not translated yet. */
const char *wire_hl7_ack_meaning(WireHl7AckCode code);

/* Which answers a message asks for (MSH-15, MSH-16; both empty: the original mode, AA and the
 * like). `good`: all went well.  Up to two codes in their order; returns how many. */
guint wire_hl7_ack_wanted(const WireHl7 *message, gboolean good, gboolean refused,
                          WireHl7AckCode ret[2]);

/* The acknowledgement of `message`: parties turned round, its version and event.  `control` is our
 * MSH-10 of the acknowledgement; `words` may be NULL, and never quotes the message. */
gboolean wire_hl7_ack_make(const WireHl7 *message, WireHl7AckCode code, const char *control,
                           gint64 at, const char *words, GBytes **ret, GError **error);
/* For bytes that are no message: AR without an MSA-2 that could be credited to anything. */
gboolean wire_hl7_ack_reject(const char *control, gint64 at, const char *words, GBytes **ret,
                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireHl7Ack, wire_hl7_ack_free)

G_END_DECLS
#endif
