#include "guichet/clinic/choice.h"

#include <string.h>

#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/user.h"
#include "guichet/store/choice.h"
#include "guichet/store/patient.h"
#include "guichet/vault/process.h"

#define CHOICE_WORDS_MOST 1000u

void
clinic_choice_free(ClinicChoice *choice)
{
  if (choice == NULL)
    return;
  g_free(choice->user_title);
  g_free(choice->address);
  g_free(choice->how);
  g_free(choice->words);
  g_free(choice);
}

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE, why);
  return FALSE;
}

static gboolean
choice_accept(gboolean chosen, gboolean warned, const char *how, const char *words, GError **error)
{
  static const char *const HOW[] = {"spoken", "written", "form", NULL};
  if (chosen && !warned)
    return refuse(error, _("A patient can choose e-mail only after they were told that others may "
                           "read it on its way: tell them, and say so."));
  if (how == NULL || !g_strv_contains(HOW, how))
    return refuse(error, _("say how the choice was made: spoken, written or form"));
  if (words == NULL || *words == '\0' || strlen(words) > CHOICE_WORDS_MOST ||
      !g_utf8_validate(words, -1, NULL))
    return refuse(error, _("give the patient's words, at most 1,000 bytes"));
  return TRUE;
}

static gboolean
record_inside(ClinicSession *session, const StoreChoice *choice, GError **error)
{
  clinic_session_event(session, STORE_EVENT_MAIL_CHOICE, choice->id, choice->patient,
                       choice->chosen ? "chosen" : "taken back");
  return store_choice_add(clinic_session_store(session), choice, error) &&
         store_tx_commit(clinic_session_store(session), error);
}

gboolean
clinic_choice_record(ClinicSession *session, gint64 patient, gboolean chosen, gboolean warned,
                     const char *how, const char *words, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StorePatient) known = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_EDIT, error) ||
      !choice_accept(chosen, warned, how, words, error) ||
      !store_patient_load(store, patient, &known, error))
    return FALSE;
  if (chosen && *known->mail == '\0')
    return refuse(error, _("The patient's record has no mail address."));
  g_autofree char *safe = base_text_disarm(words, -1, FALSE);
  g_autofree char *way = g_strdup(how);
  const StoreChoice choice = {.id = vault_process_id(),
                              .patient = patient,
                              .at = base_clock_now(),
                              .user = clinic_session_user(session),
                              .chosen = chosen,
                              .address = known->mail,
                              .how = way,
                              .words = safe};
  if (!store_tx_begin(store, error))
    return FALSE;
  if (record_inside(session, &choice, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_choice_load(ClinicSession *session, gint64 patient, ClinicChoice **ret, GError **error)
{
  g_autoptr(StoreChoice) row = NULL;
  if (!clinic_session_may(session, CLINIC_POWER_WORK) &&
      !clinic_session_require(session, CLINIC_POWER_PATIENT_SEE, error))
    return FALSE;
  if (!store_choice_last(clinic_session_store(session), patient, &row, error))
    return FALSE;
  if (row == NULL) {
    *ret = NULL;
    return TRUE;
  }
  const ClinicChoice made = {.chosen = row->chosen,
                             .at = row->at,
                             .user = row->user,
                             .user_title = g_strdup(clinic_user_title(session, row->user)),
                             .address = g_strdup(row->address),
                             .how = g_strdup(row->how),
                             .words = g_strdup(row->words)};
  *ret = g_memdup2(&made, sizeof made);
  return TRUE;
}

gboolean
clinic_choice_holds(const ClinicChoice *choice, const char *address)
{
  return choice != NULL && choice->chosen && *address != '\0' &&
         g_ascii_strcasecmp(choice->address, address) == 0;
}
