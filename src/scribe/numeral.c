#include "scribe/numeral.h"

#include <string.h>

typedef struct {
  const char *word;
  int value;
} Number;

static const Number ENGLISH[] = {
    {"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
    {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
    {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
    {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
    {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
    {"seventy", 70}, {"eighty", 80},  {"ninety", 90},    {"hundred", 100}, {"thousand", 1000},
};

static const Number FRENCH[] = {
    {"zéro", 0},      {"deux", 2},      {"trois", 3},     {"quatre", 4},    {"cinq", 5},
    {"six", 6},       {"sept", 7},      {"huit", 8},      {"neuf", 9},      {"dix", 10},
    {"onze", 11},     {"douze", 12},    {"treize", 13},   {"quatorze", 14}, {"quinze", 15},
    {"seize", 16},    {"vingt", 20},    {"trente", 30},   {"quarante", 40}, {"cinquante", 50},
    {"soixante", 60}, {"septante", 70}, {"huitante", 80}, {"nonante", 90},  {"cent", 100},
    {"mille", 1000},
};

static const struct {
  const char *word, *unit;
} UNITS[] = {
    {"milligrams", "mg"},   {"milligram", "mg"},   {"micrograms", "mcg"},  {"microgram", "mcg"},
    {"milliliters", "mL"},  {"milliliter", "mL"},  {"milligrammes", "mg"}, {"milligramme", "mg"},
    {"microgrammes", "µg"}, {"millilitres", "mL"}, {"percent", "%"},
};

#define AT(i) (&g_array_index(words, ScribeWord, (i)))

static int
value_of(const char *low, gboolean french)
{
  const Number *table = french ? FRENCH : ENGLISH;
  gsize n = french ? G_N_ELEMENTS(FRENCH) : G_N_ELEMENTS(ENGLISH);
  for (gsize i = 0; i < n; i++)
    if (strcmp(table[i].word, low) == 0)
      return table[i].value;
  return -1;
}

static gboolean
all_digits(const char *s)
{
  gboolean any = FALSE;
  for (; *s != '\0'; s++) {
    if (!g_ascii_isdigit(*s) && *s != '.' && *s != ',')
      return FALSE;
    any = any || g_ascii_isdigit(*s);
  }
  return any;
}

/* Puts `text` in place of words [i, j). */
static void
replace(GArray *words, guint i, guint j, const char *text, GStringChunk *strings)
{
  ScribeWord *w = AT(i);
  w->text = w->low = g_string_chunk_insert_const(strings, text);
  w->end = AT(j - 1)->end;
  w->mark = AT(j - 1)->mark;
  if (j > i + 1)
    g_array_remove_range(words, i + 1, j - i - 1);
}

/* Adds one number word to what is read so far; FALSE where it cannot follow. */
static gboolean
join(gint64 *total, gint64 *current, int v, int previous, gboolean french)
{
  if (v == 1000) {
    *total += MAX(*current, 1) * 1000;
    *current = 0;
    return previous != 1000;
  }
  if (v == 100) {
    if (*current > 99)
      return FALSE;
    *current = MAX(*current, 1) * 100;
    return TRUE;
  }
  if (previous < 0 || previous >= 100)
    *current += v;
  else if (french && previous == 4 && v == 20)
    *current += 76; /* quatre-vingt */
  else if (french && (previous == 60 || (previous == 20 && *current >= 80)) && v >= 10 && v <= 19)
    *current += v;
  else if (french && previous == 10 && v >= 7 && v <= 9)
    *current += v; /* dix-sept */
  else if (previous >= 20 && previous % 10 == 0 && v < 10 && v > 0)
    *current += v;
  else if (!french && *current < 10 && *current > 0 && v >= 10)
    *current = *current * 100 + v; /* "one thirty" */
  else if (!french && (*current == 19 || *current == 20) && v >= 10)
    *current = *current * 100 + v; /* "nineteen eighty", "twenty twenty" */
  else
    return FALSE;
  return TRUE;
}

/* Reads a run of number words from `i`; returns its end, or `i`. */
static guint
read_run(const GArray *words, guint i, gboolean french, gint64 *ret)
{
  gint64 total = 0, current = 0;
  int previous = -1;
  guint j = i;
  while (j < words->len && j < i + 8) {
    const ScribeWord *w = AT(j);
    int v = value_of(w->low, french);
    gboolean linked =
        (strcmp(w->low, french ? "et" : "and") == 0 && previous >= (french ? 20 : 100));
    if (v < 0 && linked && j + 1 < words->len && AT(j - 1)->mark == 0) {
      int next = value_of(AT(j + 1)->low, french);
      if (french && strcmp(AT(j + 1)->low, "un") == 0 && AT(j + 1)->mark == 0) {
        current += 1;
        j += 2;
        break;
      }
      if (next < 0 || next >= 100 || (french && next != 11))
        break;
      j++;
      continue;
    }
    if (v < 0 || !join(&total, &current, v, previous, french))
      break;
    previous = v;
    j++;
    if (w->mark != 0)
      break;
  }
  *ret = total + current;
  return j;
}

static gboolean
counts_something(const char *low)
{
  static const char *const NOUNS[] = {"day",    "week",      "month",      "year", "hour",
                                      "minute", "time",      "tablet",     "pill", "pack",
                                      "drink",  "milligram", "milliliter", "puff", "beer",
                                      "glass",  "cup",       "point",      "over", "capsule"};
  for (gsize i = 0; i < G_N_ELEMENTS(NOUNS); i++)
    if (g_str_has_prefix(low, NOUNS[i]))
      return TRUE;
  return FALSE;
}

static void
digits_pass(GArray *words, GStringChunk *strings, gboolean french)
{
  for (guint i = 0; i < words->len; i++) {
    gint64 value;
    guint j = read_run(words, i, french, &value);
    if (j == i)
      continue;
    const char *low = AT(i)->low;
    gboolean lone = j == i + 1;
    const char *after = j < words->len ? AT(j)->low : "";
    if (lone && strcmp(low, "one") == 0 && !counts_something(after))
      continue;
    if (lone && (strcmp(low, "hundred") == 0 || strcmp(low, "thousand") == 0))
      continue;
    char buffer[32];
    g_snprintf(buffer, sizeof buffer, "%" G_GINT64_FORMAT, value);
    replace(words, i, j, buffer, strings);
  }
}

/* "98 point 6" → "98.6"; the digits after the point may be words of their own. */
static void
point_pass(GArray *words, GStringChunk *strings, gboolean french)
{
  for (guint i = 0; i + 2 < words->len; i++) {
    const char *low = AT(i + 1)->low;
    if (!all_digits(AT(i)->low) || !all_digits(AT(i + 2)->low) || strchr(AT(i)->low, '.') != NULL)
      continue;
    if (strcmp(low, french ? "virgule" : "point") != 0 && strcmp(low, ".") != 0)
      continue;
    guint j = i + 3;
    g_autofree char *tail = g_strdup(AT(i + 2)->low);
    if (strcmp(tail, "0") == 0 && j < words->len && all_digits(AT(j)->low) && AT(j - 1)->mark == 0)
      tail = (g_free(tail), g_strconcat("0", AT(j++)->low, NULL));
    g_autofree char *text = g_strconcat(AT(i)->low, french ? "," : ".", tail, NULL);
    replace(words, i, j, text, strings);
  }
}

static void
ratio_pass(GArray *words, GStringChunk *strings, gboolean french)
{
  for (guint i = 0; i + 2 < words->len; i++) {
    if (!all_digits(AT(i)->low) || AT(i)->mark != 0)
      continue;
    guint j = 0;
    if (strcmp(AT(i + 1)->low, french ? "sur" : "over") == 0 && all_digits(AT(i + 2)->low))
      j = i + 3;
    else if (!french && strcmp(AT(i + 1)->low, "out") == 0 && strcmp(AT(i + 2)->low, "of") == 0 &&
             i + 3 < words->len && all_digits(AT(i + 3)->low))
      j = i + 4;
    if (j == 0)
      continue;
    g_autofree char *text = g_strconcat(AT(i)->low, "/", AT(j - 1)->low, NULL);
    replace(words, i, j, text, strings);
  }
}

static void
unit_pass(GArray *words, GStringChunk *strings)
{
  for (guint i = 1; i < words->len; i++) {
    if (!all_digits(AT(i - 1)->low) || AT(i - 1)->mark != 0)
      continue;
    for (gsize k = 0; k < G_N_ELEMENTS(UNITS); k++)
      if (strcmp(AT(i)->low, UNITS[k].word) == 0) {
        if (strcmp(UNITS[k].unit, "%") == 0) {
          g_autofree char *text = g_strconcat(AT(i - 1)->low, "%", NULL);
          replace(words, i - 1, i + 1, text, strings);
        } else {
          replace(words, i, i + 1, UNITS[k].unit, strings);
        }
        break;
      }
  }
}

void
scribe_numeral_rewrite(GArray *words, GStringChunk *strings, gboolean french)
{
  digits_pass(words, strings, french);
  point_pass(words, strings, french);
  ratio_pass(words, strings, french);
  unit_pass(words, strings);
}
