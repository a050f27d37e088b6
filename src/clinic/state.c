#include "guichet/clinic/item.h"

#include <string.h>

#include "clinic/state.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

static const struct {
  const char *word, *title;
  gboolean open;
} STATES[CLINIC_STATE_N] = {
#define STATE(id, word, title, open) [CLINIC_STATE_##id] = {word, title, open},
#include "clinic/item.def"
#undef STATE
};

const char *
clinic_state_word(ClinicState state)
{
  return STATES[state].word;
}

const char *
clinic_state_title(ClinicState state)
{
  return _(STATES[state].title);
}

gboolean
clinic_state_is_open(ClinicState state)
{
  return STATES[state].open;
}

gboolean
clinic_state_parse(const char *word, ClinicState *ret, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(STATES); i++)
    if (strcmp(STATES[i].word, word) == 0) {
      *ret = (ClinicState)i;
      return TRUE;
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is no state of an item; guichet(1) lists them."), word);
  return FALSE;
}
