#include "guichet/wire/hl7_event.h"

#include <string.h>

#include "guichet/base/error.h"

enum { EVENT_IDS = 100, EVENT_MERGES = 100, EVENT_TEXT = 20000 };

/* --- freeing */

static void
id_unref(gpointer data)
{
  WireHl7Id *id = data;
  g_free(id->value);
  g_free(id->authority);
  g_free(id->type);
  g_free(id);
}

static void
pair_unref(gpointer data)
{
  WireHl7Pair *pair = data;
  g_ptr_array_unref(pair->stays);
  g_ptr_array_unref(pair->goes);
  g_free(pair);
}

static void
person_free(WireHl7Person *p)
{
  if (p == NULL)
    return;
  char *const texts[] = {p->family, p->given, p->birth, p->sex, p->phone, p->mail, p->language};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_ptr_array_unref(p->ids);
  g_free(p);
}

static void
appointment_free(WireHl7Appointment *a)
{
  if (a == NULL)
    return;
  char *const texts[] = {a->placer,  a->filler,   a->reason,       a->type,      a->status,
                         a->service, a->location, a->clinician_id, a->clinician, a->note};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_free(a);
}

void
wire_hl7_event_free(WireHl7Event *event)
{
  if (event == NULL)
    return;
  g_free(event->type);
  g_free(event->trigger);
  g_free(event->control);
  person_free(event->person);
  appointment_free(event->appointment);
  g_clear_pointer(&event->merges, g_ptr_array_unref);
  g_free(event);
}

/* --- reading pieces */

typedef struct {
  const WireHl7 *message;
  const GTimeZone *zone;
} Reading;

static char *
text_at(const Reading *r, guint segment, guint field, guint repetition, guint component,
        guint subcomponent)
{
  char *text = wire_hl7_text(r->message, segment,
                             (WireHl7Place){field, repetition, component, subcomponent});
  if (text != NULL)
    g_strstrip(text);
  return text;
}

static char *
component_at(const Reading *r, guint segment, guint field, guint component)
{
  return text_at(r, segment, field, 1, component, 1);
}

/* The text of a coded element: its words, or its code where it has none. */
static char *
coded_at(const Reading *r, guint segment, guint field)
{
  g_autofree char *words = component_at(r, segment, field, 2);
  if (words != NULL && *words != '\0')
    return g_steal_pointer(&words);
  return component_at(r, segment, field, 1);
}

static gboolean
is_said(const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
time_at(const Reading *r, guint segment, guint field, guint component, gint64 *ret)
{
  g_autofree char *text = component_at(r, segment, field, component);
  gint64 at = 0;
  gboolean day = FALSE;
  if (!is_said(text) || !wire_hl7_time_parse(text, r->zone, &at, &day) || day)
    return FALSE;
  *ret = at;
  return TRUE;
}

/* CX: the namespace of the authority, else its universal id. */
static WireHl7Id *
id_read(const Reading *r, guint segment, guint field, guint repetition)
{
  g_autofree char *value = text_at(r, segment, field, repetition, 1, 1);
  if (!is_said(value))
    return NULL;
  char *name = text_at(r, segment, field, repetition, 4, 1);
  char *universal = text_at(r, segment, field, repetition, 4, 2);
  char *type = text_at(r, segment, field, repetition, 5, 1);
  WireHl7Id *id = g_new0(WireHl7Id, 1);
  id->value = g_steal_pointer(&value);
  id->authority = g_strdup(is_said(name) ? name : universal != NULL ? universal : "");
  id->type = type != NULL ? type : g_strdup("");
  g_free(name);
  g_free(universal);
  return id;
}

static GPtrArray *
ids_read(const Reading *r, guint segment, guint field)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func(id_unref);
  guint n = MIN(wire_hl7_repetitions(r->message, segment, field), EVENT_IDS);
  for (guint i = 1; i <= n; i++) {
    WireHl7Id *id = id_read(r, segment, field, i);
    if (id != NULL)
      g_ptr_array_add(ids, id);
  }
  return ids;
}

/* --- patients */

/* The repetition of PID-5 that is the legal name (L), else the first. */
static guint
name_choose(const Reading *r, guint pid)
{
  guint n = wire_hl7_repetitions(r->message, pid, 5);
  for (guint i = 1; i <= MIN(n, EVENT_IDS); i++) {
    g_autofree char *type = text_at(r, pid, 5, i, 7, 1);
    if (g_strcmp0(type, "L") == 0)
      return i;
  }
  return 1;
}

static void
name_read(const Reading *r, guint pid, WireHl7Person *person)
{
  guint at = name_choose(r, pid);
  g_autofree char *first = text_at(r, pid, 5, at, 2, 1);
  g_autofree char *more = text_at(r, pid, 5, at, 3, 1);
  person->family = text_at(r, pid, 5, at, 1, 1);
  person->given = is_said(first) && is_said(more) ? g_strdup_printf("%s %s", first, more)
                                                  : g_steal_pointer(&first);
}

/* 19680430… to 1968-04-30; a year or a month alone says too little. */
static char *
birth_read(const Reading *r, guint pid)
{
  g_autofree char *text = component_at(r, pid, 7, 1);
  gint64 at = 0;
  gboolean day = FALSE;
  if (text == NULL || *text == '\0')
    return g_steal_pointer(&text);
  if (strlen(text) > 8)
    text[8] = '\0';
  if (strlen(text) != 8 || !wire_hl7_time_parse(text, NULL, &at, &day))
    return NULL;
  return g_strdup_printf("%.4s-%.2s-%.2s", text, text + 4, text + 6);
}

static char *
sex_read(const Reading *r, guint pid)
{
  static const struct {
    char letter;
    const char *word;
  } words[] = {{'F', "female"}, {'M', "male"},  {'O', "other"},
               {'A', "other"},  {'N', "other"}, {'U', "unknown"}};
  g_autofree char *text = component_at(r, pid, 8, 1);
  if (text == NULL || *text == '\0')
    return g_steal_pointer(&text);
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_ascii_toupper(*text) == words[i].letter)
      return g_strdup(words[i].word);
  return NULL;
}

/* XTN: the old form has all in its first component, the new one the parts from the fifth on. */
static char *
phone_read(const Reading *r, guint pid, guint repetition)
{
  g_autofree char *whole = text_at(r, pid, 13, repetition, 1, 1);
  if (whole != NULL)
    return g_steal_pointer(&whole);
  g_autofree char *unformatted = text_at(r, pid, 13, repetition, 12, 1);
  if (is_said(unformatted))
    return g_steal_pointer(&unformatted);
  g_autofree char *country = text_at(r, pid, 13, repetition, 5, 1);
  g_autofree char *area = text_at(r, pid, 13, repetition, 6, 1);
  g_autofree char *local = text_at(r, pid, 13, repetition, 7, 1);
  if (!is_said(local))
    return NULL;
  return g_strdup_printf("%s%s%s%s%s", is_said(country) ? "+" : "", is_said(country) ? country : "",
                         is_said(area) ? area : "", is_said(area) ? " " : "", local);
}

static void
telecom_read(const Reading *r, guint pid, WireHl7Person *person)
{
  guint n = MIN(wire_hl7_repetitions(r->message, pid, 13), EVENT_IDS);
  for (guint i = 1; i <= n; i++) {
    g_autofree char *mail = text_at(r, pid, 13, i, 4, 1);
    g_autofree char *kind = text_at(r, pid, 13, i, 3, 1);
    gboolean is_mail = is_said(mail) && strchr(mail, '@') != NULL;
    if (is_mail && person->mail == NULL)
      person->mail = g_steal_pointer(&mail);
    if (!is_mail && person->phone == NULL && g_strcmp0(kind, "FX") != 0)
      person->phone = phone_read(r, pid, i);
  }
}

static WireHl7Person *
person_read(const Reading *r, guint pid)
{
  WireHl7Person *person = g_new0(WireHl7Person, 1);
  g_autofree char *death = component_at(r, pid, 29, 1);
  g_autofree char *dead = component_at(r, pid, 30, 1);
  person->ids = ids_read(r, pid, 3);
  name_read(r, pid, person);
  person->birth = birth_read(r, pid);
  person->sex = sex_read(r, pid);
  telecom_read(r, pid, person);
  person->language = component_at(r, pid, 15, 1);
  person->deceased = is_said(death) || g_strcmp0(dead, "Y") == 0;
  return person;
}

/* --- appointments */

/* EI: "id/namespace". */
static char *
entity_read(const Reading *r, guint segment, guint field)
{
  g_autofree char *id = component_at(r, segment, field, 1);
  g_autofree char *space = component_at(r, segment, field, 2);
  g_autofree char *universal = component_at(r, segment, field, 3);
  const char *name = is_said(space) ? space : universal;
  if (!is_said(id))
    return NULL;
  return is_said(name) ? g_strdup_printf("%s/%s", id, name) : g_steal_pointer(&id);
}

/* Minutes or what the unit says, in microseconds; 0 where it is none. */
static gint64
duration_read(const Reading *r, guint segment, guint field)
{
  g_autofree char *text = component_at(r, segment, field, 1);
  g_autofree char *unit = component_at(r, segment, field + 1, 1);
  gint64 each = 60;
  guint64 n = 0;
  if (!is_said(text) || !g_ascii_string_to_unsigned(text, 10, 1, 100000, &n, NULL))
    return 0;
  if (is_said(unit) && g_ascii_tolower(*unit) == 's')
    each = 1;
  if (is_said(unit) && g_ascii_tolower(*unit) == 'h')
    each = 3600;
  return (gint64)n * each * G_USEC_PER_SEC;
}

/* SCH-11 (TQ) has both ends; AIS a start and a duration. */
static void
when_read(const Reading *r, guint sch, WireHl7Appointment *a)
{
  guint ais = 0;
  gint64 length = duration_read(r, sch, 9);
  gboolean detail = wire_hl7_find(r->message, "AIS", sch, &ais);
  if (!time_at(r, sch, 11, 4, &a->start) && detail)
    time_at(r, ais, 4, 1, &a->start);
  if (!time_at(r, sch, 11, 5, &a->end)) {
    if (length == 0 && detail)
      length = duration_read(r, ais, 7);
    a->end = a->start != 0 && length != 0 ? a->start + length : 0;
  }
  if (a->end < a->start)
    a->end = 0;
}

/* XCN: "Quill Ada", or what stands as its name. */
static char *
clinician_name(const Reading *r, guint segment, guint field)
{
  g_autofree char *family = component_at(r, segment, field, 2);
  g_autofree char *given = component_at(r, segment, field, 3);
  if (!is_said(family))
    return NULL;
  return is_said(given) ? g_strdup_printf("%s %s", given, family) : g_steal_pointer(&family);
}

/* AIP-3, else who filled it (SCH-16), else the visit's attending (PV1-7). */
static void
clinician_read(const Reading *r, guint sch, WireHl7Appointment *a)
{
  static const struct {
    const char *segment;
    guint field;
  } places[] = {{"AIP", 3}, {"SCH", 16}, {"PV1", 7}};
  for (gsize i = 0; i < G_N_ELEMENTS(places) && a->clinician == NULL; i++) {
    guint at = sch;
    if (!wire_hl7_find(r->message, places[i].segment, sch, &at))
      continue;
    g_free(a->clinician_id);
    a->clinician_id = component_at(r, at, places[i].field, 1);
    a->clinician = clinician_name(r, at, places[i].field);
    if (is_said(a->clinician_id))
      break;
  }
}

static char *
notes_read(const Reading *r, guint from)
{
  g_autoptr(GString) all = g_string_new(NULL);
  for (guint at = from; wire_hl7_find(r->message, "NTE", at, &at) && all->len < EVENT_TEXT; at++) {
    g_autofree char *text = text_at(r, at, 3, 1, 0, 0);
    if (is_said(text))
      g_string_append_printf(all, "%s%s", all->len > 0 ? "\n" : "", text);
  }
  return all->len > 0 ? g_string_free(g_steal_pointer(&all), FALSE) : NULL;
}

static WireHl7Appointment *
appointment_read(const Reading *r, guint sch)
{
  WireHl7Appointment *a = g_new0(WireHl7Appointment, 1);
  guint at = 0;
  a->placer = entity_read(r, sch, 1);
  a->filler = entity_read(r, sch, 2);
  a->reason = coded_at(r, sch, 7);
  a->type = coded_at(r, sch, 8);
  a->status = coded_at(r, sch, 25);
  when_read(r, sch, a);
  if (wire_hl7_find(r->message, "AIS", sch, &at))
    a->service = coded_at(r, at, 3);
  if (wire_hl7_find(r->message, "AIL", sch, &at))
    a->location = component_at(r, at, 3, 1);
  clinician_read(r, sch, a);
  a->note = notes_read(r, sch);
  return a;
}

/* --- events */

static const struct {
  const char *type, *trigger;
  WireHl7What what;
} EVENTS[] = {
    {"ADT", "A04", WIRE_HL7_PATIENT},    {"ADT", "A08", WIRE_HL7_PATIENT},
    {"ADT", "A31", WIRE_HL7_PATIENT},    {"ADT", "A40", WIRE_HL7_MERGE},
    {"SIU", "S12", WIRE_HL7_BOOKED},     {"SIU", "S13", WIRE_HL7_MOVED},
    {"SIU", "S14", WIRE_HL7_CHANGED},    {"SIU", "S15", WIRE_HL7_CANCELLED},
    {"SIU", "S16", WIRE_HL7_CANCELLED},  {"SIU", "S17", WIRE_HL7_CANCELLED},
    {"SIU", "S18", WIRE_HL7_CHANGED},    {"SIU", "S19", WIRE_HL7_CHANGED},
    {"SIU", "S20", WIRE_HL7_CHANGED},    {"SIU", "S21", WIRE_HL7_CHANGED},
    {"SIU", "S22", WIRE_HL7_CHANGED},    {"SIU", "S23", WIRE_HL7_NOT_FOR_US},
    {"SIU", "S24", WIRE_HL7_NOT_FOR_US}, {"SIU", "S25", WIRE_HL7_NOT_FOR_US},
    {"SIU", "S26", WIRE_HL7_NO_SHOW},
};

static gboolean
what_of(const WireHl7Event *event, WireHl7What *ret)
{
  for (gsize i = 0; i < G_N_ELEMENTS(EVENTS); i++)
    if (g_strcmp0(event->type, EVENTS[i].type) == 0 &&
        g_strcmp0(event->trigger, EVENTS[i].trigger) == 0) {
      *ret = EVENTS[i].what;
      return TRUE;
    }
  return FALSE;
}

static gboolean
refuse(GError **error, int code, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, code, why);
  return FALSE;
}

/* PID, MRG, PID, MRG …: each MRG belongs to the PID before it. */
static gboolean
merges_read(const Reading *r, WireHl7Event *event, GError **error)
{
  guint pid = 0;
  event->merges = g_ptr_array_new_with_free_func(pair_unref);
  for (guint at = 0; wire_hl7_find(r->message, "MRG", at, &at); at++) {
    gboolean named = FALSE;
    for (guint i = pid; i < at; i++)
      if (wire_hl7_find(r->message, "PID", i, &i) && i < at)
        pid = i, named = TRUE;
    if (!named || event->merges->len == EVENT_MERGES)
      return refuse(error, BASE_ERROR_DATA,
                    "a merge (MRG) does not follow the patient (PID) that is kept");
    WireHl7Pair *pair = g_new0(WireHl7Pair, 1);
    pair->stays = ids_read(r, pid, 3);
    pair->goes = ids_read(r, at, 1);
    g_ptr_array_add(event->merges, pair);
    if (pair->stays->len == 0 || pair->goes->len == 0)
      return refuse(error, BASE_ERROR_DATA, "a merge lacks a patient's id (PID-3 or MRG-1)");
  }
  return event->merges->len > 0 ||
         refuse(error, BASE_ERROR_DATA, "a merge (A40) has no MRG segment");
}

static gboolean
appointment_is_sound(const WireHl7Event *event, GError **error)
{
  const WireHl7Appointment *a = event->appointment;
  if (a->placer == NULL && a->filler == NULL)
    return refuse(error, BASE_ERROR_DATA, "the appointment has no id (SCH-1 or SCH-2)");
  if (a->start == 0 && (event->what == WIRE_HL7_BOOKED || event->what == WIRE_HL7_MOVED))
    return refuse(error, BASE_ERROR_DATA,
                  "the appointment has no start with an hour (SCH-11 or AIS-4)");
  return TRUE;
}

static gboolean
body_read(const Reading *r, WireHl7Event *event, GError **error)
{
  guint pid = 0, sch = 0;
  if (event->what == WIRE_HL7_NOT_FOR_US)
    return TRUE;
  if (wire_hl7_find(r->message, "PID", 0, &pid))
    event->person = person_read(r, pid);
  if (event->person != NULL && event->person->ids->len == 0)
    return refuse(error, BASE_ERROR_DATA, "the patient has no id (PID-3)");
  if (event->what == WIRE_HL7_MERGE)
    return merges_read(r, event, error);
  if (event->what == WIRE_HL7_PATIENT)
    return event->person != NULL ||
           refuse(error, BASE_ERROR_DATA, "the message names no patient (PID)");
  if (!wire_hl7_find(r->message, "SCH", 0, &sch))
    return refuse(error, BASE_ERROR_DATA, "the message has no appointment (SCH)");
  event->appointment = appointment_read(r, sch);
  return appointment_is_sound(event, error);
}

gboolean
wire_hl7_event_read(const WireHl7 *message, const GTimeZone *zone, WireHl7Event **ret,
                    GError **error)
{
  const Reading r = {message, zone};
  g_autoptr(WireHl7Event) event = g_new0(WireHl7Event, 1);
  event->type = component_at(&r, 0, 9, 1);
  event->trigger = component_at(&r, 0, 9, 2);
  event->control = component_at(&r, 0, 10, 0);
  time_at(&r, 0, 7, 1, &event->at);
  if (!is_said(event->control))
    return refuse(error, BASE_ERROR_DATA, "the message has no control id (MSH-10)");
  if (!what_of(event, &event->what))
    return refuse(error, BASE_ERROR_PROTOCOL,
                  "this kind of message is not taken here; SIU^S12 to S26 and ADT^A04, A08, A31, "
                  "A40 are");
  if (!body_read(&r, event, error))
    return FALSE;
  *ret = g_steal_pointer(&event);
  return TRUE;
}
