/* What a chat service may send.  The first byte says how the rest is taken: as an answer's bytes,
 * in pieces of a size of its own; as what a model wrote; as the body of an error.  A draft that
 * comes of it must be whole: every statement in the text, every evidence inside its turn. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "guichet/scribe/chat.h"
#include "guichet/wire/chat.h"

#define VISIT                                                                                      \
  "Doctor: What brings you in today?\n"                                                            \
  "Patient: I have had a sore throat and a cough for three days.\n"                                \
  "Doctor: Any fever?\nPatient: No.\n"                                                             \
  "Doctor: Take ibuprofen 400 mg three times a day. L’été, revenez.\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ScribeLexicon *lexicon;
static ScribeTranscript *transcript;

static void
must(int good)
{
  if (!good)
    abort();
}

static void
look_at_evidence(const GArray *evidence)
{
  for (guint i = 0; i < evidence->len; i++) {
    const ScribeEvidence *e = &g_array_index(evidence, ScribeEvidence, i);
    must(e->turn < transcript->turns->len && e->start < e->end);
    must(e->end <= (guint)g_utf8_strlen(scribe_transcript_turn(transcript, e->turn)->text, -1));
  }
}

static void
look_at_draft(const ScribeDraft *draft)
{
  guint length = (guint)g_utf8_strlen(draft->text, -1);
  must(g_utf8_validate(draft->text, -1, NULL) && *draft->text != '\0');
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *section = draft->sections->pdata[i];
    for (guint k = 0; k < section->statements->len; k++) {
      const ScribeStatement *s = section->statements->pdata[k];
      g_autofree char *cut = g_utf8_substring(draft->text, s->start, s->end);
      must(strcmp(cut, s->text) == 0 && s->evidence->len > 0);
      look_at_evidence(s->evidence);
    }
  }
  for (guint i = 0; i < draft->findings->len; i++) {
    const ScribeFinding *f = draft->findings->pdata[i];
    must(f->start <= f->end && f->end <= length && g_utf8_validate(f->message, -1, NULL));
  }
  json_t *json = scribe_draft_to_json(draft, NULL);
  g_autoptr(ScribeDraft) back = NULL;
  must(scribe_draft_from_json(json, &back, NULL));
  json_decref(json);
}

static void
take_content(const char *content, gboolean truncated)
{
  g_autoptr(ScribeChat) chat = NULL;
  g_autoptr(ScribeDraft) draft = NULL;
  g_autoptr(GError) error = NULL;
  const ScribeChatRequest request = {.context_tokens = 8192};
  json_t *json = NULL;
  must(scribe_chat_new(lexicon, transcript, &request, &chat, NULL));
  const ScribeChatQuestion *question = scribe_chat_next(chat);
  if (!wire_chat_content_json(content, &json, &error))
    must(error != NULL && json == NULL);
  scribe_chat_answer(chat, question->id, json, content, truncated, NULL);
  json_decref(json);
  if (scribe_chat_answered(chat) == scribe_chat_questions(chat) &&
      scribe_chat_draft(chat, "m", NULL, &draft, NULL))
    look_at_draft(draft);
}

static void
take_bytes(const char *bytes, gsize length, gsize piece)
{
  g_autoptr(WireChatReader) reader = wire_chat_reader_new();
  g_autoptr(WireChatAnswer) answer = NULL;
  g_autoptr(GError) error = NULL;
  for (gsize at = 0; at < length; at += piece)
    if (!wire_chat_reader_feed(reader, bytes + at, MIN(piece, length - at), &error)) {
      must(error != NULL);
      return;
    }
  if (!wire_chat_reader_end(reader, &answer, &error)) {
    must(error != NULL && answer == NULL);
    return;
  }
  must(g_utf8_validate(answer->content, -1, NULL) && g_utf8_validate(answer->model, -1, NULL));
  take_content(answer->content, answer->truncated);
}

static void
take_error(const char *bytes, gsize length)
{
  WireChatError read = {0};
  g_auto(GStrv) models = NULL;
  for (long status = 200; status < 600; status += 100)
    wire_chat_error_read(status + (long)(length % 30), bytes, length, &read);
  must(*wire_chat_trouble_words(read.trouble) != '\0');
  wire_chat_models_read(bytes, length, &models, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (transcript == NULL &&
      (!scribe_lexicon_load(NULL, &lexicon, NULL) ||
       !scribe_transcript_parse("fuzz", VISIT, strlen(VISIT), &transcript, NULL)))
    abort();
  if (size < 2)
    return 0;
  g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
  if (data[0] == 'e')
    take_error((const char *)data + 1, size - 1);
  else if (data[0] == 'c' && g_utf8_validate(text, -1, NULL))
    take_content(text, FALSE);
  else
    take_bytes((const char *)data + 1, size - 1, 1 + data[0] % 61);
  return 0;
}
