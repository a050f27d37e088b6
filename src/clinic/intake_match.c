#include <string.h>

#include "clinic/intake.h"
#include "clinic/task.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/store/patient.h"

enum {
  ATTENDEES_MAX = 16, /* looked at */
  WORDS_MAX = 16,     /* of a summary */
  PHONE_LEAST = 8,    /* digits */
  SAME_MAX = 16,
};

/* Ids that a piece of evidence fits, each once. */
static void
add_ids(GArray *all, const GArray *more)
{
  for (guint i = 0; i < more->len; i++) {
    gint64 id = g_array_index(more, gint64, i);
    gboolean there = FALSE;
    for (guint j = 0; j < all->len && !there; j++)
      there = g_array_index(all, gint64, j) == id;
    if (!there)
      g_array_append_val(all, id);
  }
}

static GArray *
common_ids(const GArray *a, const GArray *b)
{
  GArray *both = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; i < a->len; i++)
    for (guint j = 0; j < b->len; j++)
      if (g_array_index(a, gint64, i) == g_array_index(b, gint64, j))
        g_array_append_val(both, g_array_index(a, gint64, i));
  return both;
}

static gboolean
by_mail(ClinicSession *session, const CalendarDetail *detail, GArray *ret, GError **error)
{
  for (gsize i = 0; i < MIN(detail->n_attendees, ATTENDEES_MAX); i++) {
    g_autoptr(GArray) found = NULL;
    const char *mail = detail->attendees[i].mail;
    if (mail == NULL || *mail == '\0')
      continue;
    if (!store_patient_by_mail(session->store, mail, &found, error))
      return FALSE;
    add_ids(ret, found);
  }
  return TRUE;
}

/* --- words */

/* " folded words of the summary and of who is invited " */
static char *
words_of(const CalendarDetail *detail)
{
  g_autoptr(GString) all = g_string_new(detail->summary);
  for (gsize i = 0; i < MIN(detail->n_attendees, ATTENDEES_MAX); i++)
    if (detail->attendees[i].name != NULL)
      g_string_append_printf(all, " | %s", detail->attendees[i].name);
  g_autofree char *folded = base_text_fold(all->str);
  return g_strdup_printf(" %s ", folded);
}

static gboolean
has_word(const char *words, const char *name)
{
  g_autofree char *folded = base_text_fold(name);
  g_autofree char *padded = g_strdup_printf(" %s ", folded);
  return *folded != '\0' && strstr(words, padded) != NULL;
}

/* The last digits, which no country code changes; NULL where it is too short for a phone number. */
static const char *
phone_tail(const char *digits)
{
  gsize length = strlen(digits);
  return length < PHONE_LEAST ? NULL : digits + length - PHONE_LEAST;
}

/* The first run in the summary that may be a phone number: its last digits, or NULL. */
static char *
phone_in(const char *summary)
{
  for (const char *p = summary; p != NULL && *p != '\0';) {
    gsize length = strspn(p, "0123456789 .-+()/");
    g_autofree char *run = g_strndup(p, length);
    g_autofree char *digits = base_text_digits(run);
    if (phone_tail(digits) != NULL)
      return g_strdup(phone_tail(digits));
    p += MAX(length, 1);
  }
  return NULL;
}

/* Keeps those whose name stands in the words and, where `phone` is given, whose number that is.
 * *ret_named counts those of the name. */
static gboolean
narrow(ClinicSession *session, const char *words, const char *phone, GArray *ids, guint *ret_named,
       GError **error)
{
  guint kept = 0, named = 0;
  for (guint i = 0; i < ids->len; i++) {
    gint64 id = g_array_index(ids, gint64, i);
    g_autoptr(StorePatient) patient = NULL;
    if (!store_patient_load(session->store, id, &patient, error))
      return FALSE;
    g_autofree char *digits = base_text_digits(patient->phone);
    if (!has_word(words, patient->family) || !has_word(words, patient->given))
      continue;
    named++;
    if (phone == NULL || g_strcmp0(phone_tail(digits), phone) == 0)
      g_array_index(ids, gint64, kept++) = id;
  }
  g_array_set_size(ids, kept);
  if (ret_named != NULL)
    *ret_named = named;
  return TRUE;
}

/* Everybody with two neighbouring words of the summary in their name. */
static gboolean
by_words(ClinicSession *session, const char *summary, GArray *ret, GError **error)
{
  g_autofree char *folded = base_text_fold(summary);
  g_auto(GStrv) words = g_strsplit(folded, " ", WORDS_MAX);
  for (char **word = words; word[0] != NULL && word[1] != NULL; word++) {
    g_autoptr(GArray) found = NULL;
    if (strlen(word[0]) < 2 || strlen(word[1]) < 2 || g_ascii_isdigit(word[0][0]) ||
        g_ascii_isdigit(word[1][0]))
      continue;
    if (!store_patient_by_prefix(session->store, word[0], word[1], 0, SAME_MAX, &found, error))
      return FALSE;
    add_ids(ret, found);
  }
  return TRUE;
}

static gboolean
by_name_and_phone(ClinicSession *session, const CalendarDetail *detail, gint64 *ret,
                  gboolean *ret_uncertain, GError **error)
{
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autofree char *phone = phone_in(detail->summary);
  g_autofree char *words = words_of(detail);
  guint named = 0;
  if (phone == NULL)
    return TRUE;
  if (!by_words(session, detail->summary, ids, error) ||
      !narrow(session, words, phone, ids, &named, error))
    return FALSE;
  if (ids->len == 1)
    *ret = g_array_index(ids, gint64, 0);
  *ret_uncertain = ids->len > 1 || (ids->len == 0 && named > 0);
  return TRUE;
}

/* --- mail and record number */

/* The event has a record number that nobody has: does the one who is found have another? */
static gboolean
record_denies(ClinicSession *session, gint64 id, gboolean *ret, GError **error)
{
  g_autoptr(StorePatient) patient = NULL;
  if (!store_patient_load(session->store, id, &patient, error))
    return FALSE;
  *ret = *patient->record != '\0';
  return TRUE;
}

static gboolean
decide(ClinicSession *session, const CalendarDetail *detail, const GArray *records, GArray *mails,
       gint64 *ret, gboolean *ret_uncertain, GError **error)
{
  g_autoptr(GArray) both = common_ids(records, mails);
  const GArray *fit = records->len == 0 ? mails : mails->len == 0 ? records : both;
  gboolean denied = FALSE;
  if (fit->len != 1) {
    *ret_uncertain = TRUE;
    return TRUE;
  }
  gint64 id = g_array_index(fit, gint64, 0);
  if (records->len == 0 && detail->patient_id != NULL && *detail->patient_id != '\0' &&
      !record_denies(session, id, &denied, error))
    return FALSE;
  if (denied)
    *ret_uncertain = TRUE;
  else
    *ret = id;
  return TRUE;
}

gboolean
clinic_intake_match(ClinicSession *session, const CalendarDetail *detail, gint64 *ret,
                    gboolean *ret_uncertain, GError **error)
{
  g_autoptr(GArray) records = NULL;
  g_autoptr(GArray) mails = g_array_new(FALSE, FALSE, sizeof(gint64));
  *ret = 0;
  *ret_uncertain = FALSE;
  if (!store_patient_by_record(session->store, detail->patient_id != NULL ? detail->patient_id : "",
                               &records, error) ||
      !by_mail(session, detail, mails, error))
    return FALSE;
  if (records->len == 0 && mails->len == 0)
    return by_name_and_phone(session, detail, ret, ret_uncertain, error);
  if (records->len == 0 && mails->len > 1) { /* a family's address: the name tells */
    g_autofree char *words = words_of(detail);
    if (!narrow(session, words, NULL, mails, NULL, error))
      return FALSE;
  }
  return decide(session, detail, records, mails, ret, ret_uncertain, error);
}

/* --- the task */

static char *
task_text(const CalendarEvent *event)
{
  g_autofree char *summary =
      base_text_disarm(event->detail.summary != NULL ? event->detail.summary : "", -1, FALSE);
  gint64 days = event->start.local / 86400 - (event->start.local % 86400 < 0);
  int clock = (int)(event->start.local - days * 86400), year = 0, month = 0, day = 0;
  calendar_zone_civil(days, &year, &month, &day);
  return g_strdup_printf(_("Whose appointment is this?\n\n%04d-%02d-%02d %02d:%02d  %s\n\n"
                           "What the calendar says fits several patients, or contradicts itself. "
                           "Nobody is reminded until `guichet calendar match` says who it is.\n"),
                         year, month, day, clock / 3600, clock / 60 % 60, summary);
}

/* One question for each entry of a calendar. */
static void
task_tag(ClinicSession *session, const StoreEntry *entry, VaultTag *ret)
{
  g_autofree char *part = g_base64_encode(entry->part.bytes, sizeof entry->part.bytes);
  g_autofree char *name = g_strdup_printf("task %" G_GINT64_FORMAT, entry->calendar);
  store_entry_part(session->store, part, name, ret);
}

gboolean
clinic_intake_match_done(ClinicSession *session, const StoreEntry *entry, GError **error)
{
  VaultTag tag;
  task_tag(session, entry, &tag);
  return clinic_task_done(session, &tag, error);
}

gboolean
clinic_intake_match_ask(ClinicSession *session, const StoreCalendar *calendar,
                        const StoreEntry *entry, const CalendarEvent *event, gboolean *ret_new,
                        GError **error)
{
  ClinicTask task = {.clinician = calendar->clinician, .event = "an appointment's patient"};
  task_tag(session, entry, &task.tag);
  g_autofree char *text = task_text(event);
  task.text = text;
  return clinic_task_ask(session, &task, ret_new, error);
}
