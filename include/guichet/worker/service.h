/* A chat service as the settings name it, with what was learned of it: which form of answer it
 * takes, and whether it is down.
 *
 * A circuit breaker: after a failure nobody asks it for a while, twice as long after each further
 * one; then one request tries.  What the service itself says (Retry-After) goes before. */
#ifndef GUICHET_WORKER_SERVICE_H
#define GUICHET_WORKER_SERVICE_H

#include "guichet/base/conf.h"
#include "guichet/wire/chat.h"

G_BEGIN_DECLS

typedef struct WorkerService WorkerService;

typedef struct {
  const char *url;      /* base, with /v1 */
  const char *model;    /* "" left to the service */
  const char *key_file; /* "" none; $CREDENTIALS_DIRECTORY/guichet-engine-key goes before */
  const char *ca_file;  /* "" the system's */
  const char *folder;   /* what relative files are relative to */
  guint seconds;        /* of one answer */
  guint context_tokens;
  gint64 seed;
} WorkerServiceSettings;

/* From [engine] of guichet.conf; the strings are the conf's. */
WorkerServiceSettings worker_service_settings(const BaseConf *conf, const char *folder);

/* Reads the key.  No URL, a key file that others can read: BASE_ERROR_CONFIG. */
gboolean worker_service_new(const WorkerServiceSettings *settings, WorkerService **ret,
                            GError **error);
void worker_service_free(WorkerService *service);

const char *worker_service_url(const WorkerService *service);
const WorkerServiceSettings *worker_service_of(const WorkerService *service);
const char *worker_service_key(const WorkerService *service); /* NULL none */
WireChatForm worker_service_form(const WorkerService *service);
/* It does not take this form: the next one from now on.  FALSE where there is no next. */
gboolean worker_service_step_down(WorkerService *service, WireChatForm form);

/* A request may go now.  FALSE: it is down, and BASE_ERROR_UNAVAILABLE says why and for how long.
 */
gboolean worker_service_ready(WorkerService *service, GError **error);
/* What became of it.  `retry_after` in seconds, -1 unknown; `why` is a few words without a
 * patient's. */
void worker_service_worked(WorkerService *service);
void worker_service_failed(WorkerService *service, const char *why, gint64 retry_after);
/* It was called off: that says nothing of the service. */
void worker_service_undone(WorkerService *service);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkerService, worker_service_free)

G_END_DECLS
#endif
