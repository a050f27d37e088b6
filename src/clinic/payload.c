#include "clinic/payload.h"

#include <string.h>

#include "clinic/finding.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/destination.h"
#include "guichet/clinic/visit.h"
#include "guichet/store/visit.h"
#include "guichet/wire/fhir.h"
#include "guichet/wire/hl7_note.h"

static char *
digest_of(const char *text)
{
  VaultHash hash;
  vault_chain_digest(text, strlen(text), &hash);
  return vault_chain_hex(hash.bytes, VAULT_CHAIN_BYTES);
}

static char *
digest_of_json(json_t *value_taken)
{
  g_autofree char *text = json_dumps(value_taken, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(value_taken);
  return digest_of(text);
}

void
clinic_payload_attest(ClinicSession *session, const ClinicReview *review, gint64 at,
                      char **ret_attested, VaultHash *ret_digest)
{
  const ScribeDraft *draft = review->draft;
  g_autofree char *text = digest_of(review->text);
  g_autofree char *findings = digest_of_json(clinic_finding_to_json(review->findings));
  g_autofree char *transcript = review->transcript == NULL
                                    ? g_strdup("")
                                    : digest_of_json(scribe_transcript_to_json(review->transcript));
  json_t *attested = json_pack(
      "{s:s,s:s,s:s,s:s,s:s,s:s,s:s?,s:s?,s:s,s:I,s:I,s:I}", "format", "guichet.signature/1",
      "text", text, "findings", findings, "transcript", transcript, "engine",
      draft != NULL ? draft->engine_name : "", "engine_version",
      draft != NULL ? draft->engine_version : "", "model", draft != NULL ? draft->model : NULL,
      "prompt", draft != NULL ? draft->prompt_hash : NULL, "template",
      draft != NULL ? draft->template : "", "signer", (json_int_t)clinic_session_user(session),
      "at", (json_int_t)at, "item", (json_int_t)review->item->id);
  char *canonical = json_dumps(attested, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(attested);
  vault_chain_digest(canonical, strlen(canonical), ret_digest);
  *ret_attested = canonical;
}

/* " folded words " holds " needle ": whole words. */
static gboolean
text_carries(const char *folded, const char *value)
{
  g_autofree char *needle = base_text_fold(value);
  g_autofree char *padded = g_strdup_printf(" %s ", needle);
  return *needle == '\0' || strstr(folded, padded) != NULL;
}

static gboolean
field_stands(const json_t *field, const char *folded)
{
  static const char *const words[] = {"name",      "substance", "dose",    "route",
                                      "frequency", "value",     "reaction"};
  gboolean any = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    const char *value = json_string_value(json_object_get(field, words[i]));
    if (value == NULL || *value == '\0')
      continue;
    if (!text_carries(folded, value))
      return FALSE;
    any = TRUE;
  }
  const char *text = json_string_value(json_object_get(field, "text"));
  return any || (text != NULL && *text != '\0' && text_carries(folded, text));
}

json_t *
clinic_payload_fields(const json_t *fields, const char *text)
{
  g_autofree char *plain = base_text_fold(text);
  g_autofree char *folded = g_strdup_printf(" %s ", plain);
  json_t *kept = json_object();
  const char *group;
  json_t *list, *field;
  size_t index;
  void *at;
  for (at = json_object_iter((json_t *)(gintptr)fields); at != NULL;
       at = json_object_iter_next((json_t *)(gintptr)fields, at)) {
    group = json_object_iter_key(at);
    list = json_object_iter_value(at);
    json_t *good = json_array();
    json_array_foreach (list, index, field) {
      if (field_stands(field, folded))
        json_array_append(good, field);
    }
    json_object_set_new(kept, group, good);
  }
  return kept;
}

static gboolean
line_is_title(const ScribeDraft *draft, const char *line)
{
  for (guint i = 0; draft != NULL && i < draft->sections->len; i++)
    if (strcmp(((ScribeSection *)draft->sections->pdata[i])->title, line) == 0)
      return TRUE;
  g_autofree char *upper = g_utf8_strup(line, -1);
  g_autofree char *lower = g_utf8_strdown(line, -1);
  return strcmp(upper, line) == 0 && strcmp(lower, line) != 0 && g_utf8_strlen(line, -1) <= 60;
}

static void
section_close(json_t *sections, const char *title, GString *text)
{
  g_strstrip(text->str);
  if (*text->str != '\0')
    json_array_append_new(sections, json_pack("{s:s,s:s}", "title", title, "text", text->str));
  g_string_truncate(text, 0);
}

/* The signed text cut at its titles. */
static json_t *
sections_of(const ScribeDraft *draft, const char *text)
{
  json_t *sections = json_array();
  g_autoptr(GString) body = g_string_new(NULL);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  const char *title = "";
  for (char **line = lines; *line != NULL; line++) {
    if (!line_is_title(draft, *line)) {
      g_string_append_printf(body, "%s\n", *line);
      continue;
    }
    section_close(sections, title, body);
    title = *line;
  }
  section_close(sections, title, body);
  return sections;
}

static gboolean
identifier_base(ClinicSession *session, char **ret, GError **error)
{
  g_autofree char *path = g_build_filename(clinic_session_folder(session), "clinic.id", NULL);
  g_autofree char *id = NULL;
  gsize length = 0;
  if (!base_file_read(path, 1024, &id, &length, error))
    return FALSE;
  *ret = g_strdup_printf("urn:guichet:%.16s", g_strstrip(id));
  return TRUE;
}

/* As guichet.conf says what the receiver wants. */
static gboolean
payload_hl7(const ClinicDestination *to, const WireNote *note, GBytes **ret, GError **error)
{
#define TEXT(key) base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_HL7_##key)
#define YES(key) base_conf_named_bool(to->conf, to->name, BASE_CONF_DEST_HL7_##key)
  WireHl7Profile profile = {
      .sender = TEXT(SENDER),
      .sender_facility = TEXT(SENDER_FACILITY),
      .receiver = TEXT(RECEIVER),
      .receiver_facility = TEXT(RECEIVER_FACILITY),
      .processing = TEXT(PROCESSING),
      .document_type = TEXT(DOCUMENT),
      .authority = TEXT(AUTHORITY),
      .enhanced = YES(ENHANCED),
      .formatted = YES(FORMATTED),
      .fields = YES(FIELDS),
      .line = (guint)base_conf_named_int(to->conf, to->name, BASE_CONF_DEST_HL7_LINE),
      .lengths = TEXT(LENGTHS),
  };
  if (!wire_hl7_charset_parse(TEXT(CHARSET), &profile.charset)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        _("hl7_charset is UNICODE UTF-8 or 8859/1"));
    return FALSE;
  }
#undef TEXT
#undef YES
  return wire_hl7_note_make(note, &profile, ret, error);
}

static gboolean
payload_fhir(const ClinicDestination *to, WireNote *note, GBytes **ret, GError **error)
{
  char *bytes = NULL;
  gsize length = 0;
  if (strcmp(to->channel, "fhir") == 0) {
    note->record_system = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_FHIR_RECORDS);
    note->ai_label = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_FHIR_LABEL);
  }
  if (!wire_fhir_note(note, &bytes, &length, error))
    return FALSE;
  *ret = g_bytes_new_take(bytes, length);
  return TRUE;
}

static gboolean
payload_for(ClinicSession *session, WireNote *note, GBytes **ret, char **ret_name, GError **error)
{
  const char *word = base_conf_text(clinic_session_conf(session), BASE_CONF_OUTBOX_EHR);
  g_autoptr(ClinicDestination) to = NULL;
  if (!clinic_destination_find(session, word, &to, error))
    return FALSE;
  gboolean hl7 = strcmp(to->channel, "mllp") == 0;
  if (!(hl7 ? payload_hl7(to, note, ret, error) : payload_fhir(to, note, ret, error)))
    return FALSE;
  *ret_name = g_strdup_printf("note-%" G_GINT64_FORMAT ".%s", note->item, hl7 ? "hl7" : "json");
  return TRUE;
}

gboolean
clinic_payload_make(ClinicSession *session, const ClinicReview *review, gint64 at,
                    const VaultHash *digest, GBytes **ret, char **ret_name, GError **error)
{
  g_autoptr(StoreVisit) visit = NULL;
  g_autofree char *base = NULL;
  if (review->item->kind != CLINIC_KIND_NOTE || review->patient == NULL) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                        "only a patient's note can be sent to the EHR");
    return FALSE;
  }
  g_autoptr(WireCodes) codes = NULL;
  if (!store_visit_load(clinic_session_store(session), review->item->visit, &visit, error) ||
      !identifier_base(session, &base, error) || !wire_code_load(&codes, error))
    return FALSE;
  g_autofree char *hex = vault_chain_hex(digest->bytes, VAULT_CHAIN_BYTES);
  json_t *sections = sections_of(review->draft, review->text);
  json_t *fields =
      clinic_payload_fields(review->draft != NULL ? review->draft->fields : NULL, review->text);
  const ClinicPatient *p = review->patient;
  WireNote note = {
      .clinic_name = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_NAME),
      .identifier_base = base,
      .item = review->item->id,
      .visit = visit->id,
      .patient = p->id,
      .family = p->family,
      .given = p->given,
      .birth = p->birth,
      .sex = p->sex,
      .record = p->record,
      .phone = p->phone,
      .mail = p->mail,
      .patient_language = p->language,
      .clinician_title = clinic_session_title(session),
      .clinician_name = clinic_session_name(session),
      .clinician = clinic_session_user(session),
      .visit_at = visit->at,
      .signed_at = at,
      .visit_kind = clinic_visit_kind_word((ClinicVisitKind)visit->kind),
      .visit_kind_title = clinic_visit_kind_title((ClinicVisitKind)visit->kind),
      .language = review->draft != NULL ? review->draft->language : visit->language,
      .title = clinic_visit_kind_title((ClinicVisitKind)visit->kind),
      .text = review->text,
      .digest_hex = hex,
      .engine_name = review->draft != NULL ? review->draft->engine_name : "none",
      .engine_version = review->draft != NULL ? review->draft->engine_version : "0",
      .model = review->draft != NULL ? review->draft->model : NULL,
      .sections = sections,
      .fields = fields,
      .codes = codes,
  };
  gboolean ok = payload_for(session, &note, ret, ret_name, error);
  json_decref(sections);
  json_decref(fields);
  return ok;
}
