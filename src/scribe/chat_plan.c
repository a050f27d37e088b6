#include "scribe/chat_plan.h"

#include <string.h>

#define PLAN_LINE 600u   /* bytes of one line */
#define PLAN_OVERLAP 6u  /* lines, at most */
#define PLAN_SHORTEST 8u /* lines that are still halved */
#define PLAN_SPEAKER 60u /* bytes of a speaker's name */

static void
line_free(gpointer data)
{
  ScribeChatLine *line = data;
  g_free(line->text);
  g_free(line);
}

/* As they are named, or by their role. */
static char *
speaker_of(const ScribeTurn *turn, gboolean french)
{
  static const char *const ROLES[2][4] = {{"Speaker", "Clinician", "Patient", "Other"},
                                          {"Personne", "Clinicien", "Patient", "Autre"}};
  if (*turn->speaker == '\0')
    return g_strdup(ROLES[french][turn->role]);
  gsize length = strlen(turn->speaker);
  if (length > PLAN_SPEAKER)
    length = (gsize)(g_utf8_find_prev_char(turn->speaker, turn->speaker + PLAN_SPEAKER + 1) -
                     turn->speaker);
  return g_strndup(turn->speaker, length);
}

/* Where to cut a long text: after a sentence, else after a word, never inside a character. */
static gsize
cut_at(const char *text)
{
  gsize length = strlen(text), sentence = 0, word = 0;
  if (length <= PLAN_LINE)
    return length;
  for (gsize i = PLAN_LINE / 2; i < PLAN_LINE; i++) {
    if (text[i] != ' ')
      continue;
    word = i + 1;
    if (strchr(".?!;", text[i - 1]) != NULL)
      sentence = i + 1;
  }
  if (sentence > 0 || word > 0)
    return sentence > 0 ? sentence : word;
  return (gsize)(g_utf8_find_prev_char(text, text + PLAN_LINE + 1) - text);
}

GPtrArray *
scribe_chat_plan_lines(const ScribeTranscript *transcript, gboolean french)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
  for (guint i = 0; i < transcript->turns->len; i++) {
    const ScribeTurn *turn = scribe_transcript_turn(transcript, i);
    g_autofree char *speaker = speaker_of(turn, french);
    const char *at = turn->text;
    do {
      gsize length = cut_at(at);
      ScribeChatLine *line = g_new(ScribeChatLine, 1);
      line->turn = i;
      line->text = g_strdup_printf("[%u] %s: %.*s", i, speaker, (int)length, at);
      g_ptr_array_add(lines, line);
      at += length;
    } while (*at != '\0');
  }
  return lines;
}

/* English has some four bytes a token, French fewer, a model's vocabulary may be poor. */
guint
scribe_chat_plan_tokens(gsize bytes)
{
  return (guint)(bytes / 3 + 4);
}

static guint
line_tokens(const GPtrArray *lines, guint i)
{
  return scribe_chat_plan_tokens(strlen(((const ScribeChatLine *)lines->pdata[i])->text) + 1);
}

GArray *
scribe_chat_plan_ranges(const GPtrArray *lines, guint tokens)
{
  GArray *ranges = g_array_new(FALSE, FALSE, sizeof(ScribeChatRange));
  for (guint first = 0; first < lines->len;) {
    guint last = first, sum = 0;
    while (last < lines->len && (last == first || sum + line_tokens(lines, last) <= tokens))
      sum += line_tokens(lines, last++);
    const ScribeChatRange range = {first, last};
    g_array_append_val(ranges, range);
    if (last == lines->len)
      break;
    guint overlap = MIN(PLAN_OVERLAP, (last - first) / 4);
    first = last - overlap;
  }
  return ranges;
}

gboolean
scribe_chat_plan_halve(const ScribeChatRange *range, ScribeChatRange ret[2])
{
  guint length = range->last - range->first, middle = range->first + length / 2;
  guint overlap = MIN(PLAN_OVERLAP, length / 8);
  if (length < PLAN_SHORTEST)
    return FALSE;
  ret[0] = (ScribeChatRange){range->first, middle + overlap};
  ret[1] = (ScribeChatRange){middle - overlap, range->last};
  return TRUE;
}

char *
scribe_chat_plan_text(const GPtrArray *lines, const ScribeChatRange *range)
{
  GString *text = g_string_new(NULL);
  for (guint i = range->first; i < range->last; i++)
    g_string_append_printf(text, "%s%s", i > range->first ? "\n" : "",
                           ((const ScribeChatLine *)lines->pdata[i])->text);
  return g_string_free(text, FALSE);
}
