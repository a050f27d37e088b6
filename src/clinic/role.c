#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/session.h"
#include "clinic/role.h"

static const struct {
  const char *word;
  char letter;
  const char *title;
} ROLES[] = {
#define ROLE(id, word, letter, title) {word, letter, title},
#include "clinic/role.def"
#undef ROLE
};

static const struct {
  const char *word, *roles, *help;
} POWERS[] = {
#define POWER(id, word, roles, help) {word, roles, help},
#include "clinic/role.def"
#undef POWER
};

const char *
clinic_role_word(ClinicRole role)
{
  return (guint)role < CLINIC_ROLE_N ? ROLES[role].word : "";
}

const char *
clinic_role_title(ClinicRole role)
{
  return (guint)role < CLINIC_ROLE_N ? _(ROLES[role].title) : "";
}

gboolean
clinic_role_parse(const char *word, ClinicRole *ret, GError **error)
{
  g_autoptr(GString) words = g_string_new(NULL);
  for (guint i = 0; i < CLINIC_ROLE_N; i++) {
    if (strcmp(ROLES[i].word, word) == 0) {
      *ret = (ClinicRole)i;
      return TRUE;
    }
    g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", ROLES[i].word);
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("there is no role %s; there are %s"), word,
              words->str);
  return FALSE;
}

gboolean
clinic_role_may(ClinicRole role, ClinicPower power)
{
  return (guint)role < CLINIC_ROLE_N && (guint)power < CLINIC_POWER_N &&
         strchr(POWERS[power].roles, ROLES[role].letter) != NULL;
}

const char *
clinic_role_power(ClinicPower power)
{
  return (guint)power < CLINIC_POWER_N ? POWERS[power].word : "";
}

const char *
clinic_role_power_help(ClinicPower power)
{
  return (guint)power < CLINIC_POWER_N ? _(POWERS[power].help) : "";
}
