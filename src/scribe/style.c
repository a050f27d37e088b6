#include "guichet/scribe/style.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/text.h"

#define STYLE_FILE_CAP (256u * 1024u)
#define STYLE_WORD_CAP 40u
#define STYLE_GAP "…"
#define STYLE_WORDS_LEAST 4u /* kept ones, or it shows no manner */
#define STYLE_GAPS_MOST 3u

struct ScribeStyle {
  GHashTable *words; /* set of folded words */
};

void
scribe_style_free(ScribeStyle *style)
{
  if (style == NULL)
    return;
  g_hash_table_unref(style->words);
  g_free(style);
}

static gboolean
style_line(ScribeStyle *style, const char *path, guint number, const char *line, GError **error)
{
  g_autofree char *word = base_text_fold(line);
  if (*line == '#' || *word == '\0')
    return TRUE;
  gboolean letters = strlen(word) <= STYLE_WORD_CAP;
  for (const char *p = word; *p != '\0'; p++)
    letters = letters && g_ascii_isalpha(*p);
  if (!letters) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s:%u: this is not one word of letters", path,
                number);
    return FALSE;
  }
  g_hash_table_add(style->words, g_steal_pointer(&word));
  return TRUE;
}

gboolean
scribe_style_load(const char *own, ScribeStyle **ret, GError **error)
{
  gboolean mine = own != NULL && g_file_test(own, G_FILE_TEST_EXISTS);
  g_autofree char *path = mine ? g_strdup(own) : base_file_data("style/words.txt");
  g_autofree char *text = NULL;
  gsize length = 0, bad = 0;
  if (!base_file_read(path, STYLE_FILE_CAP, &text, &length, error))
    return FALSE;
  if (!base_text_valid(text, length, &bad)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: not UTF-8 text", path);
    return FALSE;
  }
  g_autoptr(ScribeStyle) style = g_new0(ScribeStyle, 1);
  style->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!style_line(style, path, i + 1, lines[i], error))
      return FALSE;
  *ret = g_steal_pointer(&style);
  return TRUE;
}

/* --- one phrase */

/* On the list, and not a name by its capital inside a sentence. */
static gboolean
may_stay(const ScribeStyle *style, const char *word, gsize length, gboolean first)
{
  g_autofree char *plain = g_strndup(word, length);
  g_autofree char *folded = base_text_fold(plain);
  if (!first && g_unichar_isupper(g_utf8_get_char(plain)) && length > 1)
    return FALSE;
  return g_hash_table_contains(style->words, folded);
}

typedef struct {
  GString *text;
  guint kept, gaps;
  gboolean open; /* the last thing was a gap */
} Phrase;

static void
phrase_gap(Phrase *phrase)
{
  if (phrase->open)
    return;
  if (phrase->text->len > 0 && !g_str_has_suffix(phrase->text->str, "’") &&
      !g_str_has_suffix(phrase->text->str, "'"))
    g_string_append_c(phrase->text, ' ');
  g_string_append(phrase->text, STYLE_GAP);
  phrase->gaps++;
  phrase->open = TRUE;
}

static void
phrase_word(Phrase *phrase, const char *word, gsize length)
{
  if (phrase->text->len > 0 && !g_str_has_suffix(phrase->text->str, "’") &&
      !g_str_has_suffix(phrase->text->str, "'"))
    g_string_append_c(phrase->text, ' ');
  g_string_append_len(phrase->text, word, (gssize)length);
  phrase->kept++;
  phrase->open = FALSE;
}

/* Letters are a word; a comma, an apostrophe and the end stay; all else, digits above all, is a
 * gap. */
static void
phrase_read(const ScribeStyle *style, const char *sentence, Phrase *phrase)
{
  for (const char *p = sentence; *p != '\0';) {
    gunichar c = g_utf8_get_char(p);
    const char *end = p;
    while (*end != '\0' && g_unichar_isalpha(g_utf8_get_char(end)))
      end = base_text_next(end);
    if (end > p) {
      gboolean joined = g_unichar_isdigit(g_utf8_get_char(end)) || *end == '-' || *end == '_';
      if (!joined && may_stay(style, p, (gsize)(end - p), phrase->kept + phrase->gaps == 0))
        phrase_word(phrase, p, (gsize)(end - p));
      else
        phrase_gap(phrase);
      p = end;
      continue;
    }
    if ((c == '\'' || c == 0x2019) && phrase->text->len > 0 && !phrase->open)
      g_string_append_unichar(phrase->text, c);
    else if (c == ',' && phrase->text->len > 0 && !g_str_has_suffix(phrase->text->str, ","))
      g_string_append_c(phrase->text, ',');
    else if (!g_unichar_isspace(c) && (c > 127 || strchr(".,!?:;", (int)c) == NULL))
      phrase_gap(phrase);
    p = base_text_next(p);
  }
}

char *
scribe_style_phrase(const ScribeStyle *style, const char *sentence)
{
  Phrase phrase = {.text = g_string_new(NULL)};
  if (strlen(sentence) <= 4 * SCRIBE_STYLE_MOST)
    phrase_read(style, sentence, &phrase);
  gboolean shows = phrase.kept >= STYLE_WORDS_LEAST && phrase.gaps <= STYLE_GAPS_MOST &&
                   phrase.kept >= 2 * phrase.gaps && phrase.text->len < SCRIBE_STYLE_MOST;
  if (shows)
    g_string_append_c(phrase.text, '.');
  char *text = g_string_free(phrase.text, FALSE);
  if (!shows)
    g_clear_pointer(&text, g_free);
  return text;
}

gboolean
scribe_style_is_plain(const ScribeStyle *style, const char *phrase)
{
  g_auto(GStrv) parts = g_strsplit(phrase, STYLE_GAP, -1);
  guint kept = 0;
  for (guint i = 0; parts[i] != NULL; i++) {
    Phrase part = {.text = g_string_new(NULL), .kept = i > 0};
    phrase_read(style, parts[i], &part);
    g_string_free(part.text, TRUE);
    kept += part.kept;
    if (part.gaps > 0)
      return FALSE;
  }
  return kept >= STYLE_WORDS_LEAST && strlen(phrase) < SCRIBE_STYLE_MOST;
}

/* --- a note's */

static void
phrase_free(gpointer data)
{
  ScribeStylePhrase *phrase = data;
  g_free(phrase->section);
  g_free(phrase->phrase);
  g_free(phrase);
}

/* The section whose heading the line is; NULL none. */
static const char *
heading_of(const ScribeDraft *draft, const char *line)
{
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *section = draft->sections->pdata[i];
    if (strcmp(section->title, line) == 0)
      return section->id;
  }
  return NULL;
}

static void
take_sentence(const ScribeStyle *style, const ScribeDraft *draft, const char *section,
              const char *sentence, GPtrArray *into)
{
  char *phrase =
      strstr(draft->text, sentence) == NULL ? scribe_style_phrase(style, sentence) : NULL;
  if (phrase == NULL)
    return;
  ScribeStylePhrase *one = g_new(ScribeStylePhrase, 1);
  *one = (ScribeStylePhrase){g_strdup(section), phrase};
  g_ptr_array_add(into, one);
}

GPtrArray *
scribe_style_of_note(const ScribeStyle *style, const ScribeDraft *draft, const char *text)
{
  GPtrArray *phrases = g_ptr_array_new_with_free_func(phrase_free);
  const char *section = NULL;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_strstrip(*line);
    const char *heading = heading_of(draft, *line);
    if (heading != NULL || section == NULL) {
      section = heading != NULL ? heading : section;
      continue;
    }
    g_auto(GStrv) sentences = g_strsplit(*line, ". ", -1);
    for (char **s = sentences; *s != NULL; s++) {
      g_strdelimit(*s, ".", ' ');
      g_strstrip(*s);
      if (**s != '\0')
        take_sentence(style, draft, section, *s, phrases);
    }
  }
  return phrases;
}
