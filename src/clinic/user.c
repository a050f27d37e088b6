#include "guichet/clinic/user.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/store/anchor.h"
#include "guichet/store/user.h"
#include "guichet/vault/password.h"
#include "guichet/vault/process.h"
#include "clinic/session.h"

#define USER_NAME_MOST 32u
#define USER_TITLE_MOST 200u
#define CLINIC_NAME_MOST 200u

void
clinic_user_free(ClinicUser *user)
{
  if (user == NULL)
    return;
  g_free(user->name);
  g_free(user->title);
  g_free(user);
}

/* What may be a user. */

static gboolean
usage(GError **error, const char *words)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE, words);
  return FALSE;
}

static gboolean
name_accept(const char *name, GError **error)
{
  gsize length = strlen(name);
  gboolean ok = length > 0 && length <= USER_NAME_MOST && g_ascii_isalnum(name[0]);
  for (const char *p = name; *p != '\0'; p++)
    ok = ok && (g_ascii_islower(*p) || g_ascii_isdigit(*p) || strchr("._-", *p) != NULL);
  return ok || usage(error, _("a login name has a-z, 0-9, dot, dash and underscore, begins with a "
                              "letter or digit, and has at most 32 of them"));
}

/* A line of text: valid, disarmed, not empty. */
static gboolean
line_accept(const char *text, gsize most, const char *complaint, GError **error)
{
  gsize length = strlen(text);
  if (length == 0 || length > most || !base_text_valid(text, length, NULL))
    return usage(error, complaint);
  g_autofree char *safe = base_text_disarm(text, -1, FALSE);
  g_autofree char *folded = base_text_fold(text);
  return (strcmp(safe, text) == 0 && *folded != '\0') || usage(error, complaint);
}

static gboolean
title_accept(const char *title, GError **error)
{
  return line_accept(title, USER_TITLE_MOST,
                     _("a user's full name is one line of at most 200 bytes, and not empty"),
                     error);
}

static gboolean
password_key(const char *name, const char *password, gboolean generated,
             VaultPasswordParams *params, VaultKey **ret, GError **error)
{
  if (!vault_password_accept(password, name, error))
    return FALSE;
  vault_password_params(generated ? VAULT_PASSWORD_GENERATED : VAULT_PASSWORD_CHOSEN, params);
  return vault_password_key(password, params, ret, error);
}

/* A new clinic. */

static gboolean
conf_write(const char *dir, const char *clinic_name, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autofree char *path = g_build_filename(dir, "guichet.conf", NULL);
  g_key_file_set_string(file, "clinic", "name", clinic_name);
  gsize length = 0;
  g_autofree char *text = g_key_file_to_data(file, &length, NULL);
  return base_file_write(path, text, length, error);
}

static gboolean
founder_add(StoreHandle *store, const StoreUser *user, const VaultPasswordParams *params,
            const VaultKey *key, GError **error)
{
  if (!store_tx_begin(store, error))
    return FALSE;
  store_tx_event(store, &(StoreEvent){.kind = STORE_EVENT_CLINIC_CREATE, .actor = -1});
  store_tx_event(store, &(StoreEvent){.kind = STORE_EVENT_USER_ADD,
                                      .actor = -1,
                                      .subject = user->id,
                                      .detail = user->role});
  if (store_user_add(store, user, params, key, error))
    return store_tx_commit(store, error);
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_user_found(const char *dir, const char *clinic_name, const char *admin_name,
                  const char *admin_title, const char *password, gboolean generated, GError **error)
{
  g_autoptr(StoreHandle) store = NULL;
  g_autoptr(VaultKey) key = NULL;
  VaultPasswordParams params;
  if (!line_accept(clinic_name, CLINIC_NAME_MOST,
                   _("a clinic's name is one line of at most 200 bytes, and not empty"), error) ||
      !name_accept(admin_name, error) || !title_accept(admin_title, error) ||
      !password_key(admin_name, password, generated, &params, &key, error) ||
      !store_handle_create(dir, &store, error) || !conf_write(dir, clinic_name, error))
    return FALSE;
  g_autoptr(StoreUser) user = g_new0(StoreUser, 1);
  user->id = vault_process_id();
  user->name = g_strdup(admin_name);
  user->title = g_strdup(admin_title);
  user->role = g_strdup(clinic_role_word(CLINIC_ROLE_ADMIN));
  g_autofree char *anchors =
      store_handle_path(store, base_conf_text(store_handle_conf(store), BASE_CONF_AUDIT_ANCHORS));
  return founder_add(store, user, &params, key, error) &&
         store_anchor_write(store, anchors, base_clock_now(), error);
}

/* Changing users. */

gboolean
clinic_user_add(ClinicSession *session, const char *name, const char *title, ClinicRole role,
                const char *password, gboolean generated, gint64 *ret, GError **error)
{
  g_autoptr(VaultKey) key = NULL;
  VaultPasswordParams params;
  if (!clinic_session_require(session, CLINIC_POWER_USER_MANAGE, error))
    return FALSE;
  if ((guint)role >= CLINIC_ROLE_N || role == CLINIC_ROLE_WORKER)
    return usage(error, _("the worker is no user: it has the host's key"));
  if (!name_accept(name, error) || !title_accept(title, error) ||
      !password_key(name, password, generated, &params, &key, error))
    return FALSE;
  g_autoptr(StoreUser) user = g_new0(StoreUser, 1);
  user->id = vault_process_id();
  user->name = g_strdup(name);
  user->title = g_strdup(title);
  user->role = g_strdup(clinic_role_word(role));
  if (!store_tx_begin(session->store, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_USER_ADD, user->id, 0, user->role);
  if (!store_user_add(session->store, user, &params, key, error)) {
    store_tx_rollback(session->store);
    return FALSE;
  }
  if (!store_tx_commit(session->store, error))
    return FALSE;
  if (ret != NULL)
    *ret = user->id;
  return TRUE;
}

/* An administrator who may log in stays, or nobody could ever change a user again. */
static gboolean
another_admin(StoreHandle *store, gint64 but, GError **error)
{
  g_autoptr(GPtrArray) users = NULL;
  if (!store_user_list(store, &users, error))
    return FALSE;
  for (guint i = 0; i < users->len; i++) {
    const StoreUser *user = g_ptr_array_index(users, i);
    if (user->id != but && !user->disabled &&
        strcmp(user->role, clinic_role_word(CLINIC_ROLE_ADMIN)) == 0)
      return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
              _("this is the last administrator; make another one first"));
  return FALSE;
}

typedef gboolean (*Change)(StoreUser *user, gconstpointer to, char **ret_detail, GError **error);

static gboolean
user_change_in(ClinicSession *session, const char *name, Change change, gconstpointer to,
               GError **error)
{
  g_autoptr(StoreUser) user = NULL;
  g_autofree char *detail = NULL;
  if (!store_user_named(session->store, name, &user, error))
    return FALSE;
  gboolean admin = !user->disabled && strcmp(user->role, clinic_role_word(CLINIC_ROLE_ADMIN)) == 0;
  if (!change(user, to, &detail, error))
    return FALSE;
  gboolean still = !user->disabled && strcmp(user->role, clinic_role_word(CLINIC_ROLE_ADMIN)) == 0;
  if (admin && !still && !another_admin(session->store, user->id, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_USER_CHANGE, user->id, 0, detail);
  return store_user_change(session->store, user, error);
}

static gboolean
user_change(ClinicSession *session, const char *name, Change change, gconstpointer to,
            GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_USER_MANAGE, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  if (user_change_in(session, name, change, to, error))
    return store_tx_commit(session->store, error);
  store_tx_rollback(session->store);
  return FALSE;
}

static gboolean
change_role(StoreUser *user, gconstpointer to, char **ret_detail, GError **error)
{
  ClinicRole role = *(const ClinicRole *)to;
  if ((guint)role >= CLINIC_ROLE_N || role == CLINIC_ROLE_WORKER)
    return usage(error, _("the worker is no user: it has the host's key"));
  *ret_detail = g_strdup_printf("%s -> %s", user->role, clinic_role_word(role));
  g_free(user->role);
  user->role = g_strdup(clinic_role_word(role));
  return TRUE;
}

static gboolean
change_disabled(StoreUser *user, gconstpointer to, char **ret_detail, GError **error)
{
  (void)error;
  user->disabled = *(const gboolean *)to;
  *ret_detail = g_strdup(user->disabled ? "disabled" : "enabled");
  return TRUE;
}

gboolean
clinic_user_set_role(ClinicSession *session, const char *name, ClinicRole role, GError **error)
{
  return user_change(session, name, change_role, &role, error);
}

gboolean
clinic_user_disable(ClinicSession *session, const char *name, gboolean disabled, GError **error)
{
  return user_change(session, name, change_disabled, &disabled, error);
}

static gboolean
rekey(ClinicSession *session, const StoreUser *user, const char *password, GError **error)
{
  g_autoptr(VaultKey) key = NULL;
  VaultPasswordParams params;
  if (!password_key(user->name, password, FALSE, &params, &key, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_USER_PASSWORD, user->id, 0, NULL);
  if (store_user_rekey(session->store, user->id, &params, key, error))
    return store_tx_commit(session->store, error);
  store_tx_rollback(session->store);
  return FALSE;
}

gboolean
clinic_user_set_password(ClinicSession *session, const char *name, const char *password,
                         GError **error)
{
  g_autoptr(StoreUser) user = NULL;
  if (strcmp(name, session->name) == 0) {
    g_autoptr(ClinicProof) proof = clinic_proof_of_login(session);
    return clinic_user_change_password(session, proof, password, error);
  }
  return clinic_session_require(session, CLINIC_POWER_USER_MANAGE, error) &&
         store_user_named(session->store, name, &user, error) &&
         rekey(session, user, password, error);
}

gboolean
clinic_user_change_password(ClinicSession *session, const ClinicProof *proof, const char *password,
                            GError **error)
{
  g_autoptr(StoreUser) user = NULL;
  if (!clinic_proof_holds(proof, session)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                _("give the old password again to change your own"));
    return FALSE;
  }
  return store_user_load(session->store, session->user, &user, error) &&
         rekey(session, user, password, error);
}

/* Reading users. */

static ClinicUser *
user_from(const StoreUser *from)
{
  ClinicUser *user = g_new0(ClinicUser, 1);
  user->id = from->id;
  user->name = g_strdup(from->name);
  user->title = g_strdup(from->title);
  user->disabled = from->disabled;
  user->last_login = from->last_login;
  if (!clinic_role_parse(from->role, &user->role, NULL))
    user->role = CLINIC_ROLE_N;
  return user;
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
  const ClinicUser *const *left = a, *const *right = b;
  return strcmp((*left)->name, (*right)->name);
}

static void
user_unref(gpointer data)
{
  clinic_user_free(data);
}

gboolean
clinic_user_list(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) stored = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_USER_MANAGE, error) ||
      !store_user_list(session->store, &stored, error))
    return FALSE;
  GPtrArray *users = g_ptr_array_new_with_free_func(user_unref);
  for (guint i = 0; i < stored->len; i++)
    g_ptr_array_add(users, user_from(g_ptr_array_index(stored, i)));
  g_ptr_array_sort(users, by_name);
  *ret = users;
  return TRUE;
}

const char *
clinic_user_title(ClinicSession *session, gint64 id)
{
  g_autoptr(StoreUser) user = NULL;
  clinic_session_refresh(session);
  const char *title = g_hash_table_lookup(session->titles, &id);
  if (title != NULL || id == 0)
    return title != NULL ? g_intern_string(title) : "";
  if (!store_user_load(session->store, id, &user, NULL))
    return "";
  title = g_intern_string(user->title); /* few, and callers put several on one line */
  g_hash_table_insert(session->titles, g_memdup2(&id, sizeof id), g_strdup(title));
  return title;
}

static gboolean
is_clinician(const StoreUser *user)
{
  return !user->disabled && (strcmp(user->role, clinic_role_word(CLINIC_ROLE_CLINICIAN)) == 0 ||
                             strcmp(user->role, clinic_role_word(CLINIC_ROLE_SENIOR)) == 0);
}

gint64
clinic_user_find(ClinicSession *session, const char *name_or_title)
{
  g_autoptr(GPtrArray) users = NULL;
  g_autofree char *wanted = base_text_fold(name_or_title);
  gint64 found = 0;
  if (!store_user_list(session->store, &users, NULL))
    return 0;
  for (guint i = 0; i < users->len; i++) {
    const StoreUser *user = g_ptr_array_index(users, i);
    g_autofree char *name = base_text_fold(user->name);
    g_autofree char *title = base_text_fold(user->title);
    if (!is_clinician(user) || (strcmp(name, wanted) != 0 && strcmp(title, wanted) != 0))
      continue;
    if (found != 0)
      return 0; /* two of that title: their login names tell them apart */
    found = user->id;
  }
  return found;
}

/* "dr ada quill" is called "ada quill". */
static gboolean
is_called(const StoreUser *user, const char *wanted)
{
  g_autofree char *title = base_text_fold(user->title);
  gsize length = strlen(title), tail = strlen(wanted);
  return tail > 0 && length >= tail && strcmp(title + length - tail, wanted) == 0 &&
         (length == tail || title[length - tail - 1] == ' ');
}

gint64
clinic_user_called(ClinicSession *session, const char *name)
{
  g_autoptr(GPtrArray) users = NULL;
  g_autofree char *wanted = base_text_fold(name);
  gint64 found = 0;
  guint n = 0;
  if (strchr(wanted, ' ') == NULL || !store_user_list(session->store, &users, NULL))
    return 0;
  for (guint i = 0; i < users->len; i++) {
    const StoreUser *user = users->pdata[i];
    if (!is_clinician(user) || !is_called(user, wanted))
      continue;
    found = user->id;
    n++;
  }
  return n == 1 ? found : 0;
}
