/* English said to English written: who speaks becomes "the patient", verbs agree, a question and
 * its answer become one statement. */
#ifndef GUICHET_SCRIBE_ENGLISH_PRIVATE_H
#define GUICHET_SCRIBE_ENGLISH_PRIVATE_H

#include "scribe/speech.h"

typedef enum { SCRIBE_SEX_UNKNOWN, SCRIBE_SEX_FEMALE, SCRIBE_SEX_MALE } ScribeSex;

typedef struct {
  ScribeSex sex;
  gboolean french;
  const char *name; /* first name as said, lower case, or NULL */
} ScribePerson;

typedef enum { SCRIBE_ANSWER_NONE, SCRIBE_ANSWER_YES, SCRIBE_ANSWER_NO } ScribeAnswer;

/* What the patient said of themselves, words [from, to), in the third person; no capital, no full
 * stop. `subject` is what "I" becomes first ("the patient", "he"). Caller frees. */
char *scribe_english_patient(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                             const char *subject);

/* What the clinician said: "you" becomes the patient; "I" and "we" stay. */
char *scribe_english_clinician(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                               const char *subject);

/* What a question with "any" asks about: "cramps" of "any cramps"; NULL for another. */
char *scribe_english_topic(const ScribeUnit *question, const ScribePerson *person);

/* "do you have any chest pain" + no → "denies any chest pain"; NULL where the question is of
 * another kind. *ret_denial tells a bare list of symptoms ("chest pain or shortness of breath"). */
char *scribe_english_answered(const ScribeUnit *question, ScribeAnswer answer,
                              const ScribePerson *person, gboolean *ret_list);

/* The first word that says something: past "okay", "so", "well", "and". */
int scribe_english_lead(const ScribeUnit *unit);

/* Yes, no or neither, as the answer begins. */
ScribeAnswer scribe_english_answer(const ScribeUnit *unit);

/* "He" → "his", "him". */
const char *scribe_english_their(const ScribePerson *person);
const char *scribe_english_them(const ScribePerson *person);
const char *scribe_english_they(const ScribePerson *person);

/* First letter up, "i" and known abbreviations in capitals, one full stop.  Takes the string. */
char *scribe_english_sentence(char *text_taken, const ScribePerson *person);

#endif
