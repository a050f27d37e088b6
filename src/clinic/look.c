#include "clinic/look.h"

#include <string.h>

#include "clinic/finding.h"
#include "clinic/session.h"
#include "guichet/base/text.h"
#include "guichet/store/look.h"
#include "guichet/store/revision.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/seal.h"

#define LOOK_MOST 500u /* that are remembered of one item, for one reader */

gboolean
clinic_look_asks(const ClinicFinding *finding)
{
  return finding->finding->kind == SCRIBE_FINDING_UNSUPPORTED && finding->override_reason == NULL;
}

/* The same statement as long as its words and what is said of it are the same, wherever it stands.
 */
static char *
mark_of(const ClinicFinding *one, const char *text)
{
  gsize start = base_text_byte(text, one->finding->start);
  gsize end = MAX(base_text_byte(text, one->finding->end), start);
  char *words = g_strdup_printf("%s\n%s\n%.*s", scribe_finding_kind_word(one->finding->kind),
                                one->finding->message, (int)(end - start), text + start);
  VaultHash hash;
  vault_chain_digest(words, strlen(words), &hash);
  vault_seal_forget(words, strlen(words));
  return vault_chain_hex(hash.bytes, VAULT_CHAIN_BYTES);
}

/* *ret: the marks, an array of strings. */
static gboolean
marks_load(ClinicSession *session, const StoreItem *item, gint64 *ret_version, json_t **ret,
           GError **error)
{
  char *text = NULL;
  if (!store_look_load(clinic_session_store(session), item, clinic_session_user(session),
                       ret_version, &text, error))
    return FALSE;
  json_t *marks = text == NULL ? NULL : json_loads(text, 0, NULL);
  if (text != NULL)
    vault_seal_forget(text, strlen(text));
  *ret = marks != NULL ? marks : json_array();
  return TRUE;
}

static gboolean
marks_have(const json_t *marks, const char *mark)
{
  const json_t *one;
  size_t index;
  json_array_foreach (marks, index, one) {
    if (g_strcmp0(json_string_value(one), mark) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
clinic_look_fill(ClinicSession *session, const StoreItem *item, const char *text,
                 GPtrArray *findings, GError **error)
{
  json_t *marks = NULL;
  gint64 version = 0;
  if (!marks_load(session, item, &version, &marks, error))
    return FALSE;
  for (guint i = 0; i < findings->len; i++) {
    ClinicFinding *one = findings->pdata[i];
    g_autofree char *mark = clinic_look_asks(one) ? mark_of(one, text) : NULL;
    one->looked = mark != NULL && marks_have(marks, mark);
  }
  json_decref(marks);
  return TRUE;
}

gboolean
clinic_look_put(ClinicSession *session, const StoreItem *item, const char *text,
                const GPtrArray *findings, GError **error)
{
  json_t *marks = NULL;
  gint64 version = 0;
  if (!marks_load(session, item, &version, &marks, error))
    return FALSE;
  for (guint i = 0; i < findings->len; i++) {
    const ClinicFinding *one = findings->pdata[i];
    g_autofree char *mark = clinic_look_asks(one) && one->looked ? mark_of(one, text) : NULL;
    if (mark != NULL && !marks_have(marks, mark))
      json_array_append_new(marks, json_string(mark));
  }
  while (json_array_size(marks) > LOOK_MOST) /* of texts long gone */
    json_array_remove(marks, 0);
  g_autofree char *json = json_dumps(marks, JSON_COMPACT);
  json_decref(marks);
  return store_look_put(clinic_session_store(session), item, clinic_session_user(session), version,
                        json, error);
}

static gboolean
newest_of(ClinicSession *session, const StoreItem *item, StoreRevision **ret, GPtrArray **ret_found,
          GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreRevision) newest = NULL;
  char *stored = NULL;
  gint64 version = 0;
  if (!store_revision_load(store, item, item->revision, &newest, error) ||
      !store_revision_findings(store, item, item->revision, &version, &stored, error))
    return FALSE;
  gboolean ok = clinic_finding_from_json(stored, ret_found, error);
  vault_seal_forget(stored, strlen(stored));
  if (ok)
    *ret = g_steal_pointer(&newest);
  return ok;
}

gboolean
clinic_look_count(ClinicSession *session, const StoreItem *item, guint *ret, GError **error)
{
  g_autoptr(StoreRevision) newest = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  guint n = 0;
  if (!newest_of(session, item, &newest, &findings, error) ||
      !clinic_look_fill(session, item, newest->text, findings, error))
    return FALSE;
  for (guint i = 0; i < findings->len; i++) {
    const ClinicFinding *one = findings->pdata[i];
    n += clinic_look_asks(one) && !one->looked;
  }
  *ret = n;
  return TRUE;
}
