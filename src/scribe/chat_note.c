#include "scribe/chat_note.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "scribe/chat_proof.h"
#include "scribe/field.h"
#include "scribe/layout.h"

#define NOTE_STATED 2000u    /* statements of one visit */
#define NOTE_UNSUPPORTED 40u /* told; the others are only counted */

void
scribe_chat_note_stated_free(gpointer stated)
{
  ScribeChatStated *s = stated;
  g_free(s->text);
  g_array_unref(s->turns);
  g_free(s);
}

/* --- reading an answer */

/* One line of plain text that ends as a sentence does; NULL where nothing is left. */
static char *
tidy(const json_t *value)
{
  if (!json_is_string(value))
    return NULL;
  g_autofree char *plain =
      base_text_disarm(json_string_value(value), (gssize)json_string_length(value), FALSE);
  g_auto(GStrv) words = g_strsplit_set(plain, " \t\r\n", -1);
  GString *text = g_string_new(NULL);
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && !(text->len == 0 && strspn(*word, "-*#>•") == strlen(*word)))
      g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", *word);
  if (g_utf8_strlen(text->str, -1) > (glong)SCRIBE_CHAT_TEXT_MOST)
    g_string_truncate(text, 0); /* no statement is that long: better none than a cut one */
  if (text->len > 0 && strchr(".!?:;", text->str[text->len - 1]) == NULL)
    g_string_append_c(text, '.');
  char *ret = g_string_free(text, FALSE);
  if (*ret == '\0')
    g_clear_pointer(&ret, g_free);
  return ret;
}

static GArray *
read_turns(const json_t *list)
{
  GArray *turns = g_array_new(FALSE, FALSE, sizeof(guint));
  size_t i;
  const json_t *one;
  json_array_foreach (list, i, one) {
    json_int_t value = json_is_integer(one) ? json_integer_value(one) : -1;
    guint turn = (guint)value;
    if (value >= 0 && value < SCRIBE_TRANSCRIPT_TURNS && turns->len < SCRIBE_CHAT_TURNS_MOST)
      g_array_append_val(turns, turn);
  }
  return turns;
}

static void
read_section(const json_t *list, ScribeChatSection section, GPtrArray *into)
{
  size_t i;
  const json_t *one;
  json_array_foreach (list, i, one) {
    char *text = into->len < NOTE_STATED ? tidy(json_object_get(one, "text")) : NULL;
    if (text == NULL)
      continue;
    ScribeChatStated *stated = g_new(ScribeChatStated, 1);
    *stated = (ScribeChatStated){section, text, read_turns(json_object_get(one, "turns"))};
    g_ptr_array_add(into, stated);
  }
}

gboolean
scribe_chat_note_read(const json_t *json, guint sections, GPtrArray *into)
{
  guint known = 0;
  for (guint i = 0; i < SCRIBE_CHAT_SECTION_N; i++) {
    const json_t *list = json_object_get(json, scribe_chat_prompt_section((ScribeChatSection)i));
    if (list == NULL || (sections & (1u << i)) == 0)
      continue;
    if (!json_is_array(list))
      return FALSE;
    known++;
    read_section(list, (ScribeChatSection)i, into);
  }
  return known > 0;
}

/* --- a draft */

typedef struct {
  ScribeDraft *draft;
  ScribeChatProof *proof;
  GPtrArray *left_out; /* of const char *: texts that nothing carries */
} Note;

/* The one that says more stays; in the order of what was said, the earlier one otherwise. */
static gboolean
is_repeated(const Note *note, const ScribeSection *section, const char *text)
{
  for (guint i = 0; i < section->statements->len; i++) {
    ScribeStatement *there = section->statements->pdata[i];
    if (scribe_chat_proof_same(note->proof, text, there->text))
      return TRUE;
    if (!scribe_chat_proof_same(note->proof, there->text, text))
      continue;
    g_ptr_array_remove_index(section->statements, i); /* the new one says it and more */
    i--;
  }
  return FALSE;
}

static gboolean
is_elsewhere(const ScribeDraft *draft, const char *text)
{
  g_autofree char *mine = base_text_fold(text);
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *section = draft->sections->pdata[i];
    for (guint k = 0; k < section->statements->len; k++) {
      g_autofree char *other =
          base_text_fold(((const ScribeStatement *)section->statements->pdata[k])->text);
      if (strcmp(mine, other) == 0)
        return TRUE;
    }
  }
  return FALSE;
}

static void
add_stated(Note *note, ScribeSection *section, const ScribeChatStated *stated)
{
  g_autoptr(GArray) evidence = g_array_new(FALSE, FALSE, sizeof(ScribeEvidence));
  double cover = 0;
  if (!scribe_chat_proof_find(note->proof, stated->text, stated->turns, evidence, &cover)) {
    g_ptr_array_add(note->left_out, stated->text);
    return;
  }
  if (is_elsewhere(note->draft, stated->text) || is_repeated(note, section, stated->text))
    return;
  ScribeStatement *s = scribe_draft_add_statement(section, stated->text, 0.2 + 0.7 * cover);
  for (guint i = 0; i < evidence->len; i++) {
    const ScribeEvidence *span = &g_array_index(evidence, ScribeEvidence, i);
    scribe_draft_add_evidence(s, span->turn, span->start, span->end);
  }
}

static void
add_sections(Note *note, const GPtrArray *stated, gboolean french)
{
  for (guint k = 0; k < SCRIBE_CHAT_SECTION_N; k++) {
    ScribeChatSection id = (ScribeChatSection)k;
    ScribeSection *section = scribe_draft_add_section(note->draft, scribe_chat_prompt_section(id),
                                                      scribe_chat_prompt_title(id, french));
    for (guint i = 0; i < stated->len; i++)
      if (((const ScribeChatStated *)stated->pdata[i])->section == id)
        add_stated(note, section, stated->pdata[i]);
  }
}

/* What was left out is told at the end of the text: it is not in it. */
static void
tell_left_out(const Note *note)
{
  gboolean french = strcmp(note->draft->language, "fr") == 0;
  guint end = (guint)g_utf8_strlen(note->draft->text, -1);
  for (guint i = 0; i < MIN(note->left_out->len, NOTE_UNSUPPORTED); i++) {
    const char *text = note->left_out->pdata[i];
    char *message = french ? g_strdup_printf("Le modèle a écrit en plus, sans que rien de ce qui a "
                                             "été dit ne le porte : « %s » Cela a été laissé de "
                                             "côté.",
                                             text)
                           : g_strdup_printf("The model also wrote, and nothing that was said "
                                             "carries it: “%s” It was left out.",
                                             text);
    g_ptr_array_add(
        note->draft->findings,
        scribe_finding_new(SCRIBE_FINDING_UNSUPPORTED, SCRIBE_SEVERITY_WARN, end, end, message));
  }
}

static json_t *
left_out_json(const GPtrArray *texts)
{
  json_t *list = json_array();
  for (guint i = 0; i < texts->len; i++)
    json_array_append_new(
        list, json_pack("{s:s,s:[]}", "text", (const char *)texts->pdata[i], "evidence"));
  return list;
}

gboolean
scribe_chat_note_draft(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                       const GPtrArray *stated, const char *template, const ScribeContext *context,
                       ScribeDraft **ret, GError **error)
{
  g_autoptr(ScribeDraft) draft = scribe_draft_new("note", template, context->language);
  g_autoptr(ScribeChatProof) proof = scribe_chat_proof_new(lexicon, transcript);
  g_autoptr(GPtrArray) left_out = g_ptr_array_new();
  g_autoptr(GPtrArray) findings = NULL;
  Note note = {draft, proof, left_out};
  add_sections(&note, stated, strcmp(context->language, "fr") == 0);
  scribe_layout_apply(draft);
  scribe_draft_compose(draft);
  if (!scribe_check_note(lexicon, transcript, draft->text, context, &findings, error))
    return FALSE;
  g_ptr_array_unref(draft->findings);
  draft->findings = g_steal_pointer(&findings);
  scribe_field_fill(lexicon, draft);
  json_object_set_new(draft->fields, "unsupported", left_out_json(left_out));
  tell_left_out(&note);
  *ret = g_steal_pointer(&draft);
  return TRUE;
}
