#include "scribe/number.h"

#include <math.h>
#include <string.h>

static const ScribeLexiconEntry *
word_number(const ScribeReading *r, guint i)
{
  return i < r->tokens->len ? scribe_reading_token(r, i)->mark[LEXICON_NUMBER] : NULL;
}

/* May the token i carry on what i-1 began? */
static gboolean
goes_on(const ScribeReading *r, guint i)
{
  if (i == 0 || i >= r->tokens->len)
    return FALSE;
  const ScribeToken *token = scribe_reading_token(r, i);
  return !(token->flags & (READING_SENTENCE | READING_COMMA | READING_SLASH)) &&
         token->turn == scribe_reading_token(r, i - 1)->turn;
}

static gboolean
digit_value(const char *word, double *ret)
{
  g_autofree char *plain = g_strdup(word);
  char *comma = strrchr(plain, ',');
  if (comma != NULL && strlen(comma) != 4)
    *comma = '.';
  char *to = plain;
  for (char *from = plain; *from != '\0'; from++)
    if (*from != ',')
      *to++ = *from;
  *to = '\0';
  char *end = NULL;
  *ret = g_ascii_strtod(plain, &end);
  return end != plain && *end == '\0' && isfinite(*ret) && *ret < 1e9;
}

typedef struct {
  double total, group; /* thousands done; hundreds, tens and ones being read */
  double other;
  guint used;
  gboolean any, units_done;
} Spoken;

/* "sixty" + "four"; "soixante" + "douze"; "quatre" + "vingt"; "one" + "seventy": 170. */
static gboolean
take_small(Spoken *s, const ScribeLexiconEntry *number, gboolean hyphen)
{
  double v = number->value;
  double tail = fmod(s->group, 100);
  (void)hyphen;
  if (!s->any || s->group == 0 || (tail == 0 && !s->units_done)) {
    s->group += v;
  } else if (tail == 4 && (v == 20)) {
    s->group += 76; /* quatre-vingt */
    s->units_done = FALSE;
    return TRUE;
  } else if (tail >= 20 && fmod(tail, 10) == 0 && v < 20 && (v < 10 || tail == 60 || tail == 80)) {
    s->group += v;
  } else if (s->group < 10 && s->group >= 1 && s->total == 0 && v >= 10 && v < 100) {
    s->other = s->group;
    s->group = s->group * 100 + v; /* "one seventy" */
  } else if (s->group >= 13 && s->group <= 20 && s->total == 0 && v >= 10 && v < 100) {
    s->group = s->group * 100 + v; /* "nineteen eighty" */
  } else {
    return FALSE;
  }
  s->units_done = v < 20 && v != 10;
  return TRUE;
}

static gboolean
take_word(Spoken *s, const ScribeLexiconEntry *number, gboolean hyphen)
{
  switch (number->flags) {
  case LEXICON_NUMBER_HUNDRED:
    if (s->any && fmod(s->group, 100) == 0)
      return FALSE;
    s->group = (s->any ? s->group : 1) * 100;
    s->units_done = FALSE;
    break;
  case LEXICON_NUMBER_THOUSAND:
  case LEXICON_NUMBER_MILLION:
    s->total += (s->any && s->group > 0 ? s->group : 1) * number->value;
    s->group = 0;
    s->units_done = FALSE;
    break;
  case LEXICON_NUMBER_DIGIT:
  case LEXICON_NUMBER_TEN:
    if (!take_small(s, number, hyphen))
      return FALSE;
    break;
  default:
    return FALSE;
  }
  s->any = TRUE;
  return TRUE;
}

/* "point four", "virgule cinq", "point two five" after a whole number. */
static guint
fraction_at(const ScribeReading *r, guint i, double *value)
{
  if (!scribe_reading_is(r, i, "point") && !scribe_reading_is(r, i, "virgule"))
    return 0;
  double scale = 0.1, fraction = 0;
  guint used = 1;
  while (goes_on(r, i + used)) {
    const ScribeLexiconEntry *digit = word_number(r, i + used);
    double v = 0;
    if (digit != NULL && digit->flags == LEXICON_NUMBER_DIGIT && digit->value < 10)
      v = digit->value;
    else if (used == 1 && digit != NULL && digit->flags <= LEXICON_NUMBER_TEN)
      v = digit->value / 10;
    else
      break;
    fraction += v * scale;
    scale /= 10;
    used++;
  }
  if (used == 1)
    return 0;
  *value += fraction;
  return used;
}

static guint
take_fraction(const ScribeReading *r, guint i, double *value)
{
  return goes_on(r, i) ? fraction_at(r, i, value) : 0;
}

static guint
take_half(const ScribeReading *r, guint i, double *value)
{
  guint n = 0;
  gboolean and = goes_on(r, i) && (scribe_reading_is(r, i, "and") || scribe_reading_is(r, i, "et"));
  if (and&&goes_on(r, i + 1) &&
      (scribe_reading_is(r, i + 1, "a") || scribe_reading_is(r, i + 1, "demi") ||
       scribe_reading_is(r, i + 1, "demie")))
    n = scribe_reading_is(r, i + 1, "a") ? 2 : 1;
  const ScribeLexiconEntry *half = n > 0 && goes_on(r, i + n) ? word_number(r, i + n) : NULL;
  if (half == NULL || half->flags != LEXICON_NUMBER_HALF)
    return 0;
  *value += 0.5;
  return n + 1;
}

/* "un", "une", "a" and "one" are articles and pronouns far more often than numbers: only with more
 * number or a unit after them. */
static guint
read_words(const ScribeReading *r, guint i, ScribeNumber *number)
{
  Spoken s = {.other = NAN};
  guint n = 0;
  for (;; n++) {
    const ScribeLexiconEntry *word = word_number(r, i + n);
    if (n > 0 && !goes_on(r, i + n))
      break;
    gboolean and = n > 0 && s.any && word == NULL &&
                   (scribe_reading_is(r, i + n, "and") || scribe_reading_is(r, i + n, "et"));
    if (and&&fmod(s.group, 10) == 0 && word_number(r, i + n + 1) != NULL &&
        (fmod(s.group, 100) == 0 || scribe_reading_is(r, i + n, "et")) &&
        word_number(r, i + n + 1)->flags <= LEXICON_NUMBER_TEN)
      continue;
    gboolean hyphen = n > 0 && (scribe_reading_token(r, i + n)->flags & READING_HYPHEN);
    if (word == NULL || !take_word(&s, word, hyphen))
      break;
  }
  if (n == 0)
    return 0;
  while (n > 1 && word_number(r, i + n - 1) == NULL)
    n--;
  number->value = s.total + s.group;
  number->other = s.other;
  number->spoken = TRUE;
  n += take_fraction(r, i + n, &number->value);
  n += take_half(r, i + n, &number->value);
  return n;
}

static guint
read_digits(const ScribeReading *r, guint i, ScribeNumber *number)
{
  if (!digit_value(scribe_reading_word(r, i), &number->value))
    return 0;
  guint n = 1;
  const ScribeLexiconEntry *next = goes_on(r, i + 1) ? word_number(r, i + 1) : NULL;
  if (next != NULL &&
      (next->flags == LEXICON_NUMBER_THOUSAND || next->flags == LEXICON_NUMBER_MILLION)) {
    number->value *= next->value;
    n++;
  }
  n += take_fraction(r, i + n, &number->value);
  n += take_half(r, i + n, &number->value);
  const char *after = scribe_reading_word(r, i + n);
  static const char *const ORDINALS[] = {"st", "nd", "rd", "th", "s", "eme", "er", "e", NULL};
  if (i + n < r->tokens->len && (scribe_reading_token(r, i + n)->flags & READING_GLUED) &&
      g_strv_contains(ORDINALS, after)) {
    number->kind = NUMBER_FREQUENCY;
    n++;
  }
  return n;
}

static gboolean
is_list_mark(const ScribeReading *r, guint i)
{
  const ScribeToken *token = scribe_reading_token(r, i);
  const char *word = scribe_reading_word(r, i);
  return (token->flags & READING_SENTENCE) && (token->flags & READING_DOT_AFTER) &&
         strlen(word) <= 2 && i + 1 < r->tokens->len;
}

static guint
read_number(const ScribeReading *r, guint i, ScribeNumber *number)
{
  const ScribeLexiconEntry *word = word_number(r, i);
  number->other = NAN;
  if (scribe_reading_token(r, i)->flags & READING_DIGITS)
    return read_digits(r, i, number);
  if (word == NULL) {
    number->spoken = TRUE; /* "point four" */
    return fraction_at(r, i, &number->value);
  }
  if (word->flags == LEXICON_NUMBER_FEW || word->flags == LEXICON_NUMBER_FREQUENCY ||
      word->flags == LEXICON_NUMBER_HALF) {
    number->kind = word->flags == LEXICON_NUMBER_FEW ? NUMBER_FEW : NUMBER_FREQUENCY;
    number->value = word->value;
    number->spoken = TRUE;
    return 1;
  }
  return read_words(r, i, number);
}

static const ScribeLexiconEntry *
unit_at(const ScribeReading *r, guint i)
{
  const ScribeToken *token = i < r->tokens->len ? scribe_reading_token(r, i) : NULL;
  if (token == NULL || token->words_of[LEXICON_UNIT] == 0)
    return NULL;
  return token->mark[LEXICON_UNIT];
}

/* The unit may follow at once, after a hyphen, or after "more", "to 5", "of the". */
static void
attach_unit(const ScribeReading *r, ScribeNumber *number)
{
  guint at = number->last + 1;
  if (number->kind == NUMBER_FEW && scribe_reading_is(r, at, "of"))
    at++;
  static const char *const BETWEEN[] = {"more",     "full", "whole",       "additional", "other",
                                        "straight", "good", "consecutive", NULL};
  if (at < r->tokens->len && g_strv_contains(BETWEEN, scribe_reading_word(r, at)))
    at++;
  const ScribeLexiconEntry *unit = goes_on(r, at) ? unit_at(r, at) : NULL;
  if (unit == NULL)
    return;
  number->unit = unit;
  number->unit_token = at;
  guint end = at + scribe_reading_token(r, at)->words_of[LEXICON_UNIT];
  number->age = strcmp(unit->name, "year") == 0 &&
                (scribe_reading_is(r, end, "old") || scribe_reading_is(r, end, "o"));
}

static gboolean
joins_range(const ScribeReading *r, guint from, guint to)
{
  if (to >= r->tokens->len ||
      scribe_reading_token(r, to)->turn != scribe_reading_token(r, from)->turn)
    return FALSE;
  if (to == from + 1)
    return !(scribe_reading_token(r, to)->flags & READING_SENTENCE);
  static const char *const WORDS[] = {"to", "or", "a", "ou", "and", "out", "by", "x", NULL};
  return to == from + 2 && g_strv_contains(WORDS, scribe_reading_word(r, from + 1));
}

/* "4 to 5 miles": the 4 is of miles too. */
static void
share_units(ScribeReading *r)
{
  for (guint i = r->numbers->len; i > 1; i--) {
    ScribeNumber *later = &g_array_index(r->numbers, ScribeNumber, i - 1);
    ScribeNumber *earlier = &g_array_index(r->numbers, ScribeNumber, i - 2);
    if (earlier->unit == NULL && later->unit != NULL && earlier->kind == NUMBER_PLAIN &&
        !earlier->list && joins_range(r, earlier->last, later->first)) {
      earlier->unit = later->unit;
      earlier->unit_token = later->unit_token;
      earlier->age = later->age;
    }
  }
}

/* "patiente de 72 ans", "j'ai 72 ans" */
static gboolean
is_french_age(const ScribeReading *r, const ScribeNumber *number)
{
  static const char *const WHO[] = {"patient",  "patiente",   "femme",       "homme",  "monsieur",
                                    "madame",   "fille",      "garcon",      "enfant", "nourrisson",
                                    "fillette", "adolescent", "adolescente", NULL};
  if (number->unit == NULL || strcmp(number->unit->name, "year") != 0 || number->first < 2 ||
      !scribe_reading_is(r, number->unit_token, "ans"))
    return FALSE;
  if (scribe_reading_is(r, number->first - 1, "ai"))
    return TRUE;
  return scribe_reading_is(r, number->first - 1, "de") &&
         g_strv_contains(WHO, scribe_reading_word(r, number->first - 2));
}

static void
age_before(ScribeReading *r, ScribeNumber *number)
{
  if (number->unit != NULL && strcmp(number->unit->name, "year") != 0)
    return;
  number->age = number->age || is_french_age(r, number);
  for (guint back = 1; back <= 2 && number->first >= back; back++) {
    const char *word = scribe_reading_word(r, number->first - back);
    if (strcmp(word, "age") == 0 || strcmp(word, "aged") == 0 || strcmp(word, "ages") == 0 ||
        strcmp(word, "agee") == 0)
      number->age = TRUE;
  }
  const char *next = scribe_reading_word(r, number->last + 1);
  if (strcmp(next, "yo") == 0 || strcmp(next, "yr") == 0 ||
      (strcmp(next, "y") == 0 && scribe_reading_is(r, number->last + 2, "o")))
    number->age = TRUE;
}

/* "one" alone is a number only where it counts something. */
static gboolean
counts(const ScribeReading *r, const ScribeNumber *number)
{
  if (!number->spoken || number->first != number->last)
    return TRUE;
  const char *word = scribe_reading_word(r, number->first);
  if (strcmp(word, "oh") == 0)
    return FALSE;
  if (strcmp(word, "one") == 0 || strcmp(word, "un") == 0 || strcmp(word, "une") == 0)
    return number->unit != NULL || strcmp(word, "one") == 0;
  return TRUE;
}

static void
add_number(ScribeReading *r, ScribeNumber *number)
{
  attach_unit(r, number);
  number->list = !number->spoken && is_list_mark(r, number->first);
  age_before(r, number);
  if (!counts(r, number))
    return;
  for (guint i = number->first; i <= number->last; i++)
    scribe_reading_token(r, i)->number = (gint32)r->numbers->len;
  g_array_append_val(r->numbers, *number);
}

/* A length of time with no number: "a year", "last month", "the past weeks". */
static void
add_implied(ScribeReading *r, guint i)
{
  const ScribeLexiconEntry *unit = unit_at(r, i);
  if (unit == NULL || strcmp(unit->group, "time") != 0)
    return;
  if (strcmp(unit->name, "second") == 0 || strlen(scribe_reading_word(r, i)) < 2)
    return;
  if (r->numbers->len > 0 &&
      g_array_index(r->numbers, ScribeNumber, r->numbers->len - 1).unit_token == i &&
      g_array_index(r->numbers, ScribeNumber, r->numbers->len - 1).unit != NULL)
    return;
  ScribeNumber number = {.first = i, .last = i, .value = 1, .other = NAN, .kind = NUMBER_IMPLIED};
  number.unit = unit;
  number.unit_token = i;
  g_array_append_val(r->numbers, number);
}

/* --- dates in figures --- */

static ScribeNumber *
slashed(const ScribeReading *r, guint i)
{
  if (i >= r->numbers->len)
    return NULL;
  ScribeNumber *n = &g_array_index(r->numbers, ScribeNumber, i);
  const ScribeToken *token = scribe_reading_token(r, n->first);
  gboolean whole = n->first == n->last && !n->spoken && n->value == floor(n->value);
  return whole && (token->flags & READING_DIGITS) && strlen(scribe_reading_word(r, n->first)) <= 4
             ? n
             : NULL;
}

static gboolean
is_next(const ScribeReading *r, const ScribeNumber *before, const ScribeNumber *n)
{
  return before != NULL && n != NULL && n->first == before->last + 1 &&
         (scribe_reading_token(r, n->first)->flags & READING_SLASH);
}

/* "07" is 2007, "99" is 1999. */
static void
read_year(ScribeNumber *n)
{
  if (n->value < 100 && isnan(n->other))
    n->other = n->value + (n->value < 30 ? 2000 : 1900);
}

/* "12/05/2007", "3/20/99", "03/2021", "07/06"; but "127/80", "2/6" and "1/2" are none.
 * How many numbers it took. */
static guint
read_date(ScribeReading *r, guint i)
{
  ScribeNumber *a = slashed(r, i), *b = slashed(r, i + 1), *c = slashed(r, i + 2);
  if (!is_next(r, a, b) || a->value > 31 || a->value < 1)
    return 1;
  gboolean whole = is_next(r, b, c) && b->value <= 31;
  gboolean zero =
      scribe_reading_word(r, a->first)[0] == '0' || scribe_reading_word(r, b->first)[0] == '0';
  if (!whole && !(b->value >= 1900 && b->value < 2100) && !(zero && b->value < 100))
    return 1;
  read_year(whole ? c : b);
  if (a->value <= 12)
    a->month = TRUE;
  else if (whole && b->value <= 12)
    b->month = TRUE;
  return whole ? 3 : 2;
}

void
scribe_number_find(ScribeReading *r)
{
  for (guint i = 0; i < r->tokens->len;) {
    ScribeNumber number = {.first = i};
    guint n = read_number(r, i, &number);
    if (n == 0) {
      add_implied(r, i++);
      continue;
    }
    number.last = i + n - 1;
    add_number(r, &number);
    i += n;
  }
  for (guint i = 0; i < r->numbers->len;)
    i += read_date(r, i);
  share_units(r);
}
