#include "scribe/slot_number.h"

#include <math.h>
#include <string.h>

static gboolean
equal(double a, double b)
{
  return fabs(a - b) < 1e-6 + 1e-6 * fabs(a);
}

static gboolean
is_time(const ScribeNumber *n)
{
  return n->unit != NULL && strcmp(n->unit->group, "time") == 0;
}

static gboolean
is_year(const ScribeNumber *n)
{
  return n->value > 1900 && n->value < 2100 && n->value == floor(n->value) && n->unit == NULL;
}

/* Numbers that measure different things do not stand for each other; speech often leaves the unit
 * out. */
static gboolean
comparable(const ScribeNumber *a, const ScribeNumber *b)
{
  if (is_year(a) != is_year(b) || a->age != b->age)
    return FALSE;
  return a->unit == NULL || b->unit == NULL || strcmp(a->unit->group, b->unit->group) == 0;
}

static gboolean
same_value(const ScribeNumber *a, const ScribeNumber *b)
{
  if (equal(a->value, b->value))
    return TRUE;
  return !isnan(b->other) && (equal(a->value, b->other) || equal(a->value, fmod(b->value, 100)));
}

/* "two weeks" is "14 days" is "a couple of weeks". */
static ScribeSuspectTie
tie_duration(const ScribeNumber *a, const ScribeNumber *b)
{
  if (!is_time(b))
    return b->unit == NULL && b->kind == NUMBER_PLAIN && equal(a->value, b->value) ? SUSPECT_RELATED
                                                                                   : SUSPECT_SKIP;
  gboolean unit = a->unit == b->unit;
  if (unit && (same_value(a, b) || (a->kind == NUMBER_FEW && b->value >= 2)))
    return SUSPECT_SAME;
  if (unit && (b->kind == NUMBER_FEW || a->kind == NUMBER_IMPLIED || b->kind == NUMBER_IMPLIED))
    return a->kind == NUMBER_IMPLIED ? SUSPECT_SAME : SUSPECT_RELATED;
  double one = a->value * a->unit->value, two = b->value * b->unit->value;
  if (one > 0 && two > 0 && fabs(one - two) < 0.08 * MAX(one, two))
    return SUSPECT_SAME;
  return SUSPECT_OTHER;
}

static ScribeSuspectTie
tie_number(const ScribeNumber *a, const ScribeNumber *b)
{
  if (b->kind == NUMBER_IMPLIED)
    return SUSPECT_SKIP;
  if (same_value(a, b))
    return a->kind == b->kind ? SUSPECT_SAME : SUSPECT_RELATED;
  if (is_year(a) && b->spoken && b->value >= 10 && equal(fmod(a->value, 100), b->value))
    return SUSPECT_RELATED; /* "in ninety two" */
  if (!comparable(a, b))
    return SUSPECT_SKIP;
  if (b->kind == NUMBER_FEW || b->kind != a->kind)
    return SUSPECT_SKIP;
  if (is_time(b) != is_time(a))
    return SUSPECT_SKIP;
  return SUSPECT_OTHER;
}

static ScribeSuspectTie
tie_age(const ScribeNumber *a, const ScribeNumber *b)
{
  if (b->kind == NUMBER_IMPLIED || b->kind == NUMBER_FEW)
    return SUSPECT_SKIP;
  if (same_value(a, b))
    return SUSPECT_SAME;
  return b->age ? SUSPECT_OTHER : SUSPECT_SKIP;
}

static ScribeSuspectTie
tie_unit(const ScribeNumber *a, const ScribeNumber *b)
{
  if (b->kind == NUMBER_IMPLIED || !same_value(a, b))
    return SUSPECT_SKIP;
  if (b->unit == NULL)
    return SUSPECT_RELATED;
  if (a->unit == b->unit)
    return SUSPECT_SAME;
  gboolean near = strcmp(a->unit->group, "temperature") == 0 || strcmp(a->unit->group, "rate") == 0;
  return near ? SUSPECT_RELATED : SUSPECT_OTHER;
}

/* How close to where the whole sentence is carried the same stands, and another. */
static void
near_window(gint window, const ScribeSuspectTied *tied, double best[3])
{
  if (window < 0 || (tied->tie != SUSPECT_SAME && tied->tie != SUSPECT_OTHER))
    return;
  double v = 1 / (1 + ABS((gint)tied->at - window) / 8.0);
  best[tied->tie == SUSPECT_OTHER] = MAX(best[tied->tie == SUSPECT_OTHER], v);
  if (tied->tie == SUSPECT_OTHER && tied->missing)
    best[2] = MAX(best[2], v);
}

static guint
count_in_note(const ScribeReading *note, const ScribeNumber *n)
{
  guint count = 0;
  for (guint i = 0; i < note->numbers->len; i++) {
    const ScribeNumber *other = &g_array_index(note->numbers, ScribeNumber, i);
    count += other->unit == n->unit && other->kind == n->kind && equal(other->value, n->value);
  }
  return count;
}

/* Does the note have, anywhere, the number that was said? */
static gboolean
is_noted(const ScribeReading *note, const ScribeNumber *said)
{
  for (guint i = 0; i < note->numbers->len; i++) {
    const ScribeNumber *n = &g_array_index(note->numbers, ScribeNumber, i);
    gboolean unit = n->unit == said->unit || n->unit == NULL || said->unit == NULL;
    if (unit && same_value(n, said))
      return TRUE;
  }
  return FALSE;
}

/* Of other lengths of time: the same figure by another unit, and another figure by the same. */
static void
time_features(const GArray *said, const ScribeNumber *n, const ScribeSuspectWeigh *w,
              const GArray *ties, ScribeSuspect *c)
{
  for (guint i = 0; i < said->len; i++) {
    const ScribeNumber *other = &g_array_index(said, ScribeNumber, i);
    const ScribeSuspectTied *tied = &g_array_index(ties, ScribeSuspectTied, i);
    if (tied->tie != SUSPECT_OTHER || other->unit == NULL)
      continue;
    guint figure = equal(n->value, other->value), unit = n->unit == other->unit;
    if (figure + unit == 0)
      continue;
    double like = 0.05 + scribe_index_likeness(&w->context, tied->at);
    c->f[figure ? 46 : 48] = MAX(c->f[figure ? 46 : 48], like);
    if (tied->missing)
      c->f[figure ? 47 : 49] = MAX(c->f[figure ? 47 : 49], like);
  }
}

typedef ScribeSuspectTie (*Tie)(const ScribeNumber *a, const ScribeNumber *b);

static ScribeSuspect *
weigh(ScribeSuspectRun *run, const ScribeNumber *n, ScribeSuspectSlot slot, ScribeFindingKind kind,
      guint first, guint last, Tie tie)
{
  const GArray *said = run->index->said->numbers;
  guint sentence = scribe_suspect_sentence(run->note, n->first);
  ScribeSuspectWeigh w;
  scribe_suspect_weigh(run, sentence, n->first, MAX(n->last, last), &w);
  g_autoptr(GArray) ties = g_array_new(FALSE, FALSE, sizeof(ScribeSuspectTied));
  guint exact = 0, others = 0, alike = 0; /* alike: another value in the very same unit */
  double window[3] = {0};
  for (guint i = 0; i < said->len; i++) {
    const ScribeNumber *other = &g_array_index(said, ScribeNumber, i);
    gboolean back = scribe_reading_token(run->index->said, other->first)->retracted;
    ScribeSuspectTied tied = {other->first, back ? SUSPECT_SKIP : tie(n, other), FALSE};
    tied.missing = tied.tie == SUSPECT_OTHER && !is_noted(run->note, other);
    scribe_suspect_place(&w, other->first, tied.tie);
    if (tied.missing)
      scribe_suspect_miss(&w, other->first);
    g_array_append_val(ties, tied);
    alike += tied.tie == SUSPECT_OTHER && n->unit != NULL && n->unit == other->unit;
    exact += tied.tie == SUSPECT_SAME && n->unit == other->unit;
    others += tied.tie == SUSPECT_OTHER;
    near_window(run->window[sentence], &tied, window);
  }
  ScribeSuspect *c = scribe_suspect_add(run, slot, kind, first, last);
  scribe_suspect_fill(run, &w, sentence, c);
  ScribeSuspectBind bind;
  scribe_suspect_bind(run, sentence, n->first, MAX(n->last, last), ties, &bind);
  c->f[24] = log1p(exact);
  c->f[25] = bind.same;
  c->f[26] = bind.other;
  c->f[27] = bind.other - bind.same;
  c->f[28] = log1p(others);
  c->f[44] = window[2];
  c->f[45] = bind.missing;
  c->f[50] = log1p(w.n_same) - log1p(count_in_note(run->note, n));
  time_features(said, n, &w, ties, c);
  c->f[29] = window[0];
  c->f[30] = window[1];
  c->f[33] = c->f[1] > 0 ? 0 : log1p(alike);
  c->f[34] = c->f[1] > 0 || others == 0 ? 0 : (double)alike / others;
  c->f[31] = is_year(n);
  c->f[32] = count_in_note(run->note, n) > 1;
  for (guint i = 0; i < said->len && c->said_other >= 0; i++) {
    const ScribeNumber *other = &g_array_index(said, ScribeNumber, i);
    if (other->first == (guint)c->said_other)
      c->said_other_last =
          other->unit != NULL && other->unit_token > other->last ? other->unit_token : other->last;
  }
  return c;
}

static gboolean
holds_drug(const ScribeReading *r, guint sentence)
{
  const ScribeSentence *s = &g_array_index(r->sentences, ScribeSentence, sentence);
  for (guint i = s->first; i <= s->last; i++)
    if (scribe_reading_token(r, i)->words_of[LEXICON_DRUG] > 0)
      return TRUE;
  return FALSE;
}

static guint
unit_last(const ScribeReading *r, const ScribeNumber *n)
{
  return n->unit_token + scribe_reading_token(r, n->unit_token)->words_of[LEXICON_UNIT] - 1;
}

static void
number_features(const ScribeSuspectRun *run, const ScribeNumber *n, ScribeSuspect *c)
{
  const ScribeToken *token = scribe_reading_token(run->note, n->first);
  guint sentence = scribe_suspect_sentence(run->note, n->first);
  c->f[12] = n->unit != NULL;
  c->f[13] = holds_drug(run->note, sentence);
  c->f[14] = n->kind != NUMBER_PLAIN;
  c->f[15] = n->value > 1900 && n->value < 2100;
  c->f[16] = (token->flags & READING_SLASH) != 0 || n->value > 31;
  c->f[17] = log1p(run->index->said->numbers->len) / 3;
  c->f[18] = n->spoken;
  c->f[19] = n->value <= 3 && n->value == floor(n->value);
}

static ScribeFindingKind
number_kind(const ScribeNumber *n, gboolean drug)
{
  if (n->unit != NULL && strcmp(n->unit->group, "mass") == 0 && drug)
    return SCRIBE_FINDING_DOSE;
  if (n->value > 1900 && n->value < 2100 && n->unit == NULL)
    return SCRIBE_FINDING_DATE;
  return SCRIBE_FINDING_NUMBER;
}

static void
look_at(ScribeSuspectRun *run, const ScribeNumber *n)
{
  gboolean drug = holds_drug(run->note, scribe_suspect_sentence(run->note, n->first));
  ScribeSuspect *c;
  if (n->age) {
    c = weigh(run, n, SUSPECT_AGE, SCRIBE_FINDING_PERSON, n->first, n->last, tie_age);
    number_features(run, n, c);
    return;
  }
  if (is_time(n)) {
    c = weigh(run, n, SUSPECT_DURATION, SCRIBE_FINDING_DURATION, n->first, unit_last(run->note, n),
              tie_duration);
    number_features(run, n, c);
    c->f[12] = n->kind == NUMBER_IMPLIED;
    c->f[14] = n->kind == NUMBER_FEW;
    c->f[15] = strcmp(n->unit->name, "day") == 0;
    c->f[16] = c->f[12] * c->f[15];
    return;
  }
  c = weigh(run, n, SUSPECT_NUMBER, number_kind(n, drug), n->first, n->last, tie_number);
  number_features(run, n, c);
  if (n->unit != NULL && n->kind == NUMBER_PLAIN) {
    c = weigh(run, n, SUSPECT_UNIT, SCRIBE_FINDING_UNIT, n->first, unit_last(run->note, n),
              tie_unit);
    number_features(run, n, c);
    c->f[12] = strcmp(n->unit->name, "mcg") == 0 || strcmp(n->unit->name, "g") == 0;
  }
}

/* The month of a date was said by its name. */
static gboolean
says_month(const ScribeReading *said, guint month)
{
  static const char *const NAMES[][3] = {{"january", "jan", "janvier"},
                                         {"february", "feb", "fevrier"},
                                         {"march", "mar", "mars"},
                                         {"april", "apr", "avril"},
                                         {"may", "may", "mai"},
                                         {"june", "jun", "juin"},
                                         {"july", "jul", "juillet"},
                                         {"august", "aug", "aout"},
                                         {"september", "sept", "septembre"},
                                         {"october", "oct", "octobre"},
                                         {"november", "nov", "novembre"},
                                         {"december", "dec", "decembre"}};
  for (guint i = 0; i < said->tokens->len; i++)
    for (guint k = 0; k < 3; k++)
      if (scribe_reading_is(said, i, NAMES[month - 1][k]))
        return TRUE;
  return FALSE;
}

/* The ends of "a 0 to 10 scale" are nobody's measure. */
static gboolean
is_scale(const ScribeReading *r, const ScribeNumber *n)
{
  static const char *const SCALE[] = {"scale", "echelle", NULL};
  if (n->unit != NULL || (n->value != 0 && n->value != 1 && n->value != 10))
    return FALSE;
  for (guint i = n->first > 4 ? n->first - 4 : 0; i < n->first + 5; i++)
    if (g_strv_contains(SCALE, scribe_reading_word(r, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_passed_over(const ScribeSuspectRun *run, const ScribeNumber *n)
{
  return n->list || is_scale(run->note, n) ||
         (n->month && says_month(run->index->said, (guint)CLAMP(n->value, 1, 12)));
}

void
scribe_slot_number_find(ScribeSuspectRun *run)
{
  for (guint i = 0; i < run->note->numbers->len; i++) {
    const ScribeNumber *n = &g_array_index(run->note->numbers, ScribeNumber, i);
    guint64 steps = run->index->said->numbers->len * 120ull + run->note->numbers->len;
    steps += n->month ? run->index->said->tokens->len * 36ull : 0;
    if (!scribe_suspect_spend(run, steps, n->first))
      return;
    if (!is_passed_over(run, n))
      look_at(run, n);
  }
}
