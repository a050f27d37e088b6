#include "scribe/message.h"

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

char *
scribe_message_quote(const char *text, guint start, guint end)
{
  gsize from = base_text_byte(text, start), to = base_text_byte(text, end);
  g_autofree char *piece = g_strndup(text + from, to - from);
  g_strdelimit(piece, "\n\t\r", ' ');
  return base_text_ellipsize(piece, 60);
}

static char *
quote_said(const ScribeTranscript *transcript, const ScribeIndex *index, guint first, guint last)
{
  const ScribeToken *from = scribe_reading_token(index->said, first);
  const ScribeToken *to = scribe_reading_token(index->said, last);
  guint end = to->turn == from->turn ? to->end : from->end;
  return scribe_message_quote(scribe_transcript_turn(transcript, from->turn)->text, from->start,
                              end);
}

static char *
of_polarity(const ScribeSuspect *c, const char *noted, const char *said, guint turn)
{
  gboolean denied = c->slot == SUSPECT_DENIED;
  if (said == NULL)
    return g_strdup_printf(denied ? _("The note denies this; nobody denied it: “%s”.")
                                  : _("The note affirms this; nobody did: “%s”."),
                           noted);
  return g_strdup_printf(
      denied ? _("The note denies what the transcript affirms: “%s”; see “%s”, turn %u.")
             : _("The note affirms what the transcript denies: “%s”; see “%s”, turn %u."),
      noted, said, turn);
}

char *
scribe_message_suspect(const ScribeTranscript *transcript, const ScribeIndex *index,
                       const char *note, const ScribeReading *reading, const ScribeSuspect *c)
{
  g_autofree char *noted =
      scribe_message_quote(note, scribe_reading_token(reading, c->first)->start,
                           scribe_reading_token(reading, c->last)->end);
  gboolean other = c->said_other >= 0;
  guint turn = other ? scribe_reading_token(index->said, (guint)c->said_other)->turn : 0;
  g_autofree char *said =
      other ? quote_said(transcript, index, (guint)c->said_other, c->said_other_last) : NULL;
  if (c->slot == SUSPECT_SUPPORT)
    return g_strdup_printf(_("Nothing in the transcript carries this: “%s”."), noted);
  if (c->kind == SCRIBE_FINDING_NEGATION)
    return of_polarity(c, noted, said, turn);
  if (c->slot == SUSPECT_SEX && !other)
    return g_strdup_printf(
        _("The note says “%s”; its other words or the transcript say otherwise."), noted);
  if (other)
    return g_strdup_printf(_("The note says “%s”; the transcript says “%s”, turn %u."), noted, said,
                           turn);
  return g_strdup_printf(_("The note says “%s”; the transcript does not."), noted);
}
