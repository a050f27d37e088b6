#include "guichet/clinic/audit.h"

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/user.h"
#include "guichet/store/anchor.h"
#include "guichet/store/chain.h"
#include "guichet/store/line.h"
#include "clinic/session.h"

void
clinic_audit_report_free(ClinicAuditReport *report)
{
  if (report == NULL)
    return;
  g_free(report->bad_why);
  g_free(report);
}

void
clinic_audit_line_free(ClinicAuditLine *line)
{
  if (line == NULL)
    return;
  g_free(line->actor_name);
  g_free(line->detail);
  g_free(line);
}

static void
line_unref(gpointer data)
{
  clinic_audit_line_free(data);
}

static char *
anchors_folder(ClinicSession *session)
{
  return store_handle_path(session->store,
                           base_conf_text(clinic_session_conf(session), BASE_CONF_AUDIT_ANCHORS));
}

static gboolean
note_verified(ClinicSession *session, const StoreChainProof *proof, GError **error)
{
  g_autofree char *detail = g_strdup_printf("%" G_GINT64_FORMAT " lines, %" G_GINT64_FORMAT
                                            " anchors, first wrong %" G_GINT64_FORMAT,
                                            proof->lines, proof->anchors, proof->bad_seq);
  StoreEvent event = {.kind = STORE_EVENT_AUDIT_VERIFY, .actor = session->user, .detail = detail};
  return store_tx_note(session->store, &event, error);
}

gboolean
clinic_audit_verify(ClinicSession *session,
                    gboolean (*progress)(gint64 done, gint64 all, gpointer data), gpointer data,
                    ClinicAuditReport **ret, GError **error)
{
  g_autofree char *folder = anchors_folder(session);
  g_autoptr(StoreChainProof) proof = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_AUDIT_VERIFY, error) ||
      !store_chain_verify(session->store, folder, progress, data, &proof, error))
    return FALSE;
  /* a chain that is broken may be past adding to; the answer matters more than the line */
  if (!note_verified(session, proof, proof->bad_seq != 0 ? NULL : error) && proof->bad_seq == 0)
    return FALSE;
  ClinicAuditReport *report = g_new0(ClinicAuditReport, 1);
  report->lines = proof->lines;
  report->anchors = proof->anchors;
  report->bad_seq = proof->bad_seq;
  report->bad_why = g_strdup(proof->bad_why);
  *ret = report;
  return TRUE;
}

gboolean
clinic_audit_anchor(ClinicSession *session, GError **error)
{
  g_autofree char *folder = anchors_folder(session);
  return store_anchor_write(session->store, folder, base_clock_now(), error);
}

static char *
actor_name(ClinicSession *session, gint64 actor)
{
  if (actor == 0)
    return g_strdup(_("Worker"));
  if (actor < 0)
    return g_strdup(_("Setup"));
  return g_strdup(clinic_user_title(session, actor));
}

static ClinicAuditLine *
line_from(ClinicSession *session, const StoreLine *from)
{
  ClinicAuditLine *line = g_new0(ClinicAuditLine, 1);
  line->seq = from->seq;
  line->at = from->at;
  line->actor = from->actor;
  line->subject = from->subject;
  line->patient = from->patient;
  line->what = store_event_word(from->kind);
  line->actor_name = actor_name(session, from->actor);
  line->detail = g_strdup(from->detail);
  return line;
}

/* Reading the trail is told once, at its beginning. */
static gboolean
note_read(ClinicSession *session, gint64 after, gint64 patient, GError **error)
{
  StoreEvent event = {.kind = STORE_EVENT_AUDIT_EXPORT, .actor = session->user, .patient = patient};
  return after != 0 || store_tx_note(session->store, &event, error);
}

gboolean
clinic_audit_list(ClinicSession *session, gint64 after, gint64 patient, gint64 actor, guint most,
                  GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) stored = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_AUDIT_SEE, error) ||
      !note_read(session, after, patient, error) ||
      !store_line_page(session->store, after, patient, actor, most, &stored, error))
    return FALSE;
  GPtrArray *lines = g_ptr_array_new_with_free_func(line_unref);
  for (guint i = 0; i < stored->len; i++) {
    const StoreLine *line = g_ptr_array_index(stored, i);
    if (patient == 0 || actor == 0 || line->actor == actor)
      g_ptr_array_add(lines, line_from(session, line));
  }
  *ret = lines;
  return TRUE;
}
