/* French said to French written, and, since the model was taught in English, what belongs in a
 * French note and where. */
#ifndef GUICHET_SCRIBE_FRENCH_PRIVATE_H
#define GUICHET_SCRIBE_FRENCH_PRIVATE_H

#include "scribe/candidate.h"
#include "scribe/english.h"

char *scribe_french_patient(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                            const char *subject);
char *scribe_french_clinician(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                              const char *subject);
char *scribe_french_answered(const ScribeUnit *question, ScribeAnswer answer,
                             const ScribePerson *person, gboolean *ret_list);
ScribeAnswer scribe_french_answer(const ScribeUnit *unit);
int scribe_french_lead(const ScribeUnit *unit);
const char *scribe_french_they(const ScribePerson *person);
char *scribe_french_sentence(char *text_taken, const ScribePerson *person);

/* Sets score, section and confidence by the words of the unit (or of what it answers). */
void scribe_french_weigh(const ScribeSpeech *speech, ScribeCandidate *candidate);

/* From word `lead` on: "je suis sa maman", who speaks and nothing of the patient; "rien de tout
 * ça", nothing without its question; a clause with a subject of its own. */
gboolean scribe_french_kin(const ScribeUnit *unit, int lead);
gboolean scribe_french_hangs(const ScribeUnit *unit, int lead);
gboolean scribe_french_clause(const ScribeUnit *unit, int lead);

#endif
