/* Reminders in a real clinic, on a frozen clock: each goes once, or is said not to. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"
#include "guichet/clinic/outbox.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/user.h"
#include "guichet/vault/process.h"
#include "agenda.h"

#define PASSWORD "correct horse staple"

typedef struct {
  char *dir;
  ClinicSession *admin, *desk, *doctor, *manager, *privacy, *worker, *second;
  gint64 anna, ben, cleo;
  Agenda *agenda;
} Place;

/* Thursday 26 November 2026, 10:00 in Paris. */
#define NOW (G_GINT64_CONSTANT(1795683600) * BASE_CLOCK_SECOND)
#define HOUR BASE_CLOCK_HOUR
#define DAY BASE_CLOCK_DAY

static void
user(Place *place, const char *name, ClinicRole role, ClinicSession **ret)
{
  g_autoptr(GError) error = NULL;
  clinic_user_add(place->admin, name, name, role, PASSWORD, TRUE, NULL, &error);
  assert_no_error(error);
  clinic_session_login(place->dir, name, PASSWORD, ret, &error);
  assert_no_error(error);
}

static void
set(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

static gint64
patient(Place *place, const char *given, const char *record, const char *mail)
{
  g_autoptr(ClinicPatient) p = clinic_patient_new();
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  set(&p->family, "Moreau");
  set(&p->given, given);
  set(&p->record, record);
  set(&p->mail, mail);
  set(&p->language, "fr");
  clinic_patient_find_or_add(place->desk, p, &id, &error);
  assert_no_error(error);
  return id;
}

/* The clinic's own, in place of the shipped one; the zone is that of guichet.conf. */
static void
write_policy(const char *dir, const char *more)
{
  g_autofree char *policy =
      g_strconcat("[clinic]\nopen=08:00-20:00\nquiet-days=\nlatest=1h\ncap=1\n", more,
                  "[kind default]\noffsets=48h\nchannels=mail;print\ntemplate=reminder\n", NULL);
  g_autofree char *folder = g_build_filename(dir, "templates", "reminders", NULL);
  g_autofree char *path = g_build_filename(folder, "policy.conf", NULL);
  assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
  assert_true(g_file_set_contents(path, policy, -1, NULL));
}

static int
place_make(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  g_autofree char *top = g_dir_make_tmp("guichet-XXXXXX", &error);
  place->dir = g_build_filename(top, "clinic", NULL);
  base_clock_freeze(NOW);
  clinic_user_found(place->dir, "Cabinet", "root", "Root", PASSWORD, TRUE, &error);
  assert_no_error(error);
  g_autofree char *conf = g_build_filename(place->dir, "guichet.conf", NULL);
  static const char SETTINGS[] = "[clinic]\nname=Cabinet\nzone=Europe/Paris\nphone=01 23 45 67 89\n"
                                 "[outbox]\nundo_seconds=60\n";
  assert_true(g_file_set_contents(conf, SETTINGS, -1, NULL));
  write_policy(place->dir, "");
  assert_true(clinic_session_login(place->dir, "root", PASSWORD, &place->admin, &error));
  user(place, "desk", CLINIC_ROLE_FRONT_DESK, &place->desk);
  user(place, "doctor", CLINIC_ROLE_CLINICIAN, &place->doctor);
  user(place, "manager", CLINIC_ROLE_MANAGER, &place->manager);
  user(place, "privacy", CLINIC_ROLE_PRIVACY, &place->privacy);
  assert_true(clinic_session_host(place->dir, &place->worker, &error));
  assert_true(clinic_session_host(place->dir, &place->second, &error));
  place->anna = patient(place, "Anna", "R1", "anna@home.example");
  place->ben = patient(place, "Ben", "R2", "ben@home.example");
  place->cleo = patient(place, "Cleo", "R3", "anna@home.example");
  place->agenda = agenda_new(place->dir, "Europe/Paris");
  *state = place;
  return 0;
}

static void
remove_all(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_all(child);
  }
  g_remove(path);
}

static int
place_drop(void **state)
{
  Place *place = *state;
  ClinicSession *sessions[] = {place->admin,   place->desk,   place->doctor, place->manager,
                               place->privacy, place->worker, place->second};
  for (gsize i = 0; i < G_N_ELEMENTS(sessions); i++)
    clinic_session_close(sessions[i]);
  agenda_free(place->agenda);
  g_autofree char *top = g_path_get_dirname(place->dir);
  remove_all(top);
  g_free(place->dir);
  g_free(place);
  base_clock_thaw();
  return 0;
}

/* --- what the tests ask */

static void
calendar(Place *place, const char *uid, gint64 start, const char *record)
{
  gint64 patients[] = {place->anna, place->ben, place->cleo};
  agenda_put(place->agenda, uid, start, patients[record[1] - '1'], 0, FALSE);
}

static void
cancel(Place *place, const char *uid)
{
  agenda_mark(place->agenda, uid, STORE_APPOINTMENT_CANCELLED);
}

static guint
tend(ClinicSession *worker)
{
  g_autoptr(GError) error = NULL;
  guint done = 0;
  clinic_reminder_tend(worker, &done, &error);
  assert_no_error(error);
  return done;
}

static GPtrArray *
next(Place *place)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *list = NULL;
  clinic_reminder_next(place->desk, 7, &list, &error);
  assert_no_error(error);
  return list;
}

/* "48h to approve, 2h planned": of one appointment's start, by time. */
static char *
stands(Place *place, gint64 start)
{
  g_autoptr(GPtrArray) list = next(place);
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < list->len; i++) {
    const ClinicReminder *r = list->pdata[i];
    if (r->starts == start)
      g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", r->kind,
                             clinic_reminder_stand_word(r->stand));
  }
  return g_string_free(text, FALSE);
}

static void
assert_stands(Place *place, gint64 start, const char *expected)
{
  g_autofree char *text = stands(place, start);
  assert_string_equal(text, expected);
}

static gint64
id_of(Place *place, gint64 start, const char *kind, gint64 *ret_item)
{
  g_autoptr(GPtrArray) list = next(place);
  for (guint i = 0; i < list->len; i++) {
    const ClinicReminder *r = list->pdata[i];
    if (r->starts == start && g_str_has_prefix(r->kind, kind)) {
      if (ret_item != NULL)
        *ret_item = r->item;
      return r->id;
    }
  }
  fail_msg("there is no %s", kind);
  return 0;
}

static void
approve(Place *place, gint64 start, const char *kind)
{
  g_autoptr(GError) error = NULL;
  gint64 id = id_of(place, start, kind, NULL);
  guint n = 0;
  clinic_reminder_approve(place->desk, &id, 1, FALSE, &n, &error);
  assert_no_error(error);
  assert_int_equal(n, 1);
}

/* What the worker sends now, as text, each delivered; "" nothing. */
static char *
send_all(Place *place)
{
  GString *all = g_string_new(NULL);
  for (;;) {
    g_autoptr(ClinicParcel) parcel = NULL;
    g_autoptr(GError) error = NULL;
    clinic_outbox_take(place->worker, &parcel, &error);
    assert_no_error(error);
    if (parcel == NULL)
      return g_string_free(all, FALSE);
    gsize length = 0;
    const char *bytes = g_bytes_get_data(parcel->bytes, &length);
    g_string_append_printf(all, "RCPT %s\n", parcel->recipient);
    g_string_append_len(all, bytes, (gssize)length);
    clinic_outbox_delivered(place->worker, parcel, "there", &error);
    assert_no_error(error);
  }
}

static void
assert_sends(Place *place, const char *words)
{
  g_autofree char *sent = send_all(place);
  if (words == NULL)
    assert_string_equal(sent, "");
  else if (strstr(sent, words) == NULL)
    fail_msg("“%s” was not sent, but: %s", words, sent);
}

static void
go_to(gint64 at)
{
  base_clock_step(at - base_clock_now());
}

/* --- the plan and the queue */

static void
test_queue(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR; /* Sunday 14:00: 48h is Friday 14:00 */
  calendar(place, "a", start, "R2");
  assert_stands(place, start, "48h planned");
  assert_int_equal(tend(place->worker), 1); /* due within 36 hours */
  assert_stands(place, start, "48h waiting");
  assert_int_equal(tend(place->worker), 0); /* nothing twice */
  assert_int_equal(tend(place->second), 0);
  assert_sends(place, NULL); /* nobody approved it */
  go_to(start - 48 * HOUR + HOUR);
  assert_sends(place, NULL);
}

static void
test_sent_once(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  assert_stands(place, start, "48h approved");
  assert_sends(place, NULL); /* not before it is due */
  go_to(start - 48 * HOUR);
  assert_sends(place, "RCPT ben@home.example");
  assert_sends(place, NULL);
  for (guint i = 0; i < 20; i++) { /* whatever happens, it is not planned again */
    base_clock_step(HOUR / 2);
    tend(i % 2 == 0 ? place->worker : place->second);
  }
  g_autoptr(GPtrArray) past = NULL;
  assert_true(clinic_reminder_past(place->desk, 7, &past, NULL));
  assert_int_equal(past->len, 1);
  assert_int_equal(((ClinicReminder *)past->pdata[0])->stand, CLINIC_REMINDER_SENT);
}

static void
test_text(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR + HOUR / 2;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  calendar(place, "a", start, "R2");
  clinic_reminder_text(place->desk, id_of(place, start, "48h", NULL), &text, &error);
  assert_no_error(error);
  assert_non_null(strstr(text, "Bonjour Ben"));
  assert_non_null(strstr(text, "dimanche 29 novembre 2026 à 14 h 30"));
  assert_non_null(strstr(text, "01 23 45 67 89"));
  assert_null(strstr(text, "Europe/Paris")); /* the zone is not named where it is the clinic's */
}

/* --- changes of the calendar */

static void
test_moved(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR, item = 0, second = 0;
  g_autoptr(ClinicItem) row = NULL;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  id_of(place, start, "48h", &item);
  calendar(place, "a", start + HOUR, "R2"); /* before anybody approved it */
  assert_int_equal(tend(place->worker), 2); /* back and up */
  assert_stands(place, start, "");
  assert_stands(place, start + HOUR, "48h waiting");
  id_of(place, start + HOUR, "48h", &second);
  assert_int_not_equal(item, second);
  assert_true(clinic_item_load(place->desk, item, &row, NULL));
  assert_int_equal(row->state, CLINIC_STATE_REJECTED);
  assert_false(
      clinic_item_act(place->desk, item, 0, CLINIC_ACTION_RESTORE, CLINIC_REASON_NONE, NULL, NULL));
}

static void
test_moved_after_approval(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  calendar(place, "a", start + HOUR, "R2");
  go_to(start - 48 * HOUR);
  assert_sends(place, NULL); /* it says another time: no worker takes it, tended or not */
  tend(place->worker);
  assert_stands(place, start + HOUR, "48h waiting");
  approve(place, start + HOUR, "48h");
  assert_sends(place, NULL);
  go_to(start - 47 * HOUR);
  assert_sends(place, "15 h");
  assert_sends(place, NULL);
}

static void
test_cancelled_after_sending(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  go_to(start - 48 * HOUR);
  assert_sends(place, "RCPT ben@home.example");
  cancel(place, "a");
  assert_int_equal(tend(place->worker), 1);
  assert_stands(place, start, "cancel:0 waiting");
  calendar(place, "a", start, "R2"); /* restored before anybody was told */
  assert_int_equal(tend(place->worker), 1);
  assert_stands(place, start, "");
  cancel(place, "a");
  tend(place->worker);
  approve(place, start, "cancel");
  base_clock_step(2 * BASE_CLOCK_MINUTE);
  assert_sends(place, "annul=C3=A9"); /* quoted-printable */
  tend(place->worker);
  assert_stands(place, start, ""); /* told once */
  assert_int_equal(tend(place->second), 0);
}

/* Cancelled before anything went: nobody is told anything. */
static void
test_cancelled_before(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  cancel(place, "a");
  assert_int_equal(tend(place->worker), 1);
  go_to(start - 48 * HOUR);
  assert_sends(place, NULL);
  assert_int_equal(tend(place->worker), 0);
}

/* Who has arrived needs no reminder; one that is taken out of the calendar is no appointment. */
static void
test_arrived(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  agenda_mark(place->agenda, "a", STORE_APPOINTMENT_CHECKED_IN);
  go_to(start - 48 * HOUR);
  assert_sends(place, NULL);
  assert_int_equal(tend(place->worker), 1);
  assert_int_equal(tend(place->worker), 0); /* and nobody is told that it is cancelled */
}

/* --- people */

static void
change(Place *place, gint64 id, const char *field, const char *value)
{
  g_autoptr(ClinicPatient) p = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(clinic_patient_open(place->desk, id, &p, NULL));
  set(strcmp(field, "mail") == 0      ? &p->mail
      : strcmp(field, "wording") == 0 ? &p->wording
      : strcmp(field, "zone") == 0    ? &p->zone
                                      : &p->reminders,
      value);
  clinic_patient_change(place->desk, p, &error);
  assert_no_error(error);
}

/* Whose clock shows another time is told whose time it is. */
static void
test_zone(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  static const char *const ZONES[] = {"America/Toronto", "Europe/Brussels", ""};
  calendar(place, "a", start, "R2");
  for (gsize i = 0; i < G_N_ELEMENTS(ZONES); i++) {
    g_autofree char *text = NULL;
    change(place, place->ben, "zone", ZONES[i]);
    assert_true(clinic_reminder_text(place->desk, id_of(place, start, "48h", NULL), &text, NULL));
    assert_int_equal(strstr(text, "Europe/Paris") != NULL, i == 0);
  }
}

static void
test_wishes(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  change(place, place->ben, "mail", "ben@work.example"); /* after the approval */
  go_to(start - 48 * HOUR);
  assert_sends(place, NULL);
  tend(place->worker);
  approve(place, start, "48h");
  change(place, place->ben, "reminders", "no");
  base_clock_step(2 * BASE_CLOCK_MINUTE);
  assert_sends(place, NULL);
  tend(place->worker);
  assert_stands(place, start, "");
}

static void
test_restricted(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  calendar(place, "a", start, "R2");
  change(place, place->ben, "wording", "restricted");
  clinic_reminder_text(place->desk, id_of(place, start, "48h", NULL), &text, &error);
  assert_no_error(error);
  assert_null(strstr(text, "Ben"));
  assert_null(strstr(text, "Cabinet"));
  assert_non_null(strstr(text, "14 h"));
}

/* Every .ics of the mails, one after the other. */
static char *
calendars_of(const char *mails)
{
  GString *all = g_string_new(NULL);
  for (const char *p = strstr(mails, "text/calendar"); p != NULL;
       p = strstr(p + 1, "text/calendar")) {
    const char *body = strstr(p, "\r\n\r\n"), *end = strstr(body, "\r\n--");
    gsize length = 0;
    g_autofree char *coded = g_strndup(body, (gsize)(end - body));
    g_autofree guchar *bytes = g_base64_decode(coded, &length);
    g_string_append_len(all, (const char *)bytes, (gssize)length);
  }
  return g_string_free(all, FALSE);
}

/* Two of one household, one message with an .ics for each; each of them counts as reminded. */
static void
test_household(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR, one = 0, two = 0;
  calendar(place, "a", start, "R1");
  calendar(place, "b", start + HOUR, "R3");
  assert_int_equal(tend(place->worker), 1);
  id_of(place, start, "48h", &one);
  id_of(place, start + HOUR, "48h", &two);
  assert_int_equal(one, two);
  approve(place, start + HOUR, "48h"); /* by either */
  go_to(start - 48 * HOUR);
  g_autofree char *sent = send_all(place);
  assert_non_null(strstr(sent, "Anna"));
  assert_non_null(strstr(sent, "Cleo"));
  assert_null(strstr(strstr(sent, "RCPT") + 1, "RCPT")); /* one message */
  g_autofree char *ics = calendars_of(sent);
  g_auto(GStrv) parts = g_strsplit(ics, "METHOD:REQUEST\r\n", -1);
  assert_int_equal(g_strv_length(parts), 3);
  for (guint i = 1; i < 3; i++) { /* each an invitation of its own, with one event of one UID */
    assert_non_null(strstr(parts[i], i == 1 ? "DTSTART:20261129T130000Z\r\n" : "T140000Z\r\n"));
    assert_non_null(strstr(parts[i], i == 1 ? "SUMMARY:Rendez-vous (Anna)" : "(Cleo)"));
    assert_null(strstr(strstr(parts[i], "BEGIN:VEVENT") + 1, "BEGIN:VEVENT"));
  }
  assert_non_null(strstr(sent, "rendez-vous-2.ics"));
  assert_non_null(strstr(sent, "method=REQUEST"));
  assert_int_equal(tend(place->worker), 0);
}

/* --- who may, and how */

static void
assert_denied(ClinicSession *session, const gint64 *id)
{
  g_autoptr(GError) error = NULL;
  assert_false(clinic_reminder_approve(session, id, 1, FALSE, NULL, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DENIED));
}

static void
test_powers(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  g_autoptr(GPtrArray) list = NULL;
  calendar(place, "a", start, "R2");
  gint64 id = id_of(place, start, "48h", NULL);
  assert_denied(place->manager, &id);
  assert_denied(place->privacy, &id);
  assert_denied(place->worker, &id);
  assert_false(clinic_reminder_next(place->manager, 7, &list, NULL));
  assert_false(clinic_reminder_tend(place->desk, NULL, NULL));
  assert_false(clinic_reminder_mode_set(place->desk, "reminder", CLINIC_REMINDER_AUTOMATIC, NULL));
  assert_true(clinic_reminder_approve(place->desk, &id, 1, FALSE, NULL, NULL)); /* not queued yet */
  assert_stands(place, start, "48h approved");
}

static void
test_skip_and_undo(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR, item = 0;
  g_autoptr(GError) error = NULL;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  gint64 id = id_of(place, start, "48h", &item);
  assert_true(
      clinic_item_act(place->desk, item, 0, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, NULL, NULL));
  assert_stands(place, start, "48h waiting");
  approve(place, start, "48h");
  clinic_reminder_skip(place->desk, id, "she knows", &error); /* approved or not */
  assert_no_error(error);
  assert_stands(place, start, "48h skipped");
  assert_int_equal(tend(place->worker), 0);
  go_to(start - 48 * HOUR);
  assert_sends(place, NULL);
  assert_true(clinic_item_act(place->desk, item, 0, CLINIC_ACTION_RESTORE, CLINIC_REASON_NONE, NULL,
                              NULL)); /* a person may change their mind */
  approve(place, start, "48h");
  base_clock_step(2 * BASE_CLOCK_MINUTE);
  assert_sends(place, "RCPT ben@home.example");
}

static void
assert_ordered_by(Place *place, gint64 item, const char *name)
{
  g_autoptr(GPtrArray) lines = NULL;
  gboolean found = FALSE;
  assert_true(clinic_audit_list(place->privacy, 0, 0, 0, 10000, &lines, NULL));
  for (guint i = 0; i < lines->len; i++) {
    const ClinicAuditLine *line = lines->pdata[i];
    found = found || (strcmp(line->what, "reminder-approve") == 0 && line->subject == item &&
                      line->actor == 0 && strstr(line->detail, name) != NULL);
  }
  assert_true(found);
}

static void
test_automatic(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR, item = 0;
  g_autoptr(GError) error = NULL;
  clinic_reminder_mode_set(place->doctor, "reminder", CLINIC_REMINDER_AUTOMATIC, &error);
  assert_no_error(error);
  calendar(place, "a", start, "R2");
  assert_int_equal(tend(place->worker), 2); /* taken up, and approved by order */
  assert_stands(place, start, "48h approved");
  id_of(place, start, "48h", &item);
  assert_ordered_by(place, item, "doctor");
  assert_true(
      clinic_item_act(place->desk, item, 0, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, NULL, NULL));
  assert_int_equal(tend(place->worker), 0); /* what a person took back stays theirs */
  assert_true(clinic_user_disable(place->admin, "doctor", TRUE, NULL));
  calendar(place, "b", start + HOUR, "R1");
  assert_int_equal(tend(place->worker), 1); /* who ordered it is gone: a person again */
  assert_stands(place, start + HOUR, "48h waiting");
}

/* Due while nobody sent, and then it is night: it goes in the morning, or not at all. */
static void
test_night(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  go_to(start - 48 * HOUR + 9 * HOUR); /* Friday 23:00 */
  assert_sends(place, NULL);
  assert_int_equal(tend(place->worker), 1);
  go_to(start - 48 * HOUR + 18 * HOUR); /* Saturday 08:00 */
  assert_sends(place, "RCPT ben@home.example");
}

static void
test_now(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  g_autoptr(GError) error = NULL;
  calendar(place, "a", start, "R2");
  go_to(NOW + 12 * HOUR); /* Thursday 22:00 */
  gint64 id = id_of(place, start, "48h", NULL);
  clinic_reminder_approve(place->desk, &id, 1, TRUE, NULL, &error);
  assert_no_error(error);
  assert_sends(place, NULL); /* the undo window is open */
  base_clock_step(BASE_CLOCK_MINUTE);
  assert_sends(place, "RCPT ben@home.example");
}

static void
test_day(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR, day = 0;
  g_autoptr(GError) error = NULL;
  guint n = 0, left = 0;
  calendar(place, "a", start, "R2");
  calendar(place, "b", start + HOUR, "R1");
  calendar(place, "c", start + DAY, "R3"); /* due on Saturday */
  assert_true(clinic_reminder_day(place->desk, start - 48 * HOUR, &day, NULL));
  assert_true(clinic_reminder_mode_set(place->doctor, "reminder", CLINIC_REMINDER_BY_HAND, NULL));
  clinic_reminder_approve_day(place->desk, day, &n, &left, &error);
  assert_no_error(error);
  assert_int_equal(n, 0);
  assert_int_equal(left, 2); /* each on its own */
  assert_true(clinic_reminder_mode_set(place->doctor, "reminder", CLINIC_REMINDER_BY_DAY, NULL));
  assert_true(clinic_reminder_approve_day(place->desk, day, &n, &left, NULL));
  assert_int_equal(n, 2);
  assert_stands(place, start + DAY, "48h planned");
}

static void
test_answer(void **state)
{
  Place *place = *state;
  gint64 start = NOW + 3 * DAY + 4 * HOUR;
  g_autoptr(GPtrArray) past = NULL;
  g_autoptr(GError) error = NULL;
  calendar(place, "a", start, "R2");
  tend(place->worker);
  approve(place, start, "48h");
  go_to(start - 48 * HOUR);
  g_autofree char *sent = NULL, *text = NULL;
  gint64 id = 0;
  sent = send_all(place);
  assert_true(clinic_reminder_past(place->desk, 7, &past, NULL));
  id = ((ClinicReminder *)past->pdata[0])->id;
  assert_true(clinic_reminder_text(place->desk, id, &text, NULL));
  const char *code = strstr(text, "code : ");
  code = code != NULL ? code : strstr(text, "code\302\240: ");
  assert_non_null(code);
  code = strstr(code, ": ") + 2;
  g_autofree char *typed = g_strdup_printf(" %.4s-%.4s ", code, code + 4);
  g_autofree char *lower = g_ascii_strdown(typed, -1);
  assert_false(clinic_reminder_answer(place->desk, "ZZZZ9999", CLINIC_REMINDER_CONFIRMS, NULL));
  clinic_reminder_answer(place->desk, lower, CLINIC_REMINDER_MOVES, &error);
  assert_no_error(error);
  g_clear_pointer(&past, g_ptr_array_unref);
  assert_true(clinic_reminder_past(place->desk, 7, &past, NULL));
  assert_int_equal(((ClinicReminder *)past->pdata[0])->answer, CLINIC_REMINDER_MOVES);
}

static void
test_chain_holds(void **state)
{
  Place *place = *state;
  g_autoptr(ClinicAuditReport) report = NULL;
  assert_true(clinic_audit_verify(place->admin, NULL, NULL, &report, NULL));
  assert_int_equal(report->bad_seq, 0);
}

/* --- holidays from a calendar */

static void
holidays_import(Place *place)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicIntake) intake = NULL;
  g_autofree char *path = g_build_filename(g_getenv("abs_top_srcdir"), "tests", "fixtures",
                                           "calendar", "holidays.ics", NULL);
  char kind[] = "file", name[] = "holidays";
  const ClinicCalendar given = {.kind = kind, .name = name};
  ClinicIntakeResult result = {0};
  gint64 id = 0;
  clinic_calendar_need(place->desk, &given, &id, &error);
  assert_no_error(error);
  clinic_intake_open(place->desk, id, NULL, NULL, &intake, &error);
  assert_no_error(error);
  clinic_intake_path(intake, path, &result, &error);
  assert_no_error(error);
  assert_true(result.problems == 0 && result.booked > 4);
}

static void
assert_due(Place *place, const char *start, const char *due)
{
  g_autoptr(GPtrArray) list = next(place);
  gint64 at = 0;
  assert_true(base_clock_parse(start, &at, NULL));
  for (guint i = 0; i < list->len; i++) {
    const ClinicReminder *r = list->pdata[i];
    g_autofree char *got = base_clock_iso(r->due);
    assert_int_not_equal(r->patient, 0); /* a holiday is nobody's appointment */
    if (r->starts == at) {
      assert_string_equal(got, due);
      return;
    }
  }
  fail_msg("no reminder of %s", start);
}

static void
test_holidays(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) list = NULL;
  static const struct {
    const char *start, *open, *due;
  } cases[] = {
      {"2026-12-24T09:00:00Z", "2026-12-22T09:00:00Z", "2026-12-22T09:00:00Z"}, /* hours of it */
      {"2026-12-25T09:00:00Z", "2026-12-23T09:00:00Z", "2026-12-23T09:00:00Z"}, /* cancelled */
      {"2026-12-27T09:00:00Z", "2026-12-25T09:00:00Z", "2026-12-24T18:59:00Z"},
      {"2026-12-31T09:00:00Z", "2026-12-29T09:00:00Z", "2026-12-27T18:59:00Z"}, /* three days */
      {"2027-01-03T09:00:00Z", "2027-01-01T09:00:00Z", "2026-12-31T18:59:00Z"},
  };
  gint64 at = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *uid = g_strdup_printf("visit-%zu", i);
    assert_true(base_clock_parse(cases[i].start, &at, NULL));
    calendar(place, uid, at, i % 2 == 0 ? "R1" : "R2"); /* one a day and patient */
  }
  holidays_import(place);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
    gsize n = i / 2;
    write_policy(place->dir, i % 2 == 0 ? "" : "holiday-calendar=holidays\n");
    assert_true(base_clock_parse(cases[n].start, &at, NULL));
    go_to(at - 6 * DAY);
    if (i % 2 == 1)
      assert_due(place, cases[n].start, cases[n].due);
    else
      assert_stands(place, at, "48h planned");
  }
  write_policy(place->dir, "holiday-calendar=nobody's\n");
  clinic_reminder_next(place->desk, 7, &list, &error);
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFIG));
}

int
main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)
  /* clang-format off */
  const struct CMUnitTest tests[] = {
    CASE(test_queue), CASE(test_sent_once), CASE(test_text), CASE(test_moved),
    CASE(test_moved_after_approval), CASE(test_cancelled_after_sending),
    CASE(test_cancelled_before), CASE(test_arrived), CASE(test_zone), CASE(test_wishes),
    CASE(test_restricted), CASE(test_household), CASE(test_powers), CASE(test_skip_and_undo),
    CASE(test_automatic), CASE(test_night), CASE(test_now), CASE(test_day), CASE(test_answer),
    CASE(test_chain_holds), CASE(test_holidays),
  };
  /* clang-format on */
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
