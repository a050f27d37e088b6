#include "worker/channel.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

static const WorkerChannel *const CHANNELS[] = {
    &worker_channel_directory, &worker_channel_maildir, &worker_channel_smtp,
    &worker_channel_fhir,      &worker_channel_mllp,    &worker_channel_imap,
};

gboolean
worker_channel_find(const char *word, const WorkerChannel **ret, GError **error)
{
  g_autoptr(GString) words = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(CHANNELS); i++) {
    if (strcmp(CHANNELS[i]->word, word) == 0) {
      *ret = CHANNELS[i];
      return TRUE;
    }
    g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", CHANNELS[i]->word);
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
              _("there is no channel “%s”; guichet.conf may say %s"), word, words->str);
  return FALSE;
}

void
worker_channel_done(WorkerSending *sending, const WorkerAnswer *answer)
{
  sending->done(sending, answer);
}
