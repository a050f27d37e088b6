#include <string.h>

#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/store/returned.h"

static const struct {
  const char *word, *title;
} WORDS[CLINIC_REMINDER_ANSWER_N] = {
    [CLINIC_REMINDER_SILENT] = {"none", N_("no answer")},
    [CLINIC_REMINDER_CONFIRMS] = {"confirm", N_("confirmed")},
    [CLINIC_REMINDER_CANCELS] = {"cancel", N_("wants to cancel")},
    [CLINIC_REMINDER_MOVES] = {"move", N_("wants another time")},
};

const char *
clinic_reminder_answer_word(ClinicReminderAnswer answer)
{
  return answer < CLINIC_REMINDER_ANSWER_N ? WORDS[answer].word : "?";
}

const char *
clinic_reminder_answer_title(ClinicReminderAnswer answer)
{
  return answer < CLINIC_REMINDER_ANSWER_N ? _(WORDS[answer].title) : "?";
}

gboolean
clinic_reminder_answer_parse(const char *word, ClinicReminderAnswer *ret, GError **error)
{
  for (guint i = CLINIC_REMINDER_CONFIRMS; i < CLINIC_REMINDER_ANSWER_N; i++)
    if (strcmp(WORDS[i].word, word) == 0) {
      *ret = (ClinicReminderAnswer)i;
      return TRUE;
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is no answer; it is confirm, cancel or move."), word);
  return FALSE;
}

/* As people type it: any case, with blanks and dashes. */
static char *
code_clean(const char *code)
{
  GString *clean = g_string_new(NULL);
  for (const char *p = code; *p != '\0' && clean->len < 40; p++)
    if (g_ascii_isalnum(*p))
      g_string_append_c(clean, g_ascii_toupper(*p));
  return g_string_free(clean, FALSE);
}

static gboolean
answer_inside(ClinicSession *session, gint64 item, ClinicReminderAnswer answer, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) rows = NULL;
  if (!store_reminder_of(store, item, &rows, error))
    return FALSE;
  gint64 patient = rows->len > 0 ? ((const StoreReminder *)rows->pdata[0])->patient : 0;
  clinic_session_event(session, STORE_EVENT_REMINDER_ANSWER, item, patient, WORDS[answer].word);
  return store_reminder_answer(store, item, (gint64)answer, base_clock_now(), error) &&
         store_returned_done(store, item, base_clock_now(), error) && store_tx_commit(store, error);
}

gboolean
clinic_reminder_answer(ClinicSession *session, const char *code, ClinicReminderAnswer answer,
                       GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autofree char *clean = code_clean(code);
  gint64 item = 0;
  if (!clinic_session_may(session, CLINIC_POWER_WORK) &&
      !clinic_session_require(session, CLINIC_POWER_DESK_EDIT, error))
    return FALSE;
  if (!store_reminder_coded(store, clean, &item, error))
    return FALSE;
  if (item == 0) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                        _("no message has this code; look at it again, letter by letter"));
    return FALSE;
  }
  if (!store_tx_begin(store, error))
    return FALSE;
  if (answer_inside(session, item, answer, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}
