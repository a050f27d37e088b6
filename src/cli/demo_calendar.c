/* The demo's appointments, as two clinicians' calendars: an .ics file each, which is imported like
 * anybody's. */
#include "cli/demo_calendar.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/agenda.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/visit.h"

enum {
  FIRST_DAY = -3, /* counted from today */
  DAYS = 13,
  SLOTS_MAX = 5, /* a day and clinician */
};

/* Why a patient comes, in their language. */
static const struct {
  const char *english, *french;
  int minutes;
} REASONS[] = {
    {"Follow-up", "Consultation de suivi", 30},
    {"Blood pressure check", "Contrôle de la tension", 15},
    {"Review of test results", "Résultats d’analyses", 20},
    {"Flu vaccination", "Vaccination contre la grippe", 15},
    {"Physical examination", "Examen clinique", 40},
    {"Blood test", "Prise de sang", 15},
    {"Medication review", "Révision du traitement", 30},
};

/* Minutes from midnight; each appointment ends before the next one. */
static const int SLOTS[SLOTS_MAX] = {9 * 60, 10 * 60 + 15, 11 * 60 + 20, 14 * 60, 15 * 60 + 30};

typedef struct {
  const char *login, *room;
} Doctor;

static const Doctor DOCTORS[] = {
    {"quill", "Room 1"},
    {"martin", "Room 2"},
};

/* Who has been at the clinic. */
typedef struct {
  GPtrArray *records;
  GArray *french;
  GError *error;
} Patients;

static void
patients_clear(Patients *patients)
{
  g_ptr_array_unref(patients->records);
  g_array_unref(patients->french);
  g_clear_error(&patients->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Patients, patients_clear)

static gboolean
on_visit(ClinicImport *import, gpointer data)
{
  Patients *patients = data;
  const ClinicPatient *p = import->patient;
  gboolean french = strcmp(p->language, "fr") == 0;
  if (import->at > base_clock_now())
    return TRUE;
  g_ptr_array_add(patients->records, g_strdup(p->record));
  g_array_append_val(patients->french, french);
  return TRUE;
}

static gboolean
on_bad(const char *place, const GError *why, gpointer data)
{
  Patients *patients = data;
  patients->error = g_error_new(BASE_ERROR, BASE_ERROR_DATA, "%s: %s", place, why->message);
  return FALSE;
}

static gboolean
read_patients(const char *visits, Patients *patients, GError **error)
{
  gboolean ok = clinic_visit_read(visits, NULL, on_visit, on_bad, patients, error);
  if (patients->error != NULL) {
    g_clear_error(error);
    g_propagate_error(error, g_steal_pointer(&patients->error));
    return FALSE;
  }
  if (ok && patients->records->len == 0) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA, _("the demo has no patients"));
    return FALSE;
  }
  return ok;
}

/* --- the file */

/* Monday to Friday, by the day's number since 1970-01-01, a Thursday. */
static gboolean
is_working_day(gint64 day)
{
  return (day + 3) % 7 < 5;
}

static void
write_times(GString *out, gint64 day, int slot, int minutes)
{
  g_autofree char *date = base_clock_local(day * BASE_CLOCK_DAY, "UTC", "%Y%m%d");
  int start = SLOTS[slot], end = start + minutes;
  g_string_append_printf(out, "DTSTART:%sT%02d%02d00\r\nDTEND:%sT%02d%02d00\r\n", date, start / 60,
                         start % 60, date, end / 60, end % 60);
}

/* Every eleventh was called off. */
static void
write_event(GString *out, const Patients *patients, const Doctor *doctor, gint64 day, int slot,
            guint n)
{
  guint i = n % patients->records->len;
  gboolean french = g_array_index(patients->french, gboolean, i);
  guint why = n % G_N_ELEMENTS(REASONS);
  g_string_append_printf(out, "BEGIN:VEVENT\r\nUID:demo-%u@example.invalid\r\n", n);
  g_string_append(out, "DTSTAMP:20200101T000000Z\r\n");
  write_times(out, day, slot, REASONS[why].minutes);
  g_string_append_printf(out, "X-PATIENT-ID:%s\r\n", (const char *)patients->records->pdata[i]);
  g_string_append_printf(out, "SUMMARY:%s\r\nLOCATION:%s\r\nSTATUS:%s\r\nEND:VEVENT\r\n",
                         french ? REASONS[why].french : REASONS[why].english, doctor->room,
                         n % 11 == 7 ? "CANCELLED" : "CONFIRMED");
}

/* Neither clinician is there all day long: a slot here and there is free.  Today somebody comes,
 * whatever day it is: there is something to see. */
static char *
make_calendar(const Patients *patients, guint doctor, gint64 today)
{
  GString *out = g_string_new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//guichet//demo//EN\r\n");
  guint n = doctor;
  for (gint64 day = today + FIRST_DAY; day < today + FIRST_DAY + DAYS; day++)
    for (int slot = 0; (day == today || is_working_day(day)) && slot < SLOTS_MAX; slot++)
      if ((day + slot + (int)doctor) % 3 != 0) {
        write_event(out, patients, &DOCTORS[doctor], day, slot, n);
        n += G_N_ELEMENTS(DOCTORS);
      }
  g_string_append(out, "END:VCALENDAR\r\n");
  return g_string_free(out, FALSE);
}

/* --- in */

static gboolean
take_calendar(ClinicSession *session, const Doctor *doctor, char *path, GError **error)
{
  char kind[] = "file";
  g_autofree char *name = g_strdup(doctor->login);
  g_autofree char *place = g_strdup(doctor->room);
  g_autoptr(ClinicIntake) intake = NULL;
  ClinicIntakeResult result = {0};
  gint64 id = 0;
  const ClinicCalendar given = {
      .kind = kind,
      .name = name,
      .location = path,
      .place = place,
      .clinician = clinic_user_find(session, doctor->login),
  };
  return clinic_calendar_need(session, &given, &id, error) &&
         clinic_intake_open(session, id, NULL, NULL, &intake, error) &&
         clinic_intake_path(intake, path, &result, error);
}

gboolean
cli_demo_calendar_import(ClinicSession *session, const char *visits, const char *dir, gint64 today,
                         GError **error)
{
  g_auto(Patients) patients = {
      .records = g_ptr_array_new_with_free_func(g_free),
      .french = g_array_new(FALSE, FALSE, sizeof(gboolean)),
  };
  if (!read_patients(visits, &patients, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(DOCTORS); i++) {
    g_autofree char *file = g_strconcat(DOCTORS[i].login, ".ics", NULL);
    g_autofree char *path = g_build_filename(dir, file, NULL);
    g_autofree char *text = make_calendar(&patients, i, today / BASE_CLOCK_DAY);
    if (!base_file_write(path, text, strlen(text), error) ||
        !take_calendar(session, &DOCTORS[i], path, error))
      return FALSE;
  }
  return TRUE;
}

/* --- days go by */

gboolean
cli_demo_calendar_mark(ClinicSession *session, GError **error)
{
  const ClinicAgendaFilter all = {0, NULL};
  gint64 now = base_clock_now();
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_agenda_list(session, now - BASE_CLOCK_DAY, now, &all, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const ClinicAgendaRow *row = rows->pdata[i];
    ClinicAgendaState state = i % 6 == 4        ? CLINIC_AGENDA_NO_SHOW
                              : row->end <= now ? CLINIC_AGENDA_COMPLETED
                                                : CLINIC_AGENDA_CHECKED_IN;
    if (row->state == CLINIC_AGENDA_BOOKED &&
        !clinic_agenda_mark(session, row->id, 0, state, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cli_demo_calendar_approve(ClinicSession *session, GError **error)
{
  gint64 day = 0;
  guint n = 0, left = 0;
  return clinic_reminder_day(session, base_clock_now(), &day, error) &&
         clinic_reminder_approve_day(session, day, &n, &left, error) &&
         clinic_reminder_approve_day(session, day + 1, &n, &left, error);
}
