#include "guichet/wire/fhir_status.h"

#include <string.h>

#include "guichet/base/text.h"

enum { STATUS_ID_MOST = 64, STATUS_WORD_MOST = 40 };

/* What each may follow: as a visit goes on; and when a slip at the desk is taken back. */
static const struct {
  const char *status, *after[6], *back[6];
} STATUSES[] = {
    {"booked", {"pending"}, {"arrived", "checked-in", "noshow", "fulfilled", "cancelled"}},
    {"arrived", {"pending", "booked"}, {"checked-in", "noshow", "fulfilled", "cancelled"}},
    {"checked-in", {"pending", "booked", "arrived"}, {"noshow", "fulfilled", "cancelled"}},
    {"fulfilled", {"pending", "booked", "arrived", "checked-in"}, {NULL}},
    {"noshow", {"pending", "booked"}, {NULL}},
    {"cancelled", {"proposed", "pending", "booked", "arrived", "checked-in"}, {NULL}},
};

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static gsize
row_of(const char *status)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS(STATUSES) && strcmp(STATUSES[i].status, status) != 0)
    i++;
  return i;
}

static gboolean
is_appointment(const char *reference)
{
  const char *id = g_str_has_prefix(reference, "Appointment/") ? reference + 12 : "";
  gsize n = strlen(id);
  return n > 0 && n <= STATUS_ID_MOST &&
         strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-.") == n && strcmp(id, ".") != 0 &&
         strcmp(id, "..") != 0;
}

char *
wire_fhir_status_write(const WireFhirStatus *said)
{
  if (!is_appointment(said->reference) || row_of(said->status) == G_N_ELEMENTS(STATUSES))
    return NULL;
  json_t *made = json_pack("{s:s,s:[{s:s,s:{s:s}},{s:s,s:s},{s:s,s:b}]}", "resourceType",
                           "Parameters", "parameter", "name", "appointment", "valueReference",
                           "reference", said->reference, "name", "status", "valueCode",
                           said->status, "name", "back", "valueBoolean", said->back);
  char *text = json_dumps(made, JSON_COMPACT | JSON_PRESERVE_ORDER);
  json_decref(made);
  return text;
}

void
wire_fhir_status_clear(WireFhirStatus *said)
{
  g_clear_pointer(&said->reference, g_free);
  g_clear_pointer(&said->status, g_free);
}

gboolean
wire_fhir_status_read(const char *bytes, gsize length, WireFhirStatus *ret)
{
  json_t *made = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
  const json_t *list = json_object_get(made, "parameter"), *first = json_array_get(list, 0);
  const char *reference = text_of(json_object_get(first, "valueReference"), "reference");
  const char *status = text_of(json_array_get(list, 1), "valueCode");
  gboolean ok = strcmp(text_of(made, "resourceType"), "Parameters") == 0 &&
                strcmp(text_of(first, "name"), "appointment") == 0 && is_appointment(reference) &&
                row_of(status) < G_N_ELEMENTS(STATUSES);
  if (ok)
    *ret = (WireFhirStatus){
        .reference = g_strdup(reference),
        .status = g_strdup(status),
        .back = json_is_true(json_object_get(json_array_get(list, 2), "valueBoolean"))};
  json_decref(made);
  return ok;
}

static gboolean
is_listed(const char *const *list, const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS(STATUSES[0].after) && list[i] != NULL; i++)
    if (strcmp(list[i], word) == 0)
      return TRUE;
  return FALSE;
}

WireFhirStatusStanding
wire_fhir_status_standing(const json_t *resource, const WireFhirStatus *said, char **ret_now)
{
  const char *now = text_of(resource, "status");
  g_autofree char *own =
      g_strdup_printf("%s/%s", text_of(resource, "resourceType"), text_of(resource, "id"));
  g_autofree char *word = base_text_disarm(now, -1, FALSE);
  gsize row = row_of(said->status);
  *ret_now = g_strndup(word, base_text_byte(word, STATUS_WORD_MOST));
  if (strcmp(own, said->reference) != 0 || row == G_N_ELEMENTS(STATUSES))
    return WIRE_FHIR_STATUS_OTHER;
  if (strcmp(now, said->status) == 0)
    return WIRE_FHIR_STATUS_THERE;
  return is_listed(said->back ? STATUSES[row].back : STATUSES[row].after, now)
             ? WIRE_FHIR_STATUS_MAY
             : WIRE_FHIR_STATUS_BEYOND;
}

char *
wire_fhir_status_version(const json_t *resource)
{
  const char *version = text_of(json_object_get(resource, "meta"), "versionId");
  gsize n = strlen(version);
  gboolean ok = n > 0 && n <= STATUS_ID_MOST &&
                strspn(version, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-.") == n;
  return g_strdup(ok ? version : "");
}

char *
wire_fhir_status_patch(const char *status)
{
  json_t *made = json_pack("[{s:s,s:s,s:s}]", "op", "replace", "path", "/status", "value", status);
  char *text = json_dumps(made, JSON_COMPACT | JSON_PRESERVE_ORDER);
  json_decref(made);
  return text;
}

char *
wire_fhir_status_whole(const json_t *resource, const char *status)
{
  json_t *made = json_deep_copy(resource);
  json_object_set_new(made, "status", json_string(status));
  char *text = json_dumps(made, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
  json_decref(made);
  return text;
}
