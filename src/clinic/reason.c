#include "guichet/clinic/item.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

static const struct {
  const char *word, *title;
} REASONS[CLINIC_REASON_N] = {
#define REASON(id, word, title) [CLINIC_REASON_##id] = {word, title},
#include "clinic/reason.def"
#undef REASON
};

const char *
clinic_reason_word(ClinicReason reason)
{
  return REASONS[reason].word;
}

const char *
clinic_reason_title(ClinicReason reason)
{
  return _(REASONS[reason].title);
}

gboolean
clinic_reason_parse(const char *word, ClinicReason *ret, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(REASONS); i++)
    if (strcmp(REASONS[i].word, word) == 0) {
      *ret = (ClinicReason)i;
      return TRUE;
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is no reason of an item; guichet(1) lists them."), word);
  return FALSE;
}
