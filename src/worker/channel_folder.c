#include "worker/channel_folder.h"

#include <string.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/net/folder.h"

static gboolean
is_maildir(const ClinicDestination *to)
{
  return strcmp(to->channel, "maildir") == 0;
}

static void
say(WorkerSending *sending, WorkerOutcome outcome, const char *words)
{
  worker_channel_done(sending, &(WorkerAnswer){.outcome = outcome, .words = words});
}

gboolean
worker_channel_folder_check(const ClinicDestination *to, GError **error)
{
  if (*to->url != '\0')
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, _("[destination %s] needs a url: the folder"),
              to->name);
  return FALSE;
}

gboolean
worker_channel_folder_start(WorkerSending *sending, GError **error)
{
  const ClinicParcel *parcel = sending->parcel;
  g_autofree char *receipt = NULL;
  g_autoptr(GError) why = NULL;
  gboolean ok = (is_maildir(sending->to) ? net_folder_maildir : net_folder_put)(
      sending->to->url, parcel->name, parcel->bytes, &receipt, &why);
  if (!ok && !g_error_matches(why, BASE_ERROR, BASE_ERROR_AMBIGUOUS)) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  say(sending, ok ? WORKER_DELIVERED : WORKER_AMBIGUOUS, ok ? receipt : why->message);
  return TRUE;
}

/* A folder that is away cannot be asked now. */
gboolean
worker_channel_folder_reconcile(WorkerSending *sending, GError **error)
{
  const ClinicParcel *parcel = sending->parcel;
  const char *folder = sending->to->url;
  gboolean there = FALSE, maildir = is_maildir(sending->to);
  g_autoptr(GError) why = NULL;
  if (!net_folder_arrived(folder, parcel->name, maildir, parcel->bytes, &there, &why)) {
    if (g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT)) {
      say(sending, WORKER_FAILED, why->message);
      return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  g_autofree char *receipt = maildir ? g_build_filename(folder, "new", parcel->name, NULL)
                                     : g_build_filename(folder, parcel->name, NULL);
  say(sending, there ? WORKER_DELIVERED : WORKER_DEFERRED,
      there ? receipt : _("the worker stopped before it was sent"));
  return TRUE;
}

gboolean
worker_channel_folder_probe(WorkerSending *sending, GError **error)
{
  const char *folder = sending->to->url;
  if (access(folder, W_OK | X_OK) == 0) {
    say(sending, WORKER_DELIVERED, _("the folder can be written"));
    return TRUE;
  }
  if (!g_file_test(folder, G_FILE_TEST_EXISTS)) {
    say(sending, WORKER_DELIVERED, _("the folder is made with the first parcel"));
    return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_CANT_CREATE, _("%s cannot be written"), folder);
  return FALSE;
}

/* In doubt a person decides, and what they say goes: the proof kept beside the destination may not
 * speak against it. */
void
worker_channel_folder_settled(WorkerSending *sending, WorkerOutcome outcome)
{
  if (outcome == WORKER_DELIVERED || outcome == WORKER_AMBIGUOUS)
    net_folder_forget(sending->to->url, sending->parcel->name, is_maildir(sending->to));
}
