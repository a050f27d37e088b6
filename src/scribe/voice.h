/* Said to written, in the visit's language: english.c or french.c does it. */
#ifndef GUICHET_SCRIBE_VOICE_PRIVATE_H
#define GUICHET_SCRIBE_VOICE_PRIVATE_H

#include "scribe/english.h"

char *scribe_voice_patient(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                           const char *subject);
char *scribe_voice_clinician(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                             const char *subject);
char *scribe_voice_answered(const ScribeUnit *question, ScribeAnswer answer,
                            const ScribePerson *person, gboolean *ret_list);
ScribeAnswer scribe_voice_answer(const ScribeUnit *unit, const ScribePerson *person);
int scribe_voice_lead(const ScribeUnit *unit, const ScribePerson *person);
const char *scribe_voice_they(const ScribePerson *person);

/* What the patient is called where no pronoun stands: "the patient", "la patiente". */
const char *scribe_voice_subject(const ScribePerson *person);

/* The word for what the patient tells: "reports", "signale". */
const char *scribe_voice_reports(const ScribePerson *person);
char *scribe_voice_sentence(char *text_taken, const ScribePerson *person);

#endif
