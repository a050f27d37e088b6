/* What the two kinds of folder share: each answers at once, and can be asked. */
#ifndef GUICHET_WORKER_CHANNEL_FOLDER_H
#define GUICHET_WORKER_CHANNEL_FOLDER_H

#include "worker/channel.h"

gboolean worker_channel_folder_check(const ClinicDestination *to, GError **error);
gboolean worker_channel_folder_start(WorkerSending *sending, GError **error);
gboolean worker_channel_folder_reconcile(WorkerSending *sending, GError **error);
gboolean worker_channel_folder_probe(WorkerSending *sending, GError **error);
void worker_channel_folder_settled(WorkerSending *sending, WorkerOutcome outcome);

#endif
