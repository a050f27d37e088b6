#include "guichet/clinic/item.h"

#include <string.h>

#include "clinic/state.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

static const struct {
  const char *word, *title;
  gboolean desk;
} KINDS[CLINIC_KIND_N] = {
    [CLINIC_KIND_NOTE] = {"note", N_("note"), FALSE},
    [CLINIC_KIND_LETTER] = {"letter", N_("letter"), FALSE},
    [CLINIC_KIND_REPLY] = {"reply", N_("reply"), FALSE},
    [CLINIC_KIND_REMINDER] = {"reminder", N_("reminder"), TRUE},
    [CLINIC_KIND_FORM] = {"form", N_("form"), FALSE},
    [CLINIC_KIND_TASK] = {"task", N_("task"), TRUE},
    [CLINIC_KIND_STATUS] = {"status", N_("status"), TRUE},
};

const char *
clinic_kind_word(ClinicKind kind)
{
  return KINDS[kind].word;
}

const char *
clinic_kind_title(ClinicKind kind)
{
  return _(KINDS[kind].title);
}

gboolean
clinic_kind_is_desk(ClinicKind kind)
{
  return KINDS[kind].desk;
}

gboolean
clinic_kind_parse(const char *word, ClinicKind *ret, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(KINDS); i++)
    if (strcmp(KINDS[i].word, word) == 0) {
      *ret = (ClinicKind)i;
      return TRUE;
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is no kind of an item; guichet(1) lists them."), word);
  return FALSE;
}
