#include "guichet/worker/fallback.h"

#include <string.h>

#define FALLBACK_NAME "builtin (fallback)"

void
worker_fallback_mark(ScribeDraft *draft, const GError *why)
{
  gboolean french = strcmp(draft->language, "fr") == 0;
  char *message = french ? g_strdup_printf("Rédigé par le moteur intégré : %s.", why->message)
                         : g_strdup_printf("Drafted by the builtin engine: %s.", why->message);
  g_free(draft->engine_name);
  draft->engine_name = g_strdup(FALLBACK_NAME);
  g_ptr_array_insert(
      draft->findings, 0,
      scribe_finding_new(SCRIBE_FINDING_ENGINE, SCRIBE_SEVERITY_INFO, 0, 0, message));
}
