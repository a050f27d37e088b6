#include "scribe/prose.h"

#include <stdio.h>
#include <string.h>

#define REPORTS " reports "

static gboolean
in(const char *low, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp(low, list[i]) == 0)
      return TRUE;
  return FALSE;
}
#define IN(low, list) in((low), (list), G_N_ELEMENTS(list))

gboolean
scribe_prose_is_verb(const char *low)
{
  static const char *const VERBS[] = {
      "is",      "are",     "was",    "were",    "be",      "been",    "am",     "has",
      "have",    "had",     "do",     "does",    "did",     "will",    "would",  "can",
      "cannot",  "could",   "should", "may",     "might",   "must",    "gets",   "got",
      "get",     "feels",   "felt",   "feel",    "says",    "said",    "goes",   "went",
      "go",      "comes",   "came",   "come",    "makes",   "made",    "make",   "takes",
      "took",    "take",    "hurts",  "hurt",    "begins",  "began",   "thinks", "think",
      "thought", "uses",    "use",    "gives",   "gave",    "keeps",   "kept",   "lives",
      "live",    "works",   "work",   "smokes",  "drinks",  "eats",    "ate",    "sleeps",
      "slept",   "wakes",   "woke",   "falls",   "fell",    "starts",  "stays",  "stops",
      "helps",   "help",    "wants",  "want",    "needs",   "need",    "knows",  "know",
      "sees",    "saw",     "tries",  "try",     "ran",     "runs",    "run",    "left",
      "lost",    "wears",   "sits",   "stands",  "walks",   "looks",   "look",   "sounds",
      "seems",   "seem",    "became", "becomes", "brought", "bought",  "hit",    "put",
      "cut",     "quit",    "read",   "told",    "found",   "hears",   "heard",  "drives",
      "drove",   "plays",   "loves",  "likes",   "like",    "hopes",   "plans",  "swells",
      "lifts",   "prefers", "denies", "reports", "shows",   "happens", "burns",  "aches",
      "itches",  "bothers", "causes", "lasts",   "comes",   "moves",   "changes"};
  gsize n = strlen(low);
  return IN(low, VERBS) || (n > 4 && g_str_has_suffix(low, "ed"));
}

static GStrv
words_of(const char *text)
{
  g_autofree char *low = g_utf8_strdown(text, -1);
  return g_strsplit_set(low, " ,.:;", -1);
}

gboolean
scribe_prose_has_verb(const char *text)
{
  g_auto(GStrv) words = words_of(text);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && scribe_prose_is_verb(words[i]))
      return TRUE;
  return FALSE;
}

gboolean
scribe_prose_opens_loosely(const char *low)
{
  static const char *const LOOSE[] = {
      "in",     "on",      "at",        "for",     "since",    "with",  "of",
      "to",     "from",    "by",        "under",   "behind",   "until", "during",
      "when",   "after",   "before",    "around",  "about",    "just",  "only",
      "mostly", "mainly",  "sometimes", "over",    "whenever", "if",    "because",
      "while",  "through", "every",     "usually", "probably", "always"};
  return IN(low, LOOSE);
}

/* ---- a clause under "reports" ---- */

static gboolean
names_somebody(const char *low)
{
  static const char *const WHO[] = {"it",  "they", "he",    "she",   "we",  "there", "that", "this",
                                    "his", "her",  "their", "those", "the", "these", "you"};
  return IN(low, WHO);
}

/* Somebody, and further on a verb. */
static gboolean
is_clause(const GStrv words)
{
  gboolean somebody = FALSE;
  for (guint i = 0; words[i] != NULL; i++) {
    if (somebody && scribe_prose_is_verb(words[i]))
      return TRUE;
    somebody = somebody || names_somebody(words[i]);
  }
  return FALSE;
}

/* "it" of a question that is not there: these say something only with a subject of their own. */
static gboolean
says_little(const GStrv words)
{
  guint n = 0;
  for (guint i = 0; words[i] != NULL; i++)
    n += *words[i] != '\0';
  static const char *const WHO[] = {"it", "they", "that", "this", "those", "these"};
  return n < 4 && IN(words[0], WHO);
}

static char *
mend_reports(char *text_taken)
{
  static const char *const ALONE[] = {"and", "but", "or",   "so",  "that's", "which", "to",
                                      "of",  "not", "like", "who", "than",   "as"};
  g_autofree char *text = text_taken;
  char *rest = strstr(text, REPORTS) + strlen(REPORTS);
  if (g_str_has_prefix(rest, "that ") && strchr(rest, ' ') != NULL)
    return g_steal_pointer(&text);
  g_auto(GStrv) words = words_of(rest);
  if (IN(words[0], ALONE) || says_little(words))
    return NULL;
  gboolean clause = is_clause(words);
  gboolean open = scribe_prose_opens_loosely(words[0]) || names_somebody(words[0]);
  if (!clause)
    return open && strcmp(words[0], "his") != 0 && strcmp(words[0], "her") != 0 &&
                   strcmp(words[0], "the") != 0 && strcmp(words[0], "their") != 0
               ? NULL
               : g_steal_pointer(&text);
  if (!open)
    return g_steal_pointer(&text);
  g_autofree char *head = g_strndup(text, (gsize)(rest - text));
  return g_strconcat(head, "that ", rest, NULL);
}

/* ---- ends ---- */

/* "… with the": it breaks off there. */
static gboolean
dangles(const char *text)
{
  static const char *const HANGING[] = {"the",  "a",    "an",   "and",     "or", "but", "of",
                                        "my",   "his",  "her",  "their",   "is", "are", "was",
                                        "were", "that", "just", "because", "if", "to",  "with",
                                        "when", "like", "i",    "so",      "as"};
  g_autofree char *low = g_utf8_strdown(text, -1);
  gsize n = strlen(low);
  while (n > 0 && strchr(" ,.:;-", low[n - 1]) != NULL)
    low[--n] = '\0';
  const char *last = strrchr(low, ' ');
  return last != NULL && IN(last + 1, HANGING);
}

/* "has tried Tums, and they help" → "has tried Tums, which help". */
static char *
relate(char *text_taken)
{
  static const char *const VERBS[] = {" has tried ", " takes ", " took ", " has taken "};
  g_autofree char *text = text_taken;
  char *at = strstr(text, ", and they ");
  char *it = strstr(text, ", and it ");
  gsize n = at != NULL ? strlen(", and they ") : strlen(", and it ");
  at = at != NULL ? at : it;
  gboolean fits = FALSE;
  for (gsize k = 0; at != NULL && k < G_N_ELEMENTS(VERBS); k++) {
    const char *verb = strstr(text, VERBS[k]);
    fits = fits || (verb != NULL && verb < at);
  }
  if (!fits)
    return g_steal_pointer(&text);
  g_autofree char *head = g_strndup(text, (gsize)(at - text));
  return g_strconcat(head, ", which ", at + n, NULL);
}

/* "today it is 152/88" → "blood pressure today is 152/88". */
static char *
name_pressure(char *text_taken)
{
  static const struct {
    const char *said, *written;
  } OPENINGS[] = {{"today it is ", "blood pressure today is "}, {"it is ", "blood pressure is "}};
  g_autofree char *text = text_taken;
  g_autofree char *low = g_utf8_strdown(text, -1);
  for (gsize k = 0; k < G_N_ELEMENTS(OPENINGS); k++) {
    gsize n = strlen(OPENINGS[k].said);
    if (!g_str_has_prefix(low, OPENINGS[k].said))
      continue;
    guint over = 0, under = 0;
    if (sscanf(text + n, "%3u/%3u", &over, &under) == 2 && over >= 60 && over <= 280 &&
        under >= 30 && under <= 160)
      return g_strconcat(OPENINGS[k].written, text + n, NULL);
  }
  return g_steal_pointer(&text);
}

/* "on his heart exam, I do appreciate a murmur" → "on his heart exam, there is a murmur". */
static char *
unself(char *text_taken)
{
  static const char *const FINDS[] = {" I do appreciate ", " I appreciate ", " I do still hear ",
                                      " I do hear ",       " I hear ",       " I do see ",
                                      " I do notice ",     " I do feel ",    " I still hear "};
  g_autofree char *text = text_taken;
  for (gsize k = 0; k < G_N_ELEMENTS(FINDS); k++) {
    char *at = strstr(text, FINDS[k]);
    if (at == NULL)
      continue;
    const char *rest = at + strlen(FINDS[k]);
    gboolean many = g_str_has_prefix(rest, "some ") && strstr(rest, "les ") != NULL;
    g_autofree char *head = g_strndup(text, (gsize)(at - text));
    return g_strconcat(head, many ? " there are " : " there is ", rest, NULL);
  }
  return g_steal_pointer(&text);
}

char *
scribe_prose_mend(char *text_taken)
{
  g_autofree char *text = text_taken;
  if (dangles(text))
    return NULL;
  if (strstr(text, REPORTS) != NULL && strstr(text, REPORTS) - text < 16)
    text = mend_reports(g_steal_pointer(&text));
  if (text == NULL)
    return NULL;
  return name_pressure(unself(relate(g_steal_pointer(&text))));
}
