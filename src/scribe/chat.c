#include "guichet/scribe/chat.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "scribe/chat_note.h"
#include "scribe/chat_plan.h"
#include "scribe/chat_prompt.h"
#include "scribe/language.h"
#include "scribe/layout.h"

#define CHAT_OUTPUT_LEAST 256u
#define CHAT_OUTPUT_MOST 4096u
#define CHAT_PART_LEAST 160u     /* tokens of a part: with less there is no sense in asking */
#define CHAT_ANSWERED_MOST 4096u /* bytes of a broken answer that are shown to the model again */

typedef struct {
  ScribeChatQuestion question; /* first: it is handed out */
  ScribeChatRange range;
  guint sections;
  gboolean asked, answered, repaired;
  char *system, *user, *said, *complaint;
  json_t *schema;
  GPtrArray *stated; /* of ScribeChatStated, once it is answered */
} Part;

struct ScribeChat {
  const ScribeLexicon *lexicon;
  const ScribeTranscript *transcript;
  ScribeChatPrompt *prompt;
  GPtrArray *lines;
  GPtrArray *parts; /* of Part, in the order of what was said */
  char *template, *language, *style, *mark, *sex, *charted;
  char **allergies, **medications, **conditions;
  ScribeContext context; /* with the strings above */
  guint context_tokens, last_id;
};

static void
part_free(gpointer data)
{
  Part *part = data;
  g_free(part->system);
  g_free(part->user);
  g_free(part->said);
  g_free(part->complaint);
  json_decref(part->schema);
  g_clear_pointer(&part->stated, g_ptr_array_unref);
  g_free(part);
}

void
scribe_chat_free(ScribeChat *chat)
{
  if (chat == NULL)
    return;
  scribe_chat_prompt_free(chat->prompt);
  g_clear_pointer(&chat->lines, g_ptr_array_unref);
  g_ptr_array_unref(chat->parts);
  g_free(chat->template);
  g_free(chat->language);
  g_free(chat->style);
  g_free(chat->mark);
  g_free(chat->sex);
  g_free(chat->charted);
  g_strfreev(chat->allergies);
  g_strfreev(chat->medications);
  g_strfreev(chat->conditions);
  g_free(chat);
}

/* --- parts */

static gboolean
give_up(GError **error, const char *why)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_PROTOCOL, "the model does not manage this visit: %s",
              why);
  return FALSE;
}

static guint
output_tokens(const ScribeChat *chat)
{
  return CLAMP(chat->context_tokens / 3, CHAT_OUTPUT_LEAST, CHAT_OUTPUT_MOST);
}

static gboolean
part_fill(const ScribeChat *chat, Part *part, GError **error)
{
  g_autofree char *turns = scribe_chat_plan_text(chat->lines, &part->range);
  const ScribeChatLine *first = chat->lines->pdata[part->range.first];
  const ScribeChatLine *last = chat->lines->pdata[part->range.last - 1];
  const ScribeChatFill fill = {.template = chat->template,
                               .style = chat->style,
                               .sections = part->sections,
                               .part = part->range.last - part->range.first < chat->lines->len,
                               .turns = turns,
                               .mark = chat->mark};
  if (!scribe_chat_prompt_system(chat->prompt, &fill, &part->system, error) ||
      !scribe_chat_prompt_user(chat->prompt, &fill, &part->user, error) ||
      !scribe_chat_prompt_repair(chat->prompt, &fill, &part->complaint, error))
    return FALSE;
  part->schema = scribe_chat_prompt_schema(part->sections, first->turn, last->turn);
  part->question.system = part->system;
  part->question.user = part->user;
  part->question.schema = part->schema;
  part->question.max_tokens = output_tokens(chat);
  return TRUE;
}

/* Where another part stood, so that what was said first comes first. */
static gboolean
part_insert(ScribeChat *chat, guint at, const ScribeChatRange *range, guint sections,
            GError **error)
{
  if (chat->parts->len >= SCRIBE_CHAT_PARTS)
    return give_up(error, "it is too long");
  Part *part = g_new0(Part, 1);
  part->range = *range;
  part->sections = sections;
  part->question.id = ++chat->last_id;
  g_ptr_array_insert(chat->parts, (gint)at, part);
  return part_fill(chat, part, error);
}

static guint
part_find(const ScribeChat *chat, guint id)
{
  guint i = 0;
  while (i < chat->parts->len && ((const Part *)chat->parts->pdata[i])->question.id != id)
    i++;
  return i;
}

/* Half of its sections each, or half of its lines. */
static gboolean
part_split(ScribeChat *chat, guint at, gboolean by_lines, GError **error)
{
  const Part *old = chat->parts->pdata[at];
  const ScribeChatRange range = old->range;
  ScribeChatRange half[2] = {range, range};
  guint sections[2] = {old->sections, old->sections}, n = 0;
  if (!by_lines && (old->sections & (old->sections - 1)) != 0) {
    sections[0] = sections[1] = 0;
    guint all = (guint)__builtin_popcount(old->sections);
    for (guint i = 0; i < SCRIBE_CHAT_SECTION_N; i++)
      if ((old->sections & (1u << i)) != 0)
        sections[n++ < all / 2 ? 0 : 1] |= 1u << i;
  } else if (!scribe_chat_plan_halve(&range, half)) {
    return give_up(error, by_lines ? "its context is too small" : "its answers are cut off");
  }
  g_ptr_array_remove_index(chat->parts, at);
  return part_insert(chat, at, &half[0], sections[0], error) &&
         part_insert(chat, at + 1, &half[1], sections[1], error);
}

/* --- a new one */

static gboolean
chat_plan(ScribeChat *chat, GError **error)
{
  const ScribeChatFill fill = {.template = chat->template,
                               .style = chat->style,
                               .sections = SCRIBE_CHAT_ALL,
                               .part = TRUE,
                               .turns = "…",
                               .mark = chat->mark};
  g_autofree char *system = NULL, *user = NULL;
  if (!scribe_chat_prompt_system(chat->prompt, &fill, &system, error) ||
      !scribe_chat_prompt_user(chat->prompt, &fill, &user, error))
    return FALSE;
  guint used = scribe_chat_plan_tokens(strlen(system) + strlen(user)) + output_tokens(chat);
  if (used + CHAT_PART_LEAST > chat->context_tokens) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                "a context of %u tokens is too small: the prompt and an answer take %u; raise "
                "context_tokens in guichet.conf, with a model that has as many",
                chat->context_tokens, used);
    return FALSE;
  }
  g_autoptr(GArray) ranges = scribe_chat_plan_ranges(chat->lines, chat->context_tokens - used);
  for (guint i = 0; i < ranges->len; i++)
    if (!part_insert(chat, i, &g_array_index(ranges, ScribeChatRange, i), SCRIBE_CHAT_ALL, error))
      return FALSE;
  return TRUE;
}

/* Nobody in the room can have said this line: it is made of all that they said. */
static char *
mark_of(const GPtrArray *lines)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (guint i = 0; i < lines->len; i++)
    g_checksum_update(sum, (const guchar *)((const ScribeChatLine *)lines->pdata[i])->text, -1);
  return g_strdup_printf("=== %.12s ===", g_checksum_get_string(sum));
}

static char *
style_lines(const char *const *style)
{
  if (style == NULL || *style == NULL)
    return NULL;
  GString *lines = g_string_new(NULL);
  for (; *style != NULL; style++)
    g_string_append_printf(lines, "%s- %s", lines->len > 0 ? "\n" : "", *style);
  return g_string_free(lines, FALSE);
}

static gboolean
known(const char *template, const char *language, GError **error)
{
  if (!scribe_layout_known(template))
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                "there is no template %s; soap, behavioural, chronic and telehealth are known",
                template);
  else if (strcmp(language, "en") != 0 && strcmp(language, "fr") != 0)
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, "the chat engine writes en and fr, not %s",
                language);
  else
    return TRUE;
  return FALSE;
}

static char **
list_copy(const char *const *list)
{
  g_autoptr(GStrvBuilder) copy = g_strv_builder_new();
  for (; list != NULL && *list != NULL; list++)
    g_strv_builder_add(copy, *list);
  return g_strv_builder_end(copy);
}

static void
keep_context(ScribeChat *chat, const ScribeContext *context)
{
  if (context != NULL) {
    chat->context = *context;
    chat->sex = g_strdup(context->sex);
    chat->charted = g_strdup(context->charted);
    chat->allergies = list_copy(context->allergies);
    chat->medications = list_copy(context->medications);
    chat->conditions = list_copy(context->conditions);
  }
  chat->context.sex = chat->sex;
  chat->context.charted = chat->charted;
  chat->context.allergies = (const char *const *)chat->allergies;
  chat->context.medications = (const char *const *)chat->medications;
  chat->context.conditions = (const char *const *)chat->conditions;
  chat->context.language = chat->language;
}

gboolean
scribe_chat_new(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                const ScribeChatRequest *request, ScribeChat **ret, GError **error)
{
  const ScribeContext *context = request->context;
  const char *template = request->template != NULL ? request->template : "soap";
  const char *language = context != NULL && context->language != NULL
                             ? context->language
                             : scribe_language_guess(transcript);
  if (!known(template, language, error))
    return FALSE;
  g_autoptr(ScribeChat) chat = g_new0(ScribeChat, 1);
  chat->lexicon = lexicon;
  chat->transcript = transcript;
  chat->parts = g_ptr_array_new_with_free_func(part_free);
  chat->template = g_strdup(template);
  chat->language = g_strdup(language);
  chat->style = style_lines(request->style);
  chat->context_tokens = request->context_tokens;
  keep_context(chat, context);
  chat->lines = scribe_chat_plan_lines(transcript, strcmp(language, "fr") == 0);
  chat->mark = mark_of(chat->lines);
  if (!scribe_chat_prompt_load(request->prompts, language, &chat->prompt, error) ||
      !chat_plan(chat, error))
    return FALSE;
  *ret = g_steal_pointer(&chat);
  return TRUE;
}

/* --- questions and answers */

const ScribeChatQuestion *
scribe_chat_next(ScribeChat *chat)
{
  for (guint i = 0; i < chat->parts->len; i++) {
    Part *part = chat->parts->pdata[i];
    if (part->asked)
      continue;
    part->asked = TRUE;
    return &part->question;
  }
  return NULL;
}

guint
scribe_chat_answered(const ScribeChat *chat)
{
  guint n = 0;
  for (guint i = 0; i < chat->parts->len; i++)
    n += ((const Part *)chat->parts->pdata[i])->answered;
  return n;
}

guint
scribe_chat_questions(const ScribeChat *chat)
{
  return chat->parts->len;
}

/* As much of what it said as may be shown to it again. */
static char *
head_of(const char *content)
{
  gsize length = content != NULL ? strlen(content) : 0;
  const char *end = NULL;
  if (length == 0)
    return g_strdup("…");
  if (!g_utf8_validate(content, (gssize)MIN(length, CHAT_ANSWERED_MOST), &end))
    return g_strndup(content, (gsize)(end - content));
  return g_strndup(content, MIN(length, CHAT_ANSWERED_MOST));
}

static gboolean
part_repair(Part *part, const char *content, GError **error)
{
  if (part->repaired)
    return give_up(error, "it gives no valid JSON");
  part->repaired = TRUE;
  part->asked = FALSE;
  part->said = head_of(content);
  part->question.answered = part->said;
  part->question.complaint = part->complaint;
  return TRUE;
}

gboolean
scribe_chat_answer(ScribeChat *chat, guint id, const json_t *json, const char *content,
                   gboolean truncated, GError **error)
{
  guint at = part_find(chat, id);
  g_return_val_if_fail(at < chat->parts->len, FALSE);
  Part *part = chat->parts->pdata[at];
  if (truncated)
    return part_split(chat, at, FALSE, error);
  g_autoptr(GPtrArray) stated = g_ptr_array_new_with_free_func(scribe_chat_note_stated_free);
  if (json == NULL || !scribe_chat_note_read(json, part->sections, stated))
    return part_repair(part, content, error);
  part->stated = g_steal_pointer(&stated);
  part->answered = TRUE;
  return TRUE;
}

gboolean
scribe_chat_too_long(ScribeChat *chat, guint id, gint64 context, GError **error)
{
  guint at = part_find(chat, id);
  g_return_val_if_fail(at < chat->parts->len, FALSE);
  if (context > 0 && context < chat->context_tokens)
    chat->context_tokens = (guint)context;
  return part_split(chat, at, TRUE, error);
}

gboolean
scribe_chat_draft(ScribeChat *chat, const char *model, const char *server, ScribeDraft **ret,
                  GError **error)
{
  g_autoptr(ScribeDraft) draft = NULL;
  g_return_val_if_fail(scribe_chat_answered(chat) == chat->parts->len, FALSE);
  g_autoptr(GPtrArray) stated = g_ptr_array_new(); /* lent by the parts */
  for (guint i = 0; i < chat->parts->len; i++)
    g_ptr_array_extend(stated, ((const Part *)chat->parts->pdata[i])->stated, NULL, NULL);
  if (!scribe_chat_note_draft(chat->lexicon, chat->transcript, stated, chat->template,
                              &chat->context, &draft, error))
    return FALSE;
  if (*draft->text == '\0')
    return give_up(error, "nothing that it says is carried by the transcript");
  gboolean named = model != NULL && *model != '\0', told = server != NULL && *server != '\0';
  draft->engine_name = g_strdup("chat");
  draft->engine_version = g_strdup(SCRIBE_CHAT_VERSION);
  draft->model = told ? g_strdup_printf("%s (%s)", named ? model : "?", server)
                      : g_strdup(named ? model : NULL);
  draft->prompt_hash = g_strdup(scribe_chat_prompt_hash(chat->prompt));
  *ret = g_steal_pointer(&draft);
  return TRUE;
}
