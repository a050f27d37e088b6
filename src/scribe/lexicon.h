/* The lexicon as the checks see it: names of things by the words that say them. */
#ifndef SCRIBE_LEXICON_H
#define SCRIBE_LEXICON_H

#include "guichet/scribe/check.h"

typedef enum {
  LEXICON_DRUG,
  LEXICON_BODY,
  LEXICON_TERM,
  LEXICON_UNIT,
  LEXICON_NUMBER,
  LEXICON_CUE,
  LEXICON_OPPOSITE, /* what says that there is none of something else */
  LEXICON_N
} ScribeLexiconDomain;

typedef enum {
  LEXICON_CUE_NEGATE = 1 << 0,
  LEXICON_CUE_NEGATE_AFTER = 1 << 1,
  LEXICON_CUE_AFFIRM = 1 << 2,
  LEXICON_CUE_END = 1 << 3,
  LEXICON_CUE_YES = 1 << 4,
  LEXICON_CUE_NO = 1 << 5,
  LEXICON_CUE_CORRECT = 1 << 6,
  LEXICON_CUE_FEMALE = 1 << 7,
  LEXICON_CUE_MALE = 1 << 8,
  LEXICON_CUE_FAMILY = 1 << 9,
} ScribeLexiconCue;

typedef enum {
  LEXICON_NUMBER_DIGIT,
  LEXICON_NUMBER_TEN,
  LEXICON_NUMBER_HUNDRED,
  LEXICON_NUMBER_THOUSAND,
  LEXICON_NUMBER_MILLION,
  LEXICON_NUMBER_HALF,
  LEXICON_NUMBER_FREQUENCY,
  LEXICON_NUMBER_FEW,
} ScribeLexiconNumber;

/* One named thing: a drug by its generic name, a part of the body, … */
typedef struct {
  char *name;
  char *group;  /* drug: class; body: what it belongs to; term: kind; unit: measure */
  double value; /* unit: factor; number: value */
  guint flags;  /* term: 1 is a red flag; number: ScribeLexiconNumber; cue: ScribeLexiconCue */
  guint64 key;  /* of the concept, among words and other concepts */
} ScribeLexiconEntry;

typedef struct {
  const ScribeLexiconEntry *entry;
  guint words; /* how many words it took */
} ScribeLexiconHit;

typedef struct {
  char *first, *second; /* generic, or "class:NAME" */
  gboolean high;        /* interactions: of the high-priority list; allergies: certain */
  char *reason, *source;
} ScribeLexiconPair;

typedef struct {
  char *name, *unit, *source;
  double from_age, to_age; /* vitals */
  double low, high,
      daily; /* vitals: critical below and above; doses: least and most at once, a day */
} ScribeLexiconRange;

/* A pattern that must not stand in a note: the compiled expression is pattern.c's. */
typedef struct {
  ScribeFindingKind kind;
  ScribeSeverity severity;
  char *reason;
  gpointer code;
} ScribeLexiconPattern;

const GPtrArray *scribe_lexicon_patterns(const ScribeLexicon *lexicon);

/* Words are folded (base_text_fold) and hashed one by one; `hashes` are the words from a place on,
 * `n` of them.  The longest name that stands there, or entry NULL. */
ScribeLexiconHit scribe_lexicon_find(const ScribeLexicon *lexicon, ScribeLexiconDomain domain,
                                     const guint64 *hashes, guint n);

/* By its own name. */
const ScribeLexiconEntry *scribe_lexicon_named(const ScribeLexicon *lexicon,
                                               ScribeLexiconDomain domain, const char *name);

/* All names of drugs as folded single words, for near misses: of const char *, and their entries.
 */
const ScribeLexiconEntry *scribe_lexicon_near_drug(const ScribeLexicon *lexicon, const char *word);

const GPtrArray *scribe_lexicon_interactions(const ScribeLexicon *lexicon);
const GPtrArray *scribe_lexicon_allergies(const ScribeLexicon *lexicon);
const GPtrArray *scribe_lexicon_doses(const ScribeLexicon *lexicon);
const GPtrArray *scribe_lexicon_vitals(const ScribeLexicon *lexicon);

/* How much a word says, by its stem's hash: 0 for what everybody says, some 7 for what is rare. */
double scribe_lexicon_weight(const ScribeLexicon *lexicon, guint64 stem);

/* How often a word of a note is one that nobody said, though the note is right: 0 to 1. */
double scribe_lexicon_unsaid(const ScribeLexicon *lexicon, guint64 stem);

/* How likely a note's stem or concept stands for one said: 0 to 1 (the trained table). */
typedef struct {
  guint64 said;
  float strength;
  gboolean opposite; /* said so, it is not: opposites.tsv */
} ScribeLexiconLink;
const GArray *scribe_lexicon_links(const ScribeLexicon *lexicon, guint64 noted);

/* The trained numbers of one check, or NULL.  n must fit. */
const double *scribe_lexicon_model(const ScribeLexicon *lexicon, const char *name, guint n);

/* FNV-1a of bytes; of a word and what stood before it. */
guint64 scribe_lexicon_hash(const char *word, gsize length);
guint64 scribe_lexicon_join(guint64 before, guint64 word);

/* Reads one table's text as if it were the file `file` ("drugs.tsv", …): for tests and fuzzing. */
gboolean scribe_lexicon_read(ScribeLexicon *lexicon, const char *file, const char *text,
                             gsize length, GError **error);
ScribeLexicon *scribe_lexicon_new(void);

#endif
