#include "clinic/finding.h"

#include <string.h>

#include "guichet/base/error.h"

void
clinic_finding_free(ClinicFinding *finding)
{
  if (finding == NULL)
    return;
  scribe_finding_free(finding->finding);
  g_free(finding->override_reason);
  g_free(finding);
}

static void
finding_unref(gpointer data)
{
  clinic_finding_free(data);
}

GPtrArray *
clinic_finding_wrap(GPtrArray *findings_taken)
{
  GPtrArray *wrapped = g_ptr_array_new_full(findings_taken->len, finding_unref);
  for (guint i = 0; i < findings_taken->len; i++) {
    ClinicFinding *one = g_new0(ClinicFinding, 1);
    one->finding = findings_taken->pdata[i];
    g_ptr_array_add(wrapped, one);
  }
  g_ptr_array_set_free_func(findings_taken, NULL);
  g_ptr_array_unref(findings_taken);
  return wrapped;
}

gboolean
clinic_finding_same(const ScribeFinding *a, const ScribeFinding *b)
{
  return a->kind == b->kind && a->severity == b->severity && strcmp(a->message, b->message) == 0 &&
         a->end - a->start == b->end - b->start;
}

void
clinic_finding_keep(GPtrArray *fresh, const GPtrArray *old)
{
  for (guint i = 0; i < fresh->len; i++) {
    ClinicFinding *now = fresh->pdata[i];
    for (guint j = 0; j < old->len && now->override_reason == NULL; j++) {
      const ClinicFinding *then = old->pdata[j];
      if (then->override_reason == NULL || !clinic_finding_same(now->finding, then->finding))
        continue;
      now->override_reason = g_strdup(then->override_reason);
      now->override_by = then->override_by;
      now->override_at = then->override_at;
    }
  }
}

json_t *
clinic_finding_to_json(const GPtrArray *findings)
{
  json_t *list = json_array();
  for (guint i = 0; i < findings->len; i++) {
    const ClinicFinding *one = findings->pdata[i];
    json_t *entry = json_pack("{s:o}", "finding", scribe_finding_to_json(one->finding));
    if (one->override_reason != NULL)
      json_object_set_new(entry, "override",
                          json_pack("{s:s,s:I,s:I}", "reason", one->override_reason, "by",
                                    (json_int_t)one->override_by, "at",
                                    (json_int_t)one->override_at));
    json_array_append_new(list, entry);
  }
  return list;
}

static gboolean
entry_read(const json_t *entry, GPtrArray *into, GError **error)
{
  const json_t *override = json_object_get(entry, "override");
  ScribeFinding *finding = NULL;
  if (!scribe_finding_from_json(json_object_get(entry, "finding"), &finding, error))
    return FALSE;
  ClinicFinding *one = g_new0(ClinicFinding, 1);
  one->finding = finding;
  one->override_reason = g_strdup(json_string_value(json_object_get(override, "reason")));
  one->override_by = json_integer_value(json_object_get(override, "by"));
  one->override_at = json_integer_value(json_object_get(override, "at"));
  g_ptr_array_add(into, one);
  return TRUE;
}

gboolean
clinic_finding_from_json(const char *text, GPtrArray **ret, GError **error)
{
  json_t *list = json_loads(text, 0, NULL), *entry;
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(finding_unref);
  gboolean ok = json_is_array(list);
  size_t index;
  if (!ok)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                        "a stored list of findings is no list");
  json_array_foreach (list, index, entry) {
    ok = ok && entry_read(entry, findings, error);
  }
  json_decref(list);
  if (ok)
    *ret = g_steal_pointer(&findings);
  return ok;
}

void
clinic_finding_count(const GPtrArray *findings, StoreItem *item)
{
  item->n_block = item->n_warn = item->n_info = 0;
  for (guint i = 0; i < findings->len; i++) {
    const ClinicFinding *one = findings->pdata[i];
    if (one->override_reason != NULL)
      continue;
    item->n_block += one->finding->severity == SCRIBE_SEVERITY_BLOCK;
    item->n_warn += one->finding->severity == SCRIBE_SEVERITY_WARN;
    item->n_info += one->finding->severity == SCRIBE_SEVERITY_INFO;
  }
}
