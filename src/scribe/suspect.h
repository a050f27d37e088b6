/* A place of a note that could be wrong, with what speaks for it and against it.
 *
 * Each room of facts (numbers, drugs, sides, …) makes suspects; a trained linear model weighs the
 * features of each into how likely it is an error; the message is made from the same places. */
#ifndef SCRIBE_SUSPECT_H
#define SCRIBE_SUSPECT_H

#include "scribe/index.h"

typedef enum {
#define SUSPECT(id, word) SUSPECT_##id,
#include "scribe/suspect.def"
#undef SUSPECT
  SUSPECT_N
} ScribeSuspectSlot;

#define SUSPECT_FEATURES 68u

/* A correction to the linear model: small trees of three questions.  In models.tsv "SLOT.trees",
 * one tree after another: seven questions (feature, value: is it above?), root first, then eight
 * answers, added to the log-odds. */
#define SUSPECT_TREES 100u
#define SUSPECT_TREE_NUMBERS 22u

typedef struct {
  ScribeSuspectSlot slot;
  ScribeFindingKind kind;
  guint first, last;     /* tokens of the note, both inside */
  gint said, said_other; /* tokens of the transcript: the same, and another; -1 none */
  guint said_other_last;
  double f[SUSPECT_FEATURES];
} ScribeSuspect;

typedef struct {
  const ScribeIndex *index;
  const ScribeReading *note;
  const GPtrArray *ways;
  double *support;    /* by sentence, 0 to 1 */
  gint *window;       /* by sentence: where in the transcript it is carried best; -1 nowhere */
  GArray *out;        /* of ScribeSuspect */
  GHashTable *counts; /* &key → how often the note says it */
  guint64 spent;
  guint unread; /* the first token that was not weighed: all were where it is past the last */
} ScribeSuspectRun;

/* No visit comes near it; a text made to keep the checks busy does.  FALSE: enough, and what
 * follows from `token` on stays unread. */
#define SUSPECT_BUDGET 60000000u
gboolean scribe_suspect_spend(ScribeSuspectRun *run, guint64 steps, guint token);

/* 0 to some 3: how odd it is that nobody said what a token of a right note says, where nobody did.
 */
double scribe_suspect_surprise(const ScribeSuspectRun *run, guint token);

/* How often the note says what its token says. */
guint scribe_suspect_count(const ScribeSuspectRun *run, guint token);

/* All suspects of a note, into a new GArray of ScribeSuspect.  *ret_unread is the first token that
 * was not weighed, for want of time; past the last where all were. */
GArray *scribe_suspect_find(const ScribeIndex *index, const ScribeReading *note, guint *ret_unread);

/* The word of a slot, as in models.tsv. */
const char *scribe_suspect_word(ScribeSuspectSlot slot);

/* How likely it is an error, 0 to 1; 0 where the lexicon has no model for it. */
double scribe_suspect_score(const ScribeLexicon *lexicon, const ScribeSuspect *suspect);

/* For the makers: a new one at the end of run->out, zeroed but for what is given. */
ScribeSuspect *scribe_suspect_add(ScribeSuspectRun *run, ScribeSuspectSlot slot,
                                  ScribeFindingKind kind, guint first, guint last);

/* Whether a place of the transcript says the same, something related, or something else. */
typedef enum { SUSPECT_SAME, SUSPECT_RELATED, SUSPECT_OTHER, SUSPECT_SKIP } ScribeSuspectTie;

/* Weighs one place after another; fills features 1 to 9 at the end. */
typedef struct {
  ScribeIndexContext context;
  const GArray *next, *before; /* ways of the nearest content words */
  double same, related, other, next_same, next_other;
  double missing, next_missing; /* of others that the note has nowhere */
  guint n_same, n_other, n_missing;
  gint same_at, other_at;
} ScribeSuspectWeigh;

void scribe_suspect_weigh(const ScribeSuspectRun *run, guint sentence, guint first, guint last,
                          ScribeSuspectWeigh *ret);
void scribe_suspect_place(ScribeSuspectWeigh *weigh, guint at, ScribeSuspectTie tie);

/* One candidate place of the transcript.  `missing`: the note has nowhere what is said there, so
 * that another may stand in its place. */
typedef struct {
  guint at;
  ScribeSuspectTie tie;
  gboolean missing;
} ScribeSuspectTied;

/* Of an other that was placed: the note has it nowhere. */
void scribe_suspect_miss(ScribeSuspectWeigh *weigh, guint at);
void scribe_suspect_fill(const ScribeSuspectRun *run, const ScribeSuspectWeigh *weigh,
                         guint sentence, ScribeSuspect *suspect);

/* The heavy words around a place (anchors): how strongly, where the transcript has one of them, the
 * same stands close by, and how strongly another. */
typedef struct {
  double same, other, missing; /* missing: another that the note has nowhere */
} ScribeSuspectBind;

void scribe_suspect_bind(const ScribeSuspectRun *run, guint sentence, guint first, guint last,
                         const GArray *ties, ScribeSuspectBind *ret);

/* The sentence that holds a token of the note. */
guint scribe_suspect_sentence(const ScribeReading *note, guint token);

#endif
