#include "guichet/scribe/transcript.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "scribe/transcript_build.h"
#include "scribe/transcript_cue.h"
#include "scribe/transcript_line.h"

#define TRANSCRIPT_LONGEST_S (7.0 * 24 * 3600)

void
scribe_transcript_free(ScribeTranscript *transcript)
{
  if (transcript == NULL)
    return;
  g_ptr_array_unref(transcript->turns);
  g_ptr_array_unref(transcript->warnings);
  g_free(transcript);
}

const ScribeTurn *
scribe_transcript_turn(const ScribeTranscript *transcript, guint turn)
{
  return turn < transcript->turns->len ? transcript->turns->pdata[turn] : NULL;
}

static guint
line_at(const char *bytes, gsize offset)
{
  guint line = 1;
  for (gsize i = 0; i < offset; i++)
    line += bytes[i] == '\n' ? 1 : 0;
  return line;
}

/* UTF-16 with a BOM becomes UTF-8; anything else stays where it is, without its BOM. */
static gboolean
to_utf8(const ScribeTranscriptBuild *build, const char **bytes, gsize *length, char **ret_owned,
        GError **error)
{
  const guchar *b = (const guchar *)*bytes;
  if (*length >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) {
    const char *from = b[0] == 0xff ? "UTF-16LE" : "UTF-16BE";
    gsize written = 0;
    char *utf8 = g_convert(*bytes + 2, (gssize)(*length - 2), "UTF-8", from, NULL, &written, NULL);
    if (utf8 == NULL)
      return scribe_transcript_build_fail(build, 0, "is not valid UTF-16; save it as UTF-8", error);
    *ret_owned = utf8;
    *bytes = utf8;
    *length = written;
  } else if (*length >= 3 && memcmp(b, "\xEF\xBB\xBF", 3) == 0) {
    *bytes += 3;
    *length -= 3;
  }
  gsize bad = 0;
  if (base_text_valid(*bytes, *length, &bad))
    return TRUE;
  const char *why = (*bytes)[bad] == '\0' ? "holds a zero byte: a binary file, not a transcript"
                                          : "is not valid UTF-8; save the file as UTF-8";
  return scribe_transcript_build_fail(build, line_at(*bytes, bad), why, error);
}

static gboolean
has_speech(const ScribeTranscript *transcript)
{
  for (guint i = 0; i < transcript->turns->len; i++)
    for (const char *p = scribe_transcript_turn(transcript, i)->text; *p != '\0';
         p = base_text_next(p))
      if (g_unichar_isalnum(g_utf8_get_char(p)))
        return TRUE;
  return FALSE;
}

static gboolean
read_seconds(const json_t *value, gint64 *ret)
{
  *ret = -1;
  if (value == NULL || json_is_null(value))
    return TRUE;
  if (!json_is_number(value))
    return FALSE;
  *ret = (gint64)(CLAMP(json_number_value(value), 0.0, TRANSCRIPT_LONGEST_S) * 1000.0 + 0.5);
  return TRUE;
}

static gboolean
json_turn_fail(const ScribeTranscriptBuild *build, size_t turn, const char *why, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: turn %" G_GSIZE_FORMAT ": %s", build->name,
              turn, why);
  return FALSE;
}

static gboolean
json_turn(ScribeTranscriptBuild *build, size_t i, const json_t *turn, GError **error)
{
  const json_t *speaker = json_object_get(turn, "speaker"), *text = json_object_get(turn, "text");
  const json_t *start = json_object_get(turn, "start"), *end = json_object_get(turn, "end");
  gint64 start_ms, end_ms;
  if (!json_is_object(turn) || !json_is_string(text))
    return json_turn_fail(build, i, "is not an object with a \"text\"", error);
  if (speaker != NULL && !json_is_string(speaker) && !json_is_null(speaker))
    return json_turn_fail(build, i, "its \"speaker\" is not a string", error);
  if (memchr(json_string_value(text), '\0', json_string_length(text)) != NULL)
    return json_turn_fail(build, i, "its \"text\" holds a zero byte", error);
  if (!read_seconds(start, &start_ms) || !read_seconds(end, &end_ms))
    return json_turn_fail(build, i, "its times are not numbers of seconds", error);
  if (json_number_value(start) < 0 || json_number_value(end) < 0)
    scribe_transcript_build_warn(build, (guint)i + 1, "a negative time is taken as zero");
  const char *name = json_is_string(speaker) ? json_string_value(speaker) : "";
  return scribe_transcript_build_add(build, (guint)i + 1, name, json_string_value(text),
                                     json_string_length(text), start_ms, end_ms, error);
}

static gboolean
json_turns(ScribeTranscriptBuild *build, const json_t *value, GError **error)
{
  const json_t *dialogue = json_is_object(value) ? json_object_get(value, "dialogue") : value;
  if (!json_is_array(dialogue))
    return scribe_transcript_build_fail(
        build, 0, "is neither a list of turns nor an object with a \"dialogue\"", error);
  for (size_t i = 0; i < json_array_size(dialogue); i++)
    if (!json_turn(build, i, json_array_get(dialogue, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
json_text(ScribeTranscriptBuild *build, const char *text, gsize length, GError **error)
{
  json_error_t problem;
  json_t *value = json_loadb(text, length, 0, &problem);
  if (value == NULL)
    /* not problem.text: it quotes the words around the place */
    return scribe_transcript_build_fail(build, (guint)MAX(problem.line, 1), "is not valid JSON",
                                        error);
  gboolean ok = json_turns(build, value, error);
  json_decref(value);
  return ok;
}

/* A bracket may open a JSON list or a time before a speaker. */
static gboolean
looks_json(const char *text, gsize length)
{
  gsize at = 0;
  while (at < length && g_ascii_isspace(text[at]))
    at++;
  if (at >= length || (text[at] != '{' && text[at] != '['))
    return FALSE;
  at++;
  while (at < length && g_ascii_isspace(text[at]))
    at++;
  return at >= length || strchr("{}[]\"", text[at]) != NULL;
}

static gboolean
finish(ScribeTranscriptBuild *build, gboolean ok, ScribeTranscript **ret, GError **error)
{
  if (ok && !has_speech(build->transcript))
    ok = scribe_transcript_build_fail(
        build, 0, "nothing in it looks like speech (WebVTT, SRT, \"Speaker: text\" or JSON)",
        error);
  if (!ok) {
    scribe_transcript_free(build->transcript);
    return FALSE;
  }
  *ret = build->transcript;
  return TRUE;
}

gboolean
scribe_transcript_parse(const char *name, const char *bytes, gsize length, ScribeTranscript **ret,
                        GError **error)
{
  ScribeTranscriptBuild build;
  scribe_transcript_build_init(&build, name);
  g_autofree char *owned = NULL;
  gboolean ok = TRUE;
  if (length == 0)
    ok = scribe_transcript_build_fail(&build, 0, "is empty", error);
  else if (length > SCRIBE_TRANSCRIPT_CAP)
    ok = scribe_transcript_build_fail(&build, 0, "is larger than 100 MiB; split it", error);
  ok = ok && to_utf8(&build, &bytes, &length, &owned, error);
  if (ok && looks_json(bytes, length))
    ok = json_text(&build, bytes, length, error);
  else if (ok && scribe_transcript_cue_looks(bytes, length))
    ok = scribe_transcript_cue_read(&build, bytes, length, error);
  else if (ok)
    ok = scribe_transcript_line_read(&build, bytes, length, error);
  return finish(&build, ok, ret, error);
}

gboolean
scribe_transcript_from_json(const char *name, const json_t *value, ScribeTranscript **ret,
                            GError **error)
{
  ScribeTranscriptBuild build;
  scribe_transcript_build_init(&build, name);
  return finish(&build, json_turns(&build, value, error), ret, error);
}

json_t *
scribe_transcript_to_json(const ScribeTranscript *transcript)
{
  json_t *dialogue = json_array();
  for (guint i = 0; i < transcript->turns->len; i++) {
    const ScribeTurn *turn = scribe_transcript_turn(transcript, i);
    json_t *object = json_pack("{s:s,s:s}", "speaker", turn->speaker, "text", turn->text);
    if (turn->start_ms >= 0)
      json_object_set_new(object, "start", json_real((double)turn->start_ms / 1000.0));
    if (turn->end_ms >= 0)
      json_object_set_new(object, "end", json_real((double)turn->end_ms / 1000.0));
    json_array_append_new(dialogue, object);
  }
  return json_pack("{s:o}", "dialogue", dialogue);
}
