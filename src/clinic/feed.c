#include "guichet/clinic/feed.h"

#include <string.h>

#include "clinic/patient.h"
#include "clinic/task.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/calendar/invite.h"
#include "guichet/clinic/agenda.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"
#include "guichet/clinic/user.h"
#include "guichet/store/appointment.h"
#include "guichet/store/entry.h"
#include "guichet/store/patient.h"

enum {
  LANGUAGE_LETTERS = 3,
};

/* --- patients */

/* The record number: the one of our authority, else of type MR, else the first. */
static const char *
record_of(ClinicSession *session, const GPtrArray *ids)
{
  const char *ours = base_conf_text(clinic_session_conf(session), BASE_CONF_HL7_AUTHORITY);
  const char *best = NULL;
  guint best_rank = 0;
  for (guint i = 0; i < ids->len; i++) {
    const WireHl7Id *id = ids->pdata[i];
    guint rank = *ours != '\0' ? (strcmp(id->authority, ours) == 0 ? 3 : 0)
                               : (strcmp(id->type, "MR") == 0 ? 2 : 1);
    if (rank > best_rank && *id->value != '\0') {
      best = id->value;
      best_rank = rank;
    }
  }
  return best;
}

static gboolean
no_record(GError **error)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                      "PID-3 has no record number of this clinic (see authority under [hl7])");
  return FALSE;
}

static void
say(char **field, const char *said)
{
  if (said == NULL)
    return;
  g_free(*field);
  *field = g_strdup(said);
}

/* Of two or three letters in ISO 639; what else there is stands for nothing said. */
static char *
language_of(const char *said)
{
  static const char *const TWO[][2] = {{"fra", "fr"}, {"fre", "fr"}, {"eng", "en"}};
  g_autofree char *word = said != NULL ? g_ascii_strdown(said, -1) : NULL;
  for (gsize i = 0; word != NULL && i < G_N_ELEMENTS(TWO); i++)
    if (strcmp(word, TWO[i][0]) == 0)
      return g_strdup(TWO[i][1]);
  gsize n = word == NULL ? 0 : strcspn(word, "-_");
  return word != NULL && n <= LANGUAGE_LETTERS ? g_strndup(word, n) : NULL;
}

static void
person_say(const WireHl7Person *person, ClinicPatient *patient)
{
  g_autofree char *language = language_of(person->language);
  say(&patient->family, person->family);
  say(&patient->given, person->given);
  say(&patient->birth, person->birth);
  say(&patient->sex, person->sex);
  say(&patient->phone, person->phone);
  say(&patient->mail, person->mail);
  say(&patient->language, language);
  if (person->deceased)
    say(&patient->reminders, "no");
}

static gboolean
differ(const char *known, const char *said)
{
  g_autofree char *a = base_text_fold(known);
  g_autofree char *b = base_text_fold(said != NULL ? said : "");
  return *a != '\0' && *b != '\0' && strcmp(a, b) != 0;
}

/* One of the two may be corrected; both at once is another person. */
static gboolean
is_somebody_else(const ClinicPatient *known, const WireHl7Person *person)
{
  return differ(known->family, person->family) && person->birth != NULL && *person->birth != '\0' &&
         *known->birth != '\0' && strcmp(known->birth, person->birth) != 0;
}

static gboolean
ask(ClinicSession *session, const char *about, gint64 patient, char *text, ClinicFeedResult *ret,
    GError **error)
{
  ClinicTask task = {.patient = patient, .text = text, .event = "a question of a feed"};
  gboolean new = FALSE;
  store_entry_part(session->store, about, "hl7", &task.tag);
  if (!clinic_task_ask(session, &task, &new, error))
    return FALSE;
  ret->asked += new;
  return TRUE;
}

static gboolean
ask_who(ClinicSession *session, const char *record, const WireHl7Person *person,
        ClinicFeedResult *ret, GError **error)
{
  g_autofree char *name = g_strdup_printf("%s %s", person->family != NULL ? person->family : "",
                                          person->given != NULL ? person->given : "");
  g_autofree char *about =
      g_strdup_printf("who %s %s %s", record, name, person->birth != NULL ? person->birth : "");
  g_autofree char *safe = base_text_disarm(name, -1, FALSE);
  g_autofree char *number = base_text_disarm(record, -1, FALSE);
  g_autofree char *text = g_strdup_printf(
      _("Whose record number is this?\n\nThe hospital says that record %s is of %s, born %s. Here "
        "it is of somebody else, or several patients fit. Nothing was changed: say which is right "
        "in the patient's record.\n"),
      number, safe, person->birth != NULL && *person->birth != '\0' ? person->birth : "?");
  ret->doubtful = TRUE;
  return ask(session, about, 0, text, ret, error);
}

static gboolean
change_known(ClinicSession *session, gint64 id, const char *record, const WireHl7Person *person,
             ClinicFeedResult *ret, GError **error)
{
  g_autoptr(ClinicPatient) known = NULL;
  gboolean changed = FALSE;
  if (!clinic_patient_read(session, id, &known, error))
    return FALSE;
  if (is_somebody_else(known, person))
    return ask_who(session, record, person, ret, error);
  person_say(person, known);
  if (!clinic_patient_rewrite(session, known, &changed, error))
    return FALSE;
  ret->patients += changed;
  return TRUE;
}

/* One of this name and birth date may be known without a number. */
static gboolean
add_new(ClinicSession *session, const char *record, const WireHl7Person *person,
        ClinicFeedResult *ret, GError **error)
{
  g_autoptr(ClinicPatient) given = clinic_patient_new();
  GError *failed = NULL;
  gint64 id = 0;
  person_say(person, given);
  say(&given->record, record);
  if (clinic_patient_match(session, given, &id, &failed)) {
    ret->patients++;
    return TRUE;
  }
  if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_CONFLICT)) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  g_error_free(failed);
  return ask_who(session, record, person, ret, error);
}

static gboolean
person_take(ClinicSession *session, const WireHl7Person *person, ClinicFeedResult *ret,
            GError **error)
{
  const char *record = record_of(session, person->ids);
  g_autoptr(GArray) ids = NULL;
  if (record == NULL)
    return no_record(error);
  if (!store_patient_by_record(session->store, record, &ids, error))
    return FALSE;
  if (ids->len > 1)
    return ask_who(session, record, person, ret, error);
  return ids->len == 1
             ? change_known(session, g_array_index(ids, gint64, 0), record, person, ret, error)
             : add_new(session, record, person, ret, error);
}

static gboolean
merge_take(ClinicSession *session, const WireHl7Pair *pair, ClinicFeedResult *ret, GError **error)
{
  const char *stays = record_of(session, pair->stays), *goes = record_of(session, pair->goes);
  g_autoptr(GArray) old = NULL;
  if (stays == NULL || goes == NULL)
    return no_record(error);
  if (!store_patient_by_record(session->store, goes, &old, error))
    return FALSE;
  if (old->len == 0) /* nobody here has the number that ends */
    return TRUE;
  g_autofree char *about = g_strdup_printf("merge %s %s", stays, goes);
  g_autofree char *kept = base_text_disarm(stays, -1, FALSE);
  g_autofree char *ended = base_text_disarm(goes, -1, FALSE);
  g_autofree char *text = g_strdup_printf(
      _("Are these two one person?\n\nThe hospital has merged record %s into record %s. Nothing "
        "was joined here: compare both patients, and give the one that stays the right number.\n"),
      ended, kept);
  return ask(session, about, g_array_index(old, gint64, 0), text, ret, error);
}

static gboolean
patients_inside(ClinicSession *session, const WireHl7Event *event, ClinicFeedResult *ret,
                GError **error)
{
  if (event->what != WIRE_HL7_MERGE)
    return person_take(session, event->person, ret, error);
  for (guint i = 0; i < event->merges->len; i++)
    if (!merge_take(session, event->merges->pdata[i], ret, error))
      return FALSE;
  return TRUE;
}

static gboolean
patients_take(ClinicSession *session, const WireHl7Event *event, ClinicFeedResult *ret,
              GError **error)
{
  ClinicFeedResult done = *ret;
  if (event->person == NULL && event->what != WIRE_HL7_MERGE)
    return TRUE;
  if (!store_tx_begin(session->store, error))
    return FALSE;
  if (!patients_inside(session, event, &done, error)) {
    store_tx_rollback(session->store);
    return FALSE;
  }
  ret->doubtful = done.doubtful;
  if (done.patients == ret->patients && done.asked == ret->asked) {
    store_tx_rollback(session->store); /* it says what is known */
    return TRUE;
  }
  if (!store_tx_commit(session->store, error))
    return FALSE;
  *ret = done;
  return TRUE;
}

/* --- appointments */

static char *
uid_of(const WireHl7Appointment *a)
{
  return g_strconcat("hl7:", a->filler != NULL && *a->filler != '\0' ? a->filler : a->placer, NULL);
}

static char *
summary_of(const WireHl7Appointment *a)
{
  const char *const words[] = {a->type, a->service, a->reason};
  const char *what = "";
  for (gsize i = 0; i < G_N_ELEMENTS(words) && *what == '\0'; i++)
    what = words[i] != NULL ? words[i] : "";
  if (a->clinician == NULL || *a->clinician == '\0')
    return g_strdup(what);
  return g_strdup_printf("%s (%s)", what, a->clinician);
}

/* `record` is NULL where it is not known whose visit this is. */
static gboolean
invite_of(ClinicSession *session, const WireHl7Event *event, const char *record, char **ret,
          gsize *ret_length, GError **error)
{
  const WireHl7Appointment *a = event->appointment;
  g_autofree char *uid = uid_of(a), *summary = summary_of(a);
  gint64 slot = base_conf_int(clinic_session_conf(session), BASE_CONF_AGENDA_SLOT);
  gint64 stamp = event->at != 0 ? event->at : base_clock_now();
  gint64 start = a->start != 0 ? a->start : stamp;
  const CalendarInvite invite = {
      .method =
          event->what == WIRE_HL7_CANCELLED ? CALENDAR_METHOD_CANCEL : CALENDAR_METHOD_REQUEST,
      .uid = uid,
      .stamp = stamp,
      .start = start,
      .end = a->end > start ? a->end : start + slot * BASE_CLOCK_MINUTE,
      .summary = summary,
      .location = a->location,
      .patient_id = record != NULL ? record : "",
  };
  return calendar_invite_write(&invite, ret, ret_length, error);
}

/* Who is named, by the sender's number where it is a login name here, else by the name; 0 nobody of
 * ours, or more than one.  FALSE where nobody is named. */
static gboolean
clinician_of(ClinicSession *session, const WireHl7Appointment *a, gint64 *ret)
{
  gboolean numbered = a->clinician_id != NULL && *a->clinician_id != '\0';
  gboolean named = a->clinician != NULL && *a->clinician != '\0';
  *ret = numbered ? clinic_user_find(session, a->clinician_id) : 0;
  if (*ret == 0 && named)
    *ret = clinic_user_called(session, a->clinician);
  return numbered || named;
}

static gboolean
calendar_take(ClinicSession *session, gint64 calendar, const WireHl7Event *event,
              ClinicFeedResult *ret, GError **error)
{
  g_autoptr(ClinicIntake) intake = NULL;
  g_autofree char *text = NULL;
  ClinicIntakeEnd end = {.whole = FALSE};
  ClinicIntakeResult done = {0};
  gsize length = 0;
  gint64 clinician = 0;
  const char *record =
      event->person == NULL || ret->doubtful ? NULL : record_of(session, event->person->ids);
  if (!invite_of(session, event, record, &text, &length, error) ||
      !clinic_intake_open(session, calendar, NULL, NULL, &intake, error))
    return FALSE;
  clinic_intake_resource(intake, NULL);
  if (clinician_of(session, event->appointment, &clinician))
    clinic_intake_clinician(intake, clinician);
  if (!clinic_intake_feed(intake, text, length, error) || !clinic_intake_end(intake, error) ||
      !clinic_intake_finish(intake, &end, &done, error))
    return FALSE;
  ret->appointments += (guint)(done.booked + done.moved + done.cancelled + done.restored);
  ret->asked += (guint)done.uncertain;
  return TRUE;
}

static gboolean
no_show_take(ClinicSession *session, gint64 calendar, const WireHl7Event *event,
             ClinicFeedResult *ret, GError **error)
{
  g_autofree char *uid = uid_of(event->appointment);
  guint marked = 0;
  if (!clinic_agenda_tell(session, calendar, uid, CLINIC_AGENDA_NO_SHOW, &marked, error))
    return FALSE;
  ret->appointments += marked;
  return TRUE;
}

static gboolean
appointment_take(ClinicSession *session, const WireHl7Event *event, ClinicFeedResult *ret,
                 GError **error)
{
  char kind[] = "feed", name[] = "HL7";
  const ClinicCalendar given = {.kind = kind, .name = name};
  gint64 calendar = 0;
  if (!clinic_calendar_need(session, &given, &calendar, error))
    return FALSE;
  gboolean timed = event->appointment->start != 0 || event->what == WIRE_HL7_CANCELLED;
  if (timed && !calendar_take(session, calendar, event, ret, error))
    return FALSE;
  return event->what != WIRE_HL7_NO_SHOW || no_show_take(session, calendar, event, ret, error);
}

gboolean
clinic_feed_take(ClinicSession *session, const WireHl7Event *event, ClinicFeedResult *ret,
                 GError **error)
{
  ClinicFeedResult done = {0};
  if (!clinic_session_require(session, CLINIC_POWER_FEED, error) ||
      !patients_take(session, event, &done, error))
    return FALSE;
  if (event->appointment != NULL && event->what != WIRE_HL7_NOT_FOR_US &&
      !appointment_take(session, event, &done, error))
    return FALSE;
  *ret = done;
  return TRUE;
}
