#include <string.h>

#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/calendar/invite.h"
#include "guichet/calendar/wording.h"

#define MESSAGE_DAY 86400
#define MESSAGE_LENGTH                                                                             \
  (30 * BASE_CLOCK_MINUTE) /* of an appointment that the calendar does not end */

/* What a message says beside its template, in the language of its reader, which is not that of who
 * runs the program: so not by gettext. */
typedef struct {
  const char *language;
  const char *days[7], *months[12]; /* from Sunday, from January */
  const char *subject, *cancelled, *summary, *file;
} Words;

static const Words WORDS[] = {
    {"en",
     {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
     {"January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December"},
     "Reminder of your appointment",
     "Your appointment is cancelled",
     "Appointment",
     "appointment"},
    {"fr",
     {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
     {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre"},
     "Rappel de votre rendez-vous",
     "Votre rendez-vous est annulé",
     "Rendez-vous",
     "rendez-vous"},
};

void
clinic_reminder_message_free(ClinicReminderMessage *message)
{
  if (message == NULL)
    return;
  g_free(message->channel);
  g_free(message->address);
  g_free(message->language);
  g_free(message->subject);
  g_free(message->text);
  g_free(message->html);
  g_free(message->code);
  g_free(message->sender);
  g_clear_pointer(&message->invites, g_ptr_array_unref);
  g_free(message);
}

gboolean
clinic_reminder_message_is_cancel(const char *kind)
{
  return g_str_has_prefix(kind, "cancel:");
}

/* --- what it is made of */

typedef struct {
  ClinicSession *session;
  const CalendarPolicy *policy;
  const GPtrArray *rows, *slots; /* slots[i] of rows[i]; NULL where it is gone */
  GHashTable *people;
  const ClinicReminderPerson *person; /* of the first */
  const Words *words;
  const char *template;
  gboolean cancel, restricted;
} Making;

static const StoreReminder *
lead_of(const Making *m)
{
  return m->rows->pdata[0];
}

static const Words *
words_of(const char *language)
{
  for (gsize i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strcmp(WORDS[i].language, language) == 0)
      return &WORDS[i];
  return NULL;
}

/* The patient's language, the clinic's, English: the first in which there is all that is needed. */
static gboolean
choose_words(Making *m, char **ret_text, GError **error)
{
  const char *const languages[] = {
      m->person->patient->language,
      base_conf_text(clinic_session_conf(m->session), BASE_CONF_CLINIC_LANGUAGE), "en"};
  for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
    m->words = words_of(languages[i]);
    if (m->words == NULL)
      continue;
    if (!clinic_reminder_policy_template(m->session, m->template, languages[i], "txt", ret_text,
                                         error))
      return FALSE;
    if (*ret_text != NULL)
      return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
              _("there is no template %s in a language of this patient; put %s.en.txt into "
                "templates/reminders of the clinic's folder"),
              m->template, m->template);
  return FALSE;
}

static const char *
choose_template(const Making *m)
{
  if (m->restricted)
    return m->cancel ? "restricted-cancel" : "restricted";
  return m->cancel ? "cancel" : lead_of(m)->template;
}

/* --- fields */

static char *
date_text(const Making *m, gint64 at)
{
  gint64 local = calendar_zone_local(calendar_policy_zone(m->policy), at);
  gint64 day = local / MESSAGE_DAY - (local % MESSAGE_DAY < 0);
  int year = 0, month = 1, mday = 1;
  calendar_zone_civil(day, &year, &month, &mday);
  const char *weekday = m->words->days[((day + 4) % 7 + 7) % 7];
  if (strcmp(m->words->language, "fr") == 0)
    return g_strdup_printf("%s %d%s %s %d", weekday, mday, mday == 1 ? "er" : "",
                           m->words->months[month - 1], year);
  return g_strdup_printf("%s, %d %s %d", weekday, mday, m->words->months[month - 1], year);
}

static char *
time_text(const Making *m, gint64 at)
{
  gint64 local = calendar_zone_local(calendar_policy_zone(m->policy), at);
  int clock = (int)(((local % MESSAGE_DAY) + MESSAGE_DAY) % MESSAGE_DAY);
  int hour = clock / 3600, minute = clock / 60 % 60;
  if (strcmp(m->words->language, "fr") == 0)
    return minute == 0 ? g_strdup_printf("%d h", hour) : g_strdup_printf("%d h %02d", hour, minute);
  return g_strdup_printf("%d:%02d %s", hour % 12 == 0 ? 12 : hour % 12, minute,
                         hour < 12 ? "am" : "pm");
}

static gboolean
several_people(const Making *m)
{
  for (guint i = 1; i < m->rows->len; i++)
    if (((const StoreReminder *)m->rows->pdata[i])->patient != lead_of(m)->patient)
      return TRUE;
  return FALSE;
}

static gboolean
given_of(const Making *m, guint i, const char **ret, GError **error)
{
  const ClinicReminderPerson *person = NULL;
  const StoreReminder *row = m->rows->pdata[i];
  if (!clinic_reminder_person_find(m->session, m->people, row->patient, &person, error))
    return FALSE;
  *ret = person != NULL ? person->patient->given : "";
  return TRUE;
}

/* "9:30 am", or "9:30 am (Anna), 10:15 am (Ben)". */
static gboolean
times_text(const Making *m, char **ret, GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);
  gboolean several = several_people(m);
  for (guint i = 0; i < m->rows->len; i++) {
    const char *given = "";
    const ClinicReminderSlot *slot = m->slots->pdata[i];
    g_autofree char *time = time_text(m, ((const StoreReminder *)m->rows->pdata[i])->starts);
    if (several && !given_of(m, i, &given, error))
      return FALSE;
    if (slot == NULL || !slot->all_day)
      g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", time);
    if (*given != '\0' && text->len > 0)
      g_string_append_printf(text, " (%s)", given);
  }
  *ret = g_string_free(g_steal_pointer(&text), FALSE);
  return TRUE;
}

static gboolean
is_other_time(const CalendarZone *here, const char *name, gint64 at)
{
  const CalendarZone *there = name != NULL && *name != '\0' ? calendar_zone_find(name) : NULL;
  return there != NULL && calendar_zone_offset(there, at) != calendar_zone_offset(here, at);
}

/* The zone is named where the clocks of the patient, or of the calendar, show another time than the
 * clinic's. */
static const char *
zone_text(const Making *m)
{
  const ClinicReminderSlot *slot = m->slots->pdata[0];
  const CalendarZone *here = calendar_policy_zone(m->policy);
  gint64 at = lead_of(m)->starts;
  gboolean other = is_other_time(here, m->person->patient->zone, at) ||
                   (slot != NULL && is_other_time(here, slot->zone, at));
  return other ? calendar_zone_name(here) : NULL;
}

/* Only where all of them are at one place. */
static const char *
place_text(const Making *m)
{
  const ClinicReminderSlot *first = m->slots->pdata[0];
  if (first == NULL || first->place == NULL || m->restricted)
    return NULL;
  for (guint i = 1; i < m->slots->len; i++) {
    const ClinicReminderSlot *slot = m->slots->pdata[i];
    if (slot == NULL || g_strcmp0(slot->place, first->place) != 0)
      return NULL;
  }
  return *first->place != '\0' ? first->place : NULL;
}

static void
put(GHashTable *values, const char *field, const char *value)
{
  if (value != NULL && *value != '\0')
    g_hash_table_insert(values, g_strdup(field), g_strdup(value));
}

static gboolean
fields_of(const Making *m, const char *code, GHashTable **ret, GError **error)
{
  const BaseConf *conf = clinic_session_conf(m->session);
  g_autofree char *date = date_text(m, lead_of(m)->starts), *times = NULL;
  GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (!times_text(m, &times, error)) {
    g_hash_table_unref(values);
    return FALSE;
  }
  put(values, "date", date);
  put(values, "time", times);
  put(values, "zone", zone_text(m));
  put(values, "place", place_text(m));
  put(values, "clinic_phone", base_conf_text(conf, BASE_CONF_CLINIC_PHONE));
  put(values, "reply_code", code);
  if (!m->restricted) {
    put(values, "clinic", base_conf_text(conf, BASE_CONF_CLINIC_NAME));
    put(values, "first_name", several_people(m) ? NULL : m->person->patient->given);
  }
  *ret = values;
  return TRUE;
}

/* --- the invitations: one for each appointment, since all that an .ics with a METHOD holds must be
 * of one UID (RFC 5546, 3.2.2) */

static gint64
end_of(const StoreReminder *row, const ClinicReminderSlot *slot)
{
  return slot != NULL && slot->start == row->starts && slot->end > slot->start
             ? slot->end
             : row->starts + MESSAGE_LENGTH;
}

/* Whose it is stands in it where others share the address. */
static gboolean
summary_of(const Making *m, guint i, char **ret, GError **error)
{
  const char *given = "";
  if (several_people(m) && !given_of(m, i, &given, error))
    return FALSE;
  *ret = *given != '\0' ? g_strdup_printf("%s (%s)", m->words->summary, given)
                        : g_strdup(m->words->summary);
  return TRUE;
}

static gboolean
invite_of(const Making *m, guint i, gint64 at, GBytes **ret, GError **error)
{
  const BaseConf *conf = clinic_session_conf(m->session);
  const StoreReminder *row = m->rows->pdata[i];
  const ClinicReminderSlot *slot = m->slots->pdata[i];
  const char *phone = base_conf_text(conf, BASE_CONF_CLINIC_PHONE);
  const char *place = slot != NULL && !m->restricted ? slot->place : NULL;
  char *bytes = NULL;
  gsize length = 0;
  g_autofree char *summary = NULL;
  g_autofree char *uid = store_reminder_invite(clinic_session_store(m->session), row->uid,
                                               row->recurrence, row->patient);
  if (!summary_of(m, i, &summary, error))
    return FALSE;
  const CalendarInvite invite = {
      .method = m->cancel ? CALENDAR_METHOD_CANCEL : CALENDAR_METHOD_REQUEST,
      .uid = uid,
      .sequence = (int)row->sequence,
      .stamp = at,
      .start = row->starts,
      .end = end_of(row, slot),
      .all_day = slot != NULL && slot->all_day,
      .zone = calendar_policy_zone(m->policy),
      .summary = summary,
      .location = place != NULL && *place != '\0' ? place : NULL,
      .organizer_mail = base_conf_text(conf, BASE_CONF_CLINIC_MAIL),
      .organizer_name = m->restricted ? NULL : base_conf_text(conf, BASE_CONF_CLINIC_NAME),
      .attendee_mail = row->address,
      .phone = *phone != '\0' ? phone : NULL};
  if (!calendar_invite_write(&invite, &bytes, &length, error))
    return FALSE;
  *ret = g_bytes_new_take(bytes, length);
  return TRUE;
}

static gboolean
invite_all(const Making *m, gint64 at, ClinicReminderMessage *into, GError **error)
{
  into->invites = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  into->method = m->cancel ? "CANCEL" : "REQUEST";
  into->file = m->words->file;
  for (guint i = 0; strcmp(lead_of(m)->channel, "mail") == 0 && i < m->rows->len; i++) {
    GBytes *ics = NULL;
    if (!invite_of(m, i, at, &ics, error))
      return FALSE;
    g_ptr_array_add(into->invites, ics);
  }
  return TRUE;
}

/* --- all of it */

static gboolean
render(const Making *m, const char *text_template, GHashTable *values, ClinicReminderMessage *into,
       GError **error)
{
  g_autofree char *html = NULL;
  if (!calendar_wording_render(m->template, text_template, values, FALSE, &into->text, error) ||
      !clinic_reminder_policy_template(m->session, m->template, m->words->language, "html", &html,
                                       error))
    return FALSE;
  return html == NULL ||
         calendar_wording_render(m->template, html, values, TRUE, &into->html, error);
}

static gboolean
make(Making *m, const char *code, gint64 at, ClinicReminderMessage *into, GError **error)
{
  g_autofree char *template = NULL;
  g_autoptr(GHashTable) values = NULL;
  m->restricted = m->person->plan.restricted;
  m->cancel = clinic_reminder_message_is_cancel(lead_of(m)->kind);
  m->template = choose_template(m);
  if (!choose_words(m, &template, error) ||
      !fields_of(m, m->cancel ? NULL : code, &values, error) ||
      !render(m, template, values, into, error) || !invite_all(m, at, into, error))
    return FALSE;
  into->channel = g_strdup(lead_of(m)->channel);
  into->address = g_strdup(lead_of(m)->address);
  into->language = g_strdup(m->words->language);
  into->subject = g_strdup(m->cancel ? m->words->cancelled : m->words->subject);
  into->code = g_strdup(code);
  into->sender = g_strdup(
      m->restricted ? "" : base_conf_text(clinic_session_conf(m->session), BASE_CONF_CLINIC_NAME));
  return TRUE;
}

static gboolean
find_slots(ClinicSession *session, const GPtrArray *rows, GPtrArray *into, GError **error)
{
  for (guint i = 0; i < rows->len; i++) {
    const StoreReminder *row = rows->pdata[i];
    ClinicReminderSlot *slot = NULL;
    if (!clinic_reminder_slot_find(session, row, &slot, error))
      return FALSE;
    g_ptr_array_add(into, slot);
  }
  return TRUE;
}

static void
slot_unref(gpointer data)
{
  clinic_reminder_slot_free(data);
}

gboolean
clinic_reminder_message_make(ClinicSession *session, const CalendarPolicy *policy,
                             const GPtrArray *rows, const char *code, gint64 at,
                             ClinicReminderMessage **ret, GError **error)
{
  g_autoptr(GPtrArray) slots = g_ptr_array_new_with_free_func(slot_unref);
  g_autoptr(GHashTable) people = clinic_reminder_person_table();
  g_autoptr(ClinicReminderMessage) message = g_new0(ClinicReminderMessage, 1);
  Making m = {.session = session, .policy = policy, .rows = rows, .slots = slots, .people = people};
  if (!find_slots(session, rows, slots, error) ||
      !clinic_reminder_person_find(session, people, lead_of(&m)->patient, &m.person, error))
    return FALSE;
  if (m.person == NULL) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                        _("the patient's record is gone; nothing can be sent to them"));
    return FALSE;
  }
  if (!make(&m, code, at, message, error))
    return FALSE;
  *ret = g_steal_pointer(&message);
  return TRUE;
}
