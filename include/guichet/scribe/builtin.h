/* The builtin engine: a note from a transcript, in this process, deterministic, no network. */
#ifndef GUICHET_SCRIBE_BUILTIN_H
#define GUICHET_SCRIBE_BUILTIN_H

#include "guichet/scribe/check.h"

G_BEGIN_DECLS

#define SCRIBE_BUILTIN_VERSION "1"

/* Drafts a note by `template` ("soap"; NULL is the same) in `context->language` (NULL: the
 * transcript's own). Every statement carries evidence; nothing is written that nobody said.  The
 * checks have been run: findings are in it, and none of them is SCRIBE_SEVERITY_BLOCK.  A template
 * that is not known: BASE_ERROR_USAGE.  Without a lexicon (NULL) nothing is checked: for measuring
 * alone. */
gboolean scribe_builtin_draft(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                              const char *template, const ScribeContext *context, ScribeDraft **ret,
                              GError **error);

G_END_DECLS
#endif
