#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/contract.h"

static const struct {
  const char *word, *help;
} CLASSES[] = {
#define DATA_CLASS(id, word, help) {word, help},
#include "clinic/contract.def"
#undef DATA_CLASS
};

const char *
clinic_contract_class_word(ClinicDataClass data)
{
  return (guint)data < CLINIC_DATA_N ? CLASSES[data].word : "";
}

const char *
clinic_contract_class_help(ClinicDataClass data)
{
  return (guint)data < CLINIC_DATA_N ? _(CLASSES[data].help) : "";
}

gboolean
clinic_contract_class_parse(const char *word, ClinicDataClass *ret, GError **error)
{
  g_autoptr(GString) words = g_string_new(NULL);
  for (guint i = 0; i < CLINIC_DATA_N; i++) {
    if (strcmp(CLASSES[i].word, word) == 0) {
      *ret = (ClinicDataClass)i;
      return TRUE;
    }
    g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", CLASSES[i].word);
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("there is no class of data %s; there are %s"),
              word, words->str);
  return FALSE;
}
