#include "guichet/clinic/session.h"

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/store/login.h"
#include "guichet/store/user.h"
#include "guichet/vault/process.h"
#include "guichet/clinic/audit.h"
#include "clinic/proof.h"
#include "clinic/role.h"
#include "clinic/session.h"

char *
clinic_session_dir(const char *given)
{
  if (given != NULL && *given != '\0')
    return g_strdup(given);
  const char *set = g_getenv("GUICHET_CLINIC");
  if (set != NULL && *set != '\0')
    return g_strdup(set);
  return g_build_filename(g_get_user_data_dir(), "guichet", "clinic", NULL);
}

static ClinicSession *
session_new(StoreHandle *taken, gint64 user, const char *name, const char *title, ClinicRole role)
{
  ClinicSession *session = g_new0(ClinicSession, 1);
  g_mutex_init(&session->lexicon_lock);
  session->store = taken;
  session->user = user;
  session->name = g_strdup(name);
  session->title = g_strdup(title);
  session->role = role;
  session->serial = vault_process_id();
  session->opened_at = base_clock_monotonic();
  session->titles = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  session->names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  session->cached_at = session->checked_at = clinic_session_version(session);
  return session;
}

static void
session_free(ClinicSession *session)
{
  store_handle_close(session->store);
  scribe_lexicon_free(session->lexicon);
  g_mutex_clear(&session->lexicon_lock);
  g_hash_table_unref(session->titles);
  g_hash_table_unref(session->names);
  g_free(session->name);
  g_free(session->title);
  g_free(session);
}

void
clinic_session_close(ClinicSession *session)
{
  g_autoptr(GError) error = NULL;
  if (session == NULL)
    return;
  store_tx_rollback(session->store);
  StoreEvent event = {.kind = STORE_EVENT_LOGOUT, .actor = session->user};
  if (session->announced && !store_tx_note(session->store, &event, &error))
    base_log(BASE_LOG_WARN, "a log-out was not recorded: %s", error->message);
  session_free(session);
}

/* Logging in. */

/* What a login leaves behind: the wrong passwords before it, itself, and the day's anchor. */
static gboolean
login_record(ClinicSession *session, GError **error)
{
  StoreHandle *store = session->store;
  if (!store_tx_begin(store, error))
    return FALSE;
  if (session->failures > 0) {
    g_autofree char *when = base_clock_iso(session->last_failed);
    g_autofree char *detail = g_strdup_printf("%u, the last at %s", session->failures, when);
    clinic_session_event(session, STORE_EVENT_LOGIN_FAILED, session->user, 0, detail);
  }
  clinic_session_event(session, STORE_EVENT_LOGIN, session->user, 0, NULL);
  if (session->user != 0 && !store_user_touch(store, session->user, base_clock_now(), error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  if (!store_tx_commit(store, error))
    return FALSE;
  session->announced = TRUE;
  return store_login_told(store, session->name, session->failures, error);
}

/* An anchor that cannot be written must not keep the clinic shut; the log says so, and the next
 * login tries again. */
static void
login_anchor(ClinicSession *session)
{
  g_autoptr(GError) error = NULL;
  if (!clinic_audit_anchor(session, &error))
    base_log(BASE_LOG_WARN, "today's audit anchor was not written: %s", error->message);
}

static gboolean
login_user(StoreHandle *store, gint64 id, StoreUser **ret, ClinicRole *ret_role, GError **error)
{
  g_autoptr(StoreUser) user = NULL;
  if (!store_user_load(store, id, &user, error))
    return FALSE;
  if (user->disabled) {
    store_login_refuse(error);
    return FALSE;
  }
  if (!clinic_role_parse(user->role, ret_role, error))
    return FALSE;
  *ret = g_steal_pointer(&user);
  return TRUE;
}

gboolean
clinic_session_login(const char *dir, const char *user, const char *password, ClinicSession **ret,
                     GError **error)
{
  g_autoptr(StoreHandle) store = NULL;
  g_autoptr(StoreUser) known = NULL;
  StoreLogin login = {0};
  ClinicRole role = CLINIC_ROLE_N;
  if (!store_handle_open(dir, &store, error) ||
      !store_login_try(dir, store_handle_conf(store), user, password, &login, error))
    return FALSE;
  store_handle_unlock(store, login.clinic_key);
  if (!login_user(store, login.user, &known, &role, error))
    return FALSE;
  g_autoptr(ClinicSession) session =
      session_new(g_steal_pointer(&store), known->id, known->name, known->title, role);
  session->failures = login.failures;
  session->last_failed = login.last_failed;
  if (!login_record(session, error))
    return FALSE;
  login_anchor(session);
  *ret = g_steal_pointer(&session);
  return TRUE;
}

gboolean
clinic_session_host(const char *dir, ClinicSession **ret, GError **error)
{
  g_autoptr(StoreHandle) store = NULL;
  if (!store_handle_open(dir, &store, error) || !store_handle_unlock_host(store, error))
    return FALSE;
  g_autoptr(ClinicSession) session =
      session_new(g_steal_pointer(&store), 0, "worker", _("Worker"), CLINIC_ROLE_WORKER);
  if (!login_record(session, error))
    return FALSE;
  login_anchor(session);
  *ret = g_steal_pointer(&session);
  return TRUE;
}

gboolean
clinic_session_worker(const ClinicSession *session, ClinicSession **ret, GError **error)
{
  StoreHandle *twin = NULL;
  if (!store_handle_twin(session->store, &twin, error))
    return FALSE;
  *ret = session_new(twin, 0, "worker", _("Worker"), CLINIC_ROLE_WORKER);
  return TRUE;
}

/* What it is. */

StoreHandle *
clinic_session_store(ClinicSession *session)
{
  return session->store;
}

gint64
clinic_session_user(const ClinicSession *session)
{
  return session->user;
}

const char *
clinic_session_name(const ClinicSession *session)
{
  return session->name;
}

const char *
clinic_session_title(const ClinicSession *session)
{
  return session->title;
}

ClinicRole
clinic_session_role(const ClinicSession *session)
{
  return session->role;
}

const BaseConf *
clinic_session_conf(const ClinicSession *session)
{
  return store_handle_conf(session->store);
}

const char *
clinic_session_folder(const ClinicSession *session)
{
  return store_handle_dir(session->store);
}

guint
clinic_session_failures(const ClinicSession *session, gint64 *ret_last)
{
  if (ret_last != NULL)
    *ret_last = session->last_failed;
  return session->failures;
}

gint64
clinic_session_version(ClinicSession *session)
{
  return store_handle_version(session->store);
}

void
clinic_session_refresh(ClinicSession *session)
{
  gint64 version = clinic_session_version(session);
  if (version == session->cached_at)
    return;
  g_hash_table_remove_all(session->titles);
  g_hash_table_remove_all(session->names);
  session->cached_at = version;
}

void
clinic_session_event(ClinicSession *session, StoreEventKind kind, gint64 subject, gint64 patient,
                     const char *detail)
{
  store_tx_event(session->store, &(StoreEvent){.kind = kind,
                                               .actor = session->user,
                                               .subject = subject,
                                               .patient = patient,
                                               .detail = detail});
}

/* Who may. */

gboolean
clinic_session_may(const ClinicSession *session, ClinicPower power)
{
  return !session->gone && clinic_role_may(session->role, power);
}

/* A role that was changed, or a user who was disabled, meanwhile. */
static gboolean
recheck(ClinicSession *session, GError **error)
{
  g_autoptr(StoreUser) user = NULL;
  gint64 version = clinic_session_version(session);
  if (session->user == 0 || version == session->checked_at)
    return TRUE;
  if (!store_user_load(session->store, session->user, &user, error))
    return FALSE;
  ClinicRole role = CLINIC_ROLE_N;
  session->gone = user->disabled || !clinic_role_parse(user->role, &role, NULL);
  session->role = role;
  session->checked_at = version;
  return TRUE;
}

gboolean
clinic_session_require(ClinicSession *session, ClinicPower power, GError **error)
{
  if (!recheck(session, error))
    return FALSE;
  if (clinic_session_may(session, power))
    return TRUE;
  StoreEvent event = {
      .kind = STORE_EVENT_DENIED, .actor = session->user, .detail = clinic_role_power(power)};
  g_autoptr(GError) failed = NULL;
  if (!store_tx_note(session->store, &event, &failed))
    base_log(BASE_LOG_WARN, "a refusal was not recorded: %s", failed->message);
  if (session->gone)
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED, _("this user was disabled"));
  else
    /* L10N: a role, and what it may not do */
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED, _("%s may not do this: %s"),
                clinic_role_title(session->role), clinic_role_power_help(power));
  return FALSE;
}

gboolean
clinic_session_confirm(const ClinicSession *session, const char *password, ClinicProof **ret,
                       GError **error)
{
  StoreLogin login = {0};
  if (!store_login_try(store_handle_dir(session->store), store_handle_conf(session->store),
                       session->name, password, &login, error))
    return FALSE;
  vault_key_free(login.clinic_key);
  if (login.user != session->user) {
    store_login_refuse(error);
    return FALSE;
  }
  *ret = clinic_proof_new(session, base_clock_monotonic());
  return TRUE;
}

gboolean
clinic_session_note_lock(ClinicSession *session, gboolean locked, GError **error)
{
  StoreEvent event = {.kind = locked ? STORE_EVENT_LOCK : STORE_EVENT_UNLOCK,
                      .actor = session->user};
  return store_tx_note(session->store, &event, error);
}
