/* Is a destination there, and does it let the clinic in?  Asked without sending anything. */
#ifndef GUICHET_WORKER_PROBE_H
#define GUICHET_WORKER_PROBE_H

#include "guichet/clinic/destination.h"

G_BEGIN_DECLS

typedef enum {
  WORKER_LOGIN_UNKNOWN, /* it did not come so far */
  WORKER_LOGIN_NONE,    /* the settings have none, or the channel has none */
  WORKER_LOGIN_TAKEN,
  WORKER_LOGIN_REFUSED,
} WorkerLogin;

typedef struct {
  gboolean good;    /* a parcel could go now */
  gboolean reached; /* something answered there, or the folder is there or can be made */
  WorkerLogin login;
  char *words; /* what it says of itself, or what is wrong */
} WorkerProbe;

/* Waits for the answer: the destination's own deadline, 20 s at most.  Bad settings are an answer
 * too.  The caller has asked clinic_destination_allow(). */
void worker_probe_ask(ClinicSession *session, const ClinicDestination *to, WorkerProbe *ret);
void worker_probe_clear(WorkerProbe *probe);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WorkerProbe, worker_probe_clear)

G_END_DECLS
#endif
