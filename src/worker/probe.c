#include "guichet/worker/probe.h"

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "worker/channel.h"

enum { PROBE_MOST_S = 20, PROBE_STEP_MS = 100 };

typedef struct {
  WorkerSending super;
  const WorkerChannel *channel;
  WorkerProbe *ret;
  gboolean ended;
} Probe;

static WorkerLogin
login_of(const ClinicDestination *to, const WorkerAnswer *answer)
{
  gboolean asked = *to->auth != '\0' || *to->user != '\0' || *to->secret_file != '\0';
  if (answer->reach == WORKER_REACH_BARRED)
    return WORKER_LOGIN_REFUSED;
  if (!asked)
    return WORKER_LOGIN_NONE;
  return answer->outcome == WORKER_DELIVERED ? WORKER_LOGIN_TAKEN : WORKER_LOGIN_UNKNOWN;
}

static void
probe_done(WorkerSending *super, const WorkerAnswer *answer)
{
  Probe *probe = (Probe *)super;
  if (probe->ended)
    return;
  probe->ended = TRUE;
  *probe->ret = (WorkerProbe){.good = answer->outcome == WORKER_DELIVERED,
                              .reached = answer->outcome == WORKER_DELIVERED ||
                                         answer->reach != WORKER_REACH_NONE,
                              .login = login_of(super->to, answer),
                              .words = g_strdup(answer->words != NULL ? answer->words : "")};
}

static void
probe_wait(Probe *probe)
{
  gint64 most = MIN((gint64)probe->super.to->seconds, PROBE_MOST_S);
  gint64 end = g_get_monotonic_time() + most * G_USEC_PER_SEC;
  while (!probe->ended && g_get_monotonic_time() < end)
    net_multi_step(probe->super.run->multi, PROBE_STEP_MS);
  if (!probe->ended && probe->channel->cancel != NULL)
    probe->channel->cancel(&probe->super);
}

static gboolean
probe_talk(Probe *probe, GError **error)
{
  const WorkerChannel *channel = probe->channel;
  if (channel->open != NULL &&
      !channel->open(probe->super.run, probe->super.to, &probe->super.state, error))
    return FALSE;
  gboolean ok = channel->probe(&probe->super, error);
  if (ok)
    probe_wait(probe);
  if (channel->drop != NULL)
    channel->drop(&probe->super);
  if (channel->close != NULL)
    channel->close(probe->super.state);
  return ok;
}

void
worker_probe_ask(ClinicSession *session, const ClinicDestination *to, WorkerProbe *ret)
{
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(WorkerRun) run = worker_run_new(session, multi, NULL, NULL, NULL);
  g_autoptr(GError) why = NULL;
  Probe probe = {.super = {.run = run, .to = to, .done = probe_done}, .ret = ret};
  gboolean ok = worker_channel_find(to->channel, &probe.channel, &why) &&
                (probe.channel->check == NULL || probe.channel->check(to, &why)) &&
                probe_talk(&probe, &why);
  if (!probe.ended)
    *ret = (WorkerProbe){.login = WORKER_LOGIN_UNKNOWN,
                         .words = g_strdup(!ok ? why->message : _("it did not answer in time"))};
}

void
worker_probe_clear(WorkerProbe *probe)
{
  g_clear_pointer(&probe->words, g_free);
}
