#include "checks_mutate.h"

#include <math.h>
#include <string.h>

#include "guichet/base/text.h"

static guint
draw(Mutate *m, guint n)
{
  m->seed = m->seed * 1664525u + 1013904223u;
  return n > 0 ? (m->seed >> 8) % n : 0;
}

void
checks_mutate_init(Mutate *m)
{
  m->seed = 20261126u;
  m->drugs = g_ptr_array_new_with_free_func(g_free);
  m->bodies = g_ptr_array_new_with_free_func(g_free);
}

void
checks_mutate_clear(Mutate *m)
{
  g_ptr_array_unref(m->drugs);
  g_ptr_array_unref(m->bodies);
}

static char *
words_of(const char *note, const ScribeReading *r, guint first, guint last)
{
  return g_utf8_substring(note, scribe_reading_token(r, first)->start,
                          scribe_reading_token(r, last)->end);
}

void
checks_mutate_see(Mutate *m, const char *note, const ScribeReading *r)
{
  for (guint i = 0; i < r->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(r, i);
    if (token->words_of[LEXICON_DRUG] > 0)
      g_ptr_array_add(m->drugs, words_of(note, r, i, i + token->words_of[LEXICON_DRUG] - 1));
    if (token->words_of[LEXICON_BODY] == 1)
      g_ptr_array_add(m->bodies, words_of(note, r, i, i));
  }
}

/* `text` in place of the tokens first to last; the span is what was put in, or what follows where
 * nothing was. */
static gboolean
put(const char *note, const ScribeReading *r, guint first, guint last, const char *text,
    Mutation *ret)
{
  guint start = scribe_reading_token(r, first)->start, end = scribe_reading_token(r, last)->end;
  if (*text == '\0') { /* the word goes, with the space after it */
    if (last + 1 >= r->tokens->len)
      return FALSE;
    end = scribe_reading_token(r, last + 1)->start;
  }
  g_autofree char *before = g_utf8_substring(note, 0, start);
  g_autofree char *after = g_utf8_substring(note, end, -1);
  if (*text == '\0' && (scribe_reading_token(r, first)->flags & READING_SENTENCE) &&
      g_ascii_islower(*after))
    *after = g_ascii_toupper(*after);
  ret->note = g_strconcat(before, text, after, NULL);
  ret->start = start;
  ret->end = start + (guint)g_utf8_strlen(text, -1);
  if (*text == '\0') {
    const ScribeToken *next = scribe_reading_token(r, last + 1);
    ret->end = start + next->end - next->start;
  }
  return TRUE;
}

/* --- numbers --- */

static double
another(Mutate *m, double v)
{
  static const double NEAR[] = {1, -1, 2, -2, 3};
  static const double TIMES[] = {2, 0.5, 10, 0.1, 1.5, 3};
  double to = v;
  if (v == floor(v) && v > 1900 && v < 2100)
    return v - 20 + draw(m, 18);
  if (v == floor(v) && v < 10)
    to = v + NEAR[draw(m, 5)] * (1 + draw(m, 2));
  else if (v == floor(v) && v >= 10 && v < 100 && draw(m, 2))
    to = fmod(v, 10) * 10 + floor(v / 10);
  else if (draw(m, 3) == 0)
    to = v + (v >= 20 ? 10 : 1) * NEAR[draw(m, 5)];
  else
    to = v * TIMES[draw(m, 6)];
  if (v == floor(v))
    to = floor(to);
  return to > 0 && to != v ? to : v + 1 + draw(m, 7);
}

static gboolean
change_number(Mutate *m, const char *note, const ScribeReading *r, const ScribeNumber *n,
              Mutation *ret)
{
  if (n->first != n->last || n->kind == NUMBER_IMPLIED)
    return FALSE;
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(digits, sizeof digits, "%.6g", another(m, n->value));
  return put(note, r, n->first, n->first, digits, ret);
}

static gboolean
change_unit(Mutate *m, const char *note, const ScribeReading *r, const ScribeNumber *n,
            gboolean time, Mutation *ret)
{
  static const char *const TIMES[] = {"day", "week", "month", "year", "hour"};
  static const char *const MASSES[] = {"mg", "mcg", "g", "mL"};
  if (n->unit == NULL)
    return FALSE;
  g_autofree char *old = words_of(note, r, n->unit_token, n->unit_token);
  const char *one = time ? TIMES[draw(m, 5)] : MASSES[draw(m, 4)];
  if (g_str_has_prefix(old, one) || (!time && strcmp(n->unit->group, "mass") != 0))
    return FALSE;
  gboolean plural = time && g_str_has_suffix(old, "s");
  g_autofree char *text = g_strconcat(one, plural ? "s" : "", NULL);
  guint last = n->unit_token + scribe_reading_token(r, n->unit_token)->words_of[LEXICON_UNIT] - 1;
  return put(note, r, n->unit_token, last, text, ret);
}

static const ScribeNumber *
number_at(const ScribeReading *r, guint first)
{
  for (guint i = 0; i < r->numbers->len; i++)
    if (g_array_index(r->numbers, ScribeNumber, i).first == first)
      return &g_array_index(r->numbers, ScribeNumber, i);
  return NULL;
}

/* --- names, sides, dates --- */

static gboolean
change_name(Mutate *m, const char *note, const ScribeReading *r, const ScribeSuspect *c,
            const GPtrArray *pool, Mutation *ret)
{
  g_autofree char *old = words_of(note, r, c->first, c->last);
  if (pool->len == 0)
    return FALSE;
  const char *name = pool->pdata[draw(m, pool->len)];
  return g_ascii_strcasecmp(name, old) != 0 && put(note, r, c->first, c->last, name, ret);
}

static gboolean
change_word(Mutate *m, const char *note, const ScribeReading *r, guint i,
            const char *const (*pairs)[2], gsize n, Mutation *ret)
{
  const char *word = scribe_reading_word(r, i);
  gsize from = draw(m, (guint)n);
  for (gsize k = 0; k < n; k++)
    if (strcmp(word, pairs[(from + k) % n][0]) == 0)
      return put(note, r, i, i, pairs[(from + k) % n][1], ret);
  return FALSE;
}

static gboolean
change_date(Mutate *m, const char *note, const ScribeReading *r, guint i, Mutation *ret)
{
  static const char *const NAMES[] = {"January",  "February", "March",    "April",     "May",
                                      "June",     "July",     "August",   "September", "October",
                                      "November", "December", "Monday",   "Tuesday",   "Wednesday",
                                      "Thursday", "Friday",   "Saturday", "Sunday"};
  g_autofree char *old = words_of(note, r, i, i);
  for (guint k = 0; k < 19; k++)
    if (g_ascii_strcasecmp(old, NAMES[k]) == 0) {
      guint to = k < 12 ? (k + 1 + draw(m, 11)) % 12 : 12 + (k - 12 + 1 + draw(m, 6)) % 7;
      return put(note, r, i, i, NAMES[to], ret);
    }
  return FALSE;
}

/* --- denials --- */

static const char *const DENIED[][2] = {
    {"denies", "reports"},
    {"denies", "has"},
    {"denies", "endorses"},
    {"denied", "reported"},
    {"denied", "had"},
    {"without", "with"},
    {"negative", "positive"},
    {"no", ""},
    {"no", "some"},
    {"no", "has"},
    {"not", ""},
    {"never", ""},
    {"denying", "reporting"},
    {"none", "present"},
    {"absent", "present"},
    {"n't", ""},
    {"nor", "and"},
};
static const char *const CLAIMED[][2] = {
    {"reports", "denies"},      {"reported", "denied"}, {"endorses", "denies"},
    {"notes", "denies"},        {"endorsed", "denied"}, {"has", "has no"},
    {"has", "denies"},          {"had", "had no"},      {"positive", "negative"},
    {"with", "without"},        {"is", "is not"},       {"are", "are not"},
    {"was", "was not"},         {"admits", "denies"},   {"present", "absent"},
    {"takes", "does not take"}, {"shows", "shows no"},  {"does", "does not"},
};

/* After a denial that became a claim "any" goes and "or" may become "and". */
static void
smooth(Mutate *m, Mutation *made)
{
  static const char *const WORDS[][2] = {{" any ", " "}, {" or ", " and "}};
  for (guint k = 0; k < 2; k++) {
    if (draw(m, 3) == 0)
      continue;
    char *from = made->note + base_text_byte(made->note, made->end);
    char *at = strstr(from, WORDS[k][0]);
    char *stop = strchr(from, '.');
    if (at == NULL || at - from > 60 || (stop != NULL && stop < at))
      continue;
    gsize head = (gsize)(at - made->note);
    g_autofree char *before = g_strndup(made->note, head);
    char *joined = g_strconcat(before, WORDS[k][1], at + strlen(WORDS[k][0]), NULL);
    g_free(made->note);
    made->note = joined;
  }
}

static gboolean
change_polarity(Mutate *m, const char *note, const ScribeReading *r, const ScribeSuspect *c,
                Mutation *ret)
{
  gboolean denied = c->slot == SUSPECT_DENIED;
  for (guint i = c->first > 0 ? c->first - 1 : 0; i <= c->last; i++) {
    if (denied && change_word(m, note, r, i, DENIED, G_N_ELEMENTS(DENIED), ret)) {
      smooth(m, ret);
      return TRUE;
    }
    if (!denied && i >= c->first && change_word(m, note, r, i, CLAIMED, G_N_ELEMENTS(CLAIMED), ret))
      return TRUE;
  }
  const ScribeToken *first = scribe_reading_token(r, c->first);
  if (denied || !(first->flags & READING_SENTENCE) || first->words_of[LEXICON_TERM] == 0)
    return FALSE;
  g_autofree char *old = words_of(note, r, c->first, c->first);
  *old = g_ascii_tolower(*old);
  g_autofree char *text = g_strconcat("No ", old, NULL); /* "Fever" */
  return put(note, r, c->first, c->first, text, ret);
}

gboolean
checks_mutate_make(Mutate *m, const char *note, const ScribeReading *r, const ScribeSuspect *c,
                   Mutation *ret)
{
  static const char *const SIDES[][2] = {{"left", "right"},     {"right", "left"},
                                         {"left", "bilateral"}, {"right", "bilateral"},
                                         {"bilateral", "left"}, {"bilateral", "right"},
                                         {"both", "left"},      {"bilaterally", "on the left"}};
  const ScribeNumber *n = number_at(r, c->first);
  switch (c->slot) {
  case SUSPECT_NUMBER:
  case SUSPECT_AGE:
    return n != NULL && change_number(m, note, r, n, ret);
  case SUSPECT_UNIT:
    return n != NULL && change_unit(m, note, r, n, FALSE, ret);
  case SUSPECT_DURATION:
    return n != NULL && (draw(m, 2) && change_number(m, note, r, n, ret)
                             ? TRUE
                             : change_unit(m, note, r, n, TRUE, ret));
  case SUSPECT_DRUG:
    return change_name(m, note, r, c, m->drugs, ret);
  case SUSPECT_BODY:
    return c->first == c->last && change_name(m, note, r, c, m->bodies, ret);
  case SUSPECT_SIDE:
    return change_word(m, note, r, c->first, SIDES, G_N_ELEMENTS(SIDES), ret);
  case SUSPECT_DATE:
    return change_date(m, note, r, c->first, ret);
  case SUSPECT_DENIED:
  case SUSPECT_CLAIMED:
  case SUSPECT_PLAIN:
    return change_polarity(m, note, r, c, ret);
  default:
    return FALSE;
  }
}
