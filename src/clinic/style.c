#include "guichet/clinic/style.h"

#include <string.h>

#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/scribe/style.h"
#include "guichet/store/style.h"
#include "guichet/vault/process.h"

void
clinic_style_free(ClinicStyle *style)
{
  if (style == NULL)
    return;
  g_free(style->section);
  g_free(style->phrase);
  g_free(style);
}

static void
style_unref(gpointer data)
{
  clinic_style_free(data);
}

static gboolean
style_words(ClinicSession *session, ScribeStyle **ret, GError **error)
{
  g_autofree char *own =
      g_build_filename(clinic_session_folder(session), "style", "words.txt", NULL);
  return scribe_style_load(own, ret, error);
}

static gboolean
style_commit(ClinicSession *session, const char *words, GError **error)
{
  clinic_session_event(session, STORE_EVENT_STYLE_CHANGE, clinic_session_user(session), 0, words);
  return store_tx_commit(clinic_session_store(session), error);
}

/* --- learning */

/* Room for one more of its section: the oldest that was not edited goes.  FALSE: there is none. */
static gboolean
make_room(StoreHandle *store, GPtrArray *known, const char *section, guint most, gboolean *ret_room,
          GError **error)
{
  StoreStyle *oldest = NULL;
  guint n = 0;
  for (guint i = 0; i < known->len; i++) {
    StoreStyle *one = known->pdata[i];
    if (strcmp(one->section, section) != 0)
      continue;
    n++;
    if (!one->edited && (oldest == NULL || one->at < oldest->at))
      oldest = one;
  }
  *ret_room = n < most || oldest != NULL;
  if (n < most || oldest == NULL)
    return TRUE;
  return store_style_drop(store, oldest->id, oldest->clinician, error) &&
         g_ptr_array_remove(known, oldest);
}

static gboolean
is_known(const GPtrArray *known, const char *phrase)
{
  for (guint i = 0; i < known->len; i++)
    if (strcmp(((const StoreStyle *)known->pdata[i])->phrase, phrase) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
learn_one(ClinicSession *session, GPtrArray *known, const ScribeStylePhrase *found, guint most,
          guint *ret_n, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  gboolean room = FALSE;
  if (is_known(known, found->phrase))
    return TRUE;
  if (!make_room(store, known, found->section, most, &room, error))
    return FALSE;
  if (!room)
    return TRUE;
  StoreStyle *style = g_new0(StoreStyle, 1);
  *style = (StoreStyle){.id = vault_process_id(),
                        .version = 1,
                        .clinician = clinic_session_user(session),
                        .section = g_strdup(found->section),
                        .phrase = g_strdup(found->phrase),
                        .at = base_clock_now()};
  g_ptr_array_add(known, style);
  (*ret_n)++;
  return store_style_add(store, style, error);
}

static gboolean
learn_all(ClinicSession *session, const GPtrArray *found, guint most, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) known = NULL;
  guint n = 0;
  if (!store_tx_begin(store, error))
    return FALSE;
  gboolean ok = store_style_list(store, clinic_session_user(session), &known, error);
  for (guint i = 0; ok && i < found->len; i++)
    ok = learn_one(session, known, found->pdata[i], most, &n, error);
  if (ok && n > 0 && style_commit(session, "learned", error))
    return TRUE;
  store_tx_rollback(store);
  return ok && n == 0;
}

gboolean
clinic_style_learn(ClinicSession *session, const ClinicReview *review, GError **error)
{
  gint64 most = base_conf_int(clinic_session_conf(session), BASE_CONF_ENGINE_STYLE);
  g_autoptr(ScribeStyle) words = NULL;
  if (most == 0 || review->draft == NULL || review->item->kind != CLINIC_KIND_NOTE)
    return TRUE;
  if (!style_words(session, &words, error))
    return FALSE;
  g_autoptr(GPtrArray) found = scribe_style_of_note(words, review->draft, review->text);
  return found->len == 0 || learn_all(session, found, (guint)most, error);
}

/* --- the clinician's own */

static gint
by_section(gconstpointer a, gconstpointer b)
{
  const ClinicStyle *x = *(ClinicStyle *const *)a, *y = *(ClinicStyle *const *)b;
  gint order = strcmp(x->section, y->section);
  return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

gboolean
clinic_style_list(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_ITEM_SIGN, error) ||
      !store_style_list(clinic_session_store(session), clinic_session_user(session), &rows, error))
    return FALSE;
  *ret = g_ptr_array_new_with_free_func(style_unref);
  for (guint i = 0; i < rows->len; i++) {
    const StoreStyle *row = rows->pdata[i];
    ClinicStyle *style = g_new(ClinicStyle, 1);
    *style =
        (ClinicStyle){row->id, g_strdup(row->section), g_strdup(row->phrase), row->at, row->edited};
    g_ptr_array_add(*ret, style);
  }
  g_ptr_array_sort(*ret, by_section);
  return TRUE;
}

static StoreStyle *
style_find(const GPtrArray *rows, gint64 id, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    if (((const StoreStyle *)rows->pdata[i])->id == id)
      return rows->pdata[i];
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                      _("You have no such phrase; `guichet style list` names them."));
  return NULL;
}

gboolean
clinic_style_edit(ClinicSession *session, gint64 id, const char *phrase, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(ScribeStyle) words = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_ITEM_SIGN, error) ||
      !style_words(session, &words, error))
    return FALSE;
  if (!scribe_style_is_plain(words, phrase)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        _("An example has four plain words at least, and none that could be a "
                          "patient's: write … for names, numbers, drugs and illnesses."));
    return FALSE;
  }
  if (!store_tx_begin(store, error))
    return FALSE;
  StoreStyle *style = NULL;
  gboolean ok = store_style_list(store, clinic_session_user(session), &rows, error) &&
                (style = style_find(rows, id, error)) != NULL;
  if (ok) {
    g_free(style->phrase);
    style->phrase = g_strdup(phrase);
    style->at = base_clock_now();
    style->edited = TRUE;
    ok = store_style_change(store, style, error) && style_commit(session, "edited", error);
  }
  if (!ok)
    store_tx_rollback(store);
  return ok;
}

gboolean
clinic_style_erase(ClinicSession *session, gint64 id, guint *ret_n, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  gint64 user = clinic_session_user(session);
  g_autoptr(GPtrArray) rows = NULL;
  guint n = 0;
  if (!clinic_session_require(session, CLINIC_POWER_ITEM_SIGN, error) ||
      !store_tx_begin(store, error))
    return FALSE;
  gboolean ok = store_style_list(store, user, &rows, error) &&
                (id == 0 || style_find(rows, id, error) != NULL);
  for (guint i = 0; ok && i < rows->len; i++) {
    const StoreStyle *row = rows->pdata[i];
    if (id != 0 && row->id != id)
      continue;
    ok = store_style_drop(store, row->id, user, error);
    n++;
  }
  if (ok && n > 0 && style_commit(session, "erased", error)) {
    *ret_n = n;
    return TRUE;
  }
  store_tx_rollback(store);
  *ret_n = 0;
  return ok && n == 0;
}

gboolean
clinic_style_examples(ClinicSession *session, gint64 clinician, char ***ret, GError **error)
{
  gint64 most = base_conf_int(clinic_session_conf(session), BASE_CONF_ENGINE_STYLE);
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !store_style_list(clinic_session_store(session), clinician, &rows, error))
    return FALSE;
  for (guint i = 0; most > 0 && i < rows->len; i++) {
    const StoreStyle *row = rows->pdata[i];
    g_autofree char *line = g_strdup_printf("%s: %s", row->section, row->phrase);
    g_strv_builder_add(lines, line);
  }
  *ret = g_strv_builder_end(lines);
  return TRUE;
}
