#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "clinic/consent.h"

#include <string.h>

#define CONSENT_TEXT_MOST 4000u

ClinicConsent *
clinic_consent_new(void)
{
  ClinicConsent *consent = g_new0(ClinicConsent, 1);
  consent->by = g_strdup("");
  consent->how = g_strdup("");
  consent->words = g_strdup("");
  consent->given = TRUE;
  return consent;
}

void
clinic_consent_free(ClinicConsent *consent)
{
  if (consent == NULL)
    return;
  g_free(consent->by);
  g_free(consent->how);
  g_free(consent->words);
  g_free(consent);
}

ClinicConsent *
clinic_consent_copy(const ClinicConsent *consent)
{
  if (consent == NULL)
    return NULL;
  ClinicConsent *copy = g_new0(ClinicConsent, 1);
  *copy = *consent;
  copy->by = g_strdup(consent->by);
  copy->how = g_strdup(consent->how);
  copy->words = g_strdup(consent->words);
  return copy;
}

static gboolean
text_check(const char *name, char **text, GError **error)
{
  const char *why = NULL;
  if (*text == NULL || **text == '\0')
    why = _("is missing: a consent says who gave it, how, and in which words");
  else if (strlen(*text) > CONSENT_TEXT_MOST)
    why = _("longer than 4,000 bytes");
  if (why != NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "consent.%s: %s", name, why);
    return FALSE;
  }
  char *safe = base_text_disarm(*text, -1, FALSE);
  g_free(*text);
  *text = safe;
  return TRUE;
}

gboolean
clinic_consent_check(ClinicConsent *consent, GError **error)
{
  if (!text_check("by", &consent->by, error) || !text_check("how", &consent->how, error) ||
      !text_check("words", &consent->words, error))
    return FALSE;
  if (consent->at > 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "consent.at: %s",
              _("is missing: a consent says when it was given"));
  return FALSE;
}

StoreConsent *
clinic_consent_to_store(const ClinicConsent *consent)
{
  StoreConsent *stored = g_new0(StoreConsent, 1);
  stored->by = g_strdup(consent->by);
  stored->how = g_strdup(consent->how);
  stored->words = g_strdup(consent->words);
  stored->at = consent->at;
  stored->all_party = consent->all_party;
  stored->given = consent->given;
  return stored;
}

ClinicConsent *
clinic_consent_from_store(const StoreConsent *stored)
{
  ClinicConsent *consent = g_new0(ClinicConsent, 1);
  consent->by = g_strdup(stored->by);
  consent->how = g_strdup(stored->how);
  consent->words = g_strdup(stored->words);
  consent->at = stored->at;
  consent->all_party = stored->all_party;
  consent->given = stored->given;
  return consent;
}
