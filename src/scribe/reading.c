#include "scribe/reading.h"

#include <string.h>

#include "guichet/base/text.h"
#include "scribe/number.h"
#include "scribe/stem.h"

ScribeReading *
scribe_reading_new(const ScribeLexicon *lexicon)
{
  ScribeReading *r = g_new0(ScribeReading, 1);
  r->lexicon = lexicon;
  r->tokens = g_array_new(FALSE, TRUE, sizeof(ScribeToken));
  r->numbers = g_array_new(FALSE, TRUE, sizeof(ScribeNumber));
  r->sentences = g_array_new(FALSE, TRUE, sizeof(ScribeSentence));
  r->words = g_string_new(NULL);
  return r;
}

void
scribe_reading_free(ScribeReading *r)
{
  if (r == NULL)
    return;
  g_array_unref(r->tokens);
  g_array_unref(r->numbers);
  g_array_unref(r->sentences);
  g_string_free(r->words, TRUE);
  g_free(r);
}

const char *
scribe_reading_word(const ScribeReading *r, guint i)
{
  return i < r->tokens->len ? r->words->str + scribe_reading_token(r, i)->word : "";
}

gboolean
scribe_reading_is(const ScribeReading *r, guint i, const char *word)
{
  return strcmp(scribe_reading_word(r, i), word) == 0;
}

guint
scribe_reading_cue(const ScribeReading *r, guint i)
{
  const ScribeLexiconEntry *cue =
      i < r->tokens->len ? scribe_reading_token(r, i)->mark[LEXICON_CUE] : NULL;
  return cue != NULL ? cue->flags : 0;
}

/* --- tokens --- */

typedef struct {
  ScribeReading *r;
  guint turn;
  const char *text, *p;
  guint point;   /* code points before p */
  guint flags;   /* for the next token */
  gboolean glue; /* the token before ends at p */
} Scan;

static void
fold_word(ScribeReading *r, const char *start, gsize length)
{
  gboolean ascii = TRUE;
  for (gsize i = 0; i < length && ascii; i++)
    ascii = (guchar)start[i] < 0x80;
  if (ascii) {
    for (gsize i = 0; i < length; i++)
      g_string_append_c(r->words, g_ascii_tolower(start[i]));
  } else {
    g_autofree char *copy = g_strndup(start, length);
    g_autofree char *folded = base_text_fold(copy);
    g_string_append(r->words, *folded != '\0' ? folded : copy);
  }
  g_string_append_c(r->words, '\0');
}

static void
add_token(Scan *s, const char *start, gsize length, guint points)
{
  ScribeReading *r = s->r;
  ScribeToken token = {.turn = s->turn, .start = s->point, .number = -1};
  token.end = s->point + points;
  token.word = (guint32)r->words->len;
  fold_word(r, start, length);
  const char *word = r->words->str + token.word;
  char stem[64];
  scribe_stem_cut(word, stem);
  token.hash = scribe_lexicon_hash(word, strlen(word));
  token.stem = scribe_lexicon_hash(stem, strlen(stem));
  token.flags = (guint16)(s->flags | (s->glue ? READING_GLUED : 0));
  if (g_ascii_isdigit(*start) || (*start == '.' && length > 1))
    token.flags |= READING_DIGITS;
  if (g_unichar_isupper(g_utf8_get_char(start)))
    token.flags |= READING_CAPITAL;
  g_array_append_val(r->tokens, token);
  s->p = start + length;
  s->point += points;
  s->flags = 0;
  s->glue = TRUE;
}

static gboolean
is_decimal_mark(const char *p)
{
  if ((*p != '.' && *p != ',') || !g_ascii_isdigit(p[1]))
    return FALSE;
  if (*p == '.')
    return TRUE;
  guint digits = 0;
  while (g_ascii_isdigit(p[1 + digits]))
    digits++;
  return digits <= 3;
}

static void
scan_digits(Scan *s)
{
  const char *p = s->p;
  while (g_ascii_isdigit(*p) || is_decimal_mark(p))
    p++;
  add_token(s, s->p, (gsize)(p - s->p), (guint)(p - s->p));
}

static gboolean
is_not(const char *p)
{
  if ((p[0] != 'n' && p[0] != 'N'))
    return FALSE;
  const char *q = p + 1;
  if (*q == '\'')
    q++;
  else if (strncmp(q, "\xE2\x80\x99", 3) == 0)
    q += 3;
  else
    return FALSE;
  return (*q == 't' || *q == 'T') && !g_unichar_isalnum(g_utf8_get_char(q + 1));
}

static void
scan_word(Scan *s)
{
  const char *p = s->p;
  guint points = 0;
  while (*p != '\0' && g_unichar_isalnum(g_utf8_get_char(p)) && !is_not(p)) {
    p = base_text_next(p);
    points++;
  }
  if (points > 0)
    add_token(s, s->p, (gsize)(p - s->p), points);
  if (!is_not(p))
    return;
  gsize length = p[1] == '\'' ? 3 : 5;
  guint32 word = (guint32)s->r->words->len;
  add_token(s, p, length, 3);
  ScribeToken *token = scribe_reading_token(s->r, s->r->tokens->len - 1);
  g_string_truncate(s->r->words, word);
  g_string_append_len(s->r->words, "n't\0", 4);
  token->hash = token->stem = scribe_lexicon_hash("n't", 3);
}

/* A full stop ends a sentence unless it belongs to an abbreviation. */
static gboolean
ends_sentence(const Scan *s)
{
  if (s->p[1] != '\0' && !g_ascii_isspace(s->p[1]) && s->p[1] != '"')
    return FALSE;
  if (s->r->tokens->len == 0 || !s->glue)
    return TRUE;
  const char *word = scribe_reading_word(s->r, s->r->tokens->len - 1);
  static const char *const ABBREVIATIONS[] = {"dr",     "mr", "mrs", "ms", "vs",
                                              "approx", "no", "st",  NULL};
  if (g_strv_contains(ABBREVIATIONS, word))
    return FALSE;
  return word[1] != '\0' || g_ascii_isdigit(word[0]);
}

static void
mark_question(ScribeReading *r)
{
  for (guint i = r->tokens->len; i > 0; i--) {
    ScribeToken *token = scribe_reading_token(r, i - 1);
    token->flags |= READING_QUESTION;
    token->asked = 1;
    if (token->flags & READING_SENTENCE)
      break;
  }
}

static void
scan_mark(Scan *s)
{
  ScribeToken *last =
      s->r->tokens->len > 0 ? scribe_reading_token(s->r, s->r->tokens->len - 1) : NULL;
  gunichar c = g_utf8_get_char(s->p);
  if (c == '\n')
    s->flags |= READING_SENTENCE | READING_LINE;
  else if (c == '.' && ends_sentence(s))
    s->flags |= READING_SENTENCE;
  else if (c == '?' || c == '!' || c == ';' || c == 0x2022)
    s->flags |= READING_SENTENCE;
  else if (c == ',' || c == ':' || c == '(' || c == ')' || c == 0x2014)
    s->flags |= READING_COMMA;
  else if ((c == '-' || c == 0x2010 || c == 0x2011 || c == 0x2013) && s->glue)
    s->flags |= READING_HYPHEN;
  else if (c == '/')
    s->flags |= READING_SLASH;
  if (last != NULL && s->glue && (c == '.' || c == ')'))
    last->flags |= READING_DOT_AFTER;
  if (last != NULL && c == ':')
    last->flags |= READING_COLON_AFTER;
  if (c == '?' && last != NULL && last->turn == s->turn)
    mark_question(s->r);
  s->p = base_text_next(s->p);
  s->point++;
  s->glue = FALSE;
}

void
scribe_reading_add(ScribeReading *r, guint turn, const char *text)
{
  Scan s = {.r = r, .turn = turn, .text = text, .p = text};
  s.flags = READING_SENTENCE | READING_LINE;
  while (*s.p != '\0') {
    if (g_ascii_isdigit(*s.p) || (*s.p == '.' && !s.glue && g_ascii_isdigit(s.p[1])))
      scan_digits(&s);
    else if (*s.p == '%')
      add_token(&s, s.p, 1, 1);
    else if (g_unichar_isalnum(g_utf8_get_char(s.p)))
      scan_word(&s);
    else
      scan_mark(&s);
  }
}

/* --- what they name --- */

/* "throats", "elbows" */
static ScribeLexiconHit
find_single(const ScribeReading *r, ScribeLexiconDomain domain, guint i)
{
  const char *word = scribe_reading_word(r, i);
  gsize length = strlen(word);
  ScribeLexiconHit none = {NULL, 0};
  if (length < 4 || word[length - 1] != 's' || word[length - 2] == 's')
    return none;
  guint64 hash = scribe_lexicon_hash(word, length - 1);
  return scribe_lexicon_find(r->lexicon, domain, &hash, 1);
}

/* "back in 2004", "came back to": a time or a way, not a part of the body. */
static gboolean
is_adverb(const ScribeReading *r, guint i)
{
  static const char *const AFTER[] = {"in",   "on",   "to",   "at",     "from",
                                      "home", "then", "when", "around", "again",
                                      "up",   "into", "with", "for",    NULL};
  static const char *const OF[] = {"my",   "your", "his",   "her",  "the",   "lower",  "upper",
                                   "low",  "mid",  "their", "left", "right", "middle", "entire",
                                   "neck", "and",  "or",    "of",   "no",    NULL};
  return scribe_reading_is(r, i, "back") && i > 0 &&
         g_strv_contains(AFTER, scribe_reading_word(r, i + 1)) &&
         !g_strv_contains(OF, scribe_reading_word(r, i - 1));
}

static void
mark_domain(ScribeReading *r, ScribeLexiconDomain domain, const guint64 *hashes)
{
  guint n = r->tokens->len;
  for (guint i = 0; i < n;) {
    guint turn = scribe_reading_token(r, i)->turn, most = 1;
    while (most < 8 && i + most < n && scribe_reading_token(r, i + most)->turn == turn)
      most++;
    ScribeLexiconHit hit = scribe_lexicon_find(r->lexicon, domain, hashes + i, most);
    if (hit.entry == NULL && domain == LEXICON_BODY)
      hit = find_single(r, domain, i);
    if (hit.entry == NULL || (domain == LEXICON_BODY && hit.words == 1 && is_adverb(r, i))) {
      i++;
      continue;
    }
    for (guint k = 0; k < hit.words; k++)
      scribe_reading_token(r, i + k)->mark[domain] = hit.entry;
    scribe_reading_token(r, i)->words_of[domain] = (guint8)hit.words;
    i += hit.words;
  }
}

static void
set_key(ScribeReading *r, guint i)
{
  static const ScribeLexiconDomain CONCEPTS[] = {LEXICON_DRUG, LEXICON_TERM, LEXICON_BODY};
  ScribeToken *token = scribe_reading_token(r, i);
  token->key = token->stem;
  guint best = 0;
  gboolean inside = FALSE;
  for (guint d = 0; d < G_N_ELEMENTS(CONCEPTS); d++) {
    ScribeLexiconDomain domain = CONCEPTS[d];
    if (token->mark[domain] == NULL)
      continue;
    if (token->words_of[domain] == 0)
      inside = TRUE;
    if (token->words_of[domain] > best) {
      best = token->words_of[domain];
      token->key = token->mark[domain]->key;
    }
  }
  if (best == 0 && inside)
    token->key = 0;
  if (token->number >= 0) {
    const ScribeNumber *number = &g_array_index(r->numbers, ScribeNumber, token->number);
    gint64 bits = (gint64)(number->value * 1000 + 0.5);
    token->key = i == number->first ? scribe_lexicon_join(7, (guint64)bits + 1) : 0;
  }
  token->weight = token->key != 0 ? (float)scribe_lexicon_weight(r->lexicon, token->key) : 0.0f;
  if (token->number >= 0 && token->key != 0)
    token->weight = 3.0f;
}

static void
find_sentences(ScribeReading *r)
{
  for (guint i = 0; i < r->tokens->len; i++) {
    if (i == 0 || (scribe_reading_token(r, i)->flags & READING_SENTENCE)) {
      ScribeSentence sentence = {i, i};
      g_array_append_val(r->sentences, sentence);
    }
    g_array_index(r->sentences, ScribeSentence, r->sentences->len - 1).last = i;
  }
}

void
scribe_reading_finish(ScribeReading *r)
{
  guint n = r->tokens->len;
  g_autofree guint64 *hashes = g_new(guint64, n + 1);
  for (guint i = 0; i < n; i++)
    hashes[i] = scribe_reading_token(r, i)->hash;
  for (guint domain = 0; domain < LEXICON_N; domain++)
    mark_domain(r, (ScribeLexiconDomain)domain, hashes);
  scribe_number_find(r);
  for (guint i = 0; i < n; i++)
    set_key(r, i);
  find_sentences(r);
}
