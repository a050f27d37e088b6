/* What HL7 v2 messages tell us: patients (ADT^A04, A08, A31, A40) and appointments (SIU^S12 to
 * S26), as plain structs.
 *
 * Texts: NULL where nothing was said, "" where it was said to be empty (what is known is to go).
 * Times are microseconds; those without a zone are on the clinic's wall clock. */
#ifndef GUICHET_WIRE_HL7_EVENT_H
#define GUICHET_WIRE_HL7_EVENT_H

#include "guichet/wire/hl7.h"

G_BEGIN_DECLS

typedef enum {
  WIRE_HL7_PATIENT,    /* A04, A08, A31: as it stands now */
  WIRE_HL7_MERGE,      /* A40: `merges` */
  WIRE_HL7_BOOKED,     /* S12 */
  WIRE_HL7_MOVED,      /* S13 */
  WIRE_HL7_CHANGED,    /* S14, S18 to S22 */
  WIRE_HL7_CANCELLED,  /* S15, S16, S17 */
  WIRE_HL7_NO_SHOW,    /* S26 */
  WIRE_HL7_NOT_FOR_US, /* S23, S24 (slots of a calendar), S25: answered as filed, nothing to do */
  WIRE_HL7_EVENT_N
} WireHl7What;

typedef struct {
  char *value, *authority, *type; /* PID-3: number, namespace (or universal id), "MR"; "" */
} WireHl7Id;

typedef struct {
  GPtrArray *ids;       /* of WireHl7Id */
  char *family, *given; /* PID-5, its legal name where there is one */
  char *birth;          /* YYYY-MM-DD */
  char *sex;            /* female, male, other, unknown */
  char *phone, *mail;   /* PID-13 */
  char *language;       /* PID-15, a BCP 47 word as it came */
  gboolean deceased;    /* PID-29 or PID-30: no reminder may go out any more */
} WireHl7Person;

typedef struct {
  char *placer, *filler; /* SCH-1, SCH-2: id, and its namespace after a "/" where one was said */
  char *reason, *type, *status; /* SCH-7, SCH-8, SCH-25 */
  gint64 start, end;            /* 0 not said */
  char *service, *location;     /* AIS-3, AIL-3 */
  char *clinician_id, *clinician;
  char *note; /* NTE-3, all of them */
} WireHl7Appointment;

typedef struct {
  GPtrArray *stays,
      *goes; /* of WireHl7Id: the record that is kept, and the one that ends (MRG-1) */
} WireHl7Pair;

typedef struct {
  WireHl7What what;
  char *type, *trigger, *control;  /* "SIU", "S12", MSH-10 */
  gint64 at;                       /* MSH-7; 0 not said */
  WireHl7Person *person;           /* NULL where the message names none */
  WireHl7Appointment *appointment; /* NULL in an ADT */
  GPtrArray *merges;               /* of WireHl7Pair; NULL but for WIRE_HL7_MERGE */
} WireHl7Event;

/* `zone` NULL: UTC.  BASE_ERROR_DATA: a message of these that lacks what it cannot be without
 * (MSH-10, a patient's id, an appointment's id or start).  BASE_ERROR_PROTOCOL: a message of
 * another kind, to be refused (AR).  The words never quote the message. */
gboolean wire_hl7_event_read(const WireHl7 *message, const GTimeZone *zone, WireHl7Event **ret,
                             GError **error);
void wire_hl7_event_free(WireHl7Event *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireHl7Event, wire_hl7_event_free)

G_END_DECLS
#endif
