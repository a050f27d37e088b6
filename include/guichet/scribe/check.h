/* The checks: deterministic, always on, for every draft of every engine and for every edit. */
#ifndef GUICHET_SCRIBE_CHECK_H
#define GUICHET_SCRIBE_CHECK_H

#include "guichet/scribe/draft.h"
#include "guichet/scribe/transcript.h"

G_BEGIN_DECLS

/* The lexicons and tables of share/, read once; immutable after, so threads may share it. */
typedef struct ScribeLexicon ScribeLexicon;

/* Reads the shipped tables, then those of `own_folder` (a clinic's own, may be NULL) over them.  A
 * bad row is refused with file, line and reason (BASE_ERROR_DATA). */
gboolean scribe_lexicon_load(const char *own_folder, ScribeLexicon **ret, GError **error);
void scribe_lexicon_free(ScribeLexicon *lexicon);

/* What is known beside the transcript.  All may be NULL or 0. */
typedef struct {
  const char *language;           /* of the note, "en" or "fr"; NULL finds out */
  gboolean consent_on_record;     /* the ledger backs a sentence that says the patient consented */
  const char *const *allergies;   /* charted, NULL-terminated */
  const char *const *medications; /* charted, NULL-terminated */
  const char *const *conditions;  /* charted, NULL-terminated */
  const char *charted;            /* how a person is told that something stands in the chart:
                                     "charted, from ehr on 2026-11-27"; NULL: "charted" */
  const char *sex;                /* "female", "male", … */
  int age_years;                  /* 0 unknown */
} ScribeContext;

/* Reads the note against the transcript.  *ret is a GPtrArray of ScribeFinding sorted by start,
 * with its free function set; caller unrefs.  A note over 1 MiB or not UTF-8 is BASE_ERROR_DATA. */
gboolean scribe_check_note(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                           const char *note, const ScribeContext *context, GPtrArray **ret,
                           GError **error);

/* The same for a text that is of no visit (a letter): what can be said of it alone.  Gaps, words of
 * a prompt, the language, contradictions, drugs that must not meet, doses out of their range. */
gboolean scribe_check_text(const ScribeLexicon *lexicon, const char *text,
                           const ScribeContext *context, GPtrArray **ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeLexicon, scribe_lexicon_free)

G_END_DECLS
#endif
