/* Questions that only a person can answer, as items of the queue. */
#ifndef GUICHET_CLINIC_TASK_PRIVATE_H
#define GUICHET_CLINIC_TASK_PRIVATE_H

#include "clinic/session.h"

typedef struct {
  VaultTag tag;      /* what it is about: the same tag, the same task, asked once */
  gint64 clinician;  /* 0 nobody's */
  gint64 patient;    /* 0 nobody known: sealed under the clinic's key */
  char *text;        /* lent */
  const char *event; /* a few words for the audit trail, without a patient's */
} ClinicTask;

/* Inside a transaction.  *ret_new: it was not there before. */
gboolean clinic_task_ask(ClinicSession *session, const ClinicTask *task, gboolean *ret_new,
                         GError **error);

/* Inside a transaction: the question was answered.  Its task leaves the queue, where there is one
 * and it still waits. */
gboolean clinic_task_done(ClinicSession *session, const VaultTag *tag, GError **error);

#endif
