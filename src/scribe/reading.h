/* A text as the checks read it: tokens with what they name, sentences, numbers. */
#ifndef SCRIBE_READING_H
#define SCRIBE_READING_H

#include "scribe/lexicon.h"

typedef enum {
  READING_SENTENCE = 1 << 0, /* a sentence begins here */
  READING_LINE = 1 << 1,     /* a line begins here */
  READING_COMMA = 1 << 2,    /* after a comma, colon, bracket or dash */
  READING_HYPHEN = 1 << 3,   /* joined to the token before: "57-year" */
  READING_SLASH = 1 << 4,
  READING_GLUED = 1 << 5, /* nothing between it and the token before: "200mg" */
  READING_CAPITAL = 1 << 6,
  READING_DIGITS = 1 << 7,
  READING_DOT_AFTER = 1 << 8,
  READING_QUESTION = 1 << 9, /* the sentence this token is in ends with "?" */
  READING_COLON_AFTER = 1 << 10,
} ScribeTokenFlag;

typedef struct {
  guint32 start, end; /* code points of its turn's text (of the note: turn 0) */
  guint32 turn;
  guint32 word; /* where its folded word stands in `words` */
  guint64 hash; /* of the folded word */
  guint64 stem;
  guint64 key; /* of the concept it begins, else its stem; 0 inside a concept or a number */
  float weight;
  guint16 flags;
  gint8 polarity;   /* -1 denied, 1 affirmed (by an answer or a cue), 0 plainly said or asked */
  guint8 sure;      /* of a denial or an affirmation: 0 to 100, less far from the cue */
  guint8 asked;     /* in a question */
  guint8 retracted; /* the speaker took it back: "Prozac, no wait, Lexapro" */
  gint32 number;    /* index in `numbers`, or -1 */
  const ScribeLexiconEntry *mark[LEXICON_N];
  guint8 words_of[LEXICON_N]; /* at the head of a name: how many words it has; inside: 0 */
} ScribeToken;

typedef enum { NUMBER_PLAIN, NUMBER_FEW, NUMBER_FREQUENCY, NUMBER_IMPLIED } ScribeNumberKind;

typedef struct {
  guint first, last; /* tokens, both inside */
  double value;
  double other; /* a second way to read it ("one seventy two": 172 or 1), NAN none */
  ScribeNumberKind kind;
  const ScribeLexiconEntry *unit; /* NULL none */
  guint unit_token;
  gboolean age;    /* "57-year-old" */
  gboolean spoken; /* in words */
  gboolean list;   /* "1." before an item of a list */
  gboolean month;  /* the month of "03/2021", "12/05/2007" */
} ScribeNumber;

typedef struct {
  guint first, last; /* tokens, both inside */
} ScribeSentence;

typedef struct {
  const ScribeLexicon *lexicon;
  GArray *tokens;    /* of ScribeToken */
  GArray *numbers;   /* of ScribeNumber, by first */
  GArray *sentences; /* of ScribeSentence */
  GString *words;
} ScribeReading;

ScribeReading *scribe_reading_new(const ScribeLexicon *lexicon);
void scribe_reading_free(ScribeReading *reading);

/* Adds one text (valid UTF-8) as turn `turn`.  Then once, after the last: finish. */
void scribe_reading_add(ScribeReading *reading, guint turn, const char *text);
void scribe_reading_finish(ScribeReading *reading);

static inline ScribeToken *
scribe_reading_token(const ScribeReading *reading, guint i)
{
  return &g_array_index(reading->tokens, ScribeToken, i);
}

const char *scribe_reading_word(const ScribeReading *reading, guint i);
gboolean scribe_reading_is(const ScribeReading *reading, guint i, const char *word);

/* Cue flags of the token, 0 none. */
guint scribe_reading_cue(const ScribeReading *reading, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeReading, scribe_reading_free)

#endif
