#include "scribe/visit.h"

#include <stdio.h>
#include <string.h>

#include "guichet/base/file.h"

#define FILE_CAP (64u * 1024u * 1024u)

GStrv
visit_tokens(const char *text)
{
  GPtrArray *list = g_ptr_array_new();
  g_autofree char *low = g_utf8_strdown(text, -1);
  for (const char *p = low; *p != '\0';) {
    gsize n = 0;
    while (g_ascii_isalnum(p[n]))
      n++;
    if (n > 0)
      g_ptr_array_add(list, g_strndup(p, n));
    p += n > 0 ? n : 1;
  }
  g_ptr_array_add(list, NULL);
  return (GStrv)g_ptr_array_free(list, FALSE);
}

static const struct {
  const char *title;
  int section;
} TITLES[] = {
    {"CHIEF COMPLAINT", SCRIBE_SECTION_CC},
    {"CC", SCRIBE_SECTION_CC},
    {"HISTORY OF PRESENT ILLNESS", SCRIBE_SECTION_HPI},
    {"HPI", SCRIBE_SECTION_HPI},
    {"GENHX", SCRIBE_SECTION_HPI},
    {"MEDICAL HISTORY", SCRIBE_SECTION_PMH},
    {"PAST HISTORY", SCRIBE_SECTION_PMH},
    {"PAST MEDICAL HISTORY", SCRIBE_SECTION_PMH},
    {"PASTMEDICALHX", SCRIBE_SECTION_PMH},
    {"OTHER_HISTORY", SCRIBE_SECTION_PMH},
    {"GYNHX", SCRIBE_SECTION_PMH},
    {"IMMUNIZATIONS", SCRIBE_SECTION_PMH},
    {"SURGICAL HISTORY", SCRIBE_SECTION_PSH},
    {"PASTSURGICAL", SCRIBE_SECTION_PSH},
    {"PROCEDURES", SCRIBE_SECTION_PSH},
    {"SOCIAL HISTORY", SCRIBE_SECTION_SOCIAL},
    {"FAM/SOCHX", SCRIBE_SECTION_SOCIAL},
    {"FAMILY HISTORY", SCRIBE_SECTION_FAMILY},
    {"MEDICATIONS", SCRIBE_SECTION_MEDICATIONS},
    {"CURRENT MEDICATIONS", SCRIBE_SECTION_MEDICATIONS},
    {"ALLERGIES", SCRIBE_SECTION_ALLERGIES},
    {"ALLERGY", SCRIBE_SECTION_ALLERGIES},
    {"REVIEW OF SYSTEMS", SCRIBE_SECTION_ROS},
    {"ROS", SCRIBE_SECTION_ROS},
    {"VITALS", SCRIBE_SECTION_VITALS},
    {"VITALS REVIEWED", SCRIBE_SECTION_VITALS},
    {"PHYSICAL EXAM", SCRIBE_SECTION_EXAM},
    {"PHYSICAL EXAMINATION", SCRIBE_SECTION_EXAM},
    {"EXAM", SCRIBE_SECTION_EXAM},
    {"RESULTS", SCRIBE_SECTION_RESULTS},
    {"IMAGING", SCRIBE_SECTION_RESULTS},
    {"LABS", SCRIBE_SECTION_RESULTS},
    {"ASSESSMENT", SCRIBE_SECTION_ASSESSMENT},
    {"IMPRESSION", SCRIBE_SECTION_ASSESSMENT},
    {"DIAGNOSIS", SCRIBE_SECTION_ASSESSMENT},
    {"ASSESSMENT AND PLAN", SCRIBE_SECTION_ASSESSMENT},
    {"PLAN", SCRIBE_SECTION_TREATMENT},
    {"EDCOURSE", SCRIBE_SECTION_TREATMENT},
    {"DISPOSITION", SCRIBE_SECTION_FOLLOW_UP},
    {"INSTRUCTIONS", SCRIBE_SECTION_FOLLOW_UP},
};

static const struct {
  const char *label;
  int section;
} LABELS[] = {
    {"medical reasoning", SCRIBE_SECTION_ASSESSMENT},
    {"additional testing", SCRIBE_SECTION_TESTING},
    {"medical treatment", SCRIBE_SECTION_TREATMENT},
    {"specialist referral", SCRIBE_SECTION_TREATMENT},
    {"patient education", SCRIBE_SECTION_EDUCATION},
    {"blood pressure:", SCRIBE_SECTION_VITALS},
    {"heart rate:", SCRIBE_SECTION_VITALS},
    {"results:", SCRIBE_SECTION_RESULTS},
};

static int
title_section(const char *title)
{
  for (gsize i = 0; i < G_N_ELEMENTS(TITLES); i++)
    if (g_ascii_strcasecmp(TITLES[i].title, title) == 0)
      return TITLES[i].section;
  return -1;
}

static void
line_free(gpointer data)
{
  VisitLine *l = data;
  g_free(l->text);
  g_strfreev(l->tokens);
  g_free(l);
}

static void
add_line(Visit *v, const char *text, gsize n, int section)
{
  g_autofree char *copy = g_strndup(text, n);
  g_auto(GStrv) tokens = visit_tokens(copy);
  if (g_strv_length(tokens) < 2)
    return;
  VisitLine *l = g_new0(VisitLine, 1);
  l->text = g_steal_pointer(&copy);
  l->tokens = g_steal_pointer(&tokens);
  l->section = section;
  g_ptr_array_add(v->lines, l);
}

/* Sentences of a section; a label inside it ("Medical Treatment:") says the part. */
static void
add_section(Visit *v, const char *title, const char *text)
{
  int section = title_section(title);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    int part = section;
    g_autofree char *low = g_ascii_strdown(lines[i], -1);
    for (gsize k = 0; k < G_N_ELEMENTS(LABELS); k++)
      if (strstr(low, LABELS[k].label) != NULL)
        part = LABELS[k].section;
    if (strcmp(title, "PLAN") == 0 && strstr(low, "follow up") != NULL)
      part = SCRIBE_SECTION_FOLLOW_UP;
    const char *p = lines[i];
    for (const char *q = p; *q != '\0'; q++)
      if (strchr(".!?", *q) != NULL && (q[1] == ' ' || q[1] == '\0')) {
        add_line(v, p, (gsize)(q - p), part);
        p = q + 1;
      }
    add_line(v, p, strlen(p), part);
  }
}

static void
visit_free(gpointer data)
{
  Visit *v = data;
  g_free(v->id);
  g_free(v->source);
  g_free(v->note);
  scribe_transcript_free(v->transcript);
  g_ptr_array_unref(v->lines);
  g_free(v);
}

static Visit *
read_row(const char *path, const char *line, GError **error)
{
  json_error_t e;
  json_t *row = json_loads(line, 0, &e);
  const char *note = json_string_value(json_object_get(row, "note"));
  ScribeTranscript *t = NULL;
  if (note == NULL || !scribe_transcript_from_json(path, row, &t, error)) {
    json_decref(row);
    return NULL;
  }
  Visit *v = g_new0(Visit, 1);
  v->id = g_strdup(json_string_value(json_object_get(row, "id")));
  v->source = g_strdup(json_string_value(json_object_get(row, "source")));
  v->note = g_strdup(note);
  v->transcript = t;
  v->lines = g_ptr_array_new_with_free_func(line_free);
  size_t i;
  const json_t *s;
  json_array_foreach (json_object_get(row, "sections"), i, s) {
    add_section(v, json_string_value(json_object_get(s, "title")),
                json_string_value(json_object_get(s, "text")));
  }
  if (i == 0) {
    const char *subset = json_string_value(json_object_get(row, "subset"));
    add_section(v, subset != NULL ? subset : "", note);
  }
  json_decref(row);
  return v;
}

GPtrArray *
visit_read(const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;
  if (!base_file_read(path, FILE_CAP, &bytes, &length, &error)) {
    fprintf(stderr, "%s\n", error->message);
    return NULL;
  }
  GPtrArray *list = g_ptr_array_new_with_free_func(visit_free);
  g_auto(GStrv) lines = g_strsplit(bytes, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (*lines[i] == '\0')
      continue;
    g_autoptr(GError) bad = NULL;
    Visit *v = read_row(path, lines[i], &bad);
    if (v != NULL)
      g_ptr_array_add(list, v);
    else
      fprintf(stderr, "%s:%u: left out%s%s\n", path, i + 1, bad != NULL ? ": " : "",
              bad != NULL ? bad->message : "");
  }
  return list;
}

/* ---- how a statement and a note meet ---- */

static gboolean
is_stop(const char *t)
{
  static const char *const STOP[] = {
      "the",  "a",    "an",      "of",    "to",   "and",     "is",   "was",  "in",   "on",
      "for",  "with", "he",      "she",   "his",  "her",     "it",   "that", "this", "has",
      "have", "had",  "patient", "at",    "as",   "be",      "been", "are",  "or",   "but",
      "we",   "i",    "s",       "not",   "any",  "reports", "will", "so",   "do",   "does",
      "him",  "they", "their",   "there", "some", "also",    "from", "by"};
  for (gsize i = 0; i < G_N_ELEMENTS(STOP); i++)
    if (strcmp(t, STOP[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
has(const GStrv tokens, const char *t)
{
  for (guint i = 0; tokens[i] != NULL; i++)
    if (strcmp(tokens[i], t) == 0)
      return TRUE;
  return FALSE;
}

const VisitLine *
visit_align(const Visit *visit, const char *text, double *ret_share)
{
  g_auto(GStrv) tokens = visit_tokens(text);
  const VisitLine *best = NULL;
  double best_score = 0;
  for (guint i = 0; i < visit->lines->len; i++) {
    const VisitLine *l = g_ptr_array_index(visit->lines, i);
    double hits = 0, mine = 0, theirs = 0;
    for (guint k = 0; tokens[k] != NULL; k++) {
      if (is_stop(tokens[k]))
        continue;
      mine++;
      hits += has(l->tokens, tokens[k]);
    }
    for (guint k = 0; l->tokens[k] != NULL; k++)
      theirs += !is_stop(l->tokens[k]);
    double score = mine + theirs > 0 ? 2 * hits / (mine + theirs) : 0;
    if (score > best_score) {
      best_score = score;
      best = l;
    }
  }
  *ret_share = best_score;
  return best;
}

double
visit_worth(const Visit *visit, const char *text)
{
  g_auto(GStrv) mine = visit_tokens(text);
  g_auto(GStrv) note = visit_tokens(visit->note);
  double words = 0, hits = 0, pairs = 0, pair_hits = 0;
  for (guint k = 0; mine[k] != NULL; k++) {
    if (!is_stop(mine[k])) {
      words++;
      hits += has(note, mine[k]);
    }
    if (mine[k + 1] == NULL)
      continue;
    pairs++;
    for (guint i = 0; note[i] != NULL && note[i + 1] != NULL; i++)
      if (strcmp(note[i], mine[k]) == 0 && strcmp(note[i + 1], mine[k + 1]) == 0) {
        pair_hits++;
        break;
      }
  }
  if (words <= 0)
    return 0;
  return 0.6 * hits / words + 0.4 * (pairs > 0 ? pair_hits / pairs : 0);
}
