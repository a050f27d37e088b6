/* The chat engine's half that needs no network: which questions to ask of a model, and a draft from
 * its answers.
 *
 * A visit that is longer than the model's context is asked about in parts that overlap; an answer
 * that was cut off is asked for again in smaller parts, one that is no valid JSON once more.  What
 * a model says is believed where the turns that it names carry it; everything else is left out of
 * the text and told in findings of kind "unsupported".  The same checks run as on any draft.
 *
 *     scribe_chat_new(…, &chat, &error);
 *     while ((question = scribe_chat_next(chat)) != NULL)
 *       … scribe_chat_answer(chat, question->id, json, truncated, &error);
 *     scribe_chat_draft(chat, model, server, &draft, &error); */
#ifndef GUICHET_SCRIBE_CHAT_H
#define GUICHET_SCRIBE_CHAT_H

#include "guichet/scribe/check.h"

G_BEGIN_DECLS

#define SCRIBE_CHAT_VERSION "1"

typedef struct ScribeChat ScribeChat;

typedef struct {
  const char *template;         /* NULL: soap */
  const ScribeContext *context; /* may be NULL */
  guint context_tokens;         /* the model's */
  const char *prompts;          /* a folder with prompts of the clinic's own; may be NULL */
  const char *const *style;     /* example phrasings, NULL-terminated; may be NULL */
} ScribeChatRequest;

typedef struct {
  guint id;
  const char *system, *user;
  const char *answered, *complaint; /* NULL, or what to add when it is asked once more */
  const json_t *schema;
  guint max_tokens;
} ScribeChatQuestion;

/* The lexicon and the transcript are lent and must outlive it.  An unknown template or language:
 * BASE_ERROR_USAGE; a prompt that cannot be read: BASE_ERROR_DATA; a context that is too small for
 * the prompt, or a visit too long for it: BASE_ERROR_USAGE. */
gboolean scribe_chat_new(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                         const ScribeChatRequest *request, ScribeChat **ret, GError **error);
void scribe_chat_free(ScribeChat *chat);

/* The next one to be asked, or NULL where all are asked; several may be out at once.  It is good
 * until it is answered. */
const ScribeChatQuestion *scribe_chat_next(ScribeChat *chat);

/* `json` is the answer's object, NULL where there was none in it; `content` what was said, for
 * asking again.  FALSE: this model does not manage it (BASE_ERROR_PROTOCOL), and another engine
 * should. */
gboolean scribe_chat_answer(ScribeChat *chat, guint id, const json_t *json, const char *content,
                            gboolean truncated, GError **error);
/* The service said that the question is longer than its context (of so many tokens, -1 unknown). */
gboolean scribe_chat_too_long(ScribeChat *chat, guint id, gint64 context, GError **error);

/* Questions that were answered, and all that there are so far. */
guint scribe_chat_answered(const ScribeChat *chat);
guint scribe_chat_questions(const ScribeChat *chat);

/* When every question is answered.  `model` and `server` are what the service says of itself; they
 * are kept with the draft. */
gboolean scribe_chat_draft(ScribeChat *chat, const char *model, const char *server,
                           ScribeDraft **ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeChat, scribe_chat_free)

G_END_DECLS
#endif
