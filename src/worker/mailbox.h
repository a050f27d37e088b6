/* The mailbox where reports of undelivered mail and answers of patients arrive: read every few
 * minutes, beside all else that the worker does. */
#ifndef GUICHET_WORKER_MAILBOX_H
#define GUICHET_WORKER_MAILBOX_H

#include "guichet/clinic/destination.h"
#include "guichet/net/imap.h"
#include "worker/run.h"

/* Begins to read what is new there, where it is time.  What goes wrong with the mailbox is no error
 * for the worker. */
void worker_mailbox_read(WorkerRun *run);

/* As [destination] says; lent. */
NetImapTo worker_mailbox_server(const ClinicDestination *to, const char *secret);

#endif
