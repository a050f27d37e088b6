/* What goes to the EHR: a note, or a letter for the record. */
#include "clinic/payload.h"

#include <string.h>

#include "clinic/chart.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/destination.h"
#include "guichet/clinic/visit.h"
#include "guichet/store/visit.h"
#include "guichet/wire/fhir.h"
#include "guichet/wire/hl7_note.h"

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

gboolean
clinic_payload_note_base(ClinicSession *session, char **ret, GError **error)
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
payload_for(ClinicSession *session, WireNote *note, ClinicPayload *payload, GError **error)
{
  const char *word = base_conf_text(clinic_session_conf(session), BASE_CONF_OUTBOX_EHR);
  g_autoptr(ClinicDestination) to = NULL;
  g_autoptr(ClinicChart) chart = NULL;
  if (!clinic_destination_find(session, word, &to, error) ||
      !clinic_chart_load(session, note->patient, &chart, error))
    return FALSE;
  if (chart->link == CLINIC_CHART_BY_PERSON && strcmp(chart->source, to->name) == 0)
    note->patient_reference = chart->reference;
  gboolean hl7 = strcmp(to->channel, "mllp") == 0;
  if (!(hl7 ? payload_hl7(to, note, &payload->bytes, error)
            : payload_fhir(to, note, &payload->bytes, error)))
    return FALSE;
  payload->name = g_strdup_printf("%s-%" G_GINT64_FORMAT ".%s", note->letter ? "letter" : "note",
                                  note->item, hl7 ? "hl7" : "json");
  payload->destination = g_strdup(word);
  return TRUE;
}

/* Of whom, and by whom it is. */
static void
note_people(const ClinicSession *session, const ClinicPatient *p, WireNote *note)
{
  note->patient = p->id;
  note->family = p->family;
  note->given = p->given;
  note->birth = p->birth;
  note->sex = p->sex;
  note->record = p->record;
  note->phone = p->phone;
  note->mail = p->mail;
  note->patient_language = p->language;
  note->clinician_title = clinic_session_title(session);
  note->clinician_name = clinic_session_name(session);
  note->clinician = clinic_session_user(session);
}

static void
note_of_visit(const StoreVisit *visit, WireNote *note)
{
  note->visit = visit->id;
  note->visit_at = visit->at;
  note->visit_kind = clinic_visit_kind_word((ClinicVisitKind)visit->kind);
  note->visit_kind_title = clinic_visit_kind_title((ClinicVisitKind)visit->kind);
  note->language = visit->language;
  note->title = note->visit_kind_title;
}

/* A letter is of no visit: a document of its own. */
static void
note_of_letter(const ClinicSession *session, const ClinicReview *review, WireNote *note)
{
  const ClinicLetter *letter = review->letter;
  note->letter = TRUE;
  note->visit_at = note->signed_at;
  note->language = letter != NULL && *letter->language != '\0' ? letter->language
                   : *review->patient->language != '\0'
                       ? review->patient->language
                       : base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_LANGUAGE);
  note->title = letter != NULL && *letter->subject != '\0' ? letter->subject
                                                           : clinic_kind_title(CLINIC_KIND_LETTER);
}

static void
note_of_amendment(const ClinicAmendment *amendment, WireNote *note)
{
  if (amendment == NULL)
    return;
  note->relation =
      amendment->does == CLINIC_AMENDMENT_APPENDS ? WIRE_NOTE_APPENDS : WIRE_NOTE_REPLACES;
  note->other = amendment->other;
}

static void
note_of_draft(const ScribeDraft *draft, WireNote *note)
{
  note->engine_name = draft != NULL ? draft->engine_name : "none";
  note->engine_version = draft != NULL ? draft->engine_version : "0";
  note->model = draft != NULL ? draft->model : NULL;
  if (draft != NULL)
    note->language = draft->language;
}

gboolean
clinic_payload_note(ClinicSession *session, const ClinicReview *review, gint64 at,
                    const VaultHash *digest, ClinicPayload *payload, GError **error)
{
  g_autoptr(StoreVisit) visit = NULL;
  g_autoptr(WireCodes) codes = NULL;
  g_autofree char *base = NULL;
  gint64 of = review->item->visit;
  if ((of != 0 && !store_visit_load(clinic_session_store(session), of, &visit, error)) ||
      !clinic_payload_note_base(session, &base, error) || !wire_code_load(&codes, error))
    return FALSE;
  g_autofree char *hex = vault_chain_hex(digest->bytes, VAULT_CHAIN_BYTES);
  json_t *sections = sections_of(review->draft, review->text);
  json_t *fields =
      clinic_payload_fields(review->draft != NULL ? review->draft->fields : NULL, review->text);
  WireNote note = {
      .clinic_name = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_NAME),
      .identifier_base = base,
      .item = review->item->id,
      .signed_at = at,
      .text = review->text,
      .digest_hex = hex,
      .sections = sections,
      .fields = fields,
      .codes = codes,
  };
  note_people(session, review->patient, &note);
  if (visit != NULL)
    note_of_visit(visit, &note);
  else
    note_of_letter(session, review, &note);
  note_of_draft(review->draft, &note);
  note_of_amendment(review->amendment, &note);
  gboolean ok = payload_for(session, &note, payload, error);
  json_decref(sections);
  json_decref(fields);
  return ok;
}
