#include "clinic/contract.h"

#include <string.h>

#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/store/contract.h"
#include "guichet/vault/process.h"

enum {
  CONTRACT_TEXT_MOST = 200, /* bytes of a reference, a party, the words */
  CONTRACT_LIST_MOST = 64,  /* hosts, jurisdictions */
  CONTRACT_WARN_DAYS = 60,
};

void
clinic_contract_free(ClinicContract *contract)
{
  if (contract == NULL)
    return;
  g_free(contract->reference);
  g_free(contract->party);
  g_strfreev(contract->covers);
  g_strfreev(contract->jurisdictions);
  g_free(contract->words);
  g_free(contract);
}

/* --- rows ⇄ contracts */

static StoreContract *
to_store(const ClinicContract *from)
{
  StoreContract *row = g_new0(StoreContract, 1);
  g_autoptr(GStrvBuilder) classes = g_strv_builder_new();
  for (guint i = 0; i < CLINIC_DATA_N; i++)
    if ((from->classes & 1u << i) != 0)
      g_strv_builder_add(classes, clinic_contract_class_word((ClinicDataClass)i));
  row->reference = g_strdup(from->reference);
  row->kind = g_strdup(clinic_contract_kind_word(from->kind));
  row->party = g_strdup(from->party);
  row->covers = g_strdupv(from->covers);
  row->classes = g_strv_builder_end(classes);
  row->jurisdictions = g_strdupv(from->jurisdictions);
  row->first = from->first;
  row->last = from->last;
  row->words = g_strdup("");
  return row;
}

/* A word that this version does not know covers nothing. */
static ClinicContract *
from_store(const StoreContract *row)
{
  ClinicContract *made = g_new0(ClinicContract, 1);
  made->id = row->id;
  made->version = row->version;
  made->reference = g_strdup(row->reference);
  if (!clinic_contract_kind_parse(row->kind, &made->kind, NULL))
    made->kind = CLINIC_CONTRACT_N;
  made->party = g_strdup(row->party);
  made->covers = g_strdupv(row->covers);
  for (char **word = row->classes; *word != NULL; word++) {
    ClinicDataClass data;
    if (clinic_contract_class_parse(*word, &data, NULL))
      made->classes |= 1u << data;
  }
  made->jurisdictions = g_strdupv(row->jurisdictions);
  made->first = row->first;
  made->last = row->last;
  made->ended = row->ended;
  made->words = g_strdup(row->words);
  return made;
}

/* --- what may be a contract */

static gboolean
usage(GError **error, const char *words)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE, words);
  return FALSE;
}

/* One line, valid, nothing in it that a terminal would obey. */
static gboolean
line_accept(const char *text, GError **error)
{
  gsize length = text == NULL ? 0 : strlen(text);
  if (length == 0 || length > CONTRACT_TEXT_MOST || !base_text_valid(text, length, NULL))
    return usage(error, _("a contract's reference, party and words are each one line of at most "
                          "200 bytes, and not empty"));
  g_autofree char *safe = base_text_disarm(text, -1, FALSE);
  g_autofree char *folded = base_text_fold(text);
  return (strcmp(safe, text) == 0 && *folded != '\0') ||
         usage(error, _("a contract's reference, party and words are each one line of at most "
                        "200 bytes, and not empty"));
}

static gboolean
covers_accept(char **covers, GError **error)
{
  guint n = covers == NULL ? 0 : g_strv_length(covers);
  for (guint i = 0; i < n; i++)
    if (!clinic_contract_host_accept(covers[i]))
      return usage(error, _("a contract covers host names (api.example.org, *.example.org) or "
                            "names of destinations"));
  return (n > 0 && n <= CONTRACT_LIST_MOST) ||
         usage(error, _("say which hosts or destinations the contract covers, at most 64"));
}

/* "FR", "US-CA", "EU". */
static gboolean
jurisdictions_accept(char **places, GError **error)
{
  guint n = places == NULL ? 0 : g_strv_length(places);
  for (guint i = 0; i < n; i++)
    if (!g_regex_match_simple("^[A-Z]{2}(-[A-Z0-9]{1,3})?$", places[i], G_REGEX_DOLLAR_ENDONLY, 0))
      return usage(error, _("a jurisdiction is a country or region by its ISO 3166 code, such as "
                            "FR or US-CA, or EU"));
  return (n > 0 && n <= CONTRACT_LIST_MOST) ||
         usage(error, _("say where the data is processed, such as FR, EU or US"));
}

static gboolean
contract_accept(const ClinicContract *c, GError **error)
{
  if (!line_accept(c->reference, error) || !line_accept(c->party, error) ||
      !covers_accept(c->covers, error) || !jurisdictions_accept(c->jurisdictions, error))
    return FALSE;
  if ((guint)c->kind >= CLINIC_CONTRACT_N || c->classes == 0 || (c->classes >> CLINIC_DATA_N) != 0)
    return usage(error, _("say which kind of contract it is, and for which classes of data"));
  return c->last >= c->first ||
         usage(error, _("a contract's last day cannot come before its first"));
}

/* --- changing */

gboolean
clinic_contract_add(ClinicSession *session, const ClinicContract *contract, gint64 *ret,
                    GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_CONTRACT_MANAGE, error) ||
      !contract_accept(contract, error))
    return FALSE;
  g_autoptr(StoreContract) row = to_store(contract);
  g_autofree char *last = clinic_contract_day_text(row->last);
  g_autofree char *detail = g_strdup_printf("%s %s, until %s", row->kind, row->reference, last);
  row->id = vault_process_id();
  if (!store_tx_begin(session->store, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_CONTRACT_ADD, row->id, 0, detail);
  if (!store_contract_add(session->store, row, error) || !store_tx_commit(session->store, error)) {
    store_tx_rollback(session->store);
    return FALSE;
  }
  if (ret != NULL)
    *ret = row->id;
  return TRUE;
}

typedef gboolean (*Change)(ClinicSession *session, StoreContract *row, gconstpointer to,
                           GError **error);

static gboolean
change_in(ClinicSession *session, const char *reference, Change change, gconstpointer to,
          GError **error)
{
  g_autoptr(StoreContract) row = NULL;
  return store_contract_named(session->store, reference, &row, error) &&
         change(session, row, to, error) && store_contract_change(session->store, row, error) &&
         store_tx_commit(session->store, error);
}

static gboolean
contract_change(ClinicSession *session, const char *reference, Change change, gconstpointer to,
                GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_CONTRACT_MANAGE, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  if (change_in(session, reference, change, to, error))
    return TRUE;
  store_tx_rollback(session->store);
  return FALSE;
}

static gboolean
refuse_ended(const StoreContract *row, GError **error)
{
  if (row->ended == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
              _("contract %s was ended; record the new one under a reference of its own"),
              row->reference);
  return FALSE;
}

static gboolean
change_last(ClinicSession *session, StoreContract *row, gconstpointer to, GError **error)
{
  gint64 last = *(const gint64 *)to;
  if (!refuse_ended(row, error))
    return FALSE;
  g_autofree char *old = clinic_contract_day_text(row->last);
  g_autofree char *new = clinic_contract_day_text(last);
  if (last <= row->last) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                _("contract %s runs until %s already; renewing gives it a later last day"),
                row->reference, old);
    return FALSE;
  }
  g_autofree char *detail = g_strdup_printf("%s, %s -> %s", row->reference, old, new);
  row->last = last;
  clinic_session_event(session, STORE_EVENT_CONTRACT_RENEW, row->id, 0, detail);
  return TRUE;
}

gboolean
clinic_contract_renew(ClinicSession *session, const char *reference, gint64 last, GError **error)
{
  return contract_change(session, reference, change_last, &last, error);
}

static gboolean
change_ended(ClinicSession *session, StoreContract *row, gconstpointer to, GError **error)
{
  if (!refuse_ended(row, error))
    return FALSE;
  g_autofree char *detail = g_strdup_printf("%s: %s", row->reference, (const char *)to);
  row->ended = clinic_contract_day_today(session);
  g_free(row->words);
  row->words = g_strdup(to);
  clinic_session_event(session, STORE_EVENT_CONTRACT_END, row->id, 0, detail);
  return TRUE;
}

gboolean
clinic_contract_end(ClinicSession *session, const char *reference, const char *words,
                    GError **error)
{
  return line_accept(words, error) &&
         contract_change(session, reference, change_ended, words, error);
}

/* --- reading */

static void
contract_unref(gpointer data)
{
  clinic_contract_free(data);
}

static gint
by_last(gconstpointer a, gconstpointer b)
{
  const ClinicContract *const *left = a, *const *right = b;
  if ((*left)->last != (*right)->last)
    return (*left)->last < (*right)->last ? -1 : 1;
  return strcmp((*left)->reference, (*right)->reference);
}

gboolean
clinic_contract_all(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!store_contract_list(session->store, &rows, error))
    return FALSE;
  GPtrArray *contracts = g_ptr_array_new_with_free_func(contract_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add(contracts, from_store(g_ptr_array_index(rows, i)));
  g_ptr_array_sort(contracts, by_last);
  *ret = contracts;
  return TRUE;
}

gboolean
clinic_contract_list(ClinicSession *session, GPtrArray **ret, GError **error)
{
  return clinic_session_require(session, CLINIC_POWER_CONTRACT_SEE, error) &&
         clinic_contract_all(session, ret, error);
}

gboolean
clinic_contract_warnings(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) contracts = NULL;
  if (!clinic_contract_all(session, &contracts, error))
    return FALSE;
  GPtrArray *warnings = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < contracts->len; i++) {
    const ClinicContract *contract = g_ptr_array_index(contracts, i);
    gint64 left = 0;
    ClinicContractStanding standing = clinic_contract_standing(session, contract, &left);
    if (standing == CLINIC_CONTRACT_IN_FORCE || standing == CLINIC_CONTRACT_TO_COME ||
        standing == CLINIC_CONTRACT_ENDED || left < -CONTRACT_WARN_DAYS)
      continue;
    g_autofree char *words = clinic_contract_standing_text(session, contract);
    /* L10N: a contract's reference, the other party, "ends in 7 days" */
    g_ptr_array_add(warnings, g_strdup_printf(_("Contract %s with %s %s."), contract->reference,
                                              contract->party, words));
  }
  *ret = warnings;
  return TRUE;
}
