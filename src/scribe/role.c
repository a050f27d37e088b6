#include "scribe/role.h"

#include <string.h>

#include "guichet/base/text.h"

typedef struct {
  const char *word;
  ScribeRole role;
} RoleWord;

/* The first of these that the folded name holds as a word decides; a family member beside the
 * patient ("patient guest", "patient s mother") is somebody else, so those come first. */
static const RoleWord WORDS[] = {
    {"guest", SCRIBE_ROLE_OTHER},
    {"family", SCRIBE_ROLE_OTHER},
    {"mother", SCRIBE_ROLE_OTHER},
    {"father", SCRIBE_ROLE_OTHER},
    {"mom", SCRIBE_ROLE_OTHER},
    {"dad", SCRIBE_ROLE_OTHER},
    {"wife", SCRIBE_ROLE_OTHER},
    {"husband", SCRIBE_ROLE_OTHER},
    {"son", SCRIBE_ROLE_OTHER},
    {"daughter", SCRIBE_ROLE_OTHER},
    {"parent", SCRIBE_ROLE_OTHER},
    {"interpreter", SCRIBE_ROLE_OTHER},
    {"interprete", SCRIBE_ROLE_OTHER},
    {"famille", SCRIBE_ROLE_OTHER},
    {"mere", SCRIBE_ROLE_OTHER},
    {"pere", SCRIBE_ROLE_OTHER},
    {"epouse", SCRIBE_ROLE_OTHER},
    {"epoux", SCRIBE_ROLE_OTHER},
    {"mari", SCRIBE_ROLE_OTHER},
    {"fille", SCRIBE_ROLE_OTHER},
    {"fils", SCRIBE_ROLE_OTHER},
    {"caregiver", SCRIBE_ROLE_OTHER},
    {"accompagnant", SCRIBE_ROLE_OTHER},
    {"accompagnante", SCRIBE_ROLE_OTHER},
    {"doctor", SCRIBE_ROLE_CLINICIAN},
    {"dr", SCRIBE_ROLE_CLINICIAN},
    {"doc", SCRIBE_ROLE_CLINICIAN},
    {"clinician", SCRIBE_ROLE_CLINICIAN},
    {"physician", SCRIBE_ROLE_CLINICIAN},
    {"provider", SCRIBE_ROLE_CLINICIAN},
    {"nurse", SCRIBE_ROLE_CLINICIAN},
    {"rn", SCRIBE_ROLE_CLINICIAN},
    {"md", SCRIBE_ROLE_CLINICIAN},
    {"np", SCRIBE_ROLE_CLINICIAN},
    {"pa", SCRIBE_ROLE_CLINICIAN},
    {"gp", SCRIBE_ROLE_CLINICIAN},
    {"therapist", SCRIBE_ROLE_CLINICIAN},
    {"psychologist", SCRIBE_ROLE_CLINICIAN},
    {"counselor", SCRIBE_ROLE_CLINICIAN},
    {"counsellor", SCRIBE_ROLE_CLINICIAN},
    {"medecin", SCRIBE_ROLE_CLINICIAN},
    {"docteur", SCRIBE_ROLE_CLINICIAN},
    {"docteure", SCRIBE_ROLE_CLINICIAN},
    {"pr", SCRIBE_ROLE_CLINICIAN},
    {"infirmier", SCRIBE_ROLE_CLINICIAN},
    {"infirmiere", SCRIBE_ROLE_CLINICIAN},
    {"ide", SCRIBE_ROLE_CLINICIAN},
    {"soignant", SCRIBE_ROLE_CLINICIAN},
    {"soignante", SCRIBE_ROLE_CLINICIAN},
    {"sage femme", SCRIBE_ROLE_CLINICIAN},
    {"psychologue", SCRIBE_ROLE_CLINICIAN},
    {"patient", SCRIBE_ROLE_PATIENT},
    {"patiente", SCRIBE_ROLE_PATIENT},
    {"pt", SCRIBE_ROLE_PATIENT},
    {"client", SCRIBE_ROLE_PATIENT},
    {"cliente", SCRIBE_ROLE_PATIENT},
};

static gboolean
holds_word(const char *padded, const char *word)
{
  g_autofree char *needle = g_strconcat(" ", word, " ", NULL);
  return strstr(padded, needle) != NULL;
}

ScribeRole
scribe_role_guess(const char *speaker)
{
  g_autofree char *spaced = g_strdelimit(g_strdup(speaker), "_-0123456789", ' ');
  g_autofree char *folded = base_text_fold(spaced);
  g_autofree char *padded = g_strconcat(" ", folded, " ", NULL);
  if (holds_word(padded, "guest clinician"))
    return SCRIBE_ROLE_CLINICIAN;
  for (gsize i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (holds_word(padded, WORDS[i].word))
      return WORDS[i].role;
  return SCRIBE_ROLE_UNKNOWN;
}
