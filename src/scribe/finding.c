#include <string.h>

#include "guichet/base/error.h"
#include "guichet/scribe/draft.h"

#define FINDING_EVIDENCE_CAP 64u

static const char *const KIND_WORDS[SCRIBE_FINDING_N] = {
#define FINDING(id, word, help) [SCRIBE_FINDING_##id] = word,
#include "scribe/finding.def"
#undef FINDING
};

static const char *const SEVERITY_WORDS[] = {
    [SCRIBE_SEVERITY_INFO] = "info",
    [SCRIBE_SEVERITY_WARN] = "warn",
    [SCRIBE_SEVERITY_BLOCK] = "block",
};

ScribeFinding *
scribe_finding_new(ScribeFindingKind kind, ScribeSeverity severity, guint start, guint end,
                   char *message_taken)
{
  ScribeFinding *finding = g_new0(ScribeFinding, 1);
  finding->kind = kind;
  finding->severity = severity;
  finding->start = start;
  finding->end = end;
  finding->message = message_taken;
  finding->evidence = g_array_new(FALSE, FALSE, sizeof(ScribeEvidence));
  return finding;
}

void
scribe_finding_free(ScribeFinding *finding)
{
  if (finding == NULL)
    return;
  g_free(finding->message);
  g_array_unref(finding->evidence);
  g_free(finding);
}

void
scribe_finding_add_evidence(ScribeFinding *finding, guint turn, guint start, guint end)
{
  ScribeEvidence evidence = {turn, start, end};
  if (finding->evidence->len < FINDING_EVIDENCE_CAP)
    g_array_append_val(finding->evidence, evidence);
}

json_t *
scribe_finding_to_json(const ScribeFinding *finding)
{
  json_t *evidence = json_array();
  for (guint i = 0; i < finding->evidence->len; i++) {
    ScribeEvidence e = g_array_index(finding->evidence, ScribeEvidence, i);
    json_array_append_new(evidence, json_pack("{s:I,s:I,s:I}", "turn", (json_int_t)e.turn, "start",
                                              (json_int_t)e.start, "end", (json_int_t)e.end));
  }
  return json_pack("{s:s,s:s,s:I,s:I,s:s,s:o}", "kind", KIND_WORDS[finding->kind], "severity",
                   SEVERITY_WORDS[finding->severity], "start", (json_int_t)finding->start, "end",
                   (json_int_t)finding->end, "message", finding->message, "evidence", evidence);
}

static gboolean
fail(GError **error, const char *field, const char *why)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "finding: %s %s", field, why);
  return FALSE;
}

static gboolean
read_word(const json_t *json, const char *field, const char *const *words, guint n, guint *ret,
          GError **error)
{
  const char *word = json_string_value(json_object_get(json, field));
  for (guint i = 0; word != NULL && i < n; i++)
    if (strcmp(word, words[i]) == 0) {
      *ret = i;
      return TRUE;
    }
  return fail(error, field, word == NULL ? "is not a string" : "is not a known word");
}

static gboolean
read_offset(const json_t *json, const char *field, guint *ret, GError **error)
{
  const json_t *value = json_object_get(json, field);
  if (!json_is_integer(value))
    return fail(error, field, "is not a whole number");
  json_int_t n = json_integer_value(value);
  if (n < 0 || n > G_MAXINT32)
    return fail(error, field, "is out of range");
  *ret = (guint)n;
  return TRUE;
}

static gboolean
read_evidence(const json_t *json, ScribeFinding *finding, GError **error)
{
  const json_t *list = json_object_get(json, "evidence");
  if (!json_is_array(list) || json_array_size(list) > FINDING_EVIDENCE_CAP)
    return fail(error, "evidence", "is not a list of at most 64 places");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *place = json_array_get(list, i);
    ScribeEvidence e;
    if (!read_offset(place, "turn", &e.turn, error) ||
        !read_offset(place, "start", &e.start, error) || !read_offset(place, "end", &e.end, error))
      return FALSE;
    if (e.start > e.end)
      return fail(error, "evidence", "ends before it starts");
    scribe_finding_add_evidence(finding, e.turn, e.start, e.end);
  }
  return TRUE;
}

gboolean
scribe_finding_from_json(const json_t *json, ScribeFinding **ret, GError **error)
{
  guint kind = 0, severity = 0, start = 0, end = 0;
  if (!read_word(json, "kind", KIND_WORDS, SCRIBE_FINDING_N, &kind, error) ||
      !read_word(json, "severity", SEVERITY_WORDS, G_N_ELEMENTS(SEVERITY_WORDS), &severity,
                 error) ||
      !read_offset(json, "start", &start, error) || !read_offset(json, "end", &end, error))
    return FALSE;
  if (start > end)
    return fail(error, "end", "stands before start");
  const char *message = json_string_value(json_object_get(json, "message"));
  if (message == NULL)
    return fail(error, "message", "is not a string");
  g_autoptr(ScribeFinding) finding = scribe_finding_new(
      (ScribeFindingKind)kind, (ScribeSeverity)severity, start, end, g_strdup(message));
  if (!read_evidence(json, finding, error))
    return FALSE;
  *ret = g_steal_pointer(&finding);
  return TRUE;
}

const char *
scribe_finding_kind_word(ScribeFindingKind kind)
{
  g_return_val_if_fail(kind < SCRIBE_FINDING_N, "");
  return KIND_WORDS[kind];
}

const char *
scribe_finding_severity_word(ScribeSeverity severity)
{
  g_return_val_if_fail((guint)severity < G_N_ELEMENTS(SEVERITY_WORDS), "");
  return SEVERITY_WORDS[severity];
}
