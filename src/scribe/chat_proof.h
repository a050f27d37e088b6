/* Does the transcript carry what a model says?  Asked of each statement before it is believed. */
#ifndef GUICHET_SCRIBE_CHAT_PROOF_PRIVATE_H
#define GUICHET_SCRIBE_CHAT_PROOF_PRIVATE_H

#include "guichet/scribe/check.h"

typedef struct ScribeChatProof ScribeChatProof;

/* Both are lent. */
ScribeChatProof *scribe_chat_proof_new(const ScribeLexicon *lexicon,
                                       const ScribeTranscript *transcript);
void scribe_chat_proof_free(ScribeChatProof *proof);

/* Looks for the statement in the turns it names (and in the question or answer beside them), then
 * in all others.  *ret_cover: how much of what it says stands there, 0 to 1.  TRUE: `evidence` (of
 * ScribeEvidence) holds the exact spans that carry it.  FALSE: nothing does. */
gboolean scribe_chat_proof_find(const ScribeChatProof *proof, const char *text, const GArray *turns,
                                GArray *evidence, double *ret_cover);

/* The same said twice: `other` says all that `text` says, with the same numbers and denials. */
gboolean scribe_chat_proof_same(const ScribeChatProof *proof, const char *text, const char *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeChatProof, scribe_chat_proof_free)

#endif
