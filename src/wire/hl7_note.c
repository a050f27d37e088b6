#include "guichet/wire/hl7_note.h"

#include <stdio.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "wire/vital.h"

enum { NOTE_LINE = 65536, NOTE_FIELDS = 500 };

typedef struct {
  const WireNote *note;
  const WireHl7Profile *profile;
  WireHl7Writer *writer;
  guint observations; /* OBX so far */
} Making;

static void
put(const Making *m, guint field, guint component, const char *text)
{
  wire_hl7_writer_set(m->writer, (WireHl7Place){.field = field, .component = component}, text);
}

static void
put_time(const Making *m, guint field, gint64 at)
{
  wire_hl7_writer_time(m->writer, (WireHl7Place){.field = field}, at);
}

static const char *
or_else(const char *text, const char *fallback)
{
  return text != NULL && *text != '\0' ? text : fallback;
}

char *
wire_hl7_note_control(gint64 item, guint part)
{
  return part == 0 ? g_strdup_printf("%016" G_GINT64_MODIFIER "X", (guint64)item)
                   : g_strdup_printf("%016" G_GINT64_MODIFIER "X-%u", (guint64)item, part % 1000);
}

static const struct {
  const char *event, *structure;
} EVENTS[] = {
    [WIRE_NOTE_NEW] = {"T02", "MDM_T02"},
    [WIRE_NOTE_APPENDS] = {"T06", "MDM_T02"}, /* the standard gives T04 to T10 the shape of T02 */
    [WIRE_NOTE_EDITS] = {"T08", "MDM_T02"},
    [WIRE_NOTE_REPLACES] = {"T10", "MDM_T02"},
};

static void
note_head(const Making *m)
{
  const WireHl7Profile *p = m->profile;
  g_autofree char *control = wire_hl7_note_control(m->note->item, 0);
  wire_hl7_writer_segment(m->writer, "MSH");
  put(m, 3, 0, or_else(p->sender, "GUICHET"));
  put(m, 4, 0, or_else(p->sender_facility, m->note->clinic_name));
  put(m, 5, 0, p->receiver);
  put(m, 6, 0, p->receiver_facility);
  put_time(m, 7, m->note->signed_at);
  put(m, 9, 1, "MDM");
  put(m, 9, 2, EVENTS[m->note->relation].event);
  put(m, 9, 3, EVENTS[m->note->relation].structure);
  put(m, 10, 0, control);
  put(m, 11, 0, or_else(p->processing, "P"));
  put(m, 12, 0, "2.5");
  put(m, 15, 0, p->enhanced ? "AL" : NULL);
  put(m, 16, 0, p->enhanced ? "AL" : NULL);
}

/* The software that drafted it. */
static void
note_software(const Making *m)
{
  if (strcmp(m->note->engine_name, "none") == 0) /* a person wrote all of it */
    return;
  wire_hl7_writer_segment(m->writer, "SFT");
  put(m, 1, 0, "guichet");
  put(m, 2, 0, m->note->engine_version);
  put(m, 3, 0, m->note->engine_name);
  put(m, 4, 0, or_else(m->note->model, m->note->engine_version));
  put(m, 5, 0, "drafted this document by software; read and signed by a person");
}

static void
note_event(const Making *m)
{
  wire_hl7_writer_segment(m->writer, "EVN");
  put(m, 1, 0, EVENTS[m->note->relation].event);
  put_time(m, 2, m->note->signed_at);
}

/* An id of ours: value^^<base>/<what>^URI where an EI stands. */
static void
put_own(const Making *m, guint field, const char *what, gint64 id)
{
  g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, id);
  g_autofree char *system = g_strdup_printf("%s/%s", m->note->identifier_base, what);
  put(m, field, 1, value);
  put(m, field, 3, system);
  put(m, field, 4, "URI");
}

/* A CX: value^^^namespace&universal id&type^kind. */
static void
put_id(const Making *m, WireHl7Place at, const char *value, const char *namespace,
       const char *system, const char *kind)
{
  at.component = 1;
  wire_hl7_writer_set(m->writer, at, value);
  at.component = 4;
  at.subcomponent = 1;
  wire_hl7_writer_set(m->writer, at, namespace);
  at.subcomponent = 2;
  wire_hl7_writer_set(m->writer, at, system);
  at.subcomponent = 3;
  wire_hl7_writer_set(m->writer, at, system != NULL ? "URI" : NULL);
  at.component = 5;
  at.subcomponent = 1;
  wire_hl7_writer_set(m->writer, at, kind);
}

static void
patient_ids(const Making *m)
{
  const WireNote *note = m->note;
  guint repetition = 0;
  if (or_else(note->record, NULL) != NULL)
    put_id(m, (WireHl7Place){.field = 3, .repetition = ++repetition}, note->record,
           or_else(m->profile->authority, NULL), NULL, "MR");
  g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, note->patient);
  g_autofree char *system = g_strdup_printf("%s/patient", note->identifier_base);
  put_id(m, (WireHl7Place){.field = 3, .repetition = ++repetition}, value, NULL, system, "PI");
}

static const char *
sex_code(const char *sex)
{
  static const char *const words[] = {"female", "male", "other", "unknown"};
  static const char *const codes[] = {"F", "M", "O", "U"};
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_strcmp0(sex, words[i]) == 0)
      return codes[i];
  return NULL;
}

static void
patient_telecom(const Making *m)
{
  const char *phone = or_else(m->note->phone, NULL), *mail = or_else(m->note->mail, NULL);
  WireHl7Place at = {.field = 13, .repetition = 1, .component = 1};
  wire_hl7_writer_set(m->writer, at, phone);
  if (mail == NULL)
    return;
  at.repetition = phone != NULL ? 2 : 1;
  at.component = 2;
  wire_hl7_writer_set(m->writer, at, "NET");
  at.component = 3;
  wire_hl7_writer_set(m->writer, at, "Internet");
  at.component = 4;
  wire_hl7_writer_set(m->writer, at, mail);
}

static void
note_patient(const Making *m)
{
  const WireNote *note = m->note;
  g_autofree char *birth = base_text_digits(note->birth != NULL ? note->birth : "");
  wire_hl7_writer_segment(m->writer, "PID");
  put(m, 1, 0, "1");
  patient_ids(m);
  put(m, 5, 1, note->family);
  put(m, 5, 2, note->given);
  put(m, 5, 7, "L");
  put(m, 7, 0, birth);
  put(m, 8, 0, sex_code(note->sex));
  patient_telecom(m);
  put(m, 15, 0, note->patient_language);
}

static void
put_clinician(const Making *m, guint field)
{
  g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, m->note->clinician);
  put(m, field, 1, id);
  put(m, field, 2, m->note->clinician_title);
}

static void
note_visit(const Making *m)
{
  g_autofree char *visit = g_strdup_printf("%" G_GINT64_FORMAT, m->note->visit);
  g_autofree char *system = g_strdup_printf("%s/visit", m->note->identifier_base);
  wire_hl7_writer_segment(m->writer, "PV1");
  put(m, 1, 0, "1");
  put(m, 2, 0, m->note->visit == 0 ? "N" : "O"); /* table 0004: not applicable, outpatient */
  put_clinician(m, 7);
  if (m->note->visit == 0)
    return;
  put_id(m, (WireHl7Place){.field = 19}, visit, NULL, system, "VN");
  put_time(m, 44, m->note->visit_at);
}

/* "PN", or code^text^system from the settings. */
static void
put_coded(const Making *m, guint field, const char *text)
{
  g_auto(GStrv) part = g_strsplit(text, "^", 3);
  for (guint i = 0; part[i] != NULL; i++)
    put(m, field, i + 1, part[i]);
}

static void
note_document(const Making *m)
{
  const WireNote *note = m->note;
  wire_hl7_writer_segment(m->writer, "TXA");
  put(m, 1, 0, "1");
  put_coded(m, 2, or_else(m->profile->document_type, "PN"));
  put(m, 3, 0, m->profile->formatted ? "FT" : "TX");
  put_time(m, 4, note->visit_at);
  put_clinician(m, 5);
  put_time(m, 6, note->visit_at);
  put_time(m, 8, note->signed_at);
  put_clinician(m, 9);
  put_own(m, 12, "document", note->item);
  if (note->relation != WIRE_NOTE_NEW)
    put_own(m, 13, "document", note->other);
  put(m, 16, 0, note->digest_hex);
  put(m, 17, 0, "LA");
  put(m, 19, 0, "AV");
  put_clinician(m, 22);
  wire_hl7_writer_time(m->writer, (WireHl7Place){.field = 22, .component = 15}, note->signed_at);
}

/* --- observations */

typedef struct {
  const char *type, *code, *display, *system;
  guint part; /* OBX-4; 0 none */
  const char *value, *unit;
  gboolean ucum; /* the unit is a code of UCUM */
} Observation;

static void
note_observe(Making *m, const Observation *o)
{
  wire_hl7_writer_segment(m->writer, "OBX");
  wire_hl7_writer_printf(m->writer, (WireHl7Place){.field = 1}, "%u", ++m->observations);
  put(m, 2, 0, o->type);
  put(m, 3, 1, o->code);
  put(m, 3, 2, o->display);
  put(m, 3, 3, o->system);
  if (o->part > 0)
    wire_hl7_writer_printf(m->writer, (WireHl7Place){.field = 4}, "%u", o->part);
  put(m, 5, 0, o->value);
  put(m, 6, 1, o->ucum ? o->unit : NULL);
  put(m, 6, 2, o->unit);
  put(m, 6, 3, o->ucum ? "UCUM" : NULL);
  put(m, 11, 0, "F");
  put_time(m, 14, m->note->visit_at);
}

/* The longest head of the line that the receiver takes, cut at a space where there is one. */
static gsize
line_fit(const char *line, guint most)
{
  gsize end = base_text_byte(line, most);
  if (line[end] == '\0')
    return end;
  for (gsize at = end; at > 0; at--)
    if (line[at] == ' ')
      return at;
  return end;
}

static GPtrArray *
text_lines(const char *text, guint most)
{
  GPtrArray *made = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *rest = lines[i];
    do {
      gsize fit = line_fit(rest, most);
      g_ptr_array_add(made, g_strndup(rest, fit));
      rest += fit;
      while (fit > 0 && *rest == ' ')
        rest++;
    } while (*rest != '\0');
  }
  while (made->len > 1 && *(char *)made->pdata[made->len - 1] == '\0')
    g_ptr_array_set_size(made, (int)made->len - 1); /* the text's own last line break */
  return made;
}

/* Lines put together again, as many as one OBX-5 takes. */
static GPtrArray *
text_chunks(const GPtrArray *lines, guint most)
{
  GPtrArray *made = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GString) chunk = g_string_new(lines->pdata[0]);
  for (guint i = 1; i < lines->len; i++) {
    const char *line = lines->pdata[i];
    if (g_utf8_strlen(chunk->str, -1) + g_utf8_strlen(line, -1) + 1 > (glong)most) {
      g_ptr_array_add(made, g_strdup(chunk->str));
      g_string_assign(chunk, line);
    } else {
      g_string_append_printf(chunk, "\n%s", line);
    }
  }
  g_ptr_array_add(made, g_strdup(chunk->str));
  return made;
}

static void
note_text(Making *m)
{
  guint most = m->profile->line > 0 ? m->profile->line : NOTE_LINE;
  g_autoptr(GPtrArray) lines = text_lines(m->note->text, most);
  g_autoptr(GPtrArray) chunks =
      m->profile->formatted ? text_chunks(lines, most) : g_ptr_array_ref(lines);
  for (guint i = 0; i < chunks->len; i++)
    note_observe(m, &(Observation){.type = m->profile->formatted ? "FT" : "TX",
                                   .code = "11506-3",
                                   .display = "Progress note",
                                   .system = "LN",
                                   .part = chunks->len > 1 ? i + 1 : 0,
                                   .value = chunks->pdata[i]});
}

static const char *
field_text(const json_t *field, const char *key)
{
  return or_else(json_string_value(json_object_get(field, key)), NULL);
}

/* "lisinopril; 20 mg; daily": what the field says, in its own words. */
static char *
field_words(const json_t *field)
{
  static const char *const keys[] = {"name",      "substance", "dose",     "route",
                                     "frequency", "status",    "reaction", "severity"};
  g_autoptr(GString) words = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
    const char *text = field_text(field, keys[i]);
    if (text != NULL)
      g_string_append_printf(words, "%s%s", words->len > 0 ? "; " : "", text);
  }
  if (words->len == 0 && field_text(field, "text") != NULL)
    g_string_append(words, field_text(field, "text"));
  return words->len > 0 ? g_string_free(g_steal_pointer(&words), FALSE) : NULL;
}

static void
note_vital(Making *m, const json_t *field, guint index)
{
  WireVital parts[2];
  guint n = wire_vital_read(m->note->codes, field, parts);
  for (guint i = 0; i < n; i++) {
    const WireVital *v = &parts[i];
    note_observe(m, &(Observation){.type = v->is_number ? "NM" : "ST",
                                   .code = v->code != NULL ? v->code->code : "VITAL",
                                   .display = v->code != NULL ? v->code->display : v->name,
                                   .system = v->code != NULL ? "LN" : "L",
                                   .part = v->code != NULL ? 0 : index + 1,
                                   .value = v->text,
                                   .unit = v->ucum != NULL ? v->ucum : v->unit,
                                   .ucum = v->ucum != NULL});
  }
}

static void
note_fields(Making *m)
{
  static const struct {
    const char *group, *code, *display;
  } groups[] = {{"problems", "PROBLEM", "Problem"},
                {"medications", "MEDICATION", "Medication"},
                {"allergies", "ALLERGY", "Allergy"},
                {"orders", "ORDER", "Order"}};
  json_t *field;
  size_t index;
  for (gsize g = 0; g < G_N_ELEMENTS(groups); g++)
    json_array_foreach (json_object_get(m->note->fields, groups[g].group), index, field) {
      g_autofree char *words = index < NOTE_FIELDS ? field_words(field) : NULL;
      if (words != NULL)
        note_observe(m, &(Observation){.type = "ST",
                                       .code = groups[g].code,
                                       .display = groups[g].display,
                                       .system = "L",
                                       .part = (guint)index + 1,
                                       .value = words});
    }
  json_array_foreach (json_object_get(m->note->fields, "vitals"), index, field)
    if (index < NOTE_FIELDS)
      note_vital(m, field, (guint)index);
}

/* "PID-5:48 TXA-12:30" */
static gboolean
limits_set(WireHl7Writer *writer, const char *text, GError **error)
{
  g_auto(GStrv) parts = g_strsplit_set(text, " ,", -1);
  for (char **part = parts; *part != NULL; part++) {
    guint field = 0, most = 0;
    char name[4] = {0};
    int used = 0;
    if (**part == '\0')
      continue;
    if (sscanf(*part, "%3[A-Z0-9]-%3u:%6u%n", name, &field, &most, &used) != 3 ||
        (*part)[used] != '\0' || strlen(name) != 3 || field == 0 || most == 0) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                  "the field length \"%s\" is not written like PID-5:48", *part);
      return FALSE;
    }
    wire_hl7_writer_limit(writer, name, field, most);
  }
  return TRUE;
}

static gboolean
note_is_sound(const WireNote *note, GError **error)
{
  const char *needed[] = {note->identifier_base, note->text, note->clinician_title,
                          note->engine_name, note->engine_version};
  for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
    if (or_else(needed[i], NULL) == NULL) {
      g_set_error_literal(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                          "a note for the EHR lacks its text, signer or engine; nothing was made");
      return FALSE;
    }
  return TRUE;
}

gboolean
wire_hl7_note_make(const WireNote *note, const WireHl7Profile *profile, GBytes **ret,
                   GError **error)
{
  g_autoptr(WireHl7Writer) writer = wire_hl7_writer_new(profile->charset);
  Making m = {.note = note, .profile = profile, .writer = writer};
  if (!note_is_sound(note, error) ||
      (profile->lengths != NULL && !limits_set(writer, profile->lengths, error)))
    return FALSE;
  note_head(&m);
  note_software(&m);
  note_event(&m);
  note_patient(&m);
  note_visit(&m);
  note_document(&m);
  note_text(&m);
  if (profile->fields)
    note_fields(&m);
  return wire_hl7_writer_end(writer, ret, error);
}
