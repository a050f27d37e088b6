#include "scribe/voice.h"

#include "scribe/french.h"

char *
scribe_voice_patient(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                     const char *subject)
{
  return person->french ? scribe_french_patient(unit, from, to, person, subject)
                        : scribe_english_patient(unit, from, to, person, subject);
}

char *
scribe_voice_clinician(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                       const char *subject)
{
  return person->french ? scribe_french_clinician(unit, from, to, person, subject)
                        : scribe_english_clinician(unit, from, to, person, subject);
}

char *
scribe_voice_answered(const ScribeUnit *question, ScribeAnswer answer, const ScribePerson *person,
                      gboolean *ret_list)
{
  return person->french ? scribe_french_answered(question, answer, person, ret_list)
                        : scribe_english_answered(question, answer, person, ret_list);
}

ScribeAnswer
scribe_voice_answer(const ScribeUnit *unit, const ScribePerson *person)
{
  return person->french ? scribe_french_answer(unit) : scribe_english_answer(unit);
}

int
scribe_voice_lead(const ScribeUnit *unit, const ScribePerson *person)
{
  return person->french ? scribe_french_lead(unit) : scribe_english_lead(unit);
}

const char *
scribe_voice_they(const ScribePerson *person)
{
  return person->french ? scribe_french_they(person) : scribe_english_they(person);
}

const char *
scribe_voice_subject(const ScribePerson *person)
{
  if (!person->french)
    return "the patient";
  return person->sex == SCRIBE_SEX_FEMALE ? "la patiente" : "le patient";
}

const char *
scribe_voice_reports(const ScribePerson *person)
{
  return person->french ? "signale" : "reports";
}

char *
scribe_voice_sentence(char *text_taken, const ScribePerson *person)
{
  return person->french ? scribe_french_sentence(text_taken, person)
                        : scribe_english_sentence(text_taken, person);
}
