#define PCRE2_CODE_UNIT_WIDTH 8
#include "scribe/pattern.h"

#include <pcre2.h>
#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

#define PATTERN_MATCH_LIMIT 200000u
#define PATTERN_DEPTH_LIMIT 2000u
#define PATTERN_FOUND 20u

gpointer
scribe_pattern_compile(const char *expression, char **ret_why)
{
  int number = 0;
  PCRE2_SIZE at = 0;
  pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                                   PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_MULTILINE |
                                       PCRE2_NEVER_BACKSLASH_C,
                                   &number, &at, NULL);
  if (code == NULL) {
    char why[160] = "";
    pcre2_get_error_message(number, (PCRE2_UCHAR *)why, sizeof why);
    *ret_why = g_strdup_printf("the expression fails at character %u: %s", (guint)at, why);
    return NULL;
  }
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* without it the matcher still works, slower */
  return code;
}

void
scribe_pattern_free(gpointer code)
{
  pcre2_code_free(code);
}

static void
add(const ScribeLexiconPattern *pattern, const char *note, gsize start, gsize end,
    GPtrArray *findings)
{
  g_autofree char *quote = g_strndup(note + start, end - start);
  g_autofree char *brief = base_text_ellipsize(quote, 60);
  char *message = g_strdup_printf(_("“%s”: %s."), brief, pattern->reason);
  guint first = base_text_point(note, start);
  guint last = first + (guint)g_utf8_strlen(quote, -1);
  g_ptr_array_add(findings,
                  scribe_finding_new(pattern->kind, pattern->severity, first, last, message));
}

static void
find_one(const ScribeLexiconPattern *pattern, pcre2_match_context *limits, const char *note,
         GPtrArray *findings)
{
  pcre2_match_data *match = pcre2_match_data_create_from_pattern(pattern->code, NULL);
  gsize length = strlen(note), at = 0;
  for (guint n = 0; n < PATTERN_FOUND && at <= length; n++) {
    int rc =
        pcre2_match(pattern->code, (PCRE2_SPTR)note, length, at, PCRE2_NO_UTF_CHECK, match, limits);
    if (rc <= 0)
      break; /* no match, or past a limit: nothing is claimed */
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(match);
    if (place[1] <= place[0])
      break;
    add(pattern, note, place[0], place[1], findings);
    at = place[1];
  }
  pcre2_match_data_free(match);
}

void
scribe_pattern_find(const ScribeLexicon *lexicon, const char *note, gboolean consent,
                    GPtrArray *findings)
{
  pcre2_match_context *limits = pcre2_match_context_create(NULL);
  pcre2_set_match_limit(limits, PATTERN_MATCH_LIMIT);
  pcre2_set_depth_limit(limits, PATTERN_DEPTH_LIMIT);
  const GPtrArray *patterns = scribe_lexicon_patterns(lexicon);
  for (guint i = 0; i < patterns->len; i++) {
    const ScribeLexiconPattern *pattern = patterns->pdata[i];
    if (!consent || pattern->kind != SCRIBE_FINDING_CONSENT)
      find_one(pattern, limits, note, findings);
  }
  pcre2_match_context_free(limits);
}
