#include "guichet/scribe/draft.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"

#define FORMAT "guichet.draft/1"

/* ---- making ---- */

static void
statement_free(gpointer data)
{
  ScribeStatement *s = data;
  if (s == NULL)
    return;
  g_free(s->text);
  g_array_unref(s->evidence);
  g_free(s);
}

static void
section_free(gpointer data)
{
  ScribeSection *s = data;
  if (s == NULL)
    return;
  g_free(s->id);
  g_free(s->title);
  g_ptr_array_unref(s->statements);
  g_free(s);
}

static void
finding_free(gpointer data)
{
  scribe_finding_free(data);
}

ScribeDraft *
scribe_draft_new(const char *kind, const char *template, const char *language)
{
  ScribeDraft *d = g_new0(ScribeDraft, 1);
  d->kind = g_strdup(kind);
  d->template = g_strdup(template);
  d->language = g_strdup(language);
  d->text = g_strdup("");
  d->sections = g_ptr_array_new_with_free_func(section_free);
  d->findings = g_ptr_array_new_with_free_func(finding_free);
  d->fields = json_pack("{s:[],s:[],s:[],s:[],s:[],s:[]}", "problems", "medications", "allergies",
                        "vitals", "orders", "plan");
  return d;
}

void
scribe_draft_free(ScribeDraft *draft)
{
  if (draft == NULL)
    return;
  g_free(draft->kind);
  g_free(draft->template);
  g_free(draft->language);
  g_free(draft->engine_name);
  g_free(draft->engine_version);
  g_free(draft->model);
  g_free(draft->prompt_hash);
  g_free(draft->text);
  g_ptr_array_unref(draft->sections);
  g_ptr_array_unref(draft->findings);
  json_decref(draft->fields);
  g_free(draft);
}

ScribeSection *
scribe_draft_add_section(ScribeDraft *draft, const char *id, const char *title)
{
  ScribeSection *s = g_new0(ScribeSection, 1);
  s->id = g_strdup(id);
  s->title = g_strdup(title);
  s->statements = g_ptr_array_new_with_free_func(statement_free);
  g_ptr_array_add(draft->sections, s);
  return s;
}

ScribeStatement *
scribe_draft_add_statement(ScribeSection *section, const char *text, double confidence)
{
  ScribeStatement *s = g_new0(ScribeStatement, 1);
  s->text = g_strdup(text);
  s->evidence = g_array_new(FALSE, FALSE, sizeof(ScribeEvidence));
  s->confidence = CLAMP(confidence, 0, 1);
  g_ptr_array_add(section->statements, s);
  return s;
}

void
scribe_draft_add_evidence(ScribeStatement *statement, guint turn, guint start, guint end)
{
  ScribeEvidence e = {.turn = turn, .start = start, .end = end};
  g_array_append_val(statement->evidence, e);
}

/* A history reads as prose; everything else one statement a line. */
static gboolean
is_prose(const char *id)
{
  return strcmp(id, "hpi") == 0;
}

static void
compose_section(GString *text, guint *points, const ScribeSection *s)
{
  for (guint i = 0; i < s->statements->len; i++) {
    ScribeStatement *t = g_ptr_array_index(s->statements, i);
    if (i > 0) {
      g_string_append_c(text, is_prose(s->id) ? ' ' : '\n');
      ++*points;
    }
    t->start = *points;
    g_string_append(text, t->text);
    *points += (guint)g_utf8_strlen(t->text, -1);
    t->end = *points;
  }
}

void
scribe_draft_compose(ScribeDraft *draft)
{
  GString *text = g_string_new(NULL);
  guint points = 0;
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(draft->sections, i);
    if (i > 0) {
      g_string_append(text, "\n\n");
      points += 2;
    }
    if (s->title != NULL && *s->title != '\0') {
      g_string_append(text, s->title);
      g_string_append_c(text, '\n');
      points += (guint)g_utf8_strlen(s->title, -1) + 1;
    }
    compose_section(text, &points, s);
  }
  if (text->len > 0) {
    g_string_append_c(text, '\n');
  }
  g_free(draft->text);
  draft->text = g_string_free(text, FALSE);
}

/* ---- to JSON ---- */

static json_t *
evidence_to_json(const GArray *list)
{
  json_t *out = json_array();
  for (guint i = 0; i < list->len; i++) {
    const ScribeEvidence *e = &g_array_index(list, ScribeEvidence, i);
    json_array_append_new(out, json_pack("{s:I,s:I,s:I}", "turn", (json_int_t)e->turn, "start",
                                         (json_int_t)e->start, "end", (json_int_t)e->end));
  }
  return out;
}

static json_t *
section_to_json(const ScribeSection *s)
{
  json_t *list = json_array();
  for (guint i = 0; i < s->statements->len; i++) {
    const ScribeStatement *t = g_ptr_array_index(s->statements, i);
    json_array_append_new(list,
                          json_pack("{s:s,s:o,s:f}", "text", t->text, "evidence",
                                    evidence_to_json(t->evidence), "confidence", t->confidence));
  }
  return json_pack("{s:s,s:s,s:o}", "id", s->id, "title", s->title != NULL ? s->title : "",
                   "statements", list);
}

json_t *
scribe_draft_to_json(const ScribeDraft *d, const json_t *id)
{
  json_t *sections = json_array();
  for (guint i = 0; i < d->sections->len; i++)
    json_array_append_new(sections, section_to_json(g_ptr_array_index(d->sections, i)));
  json_t *findings = json_array();
  for (guint i = 0; i < d->findings->len; i++)
    json_array_append_new(findings, scribe_finding_to_json(g_ptr_array_index(d->findings, i)));
  json_t *engine = json_pack("{s:s?,s:s?,s:s?,s:s?}", "name", d->engine_name, "version",
                             d->engine_version, "model", d->model, "prompt_hash", d->prompt_hash);
  return json_pack("{s:s,s:o,s:s?,s:s?,s:s?,s:o,s:s,s:o,s:o,s:o}", "format", FORMAT, "id",
                   id != NULL ? json_deep_copy(id) : json_null(), "kind", d->kind, "template",
                   d->template, "language", d->language, "engine", engine, "text", d->text,
                   "sections", sections, "fields", json_deep_copy(d->fields), "findings", findings);
}

/* ---- from JSON ---- */

static gboolean
bad(GError **error, const char *where, const char *what)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "draft: field %s %s", where, what);
  return FALSE;
}

/* A string member; `may_null` lets it be null or absent (then *ret becomes NULL). */
static gboolean
read_string(const json_t *object, const char *key, gboolean may_null, char **ret, GError **error)
{
  const json_t *v = json_object_get(object, key);
  if (may_null && (v == NULL || json_is_null(v)))
    return TRUE;
  if (!json_is_string(v))
    return bad(error, key, "must be a string");
  if (strlen(json_string_value(v)) != json_string_length(v))
    return bad(error, key, "holds a NUL");
  g_free(*ret);
  *ret = g_strdup(json_string_value(v));
  return TRUE;
}

static gboolean
read_offset(const json_t *object, const char *key, guint *ret, GError **error)
{
  const json_t *v = json_object_get(object, key);
  if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > G_MAXINT32)
    return bad(error, key, "must be a whole number from 0");
  *ret = (guint)json_integer_value(v);
  return TRUE;
}

static gboolean
read_evidence(const json_t *object, GArray *into, GError **error)
{
  const json_t *list = json_object_get(object, "evidence");
  if (!json_is_array(list))
    return bad(error, "evidence", "must be an array");
  size_t i;
  const json_t *v;
  json_array_foreach (list, i, v) {
    ScribeEvidence e;
    if (!read_offset(v, "turn", &e.turn, error) || !read_offset(v, "start", &e.start, error) ||
        !read_offset(v, "end", &e.end, error))
      return FALSE;
    if (e.end < e.start)
      return bad(error, "evidence", "ends before it starts");
    g_array_append_val(into, e);
  }
  return TRUE;
}

static gboolean
read_statement(ScribeSection *section, const json_t *json, GError **error)
{
  const json_t *confidence = json_object_get(json, "confidence");
  if (!json_is_number(confidence) || json_number_value(confidence) < 0 ||
      json_number_value(confidence) > 1)
    return bad(error, "confidence", "must be a number from 0 to 1");
  ScribeStatement *s = scribe_draft_add_statement(section, "", json_number_value(confidence));
  return read_string(json, "text", FALSE, &s->text, error) &&
         read_evidence(json, s->evidence, error);
}

static gboolean
read_section(ScribeDraft *draft, const json_t *json, GError **error)
{
  const json_t *list = json_object_get(json, "statements");
  if (!json_is_array(list))
    return bad(error, "statements", "must be an array");
  ScribeSection *s = scribe_draft_add_section(draft, "", "");
  if (!read_string(json, "id", FALSE, &s->id, error) ||
      !read_string(json, "title", FALSE, &s->title, error))
    return FALSE;
  size_t i;
  const json_t *v;
  json_array_foreach (list, i, v) {
    if (!read_statement(s, v, error))
      return FALSE;
  }
  return TRUE;
}

/* Finds each statement again, in order, in the text. */
static gboolean
place_statements(ScribeDraft *draft, GError **error)
{
  const char *at = draft->text;
  guint points = 0;
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(draft->sections, i);
    for (guint j = 0; j < s->statements->len; j++) {
      ScribeStatement *t = g_ptr_array_index(s->statements, j);
      const char *hit = strstr(at, t->text);
      if (hit == NULL)
        return bad(error, "text", "lacks a statement of the sections, or has it out of order");
      points += (guint)g_utf8_strlen(at, hit - at);
      t->start = points;
      points += (guint)g_utf8_strlen(t->text, -1);
      t->end = points;
      at = hit + strlen(t->text);
    }
  }
  return TRUE;
}

static gboolean
read_findings(ScribeDraft *draft, const json_t *list, GError **error)
{
  if (!json_is_array(list))
    return bad(error, "findings", "must be an array");
  guint length = (guint)g_utf8_strlen(draft->text, -1);
  size_t i;
  const json_t *v;
  json_array_foreach (list, i, v) {
    ScribeFinding *f = NULL;
    if (!scribe_finding_from_json(v, &f, error))
      return FALSE;
    g_ptr_array_add(draft->findings, f);
    if (f->end > length)
      return bad(error, "findings", "has an offset past the end of the text");
  }
  return TRUE;
}

static gboolean
read_fields(ScribeDraft *draft, const json_t *fields, GError **error)
{
  if (!json_is_object(fields))
    return bad(error, "fields", "must be an object");
  const char *key;
  json_t *list;
  json_t *copy = json_deep_copy(fields);
  json_object_update(draft->fields, copy);
  json_decref(copy);
  json_object_foreach (draft->fields, key, list) {
    if (!json_is_array(list))
      return bad(error, key, "must be an array");
    size_t i;
    const json_t *v;
    json_array_foreach (list, i, v) {
      if (!json_is_object(v))
        return bad(error, key, "must hold objects");
    }
  }
  return TRUE;
}

static gboolean
read_head(ScribeDraft *d, const json_t *json, GError **error)
{
  const json_t *engine = json_object_get(json, "engine");
  const json_t *format = json_object_get(json, "format");
  if (!json_is_string(format) || strcmp(json_string_value(format), FORMAT) != 0)
    return bad(error, "format", "must be " FORMAT);
  if (!json_is_object(engine))
    return bad(error, "engine", "must be an object");
  return read_string(json, "kind", FALSE, &d->kind, error) &&
         read_string(json, "template", FALSE, &d->template, error) &&
         read_string(json, "language", FALSE, &d->language, error) &&
         read_string(json, "text", FALSE, &d->text, error) &&
         read_string(engine, "name", TRUE, &d->engine_name, error) &&
         read_string(engine, "version", TRUE, &d->engine_version, error) &&
         read_string(engine, "model", TRUE, &d->model, error) &&
         read_string(engine, "prompt_hash", TRUE, &d->prompt_hash, error);
}

gboolean
scribe_draft_from_json(const json_t *json, ScribeDraft **ret, GError **error)
{
  g_autoptr(ScribeDraft) d = scribe_draft_new(NULL, NULL, NULL);
  if (!json_is_object(json))
    return bad(error, "(whole)", "must be an object");
  if (!read_head(d, json, error))
    return FALSE;
  const json_t *sections = json_object_get(json, "sections");
  if (!json_is_array(sections))
    return bad(error, "sections", "must be an array");
  size_t i;
  const json_t *v;
  json_array_foreach (sections, i, v) {
    if (!read_section(d, v, error))
      return FALSE;
  }
  if (!place_statements(d, error) || !read_fields(d, json_object_get(json, "fields"), error) ||
      !read_findings(d, json_object_get(json, "findings"), error))
    return FALSE;
  *ret = g_steal_pointer(&d);
  return TRUE;
}
