/* A clinician's manner: phrases of their own signed texts with everything taken out that could be a
 * patient's.  What may stay is on a list (share/style/words.txt); each other word is a gap. */
#ifndef GUICHET_SCRIBE_STYLE_H
#define GUICHET_SCRIBE_STYLE_H

#include "guichet/scribe/draft.h"

G_BEGIN_DECLS

#define SCRIBE_STYLE_MOST 240u /* bytes of a phrase */

typedef struct ScribeStyle ScribeStyle;

/* `own` is a list that takes the place of ours; may be NULL or not there.  BASE_ERROR_DATA names
 * the file and line of a bad word. */
gboolean scribe_style_load(const char *own, ScribeStyle **ret, GError **error);
void scribe_style_free(ScribeStyle *style);

/* "The patient denies … and was advised to return if …", or NULL where too little is left to show a
 * manner.  Caller frees. */
char *scribe_style_phrase(const ScribeStyle *style, const char *sentence);
/* Nothing in the phrase would become a gap: it may be kept as it is. */
gboolean scribe_style_is_plain(const ScribeStyle *style, const char *phrase);

typedef struct {
  char *section; /* of the draft: "hpi" */
  char *phrase;
} ScribeStylePhrase;
/* The phrases of a signed text that are not the engine's own sentences: GPtrArray of
 * ScribeStylePhrase, free function set. */
GPtrArray *scribe_style_of_note(const ScribeStyle *style, const ScribeDraft *draft,
                                const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeStyle, scribe_style_free)

G_END_DECLS
#endif
