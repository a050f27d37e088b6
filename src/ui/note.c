#include "ui/note.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

#define NOTE_WEAK 0.2 /* a statement below this is marked as weak */

UiStyle
ui_note_severity_style(ScribeSeverity severity)
{
  return severity == SCRIBE_SEVERITY_BLOCK  ? UI_STYLE_BLOCK
         : severity == SCRIBE_SEVERITY_WARN ? UI_STYLE_WARN
                                            : UI_STYLE_NORMAL;
}

static gboolean
note_is_title(const ClinicReview *review, const char *line, gsize length)
{
  g_autofree char *own = g_strstrip(g_strndup(line, length));
  gsize n = strlen(own);
  if (n > 0 && own[n - 1] == ':')
    own[n - 1] = '\0';
  for (guint i = 0; review->draft != NULL && i < review->draft->sections->len; i++) {
    const ScribeSection *section = g_ptr_array_index(review->draft->sections, i);
    if (g_ascii_strcasecmp(section->title, own) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What a person wrote in [start, end): a unit for each line that is no title. */
static void
note_add_written(const ClinicReview *review, GArray *units, gsize start, gsize end)
{
  if (review->draft != NULL && review->seq <= 1)
    return;
  while (start < end) {
    const char *line = review->text + start;
    const char *stop = memchr(line, '\n', end - start);
    gsize length = stop != NULL ? (gsize)(stop - line) : end - start;
    gsize lead = strspn(line, " \t"), tail = length;
    while (tail > lead && (line[tail - 1] == ' ' || line[tail - 1] == '\t'))
      tail--;
    gboolean letters = FALSE;
    for (gsize i = lead; i < tail; i++)
      letters = letters || g_ascii_isalnum(line[i]) || (guchar)line[i] >= 0x80;
    if (letters && !note_is_title(review, line, length)) {
      UiNoteUnit unit = {start + lead, start + tail, NULL, "+", UI_STYLE_NORMAL};
      g_array_append_val(units, unit);
    }
    start += length + 1;
  }
}

static gsize
note_add_statements(const ClinicReview *review, GArray *units)
{
  gsize at = 0;
  for (guint i = 0; review->draft != NULL && i < review->draft->sections->len; i++) {
    const ScribeSection *section = g_ptr_array_index(review->draft->sections, i);
    for (guint k = 0; k < section->statements->len; k++) {
      const ScribeStatement *statement = g_ptr_array_index(section->statements, k);
      const char *found =
          *statement->text != '\0' ? strstr(review->text + at, statement->text) : NULL;
      if (found == NULL)
        continue;
      gsize start = (gsize)(found - review->text);
      gboolean weak = statement->confidence < NOTE_WEAK || statement->evidence->len == 0;
      UiNoteUnit unit = {start, start + strlen(statement->text), statement, weak ? "~" : "",
                         UI_STYLE_NORMAL};
      note_add_written(review, units, at, start);
      g_array_append_val(units, unit);
      at = unit.end;
    }
  }
  return at;
}

void
ui_note_place(const ClinicReview *review, const ScribeFinding *finding, gsize *ret_start,
              gsize *ret_end)
{
  *ret_start = base_text_byte(review->text, finding->start);
  *ret_end =
      finding->end > finding->start
          ? *ret_start + base_text_byte(review->text + *ret_start, finding->end - finding->start)
          : *ret_start;
}

static guint
note_rank(const char *mark)
{
  static const char *const ORDER[] = {"", "+", "~", "i", "!W", "?U", "!B"};
  for (guint i = 0; i < G_N_ELEMENTS(ORDER); i++)
    if (strcmp(ORDER[i], mark) == 0)
      return i;
  return 0;
}

static void
note_mark(UiNoteUnit *unit, const ScribeFinding *finding)
{
  const char *mark = finding->severity == SCRIBE_SEVERITY_BLOCK    ? "!B"
                     : finding->kind == SCRIBE_FINDING_UNSUPPORTED ? "?U"
                     : finding->severity == SCRIBE_SEVERITY_WARN   ? "!W"
                                                                   : "i";
  if (note_rank(mark) <= note_rank(unit->mark))
    return;
  unit->mark = mark;
  unit->style = *mark == 'i'                                 ? UI_STYLE_QUIET
                : finding->severity == SCRIBE_SEVERITY_BLOCK ? UI_STYLE_BLOCK
                                                             : UI_STYLE_WARN;
}

GArray *
ui_note_units(const ClinicReview *review)
{
  GArray *units = g_array_new(FALSE, FALSE, sizeof(UiNoteUnit));
  gsize at = note_add_statements(review, units);
  note_add_written(review, units, at, strlen(review->text));
  for (guint f = 0; f < review->findings->len; f++) {
    const ClinicFinding *finding = g_ptr_array_index(review->findings, f);
    gsize start = 0, end = 0;
    ui_note_place(review, finding->finding, &start, &end);
    for (guint i = 0; finding->override_reason == NULL && i < units->len; i++) {
      UiNoteUnit *unit = &g_array_index(units, UiNoteUnit, i);
      if (start < unit->end && end > unit->start)
        note_mark(unit, finding->finding);
    }
  }
  return units;
}

guint
ui_note_unit_at(const GArray *units, gsize byte)
{
  for (guint i = 0; i < units->len; i++) {
    const UiNoteUnit *unit = &g_array_index(units, UiNoteUnit, i);
    if (byte >= unit->start && byte < unit->end)
      return i;
  }
  return G_MAXUINT;
}

char *
ui_note_speaker(const ScribeTurn *turn)
{
  const char *who = *turn->speaker != '\0'                ? turn->speaker
                    : turn->role == SCRIBE_ROLE_CLINICIAN ? _("Clinician")
                    : turn->role == SCRIBE_ROLE_PATIENT   ? _("Patient")
                                                          : _("Somebody");
  if (turn->start_ms < 0)
    return g_strdup(who);
  gint64 seconds = turn->start_ms / 1000;
  if (seconds >= 3600)
    return g_strdup_printf("%s %d:%02d:%02d", who, (int)(seconds / 3600), (int)(seconds / 60 % 60),
                           (int)(seconds % 60));
  return g_strdup_printf("%s %02d:%02d", who, (int)(seconds / 60), (int)(seconds % 60));
}

char *
ui_note_said(const ScribeTranscript *transcript, GArray **ret_turns)
{
  GString *text = g_string_new(NULL);
  GArray *turns = g_array_new(FALSE, FALSE, sizeof(gsize));
  *ret_turns = turns;
  if (transcript == NULL) {
    g_string_append(text, _("There is no transcript: none came in, or its key was destroyed."));
    return g_string_free(text, FALSE);
  }
  for (guint i = 0; i < transcript->turns->len; i++) {
    const ScribeTurn *turn = scribe_transcript_turn(transcript, i);
    g_autofree char *speaker = ui_note_speaker(turn);
    g_string_append_printf(text, "%s%s: ", i > 0 ? "\n" : "", speaker);
    g_array_append_val(turns, text->len);
    g_string_append(text, turn->text);
  }
  return g_string_free(text, FALSE);
}

char *
ui_note_quote(const ScribeTranscript *transcript, const ScribeEvidence *evidence)
{
  if (transcript == NULL || evidence->turn >= transcript->turns->len)
    return g_strdup("");
  const ScribeTurn *turn = scribe_transcript_turn(transcript, evidence->turn);
  g_autofree char *speaker = ui_note_speaker(turn);
  gsize start = base_text_byte(turn->text, evidence->start);
  gsize end = base_text_byte(turn->text, MAX(evidence->end, evidence->start));
  g_autofree char *words = g_strndup(turn->text + start, end - start);
  return g_strdup_printf("%s: “%s”", speaker, words);
}
