/* A few words in answer to a question, made a statement with what was asked. */
#ifndef GUICHET_SCRIBE_ANSWER_PRIVATE_H
#define GUICHET_SCRIBE_ANSWER_PRIVATE_H

#include "scribe/voice.h"

/* The words of `unit` from `lead` on, which have no verb of their own: "has tried Tums", "duration:
 * 4 days", "reports cramps in both calves at night".  NULL where they would say nothing.  Caller
 * frees. */
char *scribe_answer_text(const ScribeUnit *unit, int lead, const ScribeUnit *question,
                         const ScribePerson *person);

/* The first word stood at a sentence's beginning, and now does not.  Takes the text. */
char *scribe_answer_inward(const ScribeUnit *unit, int lead, char *text_taken);

/* "Black stools, vomiting?": nothing from word `from` on but a list of what may be. */
gboolean scribe_answer_bare_list(const ScribeUnit *question, int from);

#endif
