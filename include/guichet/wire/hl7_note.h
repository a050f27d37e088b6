/* A signed note as an HL7 v2.5 document message: MDM^T02 (new), T06 (addendum), T08 (edit), T10
 * (replacement). */
#ifndef GUICHET_WIRE_HL7_NOTE_H
#define GUICHET_WIRE_HL7_NOTE_H

#include "guichet/wire/fhir.h"
#include "guichet/wire/hl7.h"

G_BEGIN_DECLS

/* What the receiver wants; every string has a default where NULL or "". */
typedef struct {
  const char *sender, *sender_facility;     /* MSH-3, MSH-4: "GUICHET", the clinic's name */
  const char *receiver, *receiver_facility; /* MSH-5, MSH-6 */
  const char *processing;                   /* MSH-11: P production, T training, D debugging */
  const char *document_type; /* TXA-2: a word of table 0270, or code^text^system; "PN" */
  const char *authority;     /* PID-3.4 of the clinic's record numbers */
  WireHl7Charset charset;
  gboolean enhanced;   /* ask for a commit and an application acknowledgement (MSH-15, MSH-16) */
  gboolean formatted;  /* one OBX of type FT with \.br\ for each line; else an OBX (TX) a line */
  gboolean fields;     /* the discrete fields too, an OBX each */
  guint line;          /* most characters of an OBX-5; 0: 65536 */
  const char *lengths; /* most characters of a field's parts: "PID-5:48 TXA-12:30"; "" */
} WireHl7Profile;

/* MSH-10 of the message of an item: the same at every try, so that a receiver knows a second one
 * for what it is.  At most 20 characters.  `part` counts the messages of an item from 0.  Caller
 * frees. */
char *wire_hl7_note_control(gint64 item, guint part);

/* The trigger event follows note->relation.  The engine that drafted it stands in SFT.  What does
 * not fit its field (a name over its length) fails with BASE_ERROR_DATA: nothing is cut off.
 * Deterministic: the same values give the same bytes. */
gboolean wire_hl7_note_make(const WireNote *note, const WireHl7Profile *profile, GBytes **ret,
                            GError **error);

G_END_DECLS
#endif
