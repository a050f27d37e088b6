#include "scribe/field.h"

#include <string.h>

#include "guichet/base/text.h"
#include "scribe/polarity.h"
#include "scribe/reading.h"

typedef struct {
  const ScribeSection *section;
  const ScribeStatement *statement;
} Place;

typedef struct {
  ScribeDraft *draft;
  GArray *places; /* of Place: a token's turn is an index here */
  ScribeReading *reading;
} Filler;

static json_t *
evidence_of(const ScribeStatement *s)
{
  json_t *list = json_array();
  for (guint i = 0; i < s->evidence->len; i++) {
    const ScribeEvidence *e = &g_array_index(s->evidence, ScribeEvidence, i);
    json_array_append_new(list, json_pack("{s:I,s:I,s:I}", "turn", (json_int_t)e->turn, "start",
                                          (json_int_t)e->start, "end", (json_int_t)e->end));
  }
  return list;
}

/* Adds unless an entry with the same text under `key` is there. */
static void
add_entry(Filler *f, const char *field, const char *key, json_t *entry_taken,
          const ScribeStatement *s)
{
  json_t *list = json_object_get(f->draft->fields, field);
  const char *text = json_string_value(json_object_get(entry_taken, key));
  size_t i;
  json_t *other;
  json_array_foreach (list, i, other) {
    if (g_strcmp0(json_string_value(json_object_get(other, key)), text) != 0)
      continue;
    json_object_update_missing(other, entry_taken);
    json_decref(entry_taken);
    return;
  }
  json_object_set_new(entry_taken, "evidence", evidence_of(s));
  json_array_append_new(list, entry_taken);
}

static gboolean
in_section(const Place *p, const char *id)
{
  return strcmp(p->section->id, id) == 0;
}

/* The words of a statement's text between two tokens. */
static char *
words_between(const Filler *f, guint first, guint last)
{
  const ScribeToken *a = scribe_reading_token(f->reading, first);
  const ScribeToken *b = scribe_reading_token(f->reading, last);
  const Place *p = &g_array_index(f->places, Place, a->turn);
  return g_utf8_substring(p->statement->text, a->start, b->end);
}

/* ---- medications ---- */

static const char *
find_phrase(const char *text, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strstr(text, list[i]) != NULL)
      return list[i];
  return NULL;
}
#define FIND(text, list) find_phrase((text), (list), G_N_ELEMENTS(list))

static const char *
status_of(const char *low, const Place *p)
{
  static const struct {
    const char *cue, *status;
  } CUES[] = {
      {"stop", "stopped"},      {"discontinue", "stopped"}, {"hold off", "stopped"},
      {"arrêt", "stopped"},     {"increase", "changed"},    {"decrease", "changed"},
      {"augment", "changed"},   {"diminu", "changed"},      {"switch", "changed"},
      {"continu", "continued"}, {"refill", "continued"},    {"keep ", "continued"},
      {"start", "started"},     {"prescri", "started"},     {"order", "started"},
      {"initiate", "started"},  {"put him on", "started"},  {"put her on", "started"},
  };
  for (gsize i = 0; in_section(p, "plan") && i < G_N_ELEMENTS(CUES); i++)
    if (strstr(low, CUES[i].cue) != NULL)
      return CUES[i].status;
  return in_section(p, "plan") ? "planned" : "reported";
}

/* A number with a unit of mass or volume within a few words of the drug. */
static char *
dose_near(const Filler *f, guint token)
{
  const ScribeToken *drug = scribe_reading_token(f->reading, token);
  for (guint i = 0; i < f->reading->numbers->len; i++) {
    const ScribeNumber *n = &g_array_index(f->reading->numbers, ScribeNumber, i);
    const ScribeToken *t = scribe_reading_token(f->reading, n->first);
    gboolean near = n->first > token ? n->first - token <= 5 : token - n->last <= 4;
    if (t->turn == drug->turn && near && n->unit != NULL &&
        (strcmp(n->unit->group, "mass") == 0 || strcmp(n->unit->group, "volume") == 0))
      return words_between(f, n->first, MAX(n->unit_token, n->last));
  }
  return NULL;
}

static void
add_medication(Filler *f, guint token)
{
  static const char *const FREQUENCIES[] = {
      "once daily",      "twice daily", "three times daily", "3 times daily",   "four times daily",
      "every morning",   "every night", "at night",          "at bedtime",      "as needed",
      "every other day", "weekly",      "every 4 hours",     "every 6 hours",   "every 8 hours",
      "every 12 hours",  "daily",       "une fois par jour", "1 fois par jour", "2 fois par jour",
      "3 fois par jour", "le matin",    "le soir",           "au coucher"};
  static const char *const ROUTES[] = {
      "by mouth",    "orally", "oral",      "injection", "inhaler",        "topical",    "cream",
      "intravenous", "nasal",  "eye drops", "patch",     "par voie orale", "inhalation", "pommade"};
  const ScribeToken *t = scribe_reading_token(f->reading, token);
  const Place *p = &g_array_index(f->places, Place, t->turn);
  g_autofree char *low = g_utf8_strdown(p->statement->text, -1);
  g_autofree char *said = words_between(f, token, token + t->words_of[LEXICON_DRUG] - 1);
  g_autofree char *dose = dose_near(f, token);
  json_t *entry = json_pack("{s:s,s:s,s:s}", "name", t->mark[LEXICON_DRUG]->name, "text", said,
                            "status", status_of(low, p));
  const char *frequency = FIND(low, FREQUENCIES), *route = FIND(low, ROUTES);
  if (dose != NULL)
    json_object_set_new(entry, "dose", json_string(dose));
  if (frequency != NULL)
    json_object_set_new(entry, "frequency", json_string(frequency));
  if (route != NULL)
    json_object_set_new(entry, "route", json_string(route));
  add_entry(f, "medications", "name", entry, p->statement);
}

/* ---- allergies ---- */

static gboolean
of_allergy(const Place *p)
{
  g_autofree char *low = g_utf8_strdown(p->statement->text, -1);
  return strstr(low, "allerg") != NULL;
}

static void
add_allergy(Filler *f, guint token)
{
  const ScribeToken *t = scribe_reading_token(f->reading, token);
  const Place *p = &g_array_index(f->places, Place, t->turn);
  g_autofree char *said = words_between(f, token, token + t->words_of[LEXICON_DRUG] - 1);
  add_entry(f, "allergies", "substance",
            json_pack("{s:s,s:s,s:n}", "substance", t->mark[LEXICON_DRUG]->name, "text", said,
                      "reaction"),
            p->statement);
}

/* What is no drug: "allergic to peanuts". */
static void
add_other_allergy(Filler *f, const Place *p)
{
  static const char *const CUES[] = {"is allergic to ", "allergy to ", "est allergique aux ",
                                     "est allergique à "};
  const char *cue = FIND(p->statement->text, CUES);
  if (cue == NULL)
    return;
  const char *from = strstr(p->statement->text, cue) + strlen(cue);
  g_autofree char *what = g_strndup(from, strcspn(from, ".,;"));
  g_strstrip(what);
  if (*what == '\0' || strlen(what) > 60)
    return;
  add_entry(f, "allergies", "substance",
            json_pack("{s:s,s:s,s:n}", "substance", what, "text", what, "reaction"), p->statement);
}

/* ---- vitals ---- */

static const struct {
  const char *cue, *name, *unit;
} VITALS[] = {
    {"blood pressure", "blood pressure", "mmHg"},
    {"heart rate", "heart rate", "/min"},
    {"pulse", "heart rate", "/min"},
    {"respiratory rate", "respiratory rate", "/min"},
    {"temperature", "temperature", NULL},
    {"oxygen saturation", "oxygen saturation", "%"},
    {"tension", "blood pressure", NULL},
    {"pouls", "heart rate", "/min"},
    {"température", "temperature", "°C"},
    {"saturation", "oxygen saturation", "%"},
    {"o2 sat", "oxygen saturation", "%"},
    {"pulse ox", "oxygen saturation", "%"},
};

static void
add_vitals(Filler *f, const Place *p)
{
  g_autofree char *low = g_utf8_strdown(p->statement->text, -1);
  for (gsize k = 0; k < G_N_ELEMENTS(VITALS); k++) {
    const char *at = strstr(low, VITALS[k].cue);
    if (at == NULL ||
        (k > 5 && strstr(low, "hypertension") != NULL && strstr(low, "pressure") != NULL))
      continue;
    at += strlen(VITALS[k].cue);
    const char *digit = at;
    while (*digit != '\0' && *digit != '.' && *digit != ';' && !g_ascii_isdigit(*digit))
      digit++;
    gsize n = strspn(digit, "0123456789./,");
    while (n > 0 && strchr("./,", digit[n - 1]) != NULL)
      n--;
    if (!g_ascii_isdigit(*digit) || digit - at > 32 || n == 0)
      continue;
    g_autofree char *value = g_strndup(digit, n);
    add_entry(f, "vitals", "name",
              json_pack("{s:s,s:s,s:s,s:s?}", "name", VITALS[k].name, "text", p->statement->text,
                        "value", value, "unit", VITALS[k].unit),
              p->statement);
  }
}

/* ---- problems, orders, plan ---- */

static gboolean
is_title(const ScribeStatement *s)
{
  guint spaces = 0;
  for (const char *p = s->text; *p != '\0'; p++)
    spaces += *p == ' ';
  return spaces < 7 && strchr(s->text, ':') == NULL && s->confidence == 0.6;
}

static void
add_text(Filler *f, const char *field, const Place *p)
{
  const char *text = p->statement->text, *colon = strstr(text, ": ");
  if (colon != NULL && colon - text < 40)
    text = colon + 2;
  g_autofree char *copy = g_strdup(text);
  gsize n = strlen(copy);
  if (n > 0 && copy[n - 1] == '.')
    copy[n - 1] = '\0';
  add_entry(f, field, "text", json_pack("{s:s}", "text", copy), p->statement);
}

static gboolean
is_order(const char *text)
{
  static const char *const CUES[] = {
      "order",      "refer",      "x-ray",       "mri",    "ct scan",         "lab",
      "ultrasound", "blood test", "blood work",  "biopsy", "prise de sang",   "radio",
      "irm",        "scanner",    "échographie", "adress", "physical therapy"};
  g_autofree char *low = g_utf8_strdown(text, -1);
  return FIND(low, CUES) != NULL;
}

static void
add_plan(Filler *f, const Place *p)
{
  if (in_section(p, "follow-up"))
    add_text(f, "plan", p);
  if (!in_section(p, "plan"))
    return;
  if (is_title(p->statement)) {
    add_text(f, "problems", p);
    return;
  }
  add_text(f, "plan", p);
  if (is_order(p->statement->text))
    add_text(f, "orders", p);
}

static void
add_condition(Filler *f, guint token)
{
  const ScribeToken *t = scribe_reading_token(f->reading, token);
  const Place *p = &g_array_index(f->places, Place, t->turn);
  if (!in_section(p, "pmh") && !in_section(p, "plan") && !in_section(p, "hpi"))
    return;
  g_autofree char *said = words_between(f, token, token + t->words_of[LEXICON_TERM] - 1);
  g_autofree char *low = g_utf8_strdown(said, -1);
  size_t i;
  json_t *other;
  json_array_foreach (json_object_get(f->draft->fields, "problems"), i, other) {
    const char *name = json_string_value(json_object_get(other, "name"));
    g_autofree char *text = g_utf8_strdown(json_string_value(json_object_get(other, "text")), -1);
    if (strstr(text, low) == NULL && g_strcmp0(name, t->mark[LEXICON_TERM]->name) != 0)
      continue;
    if (name == NULL)
      json_object_set_new(other, "name", json_string(t->mark[LEXICON_TERM]->name));
    return;
  }
  add_entry(f, "problems", "text",
            json_pack("{s:s,s:s}", "text", said, "name", t->mark[LEXICON_TERM]->name),
            p->statement);
}

/* ---- all ---- */

static void
read_statements(Filler *f)
{
  const GPtrArray *sections = f->draft->sections;
  for (guint i = 0; i < sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(sections, i);
    for (guint j = 0; j < s->statements->len; j++) {
      Place p = {s, g_ptr_array_index(s->statements, j)};
      scribe_reading_add(f->reading, f->places->len, p.statement->text);
      g_array_append_val(f->places, p);
    }
  }
  scribe_reading_finish(f->reading);
  scribe_polarity_mark(f->reading);
}

void
scribe_field_fill(const ScribeLexicon *lexicon, ScribeDraft *draft)
{
  g_autoptr(ScribeReading) reading = scribe_reading_new(lexicon);
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));
  Filler f = {draft, places, reading};
  read_statements(&f);
  for (guint i = 0; i < places->len; i++) {
    add_vitals(&f, &g_array_index(places, Place, i));
    add_plan(&f, &g_array_index(places, Place, i));
  }
  for (guint i = 0; i < reading->tokens->len; i++) {
    const ScribeToken *t = scribe_reading_token(reading, i);
    const Place *p = &g_array_index(places, Place, t->turn);
    if (t->polarity < 0)
      continue;
    if (t->words_of[LEXICON_DRUG] > 0 && of_allergy(p))
      add_allergy(&f, i);
    else if (t->words_of[LEXICON_DRUG] > 0)
      add_medication(&f, i);
    else if (t->words_of[LEXICON_TERM] > 0 &&
             strcmp(t->mark[LEXICON_TERM]->group, "condition") == 0)
      add_condition(&f, i);
  }
  for (guint i = 0;
       i < places->len && json_array_size(json_object_get(draft->fields, "allergies")) == 0; i++)
    add_other_allergy(&f, &g_array_index(places, Place, i));
}
