#include "scribe/speech.h"

#include <string.h>

#include "guichet/base/text.h"
#include "scribe/numeral.h"

#define UNIT_WORDS 40u /* a clause that is longer is cut */

#define AT(i) (&g_array_index(words, ScribeWord, (i)))

/* ---- matching ---- */

const char *
scribe_speech_low(const ScribeUnit *unit, int i)
{
  if (i < 0 || (guint)i >= unit->words->len)
    return "";
  return g_array_index(unit->words, ScribeWord, (guint)i).low;
}

int
scribe_speech_count(const char *phrase)
{
  int n = 1;
  for (; *phrase != '\0'; phrase++)
    n += *phrase == ' ';
  return n;
}

gboolean
scribe_speech_at(const ScribeUnit *unit, int i, const char *phrase)
{
  while (*phrase != '\0') {
    const char *low = scribe_speech_low(unit, i++);
    if (*low != *phrase)
      return FALSE;
    gsize n = strcspn(phrase, " ");
    if (strncmp(low, phrase, n) != 0 || low[n] != '\0')
      return FALSE;
    phrase += n + (phrase[n] == ' ');
  }
  return TRUE;
}

int
scribe_speech_find(const ScribeUnit *unit, int from, const char *phrase)
{
  for (int i = from; i < (int)unit->words->len; i++)
    if (scribe_speech_at(unit, i, phrase))
      return i;
  return -1;
}

/* ---- words ---- */

static const struct {
  const char *said, *written;
} OPENED[] = {
    {"gonna", "going to"}, {"wanna", "want to"},  {"gotta", "have to"},     {"lemme", "let me"},
    {"kinda", "kind of"},  {"cause", "because"},  {"'cause", "because"},    {"cuz", "because"},
    {"can't", "can not"},  {"won't", "will not"}, {"cannot", "can not"},    {"let's", "let us"},
    {"y'all", "you"},      {"ain't", "is not"},   {"alright", "all right"}, {"ok", "okay"},
    {"o.k.", "okay"},      {"yep", "yes"},        {"yup", "yes"},           {"yeah", "yes"},
    {"nope", "no"},        {"nah", "no"},         {"meds", "medications"},  {"mhm", "mm-hmm"},
};

static const char *const IS_CONTRACTED[] = {"it",         "that", "there", "he",    "she",
                                            "what",       "who",  "here",  "where", "how",
                                            "everything", "this", "pain",  "which", "one"};

static const struct {
  const char *tail, *written;
} TAILS[] = {{"n't", "not"},  {"'m", "am"},    {"'re", "are"},
             {"'ve", "have"}, {"'ll", "will"}, {"'d", "would"}};

static gboolean
in(const char *low, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp(low, list[i]) == 0)
      return TRUE;
  return FALSE;
}

typedef struct {
  GArray *words;
  GStringChunk *strings;
  gboolean french;
} Reader;

static void
push(Reader *r, const char *text, guint start, guint end)
{
  g_autofree char *low = g_utf8_strdown(text, -1);
  ScribeWord w = {.text = g_string_chunk_insert_const(r->strings, text),
                  .low = g_string_chunk_insert_const(r->strings, low),
                  .start = start,
                  .end = end};
  g_array_append_val(r->words, w);
}

/* "i've" → "i have"; "gonna" → "going to"; each part stands on the whole span. */
static void
push_opened(Reader *r, const char *text, guint start, guint end)
{
  g_autofree char *low = g_utf8_strdown(text, -1);
  for (gsize i = 0; !r->french && i < G_N_ELEMENTS(OPENED); i++)
    if (strcmp(low, OPENED[i].said) == 0) {
      g_auto(GStrv) parts = g_strsplit(OPENED[i].written, " ", -1);
      for (char **p = parts; *p != NULL; p++)
        push(r, *p, start, end);
      return;
    }
  gsize n = strlen(low);
  const char *years = strstr(low, "-year-old");
  if (!r->french && years != NULL && years > low && years[9] == '\0' && strlen(text) == n) {
    g_autofree char *count = g_strndup(text, (gsize)(years - low));
    push(r, count, start, end);
    push(r, "year", start, end);
    push(r, "old", start, end);
    return;
  }
  for (gsize i = 0; !r->french && i < G_N_ELEMENTS(TAILS); i++)
    if (n > strlen(TAILS[i].tail) && g_str_has_suffix(low, TAILS[i].tail) && strlen(text) == n) {
      g_autofree char *head = g_strndup(text, n - strlen(TAILS[i].tail));
      push(r, head, start, end);
      push(r, TAILS[i].written, start, end);
      return;
    }
  if (!r->french && n > 2 && g_str_has_suffix(low, "'s") && strlen(text) == n) {
    g_autofree char *head = g_strndup(text, n - 2);
    g_autofree char *low_head = g_strndup(low, n - 2);
    if (in(low_head, IS_CONTRACTED, G_N_ELEMENTS(IS_CONTRACTED))) {
      push(r, head, start, end);
      push(r, "is", start, end);
      return;
    }
  }
  push(r, text, start, end);
}

/* "do n't", "gon na", "wan na", "lem me": written in two by some recognisers. */
static gboolean
joins_previous(const Reader *r, const char *low)
{
  if (r->french || r->words->len == 0)
    return FALSE;
  const char *previous = g_array_index(r->words, ScribeWord, r->words->len - 1).low;
  if (strcmp(low, "n't") == 0)
    return TRUE;
  if (strcmp(low, "na") == 0)
    return strcmp(previous, "gon") == 0 || strcmp(previous, "wan") == 0;
  return (strcmp(low, "ta") == 0 && strcmp(previous, "got") == 0) ||
         (strcmp(low, "me") == 0 && strcmp(previous, "lem") == 0);
}

static void
take(Reader *r, const char *text, guint start, guint end)
{
  g_autofree char *low = g_utf8_strdown(text, -1);
  if (joins_previous(r, low)) {
    ScribeWord last = g_array_index(r->words, ScribeWord, r->words->len - 1);
    g_array_set_size(r->words, r->words->len - 1);
    g_autofree char *whole = g_strconcat(last.text, text, NULL);
    push_opened(r, whole, last.start, end);
    return;
  }
  push_opened(r, text, start, end);
}

static gboolean
is_edge(gunichar c)
{
  return c < 128 ? strchr(",.?!;:\"()[]<>…*", (int)c) != NULL
                 : c == 0x2026 || c == 0x201C || c == 0x201D || c == 0xAB || c == 0xBB;
}

static char
mark_of(gunichar c)
{
  if (c == '?' || c == '!' || c == ',')
    return (char)c;
  if (c == '.' || c == ';' || c == 0x2026)
    return '.';
  return c == ':' ? ',' : 0;
}

static gboolean
mark_outranks(char a, char b)
{
  return a != 0 && (b == 0 || b == ',' || a == '?');
}

/* "trente-huit", "quatre-vingt-dix": numbers are words of their own; other hyphens stay. */
static gboolean
is_hyphened_number(const char *p, const char *end)
{
  static const char *const HEADS[] = {"vingt",        "trente",   "quarante", "cinquante",
                                      "soixante",     "septante", "huitante", "nonante",
                                      "quatre-vingt", "dix-"};
  g_autofree char *low = g_utf8_strdown(p, end - p);
  for (gsize i = 0; strchr(low, '-') != NULL && i < G_N_ELEMENTS(HEADS); i++)
    if (g_str_has_prefix(low, HEADS[i]))
      return TRUE;
  return FALSE;
}

/* French elision parts: "j'ai" is two words there. */
static const char *
elision(const char *p, const char *end)
{
  const char *quote = p;
  while (quote < end && *quote != '\'')
    quote++;
  static const char *const HEADS[] = {"j", "l", "d",  "n",     "m",     "t",
                                      "s", "c", "qu", "jusqu", "lorsqu"};
  for (gsize i = 0; quote + 1 < end && i < G_N_ELEMENTS(HEADS); i++)
    if ((gsize)(quote - p) == strlen(HEADS[i]) && g_ascii_strncasecmp(p, HEADS[i], quote - p) == 0)
      return quote + 1;
  return end;
}

static void
take_core(Reader *r, const char *p, const char *end, guint point)
{
  gboolean number = r->french && is_hyphened_number(p, end);
  while (p < end) {
    const char *stop = r->french ? elision(p, end) : end;
    if (number && *p == '-') {
      p++;
      point++;
      continue;
    }
    for (const char *q = p; number && q < end; q++)
      if (*q == '-') {
        stop = q;
        break;
      }
    g_autofree char *text = g_strndup(p, (gsize)(stop - p));
    guint n = (guint)g_utf8_strlen(text, -1);
    take(r, text, point, point + n);
    point += n;
    p = stop;
  }
}

/* One blank-parted token: edges off, its punctuation to the word before or itself. */
static void
take_token(Reader *r, const char *p, const char *end, guint point)
{
  while (p < end && is_edge(g_utf8_get_char(p))) {
    char mark = mark_of(g_utf8_get_char(p));
    if (mark == '.' && end - p > 1 && g_ascii_isdigit(p[1]) && !g_ascii_isdigit(p[-0]))
      break; /* ".6" */
    if (r->words->len > 0) {
      ScribeWord *last = &g_array_index(r->words, ScribeWord, r->words->len - 1);
      if (mark_outranks(mark, last->mark))
        last->mark = mark;
    }
    p = base_text_next(p);
    point++;
  }
  const char *core = end;
  char mark = 0;
  while (core > p) {
    const char *before = g_utf8_find_prev_char(p, core);
    if (before == NULL || !is_edge(g_utf8_get_char(before)))
      break;
    char m = mark_of(g_utf8_get_char(before));
    if (mark_outranks(m, mark))
      mark = m;
    core = before;
  }
  if (core == p)
    return;
  take_core(r, p, core, point);
  if (mark != 0)
    g_array_index(r->words, ScribeWord, r->words->len - 1).mark = mark;
}

/* "[unintelligible]", "<laughs>": marks of the transcriber, not speech. */
static gboolean
is_stage_mark(const char *p, const char *end)
{
  return end - p > 2 && (*p == '[' || *p == '<');
}

static GArray *
read_words(const ScribeTurn *turn, GStringChunk *strings, gboolean french)
{
  Reader r = {g_array_new(FALSE, TRUE, sizeof(ScribeWord)), strings, french};
  g_autofree char *text = g_strdup(turn->text);
  for (char *q = strstr(text, "\xE2\x80\x99"); q != NULL; q = strstr(q, "\xE2\x80\x99"))
    memcpy(q, "'\x01\x01", 3); /* a typographic apostrophe; \x01 is dropped below */
  const char *p = turn->text;
  guint point = 0;
  while (*p != '\0') {
    if (g_unichar_isspace(g_utf8_get_char(p))) {
      p = base_text_next(p);
      point++;
      continue;
    }
    const char *end = p;
    guint n = 0;
    while (*end != '\0' && !g_unichar_isspace(g_utf8_get_char(end))) {
      end = base_text_next(end);
      n++;
    }
    if (!is_stage_mark(p, end)) {
      g_autofree char *raw = g_strndup(text + (p - turn->text), (gsize)(end - p));
      GString *plain = g_string_new(NULL);
      for (const char *c = raw; *c != '\0'; c++)
        if (*c != '\x01')
          g_string_append_c(plain, *c);
      take_token(&r, plain->str, plain->str + plain->len, point);
      g_string_free(plain, TRUE);
    } else if (r.words->len > 0) {
      g_array_index(r.words, ScribeWord, r.words->len - 1).mark = '.';
    }
    p = end;
    point += n;
  }
  return r.words;
}

/* ---- cleaning ---- */

static const char *const FILLERS[] = {"um", "uh",  "uhm", "er",  "erm", "hmm", "hm",  "mm",   "ah",
                                      "oh", "mmm", "ugh", "euh", "heu", "ben", "bah", "hein", "eh"};

static const char *const FILLER_PHRASES[] = {
    "you know",
    "i mean",
    "sort of",
    "kind of",
    "you see",
    "go ahead and",
    "if you will",
    "to be honest",
    "of course",
    "basically",
    "actually",
    "obviously",
    "i guess",
    "just kind of",
    "or anything like that",
    "or something like that",
    "or anything",
    "or something",
    "and stuff like that",
    "and things like that",
    "and everything",
    "and all that",
    "unfortunately",
    "thankfully",
};

/* A word cut off in the middle: "h-". */
static gboolean
is_stump(const ScribeWord *w)
{
  gsize n = strlen(w->low);
  return n > 1 && w->low[n - 1] == '-';
}

/* Words after which no comma stands once the filler behind it is gone. */
static const char *const NO_COMMA[] = {
    "i",    "you", "he",   "she",  "it",  "we",  "they", "a",    "the",  "an",      "my",
    "your", "his", "her",  "to",   "of",  "in",  "on",   "and",  "or",   "but",     "is",
    "are",  "was", "were", "have", "has", "had", "am",   "be",   "with", "for",     "that",
    "do",   "not", "at",   "as",   "if",  "so",  "like", "just", "been", "because", "will"};

static void
drop(GArray *words, guint i, guint n)
{
  char mark = AT(i + n - 1)->mark;
  if (i > 0 && AT(i - 1)->mark == ',' && in(AT(i - 1)->low, NO_COMMA, G_N_ELEMENTS(NO_COMMA)))
    AT(i - 1)->mark = 0;
  if (i > 0 && mark_outranks(mark, AT(i - 1)->mark) && mark != ',')
    AT(i - 1)->mark = mark;
  g_array_remove_range(words, i, n);
}

static guint
phrase_at(const GArray *words, guint i, const char *phrase)
{
  guint n = 0;
  while (*phrase != '\0') {
    if (i + n >= words->len || *AT(i + n)->low != *phrase)
      return 0;
    gsize len = strcspn(phrase, " ");
    if (strncmp(AT(i + n)->low, phrase, len) != 0 || AT(i + n)->low[len] != '\0')
      return 0;
    phrase += len + (phrase[len] == ' ');
    n++;
  }
  return n;
}

/* "i i went", "it was it was": the last one stands. */
static guint
repeated(const GArray *words, guint i)
{
  for (guint n = 4; n >= 1; n--) {
    if (i + 2 * n > words->len)
      continue;
    gboolean same = TRUE;
    for (guint k = 0; k < n && same; k++)
      same = strcmp(AT(i + k)->low, AT(i + n + k)->low) == 0 && !g_ascii_isdigit(*AT(i + k)->low) &&
             (AT(i + k)->mark == 0 || AT(i + k)->mark == ',');
    if (same)
      return n;
  }
  return 0;
}

/* "in a couple weeks, or, i'm sorry, a couple months": the last word stands.  Returns how many
 * words before `i` are taken back, with the cue's own length in *ret_cue. */
static guint
taken_back(const GArray *words, guint i, guint *ret_cue)
{
  static const char *const CUES[] = {"or i am sorry", "i am sorry", "no wait",  "wait no",
                                     "or excuse me",  "excuse me",  "or sorry", "no sorry",
                                     "non pardon",    "pardon",     "ou plutôt"};
  *ret_cue = 0;
  for (gsize k = 0; k < G_N_ELEMENTS(CUES) && *ret_cue == 0; k++)
    *ret_cue = phrase_at(words, i, CUES[k]);
  if (*ret_cue == 0 || i + *ret_cue >= words->len)
    return 0;
  const char *again = AT(i + *ret_cue)->low;
  for (guint back = 1; back <= 7 && back <= i; back++)
    if (strcmp(AT(i - back)->low, again) == 0)
      return back;
  return 0;
}

static void
correct(GArray *words)
{
  for (guint i = 1; i < words->len; i++) {
    guint cue, back = taken_back(words, i, &cue);
    if (back > 0)
      g_array_remove_range(words, i - back, back + cue);
  }
}

static void
clean(GArray *words, gboolean french)
{
  for (guint i = 0; i < words->len;) {
    guint n = 0;
    if ((is_stump(AT(i)) && i + 1 < words->len) || in(AT(i)->low, FILLERS, G_N_ELEMENTS(FILLERS)))
      n = 1;
    for (gsize k = 0; n == 0 && !french && k < G_N_ELEMENTS(FILLER_PHRASES); k++)
      n = phrase_at(words, i, FILLER_PHRASES[k]);
    if (n == 0)
      n = repeated(words, i);
    if (n > 0) {
      drop(words, i, n);
      i = i > 4 ? i - 4 : 0;
      continue;
    }
    i++;
  }
  correct(words);
}

/* ---- cutting into units ---- */

/* How a new clause begins in speech without punctuation: surely, and where the last one is long. */
static const char *const CUT_SURE[] = {"okay",       "all right", "so",    "but",
                                       "now",        "and then",  "and i", "thank you",
                                       "hey dragon", "let me"};
static const char *const CUT_LONG[] = {
    "and you",  "and we",     "and so",       "and that",     "and it",   "and he",   "and she",
    "and your", "and the",    "and there",    "because",      "let us",   "do you",   "have you",
    "are you",  "did you",    "how is",       "how are",      "how long", "what is",  "what about",
    "i want",   "i am going", "i would like", "we are going", "we will",  "on your",  "your",
    "you have", "you do",     "any",          "yes",          "no",       "for your", "and for",
    "and on",   "i do",       "i have",       "and they",     "and my",   "then",     "if you",
    "i am",     "i think",    "which",
};
static const char *const NO_CUT_AFTER[] = {
    "if", "when", "that", "as",    "the",  "to",   "and", "of",   "because", "for",   "with",
    "in", "on",   "or",   "where", "what", "than", "but", "like", "so",      "while", "since"};

/* In speech without punctuation a new clause is told by how it starts. */
static gboolean
cuts_here(const GArray *words, guint from, guint i)
{
  guint length = i - from;
  if (i > 0 && in(AT(i - 1)->low, NO_CUT_AFTER, G_N_ELEMENTS(NO_CUT_AFTER)))
    return FALSE;
  for (gsize k = 0; length >= 5 && k < G_N_ELEMENTS(CUT_SURE); k++)
    if (phrase_at(words, i, CUT_SURE[k]) > 0)
      return TRUE;
  gboolean waits = strcmp(AT(from)->low, "if") == 0 || strcmp(AT(from)->low, "when") == 0;
  for (gsize k = 0; length >= (waits ? 18 : 9) && k < G_N_ELEMENTS(CUT_LONG); k++)
    if (phrase_at(words, i, CUT_LONG[k]) > 0)
      return TRUE;
  return FALSE;
}

/* "…, and the metformin to 1000 milligrams": without a verb it goes on with the one before. */
static gboolean
has_own_verb(const GArray *words, guint i)
{
  static const char *const VERBS[] = {"is",   "are",  "was",   "were",  "has",   "have",  "had",
                                      "will", "can",  "could", "would", "does",  "do",    "did",
                                      "came", "went", "looks", "shows", "feels", "seems", "hurts"};
  for (; i < words->len; i++) {
    if (in(AT(i)->low, VERBS, G_N_ELEMENTS(VERBS)) || g_str_has_suffix(AT(i)->low, "ed"))
      return TRUE;
    if (AT(i)->mark != 0 && strchr(".?!", AT(i)->mark) != NULL)
      break;
  }
  return FALSE;
}

static gboolean
comma_cuts(const GArray *words, guint from, guint i)
{
  guint length = i - from;
  if (strcmp(AT(from)->low, "if") == 0 || strcmp(AT(from)->low, "when") == 0 ||
      strcmp(AT(from)->low, "si") == 0 || strcmp(AT(from)->low, "quand") == 0)
    return FALSE;
  static const char *const STARTS[] = {"and i",    "but",     "so",      "and then", "and we",
                                       "and you",  "because", "and he",  "and she",  "and it",
                                       "and that", "and so",  "and the", "i ",       "et",
                                       "mais",     "donc",    "alors",   "puis"};
  if (phrase_at(words, i, "and the") > 0 && !has_own_verb(words, i))
    return FALSE;
  for (gsize k = 0; length >= 7 && k < G_N_ELEMENTS(STARTS); k++)
    if (phrase_at(words, i, STARTS[k]) > 0)
      return TRUE;
  return FALSE;
}

static void
unit_free(gpointer data)
{
  ScribeUnit *u = data;
  g_array_unref(u->words);
  g_free(u);
}

static gboolean
asks(const ScribeUnit *u)
{
  static const char *const FIRST[] = {"do",   "does", "did",  "have",  "has",   "are",  "is",
                                      "was",  "were", "can",  "could", "would", "will", "any",
                                      "what", "how",  "when", "where", "which", "who",  "why"};
  static const char *const SECOND[] = {"you",  "it",  "the",  "there", "your",  "that", "this",
                                       "any",  "he",  "she",  "they",  "are",   "is",   "about",
                                       "do",   "did", "have", "long",  "often", "much", "many",
                                       "were", "was", "kind", "other", "has",   "does", "brings"};
  int i = 0;
  while (in(
      scribe_speech_low(u, i),
      (const char *const[]){"okay", "and", "so", "now", "all", "right", "well", "then", "but"}, 9))
    i++;
  if (strcmp(scribe_speech_low(u, i), "any") == 0)
    return TRUE;
  return in(scribe_speech_low(u, i), FIRST, G_N_ELEMENTS(FIRST)) &&
         in(scribe_speech_low(u, i + 1), SECOND, G_N_ELEMENTS(SECOND));
}

/* What a clause cannot end with: it was cut off there. */
static const char *const LOOSE[] = {
    "and",   "or",   "but",  "so",   "the",   "a",       "to", "of",   "with", "that",
    "their", "his",  "her",  "in",   "for",   "if",      "is", "are",  "was",  "because",
    "my",    "your", "i",    "we",   "an",    "as",      "at", "okay", "then", "like",
    "am",    "were", "very", "when", "which", "um",      "et", "ou",   "mais", "donc",
    "le",    "la",   "les",  "de",   "que",   "you know"};

static guint
trimmed(const GArray *words, guint i, guint j)
{
  while (j > i && AT(j - 1)->mark != '?' && in(AT(j - 1)->low, LOOSE, G_N_ELEMENTS(LOOSE)))
    j--;
  return j;
}

static void
emit(ScribeSpeech *speech, guint turn, const ScribeTurn *by, const GArray *words, guint i, guint j)
{
  j = trimmed(words, i, j);
  if (i >= j)
    return;
  ScribeUnit *u = g_new0(ScribeUnit, 1);
  u->turn = turn;
  u->role = by->role;
  u->speaker = g_string_chunk_insert_const(speech->strings, by->speaker);
  u->start = AT(i)->start;
  u->end = AT(j - 1)->end;
  u->raw = j - i;
  u->words = g_array_new(FALSE, TRUE, sizeof(ScribeWord));
  g_array_append_vals(u->words, AT(i), j - i);
  u->question = AT(j - 1)->mark == '?' || (!speech->french && AT(j - 1)->mark != '!' && asks(u));
  g_ptr_array_add(speech->units, u);
}

/* A capital that only the beginning of a sentence gave: the word is lower case elsewhere, or one of
 * the little ones. */
static void
lower_first(ScribeSpeech *s, GHashTable *seen)
{
  for (guint i = 0; i < s->units->len; i++) {
    ScribeUnit *u = g_ptr_array_index(s->units, i);
    for (guint k = 0; k < u->words->len; k++) {
      ScribeWord *w = &g_array_index(u->words, ScribeWord, k);
      gboolean first = k == 0 || strchr(".?!,", g_array_index(u->words, ScribeWord, k - 1).mark);
      if (first && w->text != w->low && strcmp(w->low, "i") != 0 &&
          g_hash_table_contains(seen, w->low))
        w->text = w->low;
    }
  }
}

static GHashTable *
seen_lower(const ScribeSpeech *s)
{
  static const char *const LITTLE[] = {
      "the",   "a",      "he",    "she",   "it",    "they",  "in",  "on",    "at",   "my",
      "we",    "this",   "that",  "there", "these", "those", "no",  "not",   "some", "about",
      "every", "just",   "only",  "since", "after", "when",  "if",  "your",  "you",  "have",
      "any",   "his",    "her",   "with",  "for",   "both",  "all", "maybe", "our",  "pain",
      "what",  "il",     "elle",  "le",    "la",    "les",   "un",  "une",   "des",  "ça",
      "c'",    "depuis", "pas",   "je",    "j'",    "mon",   "ma",  "mes",   "et",   "on",
      "d'",    "l'",     "votre", "vos",   "vous",  "non",   "oui"};
  GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < G_N_ELEMENTS(LITTLE); i++)
    g_hash_table_add(seen, g_string_chunk_insert_const(s->strings, LITTLE[i]));
  for (guint i = 0; i < s->units->len; i++) {
    const ScribeUnit *u = g_ptr_array_index(s->units, i);
    for (guint k = 0; k < u->words->len; k++) {
      const ScribeWord *w = &g_array_index(u->words, ScribeWord, k);
      if (strcmp(w->text, w->low) == 0)
        g_hash_table_add(seen, g_string_chunk_insert_const(s->strings, w->low));
    }
  }
  return seen;
}

static void
cut_turn(ScribeSpeech *speech, guint turn, const ScribeTurn *by, const GArray *words)
{
  guint marks = 0;
  for (guint i = 0; i < words->len; i++)
    marks += AT(i)->mark != 0;
  gboolean bare = !speech->french && words->len > 12 && marks * 14 < words->len;
  guint from = 0;
  for (guint i = 0; i < words->len; i++) {
    guint length = i - from;
    gboolean cut = (i > from && strchr(".?!", AT(i - 1)->mark) != NULL && AT(i - 1)->mark != 0) ||
                   length >= UNIT_WORDS;
    if (!cut && length > 0)
      cut = (bare && cuts_here(words, from, i)) ||
            (AT(i - 1)->mark == ',' && comma_cuts(words, from, i));
    if (cut) {
      emit(speech, turn, by, words, from, i);
      from = i;
    }
  }
  emit(speech, turn, by, words, from, words->len);
}

/* "mm-hmm", "okay", "sure": what a listener says while the other goes on. */
static gboolean
is_listening(const ScribeUnit *u)
{
  static const char *const NODS[] = {"mm-hmm", "okay", "uh-huh",   "yes", "right", "sure", "all",
                                     "good",   "no",   "d'accord", "oui", "hmm",   "great"};
  if (u->words->len > 2)
    return FALSE;
  for (int i = 0; i < (int)u->words->len; i++)
    if (!in(scribe_speech_low(u, i), NODS, G_N_ELEMENTS(NODS)))
      return FALSE;
  return TRUE;
}

static gboolean
is_cut_off(ScribeUnit *u)
{
  ScribeWord *last = &g_array_index(u->words, ScribeWord, u->words->len - 1);
  return is_stump(last) && u->end2 == 0;
}

static void
drop_dash(ScribeSpeech *s, ScribeUnit *u)
{
  ScribeWord *last = &g_array_index(u->words, ScribeWord, u->words->len - 1);
  g_autofree char *text = g_strndup(last->text, strlen(last->text) - 1);
  g_autofree char *low = g_strndup(last->low, strlen(last->low) - 1);
  last->text = g_string_chunk_insert_const(s->strings, text);
  last->low = g_string_chunk_insert_const(s->strings, low);
}

/* A clause that was cut off by a nod goes on in the speaker's next turn. */
static void
join_interrupted(ScribeSpeech *s)
{
  for (guint i = 0; i < s->units->len; i++) {
    ScribeUnit *u = g_ptr_array_index(s->units, i);
    if (!is_cut_off(u))
      continue;
    drop_dash(s, u);
    if (i + 2 >= s->units->len || !is_listening(g_ptr_array_index(s->units, i + 1)))
      continue;
    const ScribeUnit *next = g_ptr_array_index(s->units, i + 2);
    if (next->role != u->role || next->turn != u->turn + 2 || next->words->len > UNIT_WORDS)
      continue;
    g_array_append_vals(u->words, next->words->data, next->words->len);
    u->turn2 = next->turn;
    u->start2 = next->start;
    u->end2 = next->end;
    u->question = next->question;
    u->raw += next->raw;
    g_ptr_array_remove_index(s->units, i + 2);
  }
}

static gboolean
has_capitals(const ScribeTranscript *t)
{
  guint capitals = 0, letters = 0;
  for (guint i = 0; i < t->turns->len && letters < 4000; i++)
    for (const char *p = scribe_transcript_turn(t, i)->text; *p != '\0'; p++) {
      capitals += g_ascii_isupper(*p) != 0;
      letters += g_ascii_isalpha(*p) != 0;
    }
  return capitals * 100 > letters;
}

ScribeSpeech *
scribe_speech_new(const ScribeTranscript *transcript, gboolean french)
{
  ScribeSpeech *s = g_new0(ScribeSpeech, 1);
  s->strings = g_string_chunk_new(65536);
  s->units = g_ptr_array_new_with_free_func(unit_free);
  s->french = french;
  s->cased = has_capitals(transcript);
  for (guint i = 0; i < transcript->turns->len; i++) {
    const ScribeTurn *turn = scribe_transcript_turn(transcript, i);
    GArray *words = read_words(turn, s->strings, french);
    clean(words, french);
    scribe_numeral_rewrite(words, s->strings, french);
    cut_turn(s, i, turn, words);
    g_array_unref(words);
  }
  join_interrupted(s);
  g_autoptr(GHashTable) seen = seen_lower(s);
  lower_first(s, seen);
  return s;
}

void
scribe_speech_free(ScribeSpeech *speech)
{
  if (speech == NULL)
    return;
  g_ptr_array_unref(speech->units);
  g_string_chunk_free(speech->strings);
  g_free(speech);
}
