/* A visit as the lines of a prompt, and the parts that it is asked about in. */
#ifndef GUICHET_SCRIBE_CHAT_PLAN_PRIVATE_H
#define GUICHET_SCRIBE_CHAT_PLAN_PRIVATE_H

#include "guichet/scribe/transcript.h"

#define SCRIBE_CHAT_PARTS 64u /* of one visit, at most */

typedef struct {
  guint turn;
  char *text; /* "[12] Doctor: What brings you in?" */
} ScribeChatLine;

typedef struct {
  guint first, last; /* lines, last exclusive */
} ScribeChatRange;

/* Long turns become several lines, each with its number.  GPtrArray of ScribeChatLine, free
 * function set. */
GPtrArray *scribe_chat_plan_lines(const ScribeTranscript *transcript, gboolean french);

/* A safe guess at the tokens of so many bytes. */
guint scribe_chat_plan_tokens(gsize bytes);

/* Ranges of at most `tokens` each that overlap by a few lines: GArray of ScribeChatRange. */
GArray *scribe_chat_plan_ranges(const GPtrArray *lines, guint tokens);

/* One range as two that overlap; FALSE where it is too short for that. */
gboolean scribe_chat_plan_halve(const ScribeChatRange *range, ScribeChatRange ret[2]);

/* The lines of a range, one below the other.  Caller frees. */
char *scribe_chat_plan_text(const GPtrArray *lines, const ScribeChatRange *range);

#endif
