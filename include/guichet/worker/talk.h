/* One draft from a chat service: asks its questions one after the other, reads the answers as they
 * arrive, mends, splits and gives up as scribe/chat says.  Nothing here waits: transfers go on the
 * handle that whoever owns it steps. */
#ifndef GUICHET_WORKER_TALK_H
#define GUICHET_WORKER_TALK_H

#include "guichet/net/http.h"
#include "guichet/scribe/chat.h"
#include "guichet/worker/service.h"

G_BEGIN_DECLS

typedef struct WorkerTalk WorkerTalk;

typedef struct {
  /* Of the answers that there will be, by what has come; never falls.  May be NULL. */
  void (*progress)(int per_mille, gpointer data);
  /* Once; the talk is gone after it.  Not from inside worker_talk_start().  The draft is the
   * callee's, NULL with an error: BASE_ERROR_CANCELLED, BASE_ERROR_UNAVAILABLE (the service),
   * BASE_ERROR_PROTOCOL (what it answered). */
  void (*done)(ScribeDraft *draft_taken, const GError *error, gpointer data);
  gpointer data;
} WorkerTalkCalls;

/* The service is lent and outlives it; worker_service_ready() was asked.  FALSE (the address may
 * not be gone to): nothing has begun and `chat` is freed. */
gboolean worker_talk_start(NetHttp *http, WorkerService *service, ScribeChat *chat_taken,
                           const WorkerTalkCalls *calls, WorkerTalk **ret, GError **error);
/* Aborts the transfer; `done` is called now. */
void worker_talk_cancel(WorkerTalk *talk);

G_END_DECLS
#endif
