#include <string.h>

#include "clinic/contract.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

/* How far a contract is from allowing what is asked, the nearest last: a refusal speaks of the
 * nearest one. */
typedef enum { FIT_NONE, FIT_ENDED, FIT_TO_COME, FIT_CLASS, FIT_PLACE, FIT_WHOLE } Fit;

typedef struct {
  const char *host; /* bare, lower case */
  const ClinicContractAsk *ask;
  ClinicDataClass data;
  gint64 today;
} Question;

static Fit
contract_fit(const ClinicContract *c, const Question *q)
{
  if ((q->ask->reference != NULL && strcmp(c->reference, q->ask->reference) != 0) ||
      !clinic_contract_host_covers(c->covers, q->host, q->ask->name))
    return FIT_NONE;
  ClinicContractStanding standing = clinic_contract_standing_on(c, q->today);
  if (standing == CLINIC_CONTRACT_EXPIRED || standing == CLINIC_CONTRACT_ENDED)
    return FIT_ENDED;
  if (standing == CLINIC_CONTRACT_TO_COME)
    return FIT_TO_COME;
  if ((c->classes & 1u << q->data) == 0)
    return FIT_CLASS;
  if (q->ask->jurisdiction != NULL &&
      !g_strv_contains((const char *const *)c->jurisdictions, q->ask->jurisdiction))
    return FIT_PLACE;
  return FIT_WHOLE;
}

static gboolean
refuse(const ClinicContract *c, Fit fit, const Question *q, const char *where, GError **error)
{
  const char *what = clinic_contract_class_help(q->data);
  g_autofree char *first = c == NULL ? NULL : clinic_contract_day_text(c->first);
  g_autofree char *last =
      c == NULL ? NULL : clinic_contract_day_text(c->ended != 0 ? c->ended : c->last);
  switch (fit) {
  case FIT_ENDED:
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                _("contract %s for %s ended on %s; nothing is sent there until it is renewed "
                  "(`guichet contract renew`) or another is recorded"),
                c->reference, where, last);
    break;
  case FIT_TO_COME:
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                _("contract %s for %s begins on %s; nothing is sent there before that"),
                c->reference, where, first);
    break;
  case FIT_CLASS:
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                /* L10N: the last is a class of data, with what it holds */
                _("contract %s for %s is not for this class of data: %s (%s)"), c->reference, where,
                clinic_contract_class_word(q->data), what);
    break;
  case FIT_PLACE:
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                _("contract %s for %s does not name %s, where this destination processes data"),
                c->reference, where, q->ask->jurisdiction);
    break;
  case FIT_NONE:
  case FIT_WHOLE:
  default:
    if (q->ask->reference != NULL)
      g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                  _("there is no contract %s on record that covers %s: nothing is sent there; "
                    "`guichet contract add` records one"),
                  q->ask->reference, where);
    else
      g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                  /* L10N: a host; a class of data with what it holds */
                  _("there is no contract on record that covers %s: %s (%s) may not go there; "
                    "`guichet contract add` records one"),
                  where, clinic_contract_class_word(q->data), what);
  }
  return FALSE;
}

gboolean
clinic_contract_allow_as(ClinicSession *session, const ClinicContractAsk *ask, ClinicDataClass data,
                         GError **error)
{
  g_autoptr(GPtrArray) contracts = NULL;
  g_autofree char *host = clinic_contract_host_of(ask->host);
  const Question q = {host, ask, data, clinic_contract_day_today(session)};
  const ClinicContract *nearest = NULL;
  Fit best = FIT_NONE;
  if (ask->reference == NULL && (*host == '\0' || clinic_contract_host_is_loopback(host)))
    return TRUE;
  if (!clinic_contract_all(session, &contracts, error))
    return FALSE;
  for (guint i = 0; i < contracts->len && best != FIT_WHOLE; i++) {
    Fit fit = contract_fit(g_ptr_array_index(contracts, i), &q);
    if (fit >= best && fit != FIT_NONE) {
      best = fit;
      nearest = g_ptr_array_index(contracts, i);
    }
  }
  const char *where = *host != '\0' ? host : ask->name;
  return best == FIT_WHOLE || refuse(nearest, best, &q, where, error);
}

gboolean
clinic_contract_allow(ClinicSession *session, const char *destination_host_or_name,
                      ClinicDataClass data, GError **error)
{
  const ClinicContractAsk ask = {.host = destination_host_or_name,
                                 .name = destination_host_or_name};
  if (*destination_host_or_name == '\0') {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                        "a contract was asked for without a destination");
    return FALSE;
  }
  return clinic_contract_allow_as(session, &ask, data, error);
}
