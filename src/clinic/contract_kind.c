#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/contract.h"

static const struct {
  const char *word, *title;
} KINDS[] = {
#define CONTRACT(id, word, title) {word, title},
#include "clinic/contract.def"
#undef CONTRACT
};

const char *
clinic_contract_kind_word(ClinicContractKind kind)
{
  return (guint)kind < CLINIC_CONTRACT_N ? KINDS[kind].word : "";
}

const char *
clinic_contract_kind_title(ClinicContractKind kind)
{
  return (guint)kind < CLINIC_CONTRACT_N ? _(KINDS[kind].title) : "";
}

gboolean
clinic_contract_kind_parse(const char *word, ClinicContractKind *ret, GError **error)
{
  g_autoptr(GString) words = g_string_new(NULL);
  for (guint i = 0; i < CLINIC_CONTRACT_N; i++) {
    if (strcmp(KINDS[i].word, word) == 0) {
      *ret = (ClinicContractKind)i;
      return TRUE;
    }
    g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", KINDS[i].word);
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("there is no kind of contract %s; there are %s"), word, words->str);
  return FALSE;
}
