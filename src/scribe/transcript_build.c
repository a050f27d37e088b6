#include "scribe/transcript_build.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "scribe/role.h"

#define BUILD_WARNINGS 100u
#define BUILD_SPEAKER_CAP 200u

static void
turn_free(gpointer data)
{
  ScribeTurn *turn = data;
  g_free(turn->speaker);
  g_free(turn->text);
  g_free(turn);
}

void
scribe_transcript_build_init(ScribeTranscriptBuild *build, const char *name)
{
  build->name = name;
  build->transcript = g_new0(ScribeTranscript, 1);
  build->transcript->turns = g_ptr_array_new_with_free_func(turn_free);
  build->transcript->warnings = g_ptr_array_new_with_free_func(g_free);
  build->hushed = 0;
  build->latest_start = -1;
}

void
scribe_transcript_build_warn(ScribeTranscriptBuild *build, guint line, const char *what)
{
  GPtrArray *warnings = build->transcript->warnings;
  if (warnings->len < BUILD_WARNINGS) {
    g_ptr_array_add(warnings, g_strdup_printf("%s: line %u: %s", build->name, line, what));
    return;
  }
  if (build->hushed++ == 0)
    g_ptr_array_add(warnings, g_strdup_printf("%s: more such places, not listed", build->name));
}

gboolean
scribe_transcript_build_fail(const ScribeTranscriptBuild *build, guint line, const char *why,
                             GError **error)
{
  if (line == 0)
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: %s", build->name, why);
  else
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: line %u: %s", build->name, line, why);
  return FALSE;
}

/* Whatever a person must not see becomes U+FFFD; breaks and tabs become one space each. */
static char *
one_line(const char *text, gsize length)
{
  g_autofree char *copy = g_strndup(text, length);
  for (char *p = copy; *p != '\0'; p++)
    if (*p == '\n' || *p == '\r' || *p == '\t')
      *p = ' ';
  return base_text_disarm(copy, -1, FALSE);
}

static ScribeTurn *
last_turn(const ScribeTranscriptBuild *build)
{
  GPtrArray *turns = build->transcript->turns;
  return turns->len > 0 ? turns->pdata[turns->len - 1] : NULL;
}

static void
mend_times(ScribeTranscriptBuild *build, guint line, gint64 *start, gint64 *end)
{
  ScribeTurn *before = last_turn(build);
  if (*start < 0)
    *start = *end = -1;
  if (*start < 0)
    return;
  if (*start < build->latest_start) {
    scribe_transcript_build_warn(build, line, "starts before the turn above it; its time is moved");
    *start = build->latest_start;
  }
  if (*end >= 0 && *end < *start) {
    scribe_transcript_build_warn(build, line, "ends before it starts; its end is moved");
    *end = *start;
  }
  if (before != NULL && before->start_ms < *start && before->end_ms > *start) {
    scribe_transcript_build_warn(build, line, "overlaps the turn above it, which is cut short");
    before->end_ms = *start;
  }
  build->latest_start = *start;
}

gboolean
scribe_transcript_build_add(ScribeTranscriptBuild *build, guint line, const char *speaker,
                            const char *text, gsize text_length, gint64 start_ms, gint64 end_ms,
                            GError **error)
{
  if (text_length > TRANSCRIPT_BUILD_TURN_CAP)
    return scribe_transcript_build_fail(
        build, line, "one turn is longer than 1 MiB; this does not look like speech", error);
  if (build->transcript->turns->len >= SCRIBE_TRANSCRIPT_TURNS)
    return scribe_transcript_build_fail(build, line, "more than 200000 turns; split the visit",
                                        error);
  mend_times(build, line, &start_ms, &end_ms);
  gsize speaker_length = strlen(speaker);
  if (speaker_length > BUILD_SPEAKER_CAP)
    speaker_length = base_text_byte(speaker, BUILD_SPEAKER_CAP / 4);
  ScribeTurn *turn = g_new0(ScribeTurn, 1);
  turn->speaker = one_line(speaker, speaker_length);
  turn->text = one_line(text, text_length);
  turn->role = scribe_role_guess(turn->speaker);
  turn->start_ms = start_ms;
  turn->end_ms = end_ms;
  g_ptr_array_add(build->transcript->turns, turn);
  return TRUE;
}
