/* What the desk saw of an appointment, for the FHIR server that it came from: one status of one
 * Appointment, as FHIR Parameters in the outbox, and the change that is asked for. */
#ifndef GUICHET_WIRE_FHIR_STATUS_H
#define GUICHET_WIRE_FHIR_STATUS_H

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

typedef struct {
  char *reference; /* "Appointment/7" */
  char *status;    /* booked, arrived, checked-in, fulfilled, noshow, cancelled */
  gboolean back;   /* a later one was a slip, and is taken back */
} WireFhirStatus;

/* NULL where it is none of these.  Caller frees. */
char *wire_fhir_status_write(const WireFhirStatus *said);

/* Back.  FALSE where it is something else. */
gboolean wire_fhir_status_read(const char *bytes, gsize length, WireFhirStatus *ret);
void wire_fhir_status_clear(WireFhirStatus *said);

/* How the server's Appointment stands to that. */
typedef enum {
  WIRE_FHIR_STATUS_MAY,    /* it may follow */
  WIRE_FHIR_STATUS_THERE,  /* it says so already */
  WIRE_FHIR_STATUS_BEYOND, /* somebody said there what this must not undo */
  WIRE_FHIR_STATUS_OTHER   /* it is no such Appointment */
} WireFhirStatusStanding;
/* *ret_now: its status now, disarmed; caller frees. */
WireFhirStatusStanding wire_fhir_status_standing(const json_t *resource, const WireFhirStatus *said,
                                                 char **ret_now);

/* Its version, for If-Match; "" where it has none that can stand in a header.  Caller frees. */
char *wire_fhir_status_version(const json_t *resource);

/* A JSON Patch (RFC 6902), and the whole resource with that one thing changed.  Caller frees. */
char *wire_fhir_status_patch(const char *status);
char *wire_fhir_status_whole(const json_t *resource, const char *status);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WireFhirStatus, wire_fhir_status_clear)

G_END_DECLS
#endif
