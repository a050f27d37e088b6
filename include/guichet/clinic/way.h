/* Ways to reach a patient, in their order of preference: what the channels of the reminders' policy
 * are compared with.
 *
 * A patient's `ways` are words: a channel, or channel=address where it is not the address on
 * record.  Without them the way that `channel` names comes first, then mail, then print. */
#ifndef GUICHET_CLINIC_WAY_H
#define GUICHET_CLINIC_WAY_H

#include "guichet/clinic/patient.h"

G_BEGIN_DECLS

typedef struct {
  char *channel; /* "mail", "print", "folder", "sms" */
  char *address; /* never "" */
} ClinicWay;

/* GPtrArray of ClinicWay, free function set; those without an address are left out. */
GPtrArray *clinic_way_list(const ClinicPatient *patient);
void clinic_way_free(ClinicWay *way);

gboolean clinic_way_check(const char *ways, GError **error);

/* Wants no message at all. */
gboolean clinic_way_opted_out(const ClinicPatient *patient);

/* An address, so that two who share it are seen to; caller frees. */
char *clinic_way_fold(const ClinicWay *way);

G_END_DECLS
#endif
