#include <string.h>

#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/user.h"
#include "guichet/store/user.h"

static const char *const WORDS[CLINIC_REMINDER_MODE_N] = {
    [CLINIC_REMINDER_BY_HAND] = "hand",
    [CLINIC_REMINDER_BY_DAY] = "day",
    [CLINIC_REMINDER_AUTOMATIC] = "automatic",
};

const char *
clinic_reminder_mode_word(ClinicReminderMode mode)
{
  return mode < CLINIC_REMINDER_MODE_N ? WORDS[mode] : "?";
}

gboolean
clinic_reminder_mode_parse(const char *word, ClinicReminderMode *ret, GError **error)
{
  for (guint i = 0; i < CLINIC_REMINDER_MODE_N; i++)
    if (strcmp(WORDS[i], word) == 0) {
      *ret = (ClinicReminderMode)i;
      return TRUE;
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is no way to approve reminders; it is hand, day or automatic."), word);
  return FALSE;
}

gboolean
clinic_reminder_mode_get(ClinicSession *session, const char *template, ClinicReminderMode *ret,
                         gint64 *ret_user, GError **error)
{
  g_autoptr(StoreReminderMode) row = NULL;
  ClinicReminderMode mode = CLINIC_REMINDER_BY_DAY;
  if (!store_reminder_mode_get(clinic_session_store(session), template, &row, error))
    return FALSE;
  if (row != NULL && !clinic_reminder_mode_parse(row->mode, &mode, error))
    return FALSE;
  *ret = mode;
  if (ret_user != NULL)
    *ret_user = row != NULL ? row->user : 0;
  return TRUE;
}

/* The order stands as long as who gave it might approve by hand. */
gboolean
clinic_reminder_mode_order(ClinicSession *session, const char *template, gint64 *ret_user,
                           GError **error)
{
  ClinicReminderMode mode = CLINIC_REMINDER_BY_DAY;
  g_autoptr(StoreUser) user = NULL;
  gint64 who = 0;
  *ret_user = 0;
  if (!clinic_reminder_mode_get(session, template, &mode, &who, error))
    return FALSE;
  if (mode != CLINIC_REMINDER_AUTOMATIC)
    return TRUE;
  if (!store_user_load(clinic_session_store(session), who, &user, error))
    return FALSE;
  ClinicRole role = CLINIC_ROLE_WORKER;
  if (!clinic_role_parse(user->role, &role, error))
    return FALSE;
  if (!user->disabled && clinic_role_may(role, CLINIC_POWER_DESK_SIGN))
    *ret_user = who;
  return TRUE;
}

static gboolean
is_word(const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && *p != '-')
      return FALSE;
  return *text != '\0' && strlen(text) <= 40;
}

/* A slip of the hand would switch nothing on, silently. */
static gboolean
check_template(ClinicSession *session, const char *template, GError **error)
{
  static const char *const LANGUAGES[] = {"en", "fr"};
  for (gsize i = 0; is_word(template) && i < G_N_ELEMENTS(LANGUAGES); i++) {
    g_autofree char *text = NULL;
    if (!clinic_reminder_policy_template(session, template, LANGUAGES[i], "txt", &text, error))
      return FALSE;
    if (text != NULL)
      return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, _("there is no template of reminders %s"),
              template);
  return FALSE;
}

gboolean
clinic_reminder_mode_set(ClinicSession *session, const char *template, ClinicReminderMode mode,
                         GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreReminderMode) old = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_REMINDER_MODE, error) ||
      (mode == CLINIC_REMINDER_AUTOMATIC &&
       !clinic_session_require(session, CLINIC_POWER_DESK_SIGN, error)) ||
      !check_template(session, template, error) || !store_tx_begin(store, error))
    return FALSE;
  g_autofree char *detail = g_strdup_printf("%s: %s", template, WORDS[mode]);
  clinic_session_event(session, STORE_EVENT_REMINDER_MODE, 0, 0, detail);
  gboolean ok = store_reminder_mode_get(store, template, &old, error);
  if (ok) {
    const StoreReminderMode row = {.version = old != NULL ? old->version : 0,
                                   .user = clinic_session_user(session),
                                   .at = base_clock_now(),
                                   .template = (char *)(guintptr) template,
                                   .mode = (char *)(guintptr)WORDS[mode]};
    ok = store_reminder_mode_put(store, &row, error) && store_tx_commit(store, error);
  }
  if (!ok)
    store_tx_rollback(store);
  return ok;
}
