/* What could be written: each candidate is one statement with the speech it rests on, and the
 * features that the model weighs. */
#ifndef GUICHET_SCRIBE_CANDIDATE_PRIVATE_H
#define GUICHET_SCRIBE_CANDIDATE_PRIVATE_H

#include "guichet/scribe/draft.h"
#include "scribe/speech.h"
#include "scribe/voice.h"

/* Stands in a candidate's text where the patient is the subject; written as "the patient" or "he"
 * when the note is put together. */
#define SCRIBE_CANDIDATE_SUBJECT "\x02"

typedef enum {
  SCRIBE_CANDIDATE_SAID,     /* the patient, or who speaks for them */
  SCRIBE_CANDIDATE_TOLD,     /* the clinician */
  SCRIBE_CANDIDATE_DENIED,   /* a question and a no */
  SCRIBE_CANDIDATE_AFFIRMED, /* a question and a yes */
  SCRIBE_CANDIDATE_ANSWER,   /* a question and a few words, with a label: "Duration: 4 days" */
  SCRIBE_CANDIDATE_INTRO,    /* "james is a 57 year old …" */
  SCRIBE_CANDIDATE_ORDER,    /* dictated to the room */
} ScribeCandidateKind;

typedef struct {
  char *text; /* no capital, no full stop */
  ScribeCandidateKind kind;
  gboolean list;           /* DENIED or AFFIRMED: a list of symptoms */
  guint unit;              /* the unit it is made of */
  const ScribeUnit *asked; /* the question it answers, or NULL */
  ScribeEvidence evidence[4];
  guint n_evidence;
  guint words;
  GArray *features; /* of guint32, hashed */
  double score;     /* the model's: how much of it belongs in a note */
  guint section;    /* the model's: SCRIBE_SECTION_… */
  double confidence;
} ScribeCandidate;

/* All candidates of a visit, in the order of speech.  Returns a GPtrArray, free function set. */
GPtrArray *scribe_candidate_list(const ScribeSpeech *speech, const ScribePerson *person);

/* What the speech tells of the patient. */
void scribe_candidate_person(const ScribeSpeech *speech, ScribePerson *ret);

/* Turns whose speaker is named wrongly are told by what is said in them; mends the units' roles. */
void scribe_candidate_mend_roles(ScribeSpeech *speech);

#endif
