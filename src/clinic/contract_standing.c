#include "clinic/contract.h"
#include "guichet/base/i18n.h"

ClinicContractStanding
clinic_contract_standing_on(const ClinicContract *contract, gint64 day)
{
  static const struct {
    gint64 within;
    ClinicContractStanding standing;
  } SOON[] = {
      {7, CLINIC_CONTRACT_ENDS_7}, {30, CLINIC_CONTRACT_ENDS_30}, {60, CLINIC_CONTRACT_ENDS_60}};
  if (contract->ended != 0 && day >= contract->ended)
    return CLINIC_CONTRACT_ENDED;
  if (day > contract->last)
    return CLINIC_CONTRACT_EXPIRED;
  if (day < contract->first)
    return CLINIC_CONTRACT_TO_COME;
  for (gsize i = 0; i < G_N_ELEMENTS(SOON); i++)
    if (contract->last - day <= SOON[i].within)
      return SOON[i].standing;
  return CLINIC_CONTRACT_IN_FORCE;
}

ClinicContractStanding
clinic_contract_standing(ClinicSession *session, const ClinicContract *contract, gint64 *ret_days)
{
  gint64 today = clinic_contract_day_today(session);
  if (ret_days != NULL)
    *ret_days = contract->last - today;
  return clinic_contract_standing_on(contract, today);
}

char *
clinic_contract_standing_text(ClinicSession *session, const ClinicContract *contract)
{
  gint64 left = 0;
  switch (clinic_contract_standing(session, contract, &left)) {
  case CLINIC_CONTRACT_ENDED:
    return g_strdup(_("ended"));
  case CLINIC_CONTRACT_EXPIRED:
    return g_strdup_printf(ngettext("expired %d day ago", "expired %d days ago", (gulong)-left),
                           (int)-left);
  case CLINIC_CONTRACT_TO_COME:
    return g_strdup(_("not yet in force"));
  case CLINIC_CONTRACT_ENDS_60:
  case CLINIC_CONTRACT_ENDS_30:
  case CLINIC_CONTRACT_ENDS_7:
    return left == 0 ? g_strdup(_("ends today"))
                     : g_strdup_printf(ngettext("ends in %d day", "ends in %d days", (gulong)left),
                                       (int)left);
  case CLINIC_CONTRACT_IN_FORCE:
  default:
    return g_strdup(_("in force"));
  }
}
