#include "worker/parcel.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/clinic/outbox.h"
#include "guichet/net/folder.h"

/* "directory:PATH" or "maildir:PATH", from the clinic's folder. */
typedef struct {
  gboolean maildir;
  char *folder;
} Destination;

static gboolean
destination_read(const WorkerRun *run, const char *text, Destination *ret, GError **error)
{
  const char *colon = strchr(text, ':');
  gboolean maildir = g_str_has_prefix(text, "maildir:");
  if (colon == NULL || colon[1] == '\0' || (!maildir && !g_str_has_prefix(text, "directory:"))) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                "the destination %s is neither directory:PATH nor maildir:PATH; change it in "
                "guichet.conf",
                text);
    return FALSE;
  }
  ret->maildir = maildir;
  ret->folder = g_canonicalize_filename(colon + 1, clinic_session_folder(run->session));
  return TRUE;
}

static gboolean
destination_put(const Destination *to, const ClinicParcel *parcel, char **ret, GError **error)
{
  return (to->maildir ? net_folder_maildir : net_folder_put)(to->folder, parcel->name,
                                                             parcel->bytes, ret, error);
}

/* What went wrong, in the outbox's terms.  In doubt a person decides, and what they say goes: the
 * proof kept beside the destination may not speak against it. */
static gboolean
parcel_settle(WorkerRun *run, const Destination *to, const ClinicParcel *parcel, const GError *why,
              GError **error)
{
  g_autofree char *where = g_strdup_printf("sending item %" G_GINT64_FORMAT, parcel->item);
  gboolean permanent = g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT) ||
                       g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFIG) ||
                       g_error_matches(why, BASE_ERROR, BASE_ERROR_INTERNAL);
  worker_run_trouble(run, where, why);
  if (g_error_matches(why, BASE_ERROR, BASE_ERROR_AMBIGUOUS)) {
    if (!clinic_outbox_doubtful(run->session, parcel, why->message, error))
      return FALSE;
    net_folder_forget(to->folder, parcel->name, to->maildir);
    return TRUE;
  }
  return clinic_outbox_failed(run->session, parcel, permanent, why->message, error);
}

static gboolean
parcel_done(WorkerRun *run, const Destination *to, const ClinicParcel *parcel, const char *receipt,
            GError **error)
{
  if (!clinic_outbox_delivered(run->session, parcel, receipt, error))
    return FALSE;
  net_folder_forget(to->folder, parcel->name, to->maildir);
  worker_run_count(run);
  return TRUE;
}

static gboolean
parcel_send(WorkerRun *run, const ClinicParcel *parcel, GError **error)
{
  Destination to = {0};
  g_autoptr(GError) why = NULL;
  g_autofree char *receipt = NULL;
  gboolean ok;
  worker_run_tell(run, WORKER_SENDING, parcel->item, -1);
  if (destination_read(run, parcel->destination, &to, &why) &&
      destination_put(&to, parcel, &receipt, &why))
    ok = parcel_done(run, &to, parcel, receipt, error);
  else
    ok = parcel_settle(run, &to, parcel, why, error);
  g_free(to.folder);
  return ok;
}

gboolean
worker_parcel_next(WorkerRun *run, gboolean *ret_did, GError **error)
{
  g_autoptr(ClinicParcel) parcel = NULL;
  if (!clinic_outbox_take(run->session, &parcel, error))
    return FALSE;
  *ret_did = parcel != NULL;
  return parcel == NULL || parcel_send(run, parcel, error);
}

/* --- what a worker that died left behind */

static gboolean
orphan_answer(WorkerRun *run, const Destination *to, const ClinicParcel *parcel, GError **error)
{
  g_autoptr(GError) why = NULL;
  gboolean there = FALSE;
  if (!net_folder_arrived(to->folder, parcel->name, to->maildir, parcel->bytes, &there, &why)) {
    if (g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT))
      return parcel_settle(run, to, parcel, why, error);
    worker_run_trouble(run, "asking after what was sent", why); /* a folder that is away: later */
    return TRUE;
  }
  if (!there)
    return clinic_outbox_failed(run->session, parcel, FALSE,
                                "the worker stopped before it was sent", error);
  g_autofree char *receipt =
      g_build_filename(to->folder, to->maildir ? "new" : ".", parcel->name, NULL);
  g_autofree char *plain = g_canonicalize_filename(receipt, NULL);
  return parcel_done(run, to, parcel, plain, error);
}

static gboolean
orphan_settle(WorkerRun *run, const ClinicParcel *parcel, GError **error)
{
  Destination to = {0};
  g_autoptr(GError) why = NULL;
  gboolean ok = destination_read(run, parcel->destination, &to, &why)
                    ? orphan_answer(run, &to, parcel, error)
                    : parcel_settle(run, &to, parcel, why, error);
  g_free(to.folder);
  return ok;
}

gboolean
worker_parcel_reconcile(WorkerRun *run, GError **error)
{
  g_autoptr(GPtrArray) orphans = NULL;
  if (!clinic_outbox_orphans(run->session, &orphans, error))
    return FALSE;
  for (guint i = 0; i < orphans->len && !worker_run_cancelled(run); i++)
    if (!orphan_settle(run, g_ptr_array_index(orphans, i), error))
      return FALSE;
  return TRUE;
}
