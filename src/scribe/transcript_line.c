#include "scribe/transcript_line.h"

#include <string.h>

#include "guichet/base/text.h"
#include "scribe/role.h"
#include "scribe/transcript_cue.h"

#define LABEL_BYTES 80u
#define LABEL_WORDS 5u

/* A label is short, starts with a letter, holds no sentence, and is a role's word or written like a
 * name. */
static gboolean
is_label(const char *name)
{
  gunichar first = g_utf8_get_char(name);
  if (!g_unichar_isalpha(first))
    return FALSE;
  guint words = 1;
  for (const char *p = name; *p != '\0'; p++) {
    if (strchr("?!,;\"<>{}=/\\", *p) != NULL)
      return FALSE;
    words += *p == ' ' ? 1 : 0;
  }
  if (words > LABEL_WORDS)
    return FALSE;
  if (scribe_role_guess(name) != SCRIBE_ROLE_UNKNOWN)
    return TRUE;
  return (g_unichar_isupper(first) && words <= 4) || words == 1 ||
         g_str_has_prefix(name, "speaker ");
}

gsize
scribe_transcript_line_label(const char *text, gsize length, char **ret_speaker)
{
  const char *colon = memchr(text, ':', MIN(length, LABEL_BYTES));
  if (colon == NULL || colon == text)
    return 0;
  gsize at = (gsize)(colon - text) + 1;
  if (at < length && text[at] != ' ' && text[at] != '\t')
    return 0;
  g_autofree char *name = g_strstrip(g_strndup(text, at - 1));
  if (*name == '\0' || !is_label(name))
    return 0;
  while (at < length && (text[at] == ' ' || text[at] == '\t'))
    at++;
  *ret_speaker = g_steal_pointer(&name);
  return at;
}

/* "[00:01:02] ", "(1:02) " or "00:01:02 - " before the label. */
static gsize
read_stamp(const char *text, gsize length, gint64 *ret_ms)
{
  gsize at = 0, used = 0;
  gint64 ms = 0;
  gboolean bracket = length > 0 && (text[0] == '[' || text[0] == '(');
  at += bracket ? 1 : 0;
  if (!scribe_transcript_cue_time(text + at, length - at, &ms, &used))
    return 0;
  at += used;
  if (bracket && (at >= length || (text[at] != ']' && text[at] != ')')))
    return 0;
  at += bracket ? 1 : 0;
  while (at < length && (text[at] == ' ' || text[at] == '\t' || text[at] == '-'))
    at++;
  *ret_ms = MAX(ms, 0);
  return at;
}

typedef struct {
  ScribeTranscriptBuild *build;
  GString *text;
  char *speaker; /* NULL before the first label */
  guint line;
  gint64 start_ms;
} Pending;

static gboolean
flush(Pending *pending, GError **error)
{
  if (pending->speaker == NULL)
    return TRUE;
  gboolean ok = scribe_transcript_build_add(pending->build, pending->line, pending->speaker,
                                            pending->text->str, pending->text->len,
                                            pending->start_ms, -1, error);
  g_clear_pointer(&pending->speaker, g_free);
  g_string_truncate(pending->text, 0);
  return ok;
}

static gboolean
take_line(Pending *pending, guint number, const char *line, gsize length, GError **error)
{
  gint64 ms = -1;
  char *speaker = NULL;
  gsize stamp = read_stamp(line, length, &ms);
  gsize label = scribe_transcript_line_label(line + stamp, length - stamp, &speaker);
  if (label > 0) {
    if (!flush(pending, error)) {
      g_free(speaker);
      return FALSE;
    }
    pending->speaker = speaker;
    pending->line = number;
    pending->start_ms = stamp > 0 ? ms : -1;
    line += stamp + label;
    length -= stamp + label;
  } else if (pending->speaker == NULL) {
    if (length > 0)
      scribe_transcript_build_warn(pending->build, number, "stands before any speaker; left out");
    return TRUE;
  }
  if (pending->text->len + length > TRANSCRIPT_BUILD_TURN_CAP)
    return scribe_transcript_build_fail(
        pending->build, number, "one turn is longer than 1 MiB; this does not look like speech",
        error);
  if (pending->text->len > 0 && length > 0)
    g_string_append_c(pending->text, ' ');
  g_string_append_len(pending->text, line, (gssize)length);
  return TRUE;
}

gboolean
scribe_transcript_line_read(ScribeTranscriptBuild *build, const char *text, gsize length,
                            GError **error)
{
  g_autoptr(GString) said = g_string_new(NULL);
  Pending pending = {.build = build, .text = said};
  gboolean ok = TRUE;
  guint number = 0;
  for (const char *at = text, *end = text + length; ok && at < end;) {
    const char *stop = memchr(at, '\n', (gsize)(end - at));
    stop = stop != NULL ? stop : end;
    const char *first = at, *last = stop;
    while (first < last && g_ascii_isspace(*first))
      first++;
    while (last > first && g_ascii_isspace(last[-1]))
      last--;
    ok = take_line(&pending, ++number, first, (gsize)(last - first), error);
    at = stop + 1;
  }
  ok = ok && flush(&pending, error);
  g_free(pending.speaker);
  return ok;
}
