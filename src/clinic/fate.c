#include "guichet/clinic/figure.h"

#include "guichet/base/i18n.h"

static const struct {
  const char *word, *title;
} FATES[CLINIC_FATE_N] = {
#define FATE(id, word, title) [CLINIC_FATE_##id] = {word, title},
#include "clinic/fate.def"
#undef FATE
};

const char *
clinic_fate_word(ClinicFate fate)
{
  return FATES[fate].word;
}

const char *
clinic_fate_title(ClinicFate fate)
{
  return _(FATES[fate].title);
}
