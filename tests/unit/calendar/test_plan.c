#include "unit.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/calendar/plan.h"
#include "guichet/calendar/wording.h"

static CalendarPolicy *
policy_of(const char *zone, const char *more)
{
  g_autofree char *text = g_strdup_printf("[clinic]\nzone=%s\nopen=08:00-20:00\n%s", zone, more);
  g_autoptr(GError) error = NULL;
  CalendarPolicy *policy = NULL;
  calendar_policy_parse("p.conf", text, strlen(text), &policy, &error);
  assert_no_error(error);
  return policy;
}

#define KINDS "[kind default]\noffsets=7d;48h;2h\nchannels=mail;print\ntemplate=reminder\n"

static gint64
at(const char *iso)
{
  gint64 instant = 0;
  assert_true(base_clock_parse(iso, &instant, NULL));
  return instant;
}

static void
test_policy(void **state)
{
  (void)state;
  static const struct {
    const char *text, *word;
  } cases[] = {
      {"[clinic]\nzone=Mars\n" KINDS, "zone"},
      {"[clinic]\nopen=20:00-08:00\n" KINDS, "open"},
      {"[clinic]\ncap=0\n" KINDS, "cap"},
      {"[clinic]\nfoo=1\n" KINDS, "foo"},
      {"[kind default]\noffsets=7w\n", "offsets"},
      {"[kind x]\noffsets=7d\n", "kind default"},
      {"[clinic]\nholidays=2026-02-30\n" KINDS, "holidays"},
      {"[clinic]\nquiet-days=MO;TU;WE;TH;FR;SA;SU\n" KINDS, "quiet-days"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    CalendarPolicy *policy = NULL;
    assert_false(
        calendar_policy_parse("p.conf", cases[i].text, strlen(cases[i].text), &policy, &error));
    assert_int_equal(error->code, BASE_ERROR_CONFIG);
    assert_non_null(strstr(error->message, cases[i].word));
  }
  g_autofree char *path =
      g_build_filename(g_getenv("GUICHET_DATADIR"), "templates/reminders/policy.conf", NULL);
  g_autoptr(CalendarPolicy) shipped = NULL;
  g_autoptr(GError) error = NULL;
  calendar_policy_load(path, &shipped, &error);
  assert_no_error(error);
  static const char *const VACCINES[] = {"Rendez-vous", "Vaccination", NULL};
  const CalendarPolicyRule *rule =
      calendar_policy_rule(shipped, calendar_policy_kind(shipped, VACCINES), "fr");
  assert_int_equal(rule->n_offsets, 1);
  assert_string_equal(rule->template, "reminder");
  assert_int_equal(rule->n_channels, 3);
}

static void
test_open(void **state)
{
  (void)state;
  g_autoptr(CalendarPolicy) p =
      policy_of("Europe/Paris", "quiet-days=SU\nholidays=2026-05-01\n" KINDS);
  static const struct {
    const char *wanted, *open, *next;
  } cases[] = {
      {"2026-04-29T10:00:00Z", "2026-04-29T10:00:00Z", "2026-04-29T10:00:00Z"},
      {"2026-04-29T05:59:00Z", "2026-04-28T17:59:00Z", "2026-04-29T06:00:00Z"}, /* 7:59 */
      {"2026-04-29T18:00:00Z", "2026-04-29T17:59:00Z", "2026-04-30T06:00:00Z"}, /* 20:00 */
      {"2026-05-01T10:00:00Z", "2026-04-30T17:59:00Z", "2026-05-02T06:00:00Z"}, /* holiday */
      {"2026-03-29T10:00:00Z", "2026-03-28T18:59:00Z", "2026-03-30T06:00:00Z"}, /* Sunday, DST */
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    assert_int_equal(calendar_policy_open(p, at(cases[i].wanted)), at(cases[i].open));
    assert_int_equal(calendar_policy_next(p, at(cases[i].wanted)), at(cases[i].next));
  }
}

/* --- a clinic whose calendar changes while reminders go out */

enum { PATIENTS = 12, VISITS = 120 };

typedef struct {
  CalendarDetail details[VISITS];
  CalendarOccurrence occurrences[VISITS];
  CalendarAppointment appointments[VISITS];
  CalendarPatient patients[PATIENTS];
  char names[PATIENTS][8], uids[VISITS][8];
  GArray *sent; /* CalendarSent */
  gint64 now;
} World;

static const CalendarAddress ADDRESSES[] = {{"mail", "a@patient.example"}, {"print", "street"}};

static void
make_world(World *w, GRand *random, gint64 from, int days, gboolean late)
{
  for (int i = 0; i < PATIENTS; i++) {
    g_snprintf(w->names[i], sizeof w->names[i], "p%d", i);
    w->patients[i] = (CalendarPatient){.id = w->names[i],
                                       .language = i % 2 ? "fr" : "en",
                                       .household = i < 2 ? "home" : NULL,
                                       .addresses = ADDRESSES,
                                       .n_addresses = 2,
                                       .opted_out = i == PATIENTS - 1};
  }
  for (int i = 0; i < VISITS; i++) {
    g_snprintf(w->uids[i], sizeof w->uids[i], "v%d", i);
    w->details[i] = (CalendarDetail){.uid = w->uids[i], .status = CALENDAR_STATUS_CONFIRMED};
    gint64 day = from + g_rand_int_range(random, late ? 10 : 8, days) * BASE_CLOCK_DAY;
    w->occurrences[i].detail = &w->details[i];
    w->occurrences[i].start.instant =
        day + g_rand_int_range(random, 16, 40) * 30 * BASE_CLOCK_MINUTE;
    w->appointments[i].occurrence = &w->occurrences[i];
    w->appointments[i].patient = &w->patients[g_rand_int_range(random, 0, PATIENTS)];
    w->appointments[i].known = from;
  }
  w->sent = g_array_new(FALSE, FALSE, sizeof(CalendarSent));
}

static gboolean
was_sent(const World *w, const CalendarReminder *r)
{
  for (guint i = 0; i < w->sent->len; i++) {
    const CalendarSent *s = &g_array_index(w->sent, CalendarSent, i);
    if (strcmp(s->uid, r->appointment->occurrence->detail->uid) == 0 &&
        strcmp(s->kind, r->kind) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
note(World *w, const CalendarReminder *r)
{
  CalendarSent sent = {.uid = r->appointment->occurrence->detail->uid,
                       .recurrence_id = CALENDAR_PLAN_SINGLE,
                       .kind = r->kind,
                       .channel = r->channel,
                       .patient = r->appointment->patient->id,
                       .at = w->now};
  assert_false(was_sent(w, r)); /* never twice */
  g_array_append_val(w->sent, sent);
}

/* What must hold of each message as it goes out. */
static void
judge(const World *w, const CalendarPolicy *p, const CalendarReminder *r)
{
  const CalendarAppointment *a = r->appointment;
  gint64 local = calendar_zone_local(calendar_policy_zone(p), w->now);
  int hour = (int)(((local % 86400) + 86400) % 86400 / 3600);
  assert_in_range(hour, 8, 19);
  assert_true(w->now < a->occurrence->start.instant);
  assert_int_not_equal(a->occurrence->detail->status, CALENDAR_STATUS_CANCELLED);
  assert_false(a->patient->opted_out || a->checked_in);
  gint64 day = local / 86400;
  for (guint i = 0; i < w->sent->len; i++) { /* one a day, but what goes in this same message */
    const CalendarSent *s = &g_array_index(w->sent, CalendarSent, i);
    if (calendar_policy_cap(p) == 1 && s->at != w->now && strcmp(s->patient, a->patient->id) == 0)
      assert_int_not_equal(calendar_zone_local(calendar_policy_zone(p), s->at) / 86400, day);
  }
}

/* Sends all that is due at w->now. */
static void
send_due(World *w, const CalendarPolicy *p)
{
  gsize n = 0;
  g_autofree CalendarReminder *plan =
      calendar_plan_make(p, w->appointments, VISITS, (const CalendarSent *)(void *)w->sent->data,
                         w->sent->len, w->now, &n);
  for (gsize i = 0; i < n; i++) {
    const CalendarReminder *lead = &plan[plan[i].lead];
    if (plan[i].reason != CALENDAR_PLAN_GOES && plan[i].reason != CALENDAR_PLAN_MERGED)
      continue;
    assert_int_equal(lead->reason, CALENDAR_PLAN_GOES);
    assert_true(plan[i].due >= w->now);
    if (lead->due <= w->now) {
      judge(w, p, &plan[i]);
      note(w, &plan[i]);
    }
  }
}

static void
edit(World *w, GRand *random, gint64 from)
{
  int i = g_rand_int_range(random, 0, VISITS);
  gint64 *start = &w->occurrences[i].start.instant;
  if (*start <= w->now)
    return;
  switch (g_rand_int_range(random, 0, 4)) {
  case 0: /* moved */
    *start = from + g_rand_int_range(random, 10, 60) * BASE_CLOCK_DAY +
             g_rand_int_range(random, 16, 40) * 30 * BASE_CLOCK_MINUTE;
    w->appointments[i].known = w->now;
    break;
  case 1:
    w->details[i].status = CALENDAR_STATUS_CANCELLED;
    break;
  case 2: /* restored */
    w->details[i].status = CALENDAR_STATUS_CONFIRMED;
    break;
  default:
    w->appointments[i].checked_in = g_rand_int_range(random, 0, 10) == 0;
  }
}

static void
test_edits(void **state)
{
  (void)state;
  gint64 from = at("2026-03-01T00:00:00Z");
  for (guint32 seed = 1; seed <= 4; seed++) {
    GRand *random = g_rand_new_with_seed(seed);
    g_autoptr(CalendarPolicy) p = policy_of("Europe/Paris", "cap=1\nquiet-days=SU\n" KINDS);
    World w = {0};
    make_world(&w, random, from, 50, TRUE);
    for (w.now = from; w.now < from + 62 * BASE_CLOCK_DAY; w.now += 30 * BASE_CLOCK_MINUTE) {
      if (g_rand_int_range(random, 0, 3) == 0)
        edit(&w, random, from);
      if (g_rand_int_range(random, 0, 20) == 0)
        w.now += g_rand_int_range(random, 0, 36) * BASE_CLOCK_HOUR; /* nobody sends for a while */
      send_due(&w, p);
    }
    assert_true(w.sent->len > VISITS);
    g_array_unref(w.sent);
    g_rand_free(random);
  }
}

/* A year in three zones: what the plan says on the first day is what happens, to the minute. */
static void
test_year(void **state)
{
  (void)state;
  static const char *const ZONES[] = {"Europe/Paris", "America/New_York", "Australia/Lord_Howe"};
  gint64 from = at("2026-01-01T00:00:00Z");
  for (gsize z = 0; z < G_N_ELEMENTS(ZONES); z++) {
    GRand *random = g_rand_new_with_seed(77 + (guint32)z);
    g_autoptr(CalendarPolicy) p =
        policy_of(ZONES[z], "cap=100\nearliest=400d\nmerge=false\nquiet-days=SU\n" KINDS);
    const CalendarZone *zone = calendar_policy_zone(p);
    World w = {0};
    make_world(&w, random, from, 365, FALSE);
    w.now = from;
    gsize n = 0, going = 0;
    g_autofree CalendarReminder *plan =
        calendar_plan_make(p, w.appointments, VISITS, NULL, 0, from, &n);
    for (gsize i = 0; i < n; i++) {
      if (plan[i].reason != CALENDAR_PLAN_GOES)
        continue;
      going++;
      gint64 start = plan[i].appointment->occurrence->start.instant;
      if (strcmp(plan[i].kind, "7d") == 0) /* seven days before on the wall, DST or not */
        assert_int_equal(calendar_zone_local(zone, start) -
                             calendar_zone_local(zone, plan[i].wanted),
                         7 * 86400);
    }
    gint64 last = from + 375 * BASE_CLOCK_DAY;
    while (w.now < last) { /* step from one due moment to the next */
      gint64 next = last;
      gsize m = 0;
      send_due(&w, p);
      g_autofree CalendarReminder *later =
          calendar_plan_make(p, w.appointments, VISITS, (const CalendarSent *)(void *)w.sent->data,
                             w.sent->len, w.now, &m);
      for (gsize i = 0; i < m; i++)
        if (later[i].reason == CALENDAR_PLAN_GOES)
          next = MIN(next, later[i].due);
      assert_true(next > w.now);
      w.now = next;
    }
    assert_int_equal(w.sent->len, going);
    for (guint k = 0; k < w.sent->len; k++) {
      const CalendarSent *s = &g_array_index(w.sent, CalendarSent, k);
      gboolean right = FALSE;
      for (gsize i = 0; i < n && !right; i++)
        right = plan[i].reason == CALENDAR_PLAN_GOES && plan[i].due == s->at &&
                strcmp(plan[i].kind, s->kind) == 0 &&
                strcmp(plan[i].appointment->occurrence->detail->uid, s->uid) == 0;
      assert_true(right);
    }
    assert_true(going > 250);
    g_array_unref(w.sent);
    g_rand_free(random);
  }
}

static void
test_merge(void **state)
{
  (void)state;
  g_autoptr(CalendarPolicy) p = policy_of("Europe/Paris", "[kind default]\noffsets=48h\n"
                                                          "channels=mail\ntemplate=reminder\n");
  GRand *random = g_rand_new_with_seed(1);
  World w = {0};
  make_world(&w, random, at("2026-06-01T00:00:00Z"), 20, TRUE);
  static const char *const STARTS[] = {"2026-06-10T09:00:00Z", "2026-06-10T14:00:00Z",
                                       "2026-06-10T10:00:00Z", "2026-06-11T09:00:00Z"};
  static const int WHO[] = {0, 0, 1, 2};
  for (int i = 0; i < 4; i++) {
    w.occurrences[i].start.instant = at(STARTS[i]);
    w.appointments[i].patient = &w.patients[WHO[i]];
    w.appointments[i].known = 0;
  }
  w.patients[1].language = w.patients[0].language;
  gsize n = 0;
  g_autofree CalendarReminder *plan =
      calendar_plan_make(p, w.appointments, 4, NULL, 0, at("2026-06-01T00:00:00Z"), &n);
  assert_int_equal(n, 4);
  assert_int_equal(plan[0].reason, CALENDAR_PLAN_GOES);
  assert_int_equal(plan[1].reason, CALENDAR_PLAN_MERGED);
  assert_int_equal(plan[2].reason, CALENDAR_PLAN_MERGED); /* the same household */
  assert_int_equal(plan[2].lead, 0);
  assert_int_equal(plan[3].reason, CALENDAR_PLAN_GOES);
  w.patients[1].restricted = TRUE;
  g_autofree CalendarReminder *apart =
      calendar_plan_make(p, w.appointments, 4, NULL, 0, at("2026-06-01T00:00:00Z"), &n);
  assert_int_equal(apart[2].reason, CALENDAR_PLAN_GOES);
  g_array_unref(w.sent);
  g_rand_free(random);
}

static void
test_wording(void **state)
{
  (void)state;
  static const char *const FILES[] = {"reminder.en.txt", "reminder.fr.txt", "reminder.en.html",
                                      "reminder.fr.html"};
  for (gsize i = 0; i < G_N_ELEMENTS(FILES); i++) {
    g_autofree char *path =
        g_build_filename(g_getenv("GUICHET_DATADIR"), "templates/reminders", FILES[i], NULL);
    g_autofree char *text = NULL, *out = NULL;
    gsize length = 0;
    g_autoptr(GError) error = NULL;
    base_file_read(path, 1 << 16, &text, &length, &error);
    assert_no_error(error);
    g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
    char date[] = "date", time[] = "time", clinic[] = "clinic", value[] = "A&B";
    g_hash_table_insert(values, date, value);
    g_hash_table_insert(values, time, value);
    g_hash_table_insert(values, clinic, value);
    calendar_wording_render(FILES[i], text, values, i >= 2, &out, &error);
    assert_no_error(error);
    assert_non_null(strstr(out, i >= 2 ? "A&amp;B" : "A&B"));
  }
  g_autoptr(GError) error = NULL;
  assert_false(calendar_wording_check("t", "{{diagnosis}}", &error));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_policy), cmocka_unit_test(test_open),  cmocka_unit_test(test_edits),
      cmocka_unit_test(test_year),   cmocka_unit_test(test_merge), cmocka_unit_test(test_wording),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
