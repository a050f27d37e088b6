/* `guichet draft --engine chat`: the same service and the same questions as the worker's, without a
 * clinic.  Without one there are no contracts either: only a service on this host is asked. */
#ifndef GUICHET_CLI_DRAFT_CHAT_H
#define GUICHET_CLI_DRAFT_CHAT_H

#include <glib.h>

#include "guichet/scribe/check.h"

typedef struct {
  char *url, *model, *key_file, *ca_file; /* NULL: the clinic's settings, or none */
  int context_tokens, seconds;            /* 0: the same */
} CliDraftChatOptions;

typedef struct CliDraftChat CliDraftChat;

/* A wrong setting, a service elsewhere: BASE_ERROR_CONFIG, BASE_ERROR_DENIED. */
gboolean cli_draft_chat_open(const CliDraftChatOptions *options, CliDraftChat **ret,
                             GError **error);
void cli_draft_chat_close(CliDraftChat *chat);

/* Asks it; what is wrong with the service is BASE_ERROR_UNAVAILABLE or BASE_ERROR_PROTOCOL. */
gboolean cli_draft_chat_make(CliDraftChat *chat, const ScribeLexicon *lexicon,
                             const ScribeTranscript *transcript, const char *template,
                             const ScribeContext *context, ScribeDraft **ret, GError **error);

#endif
