#include "scribe/note.h"

#include <string.h>

#include "scribe/plan.h"
#include "scribe/system.h"

#define SUBJECT SCRIBE_CANDIDATE_SUBJECT

#define WANTED_MAX 16u
#define NOTE_LEAN 2u       /* units between a pronoun and its noun */
#define NOTE_FLOOR 0.15    /* less likely to be wanted than this is not written */
#define NOTE_LIKENESS 0.75 /* from where two statements say the same */
#define NOTE_WORDS_BASE 120u
#define NOTE_WORDS_RATE 0.25
#define NOTE_WORDS_MOST 420u
#define NOTE_TURN_SHORT 11.0 /* words */
#define NOTE_TURN_SPAN 2.0

/* ---- choosing ---- */

static gboolean
is_light(const char *w)
{
  static const char *const LIGHT[] = {
      "the",  "a",       "an",   "of",     "to",  "and",  "is",   "was",    "in",
      "on",   "for",     "with", "he",     "she", "his",  "her",  "it",     "that",
      "this", "has",     "have", "had",    "at",  "as",   "be",   "or",     "but",
      "\x02", "reports", "any",  "denies", "not", "does", "been", "patient"};
  for (gsize i = 0; i < G_N_ELEMENTS(LIGHT); i++)
    if (strcmp(w, LIGHT[i]) == 0)
      return TRUE;
  return FALSE;
}

static GHashTable *
heavy_words(const char *text)
{
  GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *low = g_utf8_strdown(text, -1);
  g_auto(GStrv) words = g_strsplit_set(low, " ,.:;", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && !is_light(words[i]))
      g_hash_table_add(set, g_strdup(words[i]));
  return set;
}

/* What was said of one thing in the history and is said of it in the plan are two facts: "takes
 * metformin 500 mg twice daily", "the metformin to 1000 mg twice daily". */
typedef struct {
  GHashTable *words;
  gboolean plan;
} Said;

static void
said_free(gpointer data)
{
  Said *said = data;
  g_hash_table_unref(said->words);
  g_free(said);
}

static gboolean
is_plan(guint section)
{
  return section >= SCRIBE_SECTION_ASSESSMENT && section <= SCRIBE_SECTION_FOLLOW_UP;
}

/* A number that the other does not hold: never the same. */
static gboolean
has_new_number(GHashTable *mine, GHashTable *other)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, mine);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    if (strpbrk(key, "0123456789") != NULL && !g_hash_table_contains(other, key))
      return TRUE;
  return FALSE;
}

/* The share of the smaller one's heavy words that both hold. */
static double
likeness(GHashTable *a, GHashTable *b)
{
  guint na = g_hash_table_size(a), nb = g_hash_table_size(b);
  if (na == 0 || nb == 0)
    return na == nb;
  GHashTableIter iter;
  gpointer key;
  guint both = 0;
  g_hash_table_iter_init(&iter, na <= nb ? a : b);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    both += g_hash_table_contains(na <= nb ? b : a, key);
  return (double)both / MIN(na, nb);
}

static int
by_score(gconstpointer a, gconstpointer b)
{
  const ScribeCandidate *x = *(const ScribeCandidate *const *)a;
  const ScribeCandidate *y = *(const ScribeCandidate *const *)b;
  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static int
by_speech(gconstpointer a, gconstpointer b)
{
  const ScribeCandidate *x = *(const ScribeCandidate *const *)a;
  const ScribeCandidate *y = *(const ScribeCandidate *const *)b;
  if (x->unit != y->unit)
    return x->unit < y->unit ? -1 : 1;
  return x->kind > y->kind ? -1 : x->kind < y->kind;
}

static gboolean
rests_on(const ScribeCandidate *c, const ScribeEvidence *e)
{
  for (guint i = 0; i < c->n_evidence; i++)
    if (c->evidence[i].turn == e->turn && c->evidence[i].start < e->end &&
        c->evidence[i].end > e->start)
      return TRUE;
  return FALSE;
}

/* The best candidate that rests on the place joins, unless one of the chosen does already. */
static void
add_wanted(GPtrArray *chosen, const GPtrArray *order, const ScribeEvidence *e)
{
  for (guint i = 0; i < chosen->len; i++)
    if (rests_on(g_ptr_array_index(chosen, i), e))
      return;
  for (guint i = 0; i < order->len; i++)
    if (rests_on(g_ptr_array_index(order, i), e)) {
      g_ptr_array_add(chosen, g_ptr_array_index(order, i));
      return;
    }
}

/* How many words a note may have.  Where the turns are long, findings and plans are dictated, and
 * much of it belongs in the note; short turns are questions and answers, of which a note keeps the
 * gist. */
static guint
words_most(guint spoken, guint turns)
{
  double turn = turns > 0 ? (double)spoken / turns : 0;
  double share = CLAMP((turn - NOTE_TURN_SHORT) / NOTE_TURN_SPAN, 0.0, 1.0);
  return MIN(NOTE_WORDS_BASE + (guint)(NOTE_WORDS_RATE * share * spoken), NOTE_WORDS_MOST);
}

/* Do the words of `c` say something that nothing in `all` says?  They join it. */
static gboolean
is_news(const ScribeCandidate *c, GPtrArray *all)
{
  Said *said = g_new(Said, 1);
  *said = (Said){heavy_words(c->text), is_plan(c->section)};
  gboolean news = g_hash_table_size(said->words) > 0;
  for (guint k = 0; news && k < all->len; k++) {
    const Said *other = g_ptr_array_index(all, k);
    news = other->plan != said->plan || likeness(said->words, other->words) < NOTE_LIKENESS ||
           has_new_number(said->words, other->words);
  }
  g_ptr_array_add(all, said);
  return news;
}

/* "It lifts in the afternoon": says something only beside what "it" is. */
static gboolean
leans(const ScribeCandidate *c)
{
  static const char *const OPENINGS[] = {SUBJECT " reports that it ", SUBJECT " reports that they ",
                                         SUBJECT " reports that that ", "that is "};
  for (gsize k = 0; k < G_N_ELEMENTS(OPENINGS); k++)
    if (g_str_has_prefix(c->text, OPENINGS[k]))
      return c->section <= SCRIBE_SECTION_ROS;
  return FALSE;
}

/* `chosen` in the order of speech.  What was said just before must stand before it. */
static void
drop_leaning(GPtrArray *chosen)
{
  for (guint i = 0; i < chosen->len && chosen->len > 1;) {
    const ScribeCandidate *c = g_ptr_array_index(chosen, i);
    const ScribeCandidate *before = i > 0 ? g_ptr_array_index(chosen, i - 1) : NULL;
    gboolean held =
        before != NULL && c->unit - before->unit <= NOTE_LEAN && before->section == c->section;
    if (leans(c) && !held)
      g_ptr_array_remove_index(chosen, i);
    else
      i++;
  }
}

GPtrArray *
scribe_note_choose(const GPtrArray *candidates, guint spoken, guint turns, const GArray *wanted)
{
  g_autoptr(GPtrArray) order = g_ptr_array_new();
  for (guint i = 0; i < candidates->len; i++)
    g_ptr_array_add(order, g_ptr_array_index(candidates, i));
  g_ptr_array_sort(order, by_score);
  g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(said_free);
  GPtrArray *chosen = g_ptr_array_new();
  guint words = 0, most = words_most(spoken, turns);
  for (guint i = 0; i < order->len && words < most; i++) {
    ScribeCandidate *c = g_ptr_array_index(order, i);
    if (c->score < NOTE_FLOOR && words > 0)
      break; /* the best there is stands in a note that would be empty */
    if (!is_news(c, sets))
      continue;
    g_ptr_array_add(chosen, c);
    words += c->words;
  }
  g_ptr_array_sort(chosen, by_speech);
  drop_leaning(chosen);
  for (guint i = 0; wanted != NULL && i < MIN(wanted->len, WANTED_MAX); i++)
    add_wanted(chosen, order, &g_array_index(wanted, ScribeEvidence, i));
  g_ptr_array_sort(chosen, by_speech);
  return chosen;
}

/* ---- writing ---- */

static const struct {
  const char *id, *english, *french;
} SECTIONS[] = {
#define SECTION(id, word, en, fr) {word, en, fr},
#include "scribe/section.def"
#undef SECTION
};

ScribeSection *
scribe_note_section(ScribeNote *note, ScribeSectionKind kind)
{
  note->nth = 0;
  return scribe_draft_add_section(note->draft, SECTIONS[kind].id,
                                  note->french ? SECTIONS[kind].french : SECTIONS[kind].english);
}

static char *
bind_subject(ScribeNote *note, const char *text)
{
  const char *at = strstr(text, SUBJECT);
  if (at == NULL)
    return g_strdup(text);
  g_autofree char *head = g_strndup(text, (gsize)(at - text));
  const char *subject =
      note->nth++ % 3 == 0 ? scribe_voice_subject(note->person) : scribe_voice_they(note->person);
  return g_strconcat(head, subject, at + strlen(SUBJECT), NULL);
}

void
scribe_note_write(ScribeNote *note, ScribeSection *section, const char *prefix,
                  const ScribeCandidate *c)
{
  g_autofree char *text = scribe_voice_sentence(bind_subject(note, c->text), note->person);
  if (*text == '\0')
    return;
  g_autofree char *whole = g_strconcat(prefix, text, NULL);
  ScribeStatement *s = scribe_draft_add_statement(section, whole, c->confidence);
  for (guint e = 0; e < c->n_evidence; e++)
    scribe_draft_add_evidence(s, c->evidence[e].turn, c->evidence[e].start, c->evidence[e].end);
}

static const ScribeUnit *
unit_of(const ScribeNote *note, guint unit)
{
  return g_ptr_array_index(note->speech->units, unit);
}

static gboolean
any_in(const ScribeNote *note, ScribeSectionKind kind)
{
  for (guint i = 0; i < note->chosen->len; i++)
    if (((const ScribeCandidate *)g_ptr_array_index(note->chosen, i))->section == (guint)kind)
      return TRUE;
  return FALSE;
}

static void
write_plain(ScribeNote *note, ScribeSectionKind kind)
{
  if (!any_in(note, kind))
    return;
  ScribeSection *section = scribe_note_section(note, kind);
  for (guint i = 0; i < note->chosen->len; i++) {
    const ScribeCandidate *c = g_ptr_array_index(note->chosen, i);
    if (c->section == (guint)kind)
      scribe_note_write(note, section, "", c);
  }
}

/* ---- the complaint ---- */

static const char *const COMPLAINTS[] = {
    "presents today with", "presents today for",  "presents with",
    "presents for",        "presenting with",     "complaining of",
    "chief complaint of",  "here today for",      "here for",
    "here with",           "here today with",     "here today because of",
    "here because of",     "comes in today with", "comes in today for",
    "comes in for",        "comes in with",       "in for",
    "in today for",        "in today with",       "came in for",
    "came in with",        "for evaluation of",   "you are having",
    "here to discuss",
};

static gboolean
find_complaint(const ScribeUnit *u, int *ret_from, int *ret_to)
{
  static const char *const ENDS[] = {"and",   "so",      "who",   "that",    "can",   "could",
                                     "tell",  "what",    "how",   "he",      "she",   "is",
                                     "i",     "you",     "which", "but",     "today", "after",
                                     "since", "because", "now",   "patient", "do",    "are"};
  for (gsize k = 0; k < G_N_ELEMENTS(COMPLAINTS); k++) {
    int at = scribe_speech_find(u, 0, COMPLAINTS[k]);
    if (at < 0)
      continue;
    int from = at + scribe_speech_count(COMPLAINTS[k]), to = from;
    while (strcmp(scribe_speech_low(u, from), "a") == 0 ||
           strcmp(scribe_speech_low(u, from), "some") == 0 ||
           strcmp(scribe_speech_low(u, from), "your") == 0 ||
           strcmp(scribe_speech_low(u, from), "his") == 0 ||
           strcmp(scribe_speech_low(u, from), "her") == 0)
      to = ++from;
    gboolean end = FALSE;
    while (to < (int)u->words->len && to < from + 9 && !end) {
      for (gsize e = 0; e < G_N_ELEMENTS(ENDS) && !end; e++)
        end = strcmp(scribe_speech_low(u, to), ENDS[e]) == 0;
      if (!end)
        end = g_array_index(u->words, ScribeWord, (guint)to++).mark != 0;
    }
    *ret_from = from;
    *ret_to = to;
    return to > from;
  }
  return FALSE;
}

static void
write_complaint(ScribeNote *note)
{
  guint head = MAX(note->speech->units->len / 5, 8);
  for (guint i = 0; i < MIN(head, note->speech->units->len); i++) {
    const ScribeUnit *u = unit_of(note, i);
    int from, to;
    if (note->french || u->role != SCRIBE_ROLE_CLINICIAN || !find_complaint(u, &from, &to))
      continue;
    char *said = scribe_voice_clinician(u, from, to, note->person, SUBJECT);
    g_autofree char *text = scribe_voice_sentence(said, note->person);
    ScribeSection *section = scribe_note_section(note, SCRIBE_SECTION_CC);
    ScribeStatement *s = scribe_draft_add_statement(section, text, 0.7);
    scribe_draft_add_evidence(s, u->turn, u->start, u->end);
    return;
  }
}

/* ---- the history ---- */

static void
write_history(ScribeNote *note)
{
  if (!any_in(note, SCRIBE_SECTION_HPI) && !any_in(note, SCRIBE_SECTION_CC))
    return;
  ScribeSection *section = scribe_note_section(note, SCRIBE_SECTION_HPI);
  for (guint i = 0; i < note->chosen->len; i++) {
    const ScribeCandidate *c = g_ptr_array_index(note->chosen, i);
    if (c->section == SCRIBE_SECTION_HPI || c->section == SCRIBE_SECTION_CC)
      scribe_note_write(note, section, "", c);
  }
}

/* ---- review of systems ---- */

typedef struct {
  GPtrArray *denied, *reported; /* of names */
  GArray *evidence;             /* of ScribeEvidence */
} Review;

static void
add_once(GArray *list, const ScribeEvidence *e)
{
  for (guint i = 0; i < list->len; i++) {
    const ScribeEvidence *x = &g_array_index(list, ScribeEvidence, i);
    if (x->turn == e->turn && x->start == e->start && x->end == e->end)
      return;
  }
  g_array_append_val(list, *e);
}

static void
review_add(Review *r, const char *name, gboolean denied, const ScribeCandidate *c)
{
  if (g_ptr_array_find_with_equal_func(r->denied, name, g_str_equal, NULL) ||
      g_ptr_array_find_with_equal_func(r->reported, name, g_str_equal, NULL))
    return;
  g_ptr_array_add(denied ? r->denied : r->reported, g_strdup(name));
  for (guint e = 0; e < c->n_evidence; e++)
    add_once(r->evidence, &c->evidence[e]);
}

static gboolean
negates(const ScribeUnit *u)
{
  static const char *const CUES[] = {"no",   "not", "never",  "without", "denies",
                                     "none", "pas", "jamais", "aucun",   "aucune",
                                     "sans", "if",  "any",    "when"};
  for (gsize k = 0; k < G_N_ELEMENTS(CUES); k++)
    if (scribe_speech_find(u, 0, CUES[k]) >= 0)
      return TRUE;
  return FALSE;
}

/* What was asked and answered, and what the patient said outright, counts. */
static void
review_candidate(ScribeNote *note, Review *reviews, const ScribeCandidate *c)
{
  gboolean denied = c->kind == SCRIBE_CANDIDATE_DENIED;
  gboolean answered = denied || c->kind == SCRIBE_CANDIDATE_AFFIRMED;
  const ScribeUnit *u = answered ? c->asked : unit_of(note, c->unit);
  if (answered ? !c->list
               : c->kind != SCRIBE_CANDIDATE_SAID || u->role != SCRIBE_ROLE_PATIENT || negates(u))
    return;
  g_autoptr(GArray) found = scribe_system_symptoms(u, note->french);
  for (guint i = 0; i < found->len; i++) {
    const ScribeSymptom *s = &g_array_index(found, ScribeSymptom, i);
    review_add(&reviews[s->system], s->name, denied, c);
  }
}

/* "fever, chills or cough". */
static void
append_list(GString *out, const GPtrArray *names, const char *last)
{
  for (guint i = 0; i < names->len; i++) {
    if (i > 0)
      g_string_append(out, i + 1 < names->len ? ", " : last);
    g_string_append(out, g_ptr_array_index(names, i));
  }
}

static void
write_review_line(ScribeNote *note, ScribeSection *section, int system, const Review *r)
{
  GString *text = g_string_new(scribe_system_name(system, note->french));
  g_string_append(text, note->french ? " :" : ":");
  if (r->denied->len > 0) {
    g_string_append(text, note->french ? " pas de " : " Denies ");
    append_list(text, r->denied, note->french ? ", pas de " : " or ");
    g_string_append_c(text, '.');
  }
  if (r->reported->len > 0) {
    g_string_append(text, note->french ? " Signale : " : " Reports ");
    append_list(text, r->reported, note->french ? " et " : " and ");
    g_string_append_c(text, '.');
  }
  ScribeStatement *s = scribe_draft_add_statement(section, text->str, 0.7);
  g_array_append_vals(s->evidence, r->evidence->data, r->evidence->len);
  g_string_free(text, TRUE);
}

static void
write_review(ScribeNote *note)
{
  guint n = scribe_system_count(), lines = 0;
  g_autofree Review *reviews = g_new0(Review, n);
  for (guint k = 0; k < n; k++) {
    reviews[k].denied = g_ptr_array_new_with_free_func(g_free);
    reviews[k].reported = g_ptr_array_new_with_free_func(g_free);
    reviews[k].evidence = g_array_new(FALSE, FALSE, sizeof(ScribeEvidence));
  }
  for (guint i = 0; i < note->candidates->len; i++)
    review_candidate(note, reviews, g_ptr_array_index(note->candidates, i));
  for (guint k = 0; k < n; k++)
    lines += reviews[k].denied->len + reviews[k].reported->len;
  gboolean wanted = lines >= 2 && note->speech->units->len >= 24;
  ScribeSection *section = NULL;
  if (wanted || any_in(note, SCRIBE_SECTION_ROS))
    section = scribe_note_section(note, SCRIBE_SECTION_ROS);
  for (guint k = 0; k < n; k++) {
    if (wanted && reviews[k].denied->len + reviews[k].reported->len > 0)
      write_review_line(note, section, (int)k, &reviews[k]);
    g_ptr_array_unref(reviews[k].denied);
    g_ptr_array_unref(reviews[k].reported);
    g_array_unref(reviews[k].evidence);
  }
  for (guint i = 0; section != NULL && i < note->chosen->len; i++) {
    const ScribeCandidate *c = g_ptr_array_index(note->chosen, i);
    if (c->section == SCRIBE_SECTION_ROS)
      scribe_note_write(note, section, "", c);
  }
}

/* ---- examination ---- */

static void
write_examination(ScribeNote *note)
{
  if (!any_in(note, SCRIBE_SECTION_EXAM))
    return;
  ScribeSection *section = scribe_note_section(note, SCRIBE_SECTION_EXAM);
  guint n = scribe_system_count();
  for (int k = -1; k < (int)n; k++) {
    gboolean labelled = FALSE;
    for (guint i = 0; i < note->chosen->len; i++) {
      const ScribeCandidate *c = g_ptr_array_index(note->chosen, i);
      if (c->section != SCRIBE_SECTION_EXAM ||
          scribe_system_examined(unit_of(note, c->unit), note->french) != k)
        continue;
      g_autofree char *label = k < 0 || labelled ? g_strdup("")
                                                 : g_strconcat(scribe_system_name(k, note->french),
                                                               note->french ? " : " : ": ", NULL);
      scribe_note_write(note, section, label, c);
      labelled = TRUE;
    }
  }
}

void
scribe_note_fill(ScribeNote *note)
{
  write_complaint(note);
  write_history(note);
  for (guint k = SCRIBE_SECTION_PMH; k <= SCRIBE_SECTION_ALLERGIES; k++)
    write_plain(note, (ScribeSectionKind)k);
  write_review(note);
  write_plain(note, SCRIBE_SECTION_VITALS);
  write_examination(note);
  write_plain(note, SCRIBE_SECTION_RESULTS);
  scribe_plan_write(note);
  write_plain(note, SCRIBE_SECTION_FOLLOW_UP);
  const ScribeDraft *d = note->draft;
  if (d->sections->len == 1 && note->speech->units->len < 40) {
    ScribeSection *only = g_ptr_array_index(d->sections, 0);
    only->title[0] = '\0';
  }
}
