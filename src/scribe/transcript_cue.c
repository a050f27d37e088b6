#include "scribe/transcript_cue.h"

#include <string.h>

#include "scribe/transcript_line.h"

#define CUE_LONGEST_MS (G_GINT64_CONSTANT(7) * 24 * 3600 * 1000)

typedef struct {
  const char *start;
  gsize length;
  guint number;
} Line;

typedef struct {
  ScribeTranscriptBuild *build;
  const char *at, *end;
  guint number;
  GString *payload;
  gint64 start_ms, end_ms;
  guint cue_line;
} Reader;

static gboolean
next_line(Reader *r, Line *ret)
{
  if (r->at >= r->end)
    return FALSE;
  const char *stop = memchr(r->at, '\n', (gsize)(r->end - r->at));
  ret->start = r->at;
  ret->length = (gsize)((stop != NULL ? stop : r->end) - r->at);
  ret->number = ++r->number;
  r->at = stop != NULL ? stop + 1 : r->end;
  if (ret->length > 0 && ret->start[ret->length - 1] == '\r')
    ret->length--;
  return TRUE;
}

static gboolean
read_fraction(const char *text, gsize length, gsize *at, gint64 *ms)
{
  if (*at >= length || (text[*at] != '.' && text[*at] != ','))
    return TRUE;
  gint64 scale = 100;
  gsize i = *at + 1;
  for (; i < length && g_ascii_isdigit(text[i]); i++, scale /= 10)
    *ms += (text[i] - '0') * scale;
  gboolean digits = i > *at + 1;
  *at = i;
  return digits;
}

gboolean
scribe_transcript_cue_time(const char *text, gsize length, gint64 *ret_ms, gsize *ret_used)
{
  gsize at = 0;
  gboolean negative = length > 0 && text[0] == '-';
  at += negative ? 1 : 0;
  gint64 seconds = 0, part = 0;
  guint colons = 0, digits = 0;
  for (; at < length; at++) {
    if (g_ascii_isdigit(text[at]) && digits < 4) {
      part = part * 10 + (text[at] - '0');
      digits++;
    } else if (text[at] == ':' && digits > 0 && colons < 2) {
      seconds = (seconds + part) * 60;
      part = digits = 0;
      colons++;
    } else {
      break;
    }
  }
  if (colons == 0 || digits == 0)
    return FALSE;
  gint64 ms = (seconds + part) * 1000;
  if (!read_fraction(text, length, &at, &ms))
    return FALSE;
  *ret_ms = negative ? -ms : ms;
  *ret_used = at;
  return TRUE;
}

static gsize
skip_blank(const Line *line, gsize at)
{
  while (at < line->length && (line->start[at] == ' ' || line->start[at] == '\t'))
    at++;
  return at;
}

static gboolean
is_timing(const Line *line, gint64 *start, gint64 *end)
{
  gsize at = skip_blank(line, 0), used = 0;
  if (!scribe_transcript_cue_time(line->start + at, line->length - at, start, &used))
    return FALSE;
  at = skip_blank(line, at + used);
  if (line->length - at < 3 || memcmp(line->start + at, "-->", 3) != 0)
    return FALSE;
  at = skip_blank(line, at + 3);
  return scribe_transcript_cue_time(line->start + at, line->length - at, end, &used);
}

gboolean
scribe_transcript_cue_looks(const char *text, gsize length)
{
  if (length >= 6 && memcmp(text, "WEBVTT", 6) == 0)
    return TRUE;
  Reader r = {.at = text, .end = text + MIN(length, 4096)};
  Line line;
  gint64 start, end;
  for (guint i = 0; i < 8 && next_line(&r, &line); i++)
    if (is_timing(&line, &start, &end))
      return TRUE;
  return FALSE;
}

static const struct {
  const char *entity, *plain;
} ENTITIES[] = {{"&amp;", "&"},   {"&lt;", "<"}, {"&gt;", ">"}, {"&nbsp;", " "},
                {"&quot;", "\""}, {"&lrm;", ""}, {"&rlm;", ""}, {"&#39;", "'"}};

static const char *
open_entity(GString *into, const char *p)
{
  for (gsize i = 0; i < G_N_ELEMENTS(ENTITIES); i++)
    if (g_str_has_prefix(p, ENTITIES[i].entity)) {
      g_string_append(into, ENTITIES[i].plain);
      return p + strlen(ENTITIES[i].entity);
    }
  g_string_append_c(into, '&');
  return p + 1;
}

/* "<v.loud Anna B>" → "Anna B"; NULL for any other tag. */
static char *
voice_of(const char *tag, const char *end)
{
  if (tag[0] != '<' || tag[1] != 'v' || (tag[2] != ' ' && tag[2] != '.' && tag[2] != '\t'))
    return NULL;
  const char *name = tag + 2;
  while (name < end && *name != ' ' && *name != '\t')
    name++;
  g_autoptr(GString) plain = g_string_new(NULL);
  for (const char *p = name; p < end;)
    if (*p == '&')
      p = open_entity(plain, p);
    else
      g_string_append_c(plain, *p++);
  return g_strstrip(g_strdup(plain->str));
}

static gboolean
add_voice(Reader *r, const char *speaker, GString *text, GError **error)
{
  g_autofree char *plain = g_strstrip(g_strdup(text->str));
  g_string_truncate(text, 0);
  if (*plain == '\0')
    return TRUE;
  g_autofree char *named = NULL;
  const char *said = plain;
  if (*speaker == '\0') {
    gsize used = scribe_transcript_line_label(plain, strlen(plain), &named);
    said += used;
  }
  return scribe_transcript_build_add(r->build, r->cue_line, named != NULL ? named : speaker, said,
                                     strlen(said), r->start_ms, r->end_ms, error);
}

static gboolean
flush_cue(Reader *r, GError **error)
{
  g_autofree char *speaker = g_strdup("");
  g_autoptr(GString) text = g_string_new(NULL);
  for (const char *p = r->payload->str; *p != '\0';) {
    const char *close = *p == '<' ? strchr(p, '>') : NULL;
    if (close != NULL && (g_ascii_isalnum(p[1]) || p[1] == '/')) {
      char *voice = voice_of(p, close);
      if (voice != NULL) {
        if (!add_voice(r, speaker, text, error)) {
          g_free(voice);
          return FALSE;
        }
        g_free(speaker);
        speaker = voice;
      }
      p = close + 1;
    } else if (*p == '&') {
      p = open_entity(text, p);
    } else {
      g_string_append_c(text, *p++);
    }
  }
  g_string_truncate(r->payload, 0);
  return add_voice(r, speaker, text, error);
}

static void
take_times(Reader *r, const Line *line, gint64 start, gint64 end)
{
  r->cue_line = line->number;
  if (start < 0 || end < 0)
    scribe_transcript_build_warn(r->build, line->number, "a negative time is taken as zero");
  r->start_ms = CLAMP(start, 0, CUE_LONGEST_MS);
  r->end_ms = CLAMP(end, 0, CUE_LONGEST_MS);
}

static gboolean
add_payload(Reader *r, const Line *line, GError **error)
{
  if (r->payload->len + line->length > TRANSCRIPT_BUILD_TURN_CAP)
    return scribe_transcript_build_fail(
        r->build, line->number, "one cue is longer than 1 MiB; this does not look like speech",
        error);
  if (r->payload->len > 0)
    g_string_append_c(r->payload, ' ');
  g_string_append_len(r->payload, line->start, (gssize)line->length);
  return TRUE;
}

/* A cue runs from its times to the next blank line; whatever stands between cues (numbers, NOTE,
 * STYLE, REGION) is not speech. */
gboolean
scribe_transcript_cue_read(ScribeTranscriptBuild *build, const char *text, gsize length,
                           GError **error)
{
  g_autoptr(GString) payload = g_string_new(NULL);
  Reader r = {.build = build, .at = text, .end = text + length, .payload = payload};
  gboolean inside = FALSE;
  Line line;
  gint64 start, end;
  while (next_line(&r, &line)) {
    if (is_timing(&line, &start, &end)) {
      if (inside && !flush_cue(&r, error))
        return FALSE;
      take_times(&r, &line, start, end);
      inside = TRUE;
    } else if (inside && skip_blank(&line, 0) == line.length) {
      if (!flush_cue(&r, error))
        return FALSE;
      inside = FALSE;
    } else if (inside && !add_payload(&r, &line, error)) {
      return FALSE;
    }
  }
  return !inside || flush_cue(&r, error);
}
