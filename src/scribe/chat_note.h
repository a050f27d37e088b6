/* A draft from what a model stated: proved, merged, laid out, checked. */
#ifndef GUICHET_SCRIBE_CHAT_NOTE_PRIVATE_H
#define GUICHET_SCRIBE_CHAT_NOTE_PRIVATE_H

#include "guichet/scribe/check.h"
#include "scribe/chat_prompt.h"

typedef struct {
  ScribeChatSection section;
  char *text;
  GArray *turns; /* of guint, as the model named them */
} ScribeChatStated;

/* Adds what an answer states to `into` (of ScribeChatStated).  FALSE where it is not of the form
 * that was asked for. */
gboolean scribe_chat_note_read(const json_t *json, guint sections, GPtrArray *into);
void scribe_chat_note_stated_free(gpointer stated);

/* The draft with its findings; engine and model are the caller's to write. */
gboolean scribe_chat_note_draft(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                                const GPtrArray *stated, const char *template,
                                const ScribeContext *context, ScribeDraft **ret, GError **error);

#endif
