/* Whole screens as text, driven by keys, on a clinic of three visits. */
#include "../clinic/agenda.h"
#include "../worker/house.h"

#include "guichet/clinic/contract.h"
#include "guichet/clinic/mail.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/returned.h"
#include "ui/app.h"
#include "ui/canvas.h"
#include "ui/key.h"

typedef struct {
  House *house;
  UiApp *app;
} Desk;

static Desk *
desk_open_with(guint rows, guint columns, const char *settings)
{
  Desk *desk = g_new0(Desk, 1);
  g_autoptr(GError) error = NULL;
  ClinicSession *session = NULL;
  desk->house = house_open(settings);
  house_drop_visits(desk->house, 3);
  house_once(desk->house);
  clinic_session_login(desk->house->dir, "ines", HOUSE_PASSWORD, &session, &error);
  assert_no_error(error);
  desk->app = ui_app_new(desk->house->dir, session, NULL, rows, columns);
  return desk;
}

static Desk *
desk_open(guint rows, guint columns)
{
  return desk_open_with(rows, columns, "");
}

static void
desk_close(Desk *desk)
{
  ui_app_free(desk->app);
  house_close(desk->house);
  g_free(desk);
}

static char *
desk_text(Desk *desk)
{
  g_autoptr(UiCanvas) canvas = ui_canvas_new(desk->app->rows, desk->app->columns);
  ui_canvas_clear(canvas);
  ui_app_draw(desk->app, canvas);
  return ui_canvas_dump(canvas, FALSE);
}

static void
desk_key(Desk *desk, const char *names)
{
  g_auto(GStrv) each = g_strsplit(names, " ", -1);
  for (char **name = each; *name != NULL; name++) {
    UiKey key = ui_key_parse(*name);
    assert_int_not_equal(key, UI_KEY_NONE);
    ui_app_keys(desk->app, &key, 1, FALSE);
    ui_app_wait(desk->app);
  }
}

static void
desk_type(Desk *desk, const char *text)
{
  for (const char *p = text; *p != '\0'; p++) {
    UiKey key = *p == '\n' ? UI_KEY_ENTER : (UiKey)(guchar)*p;
    ui_app_keys(desk->app, &key, 1, FALSE);
    ui_app_wait(desk->app);
  }
}

static void
desk_paste(Desk *desk, const char *text)
{
  g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(UiKey));
  for (const char *p = text; *p != '\0'; p++) {
    UiKey key = *p == '\n' ? UI_KEY_ENTER : (UiKey)(guchar)*p;
    g_array_append_val(keys, key);
  }
  ui_app_keys(desk->app, (const UiKey *)(gpointer)keys->data, keys->len, TRUE);
  ui_app_wait(desk->app);
}

static void
assert_shows(Desk *desk, const char *words)
{
  g_autofree char *text = desk_text(desk);
  if (strstr(text, words) == NULL)
    fail_msg("“%s” is not shown:\n%s", words, text);
}

static void
assert_hides(Desk *desk, const char *words)
{
  g_autofree char *text = desk_text(desk);
  if (strstr(text, words) != NULL)
    fail_msg("“%s” is shown:\n%s", words, text);
}

static const struct {
  guint rows, columns;
} SIZES[] = {{24, 80}, {36, 120}};

static void
test_queue(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(SIZES); i++) {
    Desk *desk = desk_open(SIZES[i].rows, SIZES[i].columns);
    g_autofree char *first = NULL;
    assert_shows(desk, "ZYXWVUTSRQ");
    assert_shows(desk, "ready");
    assert_shows(desk, "? keys");
    first = desk_text(desk);
    desk_key(desk, "Down Down Up");
    desk_key(desk, "l");
    desk_type(desk, "state:delivered\n");
    assert_hides(desk, "ZYXWVUTSRQ");
    desk_key(desk, "l");
    for (guint k = 0; k < 20; k++)
      desk_key(desk, "BSpace");
    desk_key(desk, "Enter");
    assert_shows(desk, "ZYXWVUTSRQ");
    desk_close(desk);
  }
}

static void
test_review(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(SIZES); i++) {
    Desk *desk = desk_open(SIZES[i].rows, SIZES[i].columns);
    desk_key(desk, "Enter");
    assert_shows(desk, "ibuprofen");
    if (SIZES[i].columns < 100)
      desk_key(desk, "Tab");
    assert_shows(desk, "What brings you in today?");
    desk_key(desk, "Down Down n p d q");
    desk_key(desk, "h q");
    desk_key(desk, "q");
    assert_shows(desk, "ready");
    desk_close(desk);
  }
}

/* Enter, s, the password, Enter: and never by a wrong one. */
static void
test_sign(void **state)
{
  (void)state;
  Desk *desk = desk_open(24, 80);
  desk_key(desk, "Enter s");
  desk_type(desk, "not my password\n");
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_SIGNED), 0);
  desk_key(desk, "s");
  desk_type(desk, HOUSE_PASSWORD "\n");
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_SIGNED), 1);
  desk_close(desk);
}

static void
test_reject(void **state)
{
  (void)state;
  Desk *desk = desk_open(24, 80);
  desk_key(desk, "Enter r");
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_REJECTED), 0);
  desk_key(desk, "Esc r 1");
  desk_type(desk, "\n");
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_REJECTED), 1);
  desk_close(desk);
}

static void
test_edit(void **state)
{
  (void)state;
  Desk *desk = desk_open(36, 120);
  desk_key(desk, "Enter e C-End");
  desk_type(desk, "Rest at home.");
  assert_shows(desk, "Rest at home.");
  desk_key(desk, "C-z");
  assert_hides(desk, "Rest at home.");
  desk_key(desk, "C-r");
  assert_shows(desk, "Rest at home.");
  desk_key(desk, "C-s");
  assert_shows(desk, "Rest at home.");
  desk_key(desk, "d");
  assert_shows(desk, "+ ");
  desk_close(desk);
}

/* Turns of the loop until the screen shows a text: the checks run beside the typing. */
static void
desk_turns_until(Desk *desk, const char *text)
{
  for (guint turn = 0; turn < 2000; turn++) {
    ui_app_tick(desk->app);
    g_autofree char *now = desk_text(desk);
    if (strstr(now, text) != NULL)
      return;
    g_usleep(5000);
  }
  assert_shows(desk, text);
}

/* What is typed is checked after a pause; the cursor and the words stay as they are. */
static void
test_recheck(void **state)
{
  (void)state;
  Desk *desk = desk_open(36, 120);
  desk_key(desk, "Enter e");
  desk_turns_until(desk, "The checks find nothing in this text.");
  desk_key(desk, "C-End Enter");
  desk_type(desk, "Start metoprolol 500 mg twice daily.");
  assert_shows(desk, "Checking …");
  desk_turns_until(desk, "unsupported: ");
  assert_shows(desk, "Start metoprolol 500 mg twice daily.");
  desk_type(desk, " Rest.");
  assert_shows(desk, "twice daily. Rest.");
  desk_key(desk, "C-z C-z C-z C-z C-z C-z C-z C-z C-z C-z C-z C-z");
  desk_turns_until(desk, "The checks find nothing in this text.");
  desk_close(desk);
}

/* All findings in a list; Enter goes to one in the note, with both sides quoted. */
static void
test_findings(void **state)
{
  (void)state;
  Desk *desk = desk_open(36, 120);
  desk_key(desk, "Enter f");
  assert_shows(desk, "There is no finding.");
  desk_key(desk, "e C-End Enter");
  desk_type(desk, "Start metoprolol 500 mg twice daily.");
  desk_key(desk, "C-s f");
  assert_shows(desk, "open, of");
  assert_shows(desk, "drug");
  desk_key(desk, "End Home Enter");
  assert_shows(desk, "Finding 1 of");
  assert_shows(desk, "Note: ");
  desk_key(desk, "f q");
  assert_shows(desk, "Review");
  desk_close(desk);
}

/* The line goes while somebody types: the words are there the next time. */
static void
test_kept(void **state)
{
  (void)state;
  Desk *desk = desk_open(36, 120);
  g_autoptr(GError) error = NULL;
  ClinicSession *session = NULL;
  desk_key(desk, "Enter e C-End");
  desk_type(desk, "Half a sentence");
  ui_app_keep(desk->app);
  ui_app_free(desk->app);
  clinic_session_login(desk->house->dir, "ines", HOUSE_PASSWORD, &session, &error);
  assert_no_error(error);
  desk->app = ui_app_new(desk->house->dir, session, NULL, 36, 120);
  desk_key(desk, "Enter e");
  g_autofree char *text = desk_text(desk);
  if (strstr(text, "Half a sentence") == NULL) {
    desk_key(desk, "y");
    desk_key(desk, "Enter");
  }
  assert_shows(desk, "Half a sentence");
  desk_close(desk);
}

static void
test_lock(void **state)
{
  (void)state;
  Desk *desk = desk_open(36, 120);
  desk_key(desk, "Enter e C-End");
  desk_type(desk, "Half a sentence");
  ui_app_lock(desk->app);
  assert_hides(desk, "Half a sentence");
  assert_hides(desk, "ZYXWVUTSRQ");
  assert_hides(desk, "ibuprofen");
  desk_type(desk, "wrong\n");
  assert_hides(desk, "ibuprofen");
  desk_type(desk, HOUSE_PASSWORD "\n");
  assert_shows(desk, "Half a sentence");
  desk_close(desk);
}

static void
assert_untouched(Desk *desk)
{
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_SIGNED), 0);
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_SENDING), 0);
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_DELIVERED), 0);
  assert_int_equal(house_in_state(desk->house, CLINIC_STATE_REJECTED), 0);
}

static char *
noise(GRand *random, gsize length)
{
  GString *text = g_string_new(NULL);
  while (text->len < length)
    g_string_append_c(text, "syYrREgbpoeqnNAu1234567890 \n\t"[g_rand_int_range(random, 0, 29)]);
  return g_string_free(text, FALSE);
}

/* 2 kB of keys pasted into every screen, and into every question that it asks. */
static void
test_paste(void **state)
{
  (void)state;
  static const char *const WAYS[] = {"",  "Enter",   "Enter s", "Enter e", "Enter e C-q", "Enter r",
                                     "b", "p",       "?",       "l",       "Enter E",     "Enter g",
                                     "r", "Enter d", "Enter h", "t",       "/",           "E"};
  g_autoptr(GRand) random = g_rand_new_with_seed(11);
  for (gsize i = 0; i < G_N_ELEMENTS(WAYS); i++) {
    Desk *desk = desk_open(24, 80);
    if (*WAYS[i] != '\0')
      desk_key(desk, WAYS[i]);
    for (guint k = 0; k < 3; k++) {
      g_autofree char *text = noise(random, 2048);
      desk_paste(desk, text);
    }
    assert_untouched(desk);
    assert_false(desk->app->quit);
    desk_close(desk);
  }
}

/* Any size that a window can have, on every screen. */
static void
test_sizes(void **state)
{
  (void)state;
  static const char *const WAYS[] = {"l Esc", "Enter", "Tab", "e", "Esc", "q",
                                     "b",     "q",     "p",   "q", "?"};
  Desk *desk = desk_open(24, 80);
  for (gsize i = 0; i < G_N_ELEMENTS(WAYS); i++) {
    ui_app_resize(desk->app, 24, 80);
    desk_key(desk, WAYS[i]);
    for (guint rows = 1; rows < 40; rows += 3)
      for (guint columns = 1; columns < 140; columns += 13) {
        ui_app_resize(desk->app, rows, columns);
        g_autofree char *text = desk_text(desk);
        assert_non_null(text);
      }
  }
  desk_close(desk);
}

/* The front desk works the queue and never sees a clinical word. */
static void
test_front_desk(void **state)
{
  (void)state;
  Desk *desk = desk_open(36, 120);
  g_autoptr(ClinicSession) admin = NULL;
  g_autoptr(GError) error = NULL;
  ClinicSession *session = NULL;
  gint64 id = 0;
  ui_app_free(desk->app);
  clinic_session_login(desk->house->dir, "root", HOUSE_PASSWORD, &admin, &error);
  assert_no_error(error);
  clinic_user_add(admin, "dora", "Dora", CLINIC_ROLE_FRONT_DESK, HOUSE_PASSWORD, TRUE, &id, &error);
  assert_no_error(error);
  clinic_session_login(desk->house->dir, "dora", HOUSE_PASSWORD, &session, &error);
  assert_no_error(error);
  desk->app = ui_app_new(desk->house->dir, session, NULL, 36, 120);
  assert_shows(desk, "ZYXWVUTSRQ");
  assert_hides(desk, "ibuprofen");
  desk_key(desk, "Enter");
  assert_hides(desk, "ibuprofen");
  desk_close(desk);
}

/* What the EHR knows of a patient stands above their items. */
static void
test_patient_chart(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(SIZES); i++) {
    Desk *desk = desk_open_with(SIZES[i].rows, SIZES[i].columns, HOUSE_CHART);
    g_autoptr(GPtrArray) found = NULL;
    g_autoptr(GError) error = NULL;
    clinic_patient_search(desk->house->ines, "zy v1", 5, &found, &error);
    assert_no_error(error);
    assert_int_equal(found->len, 1);
    house_chart(desk->house, ((const ClinicPatient *)found->pdata[0])->id, "Penicillin");
    desk_key(desk, "p");
    desk_type(desk, "zy v1\n");
    desk_key(desk, "Enter");
    assert_shows(desk, "allergies: Penicillin; takes: none charted (charted, from ehr on");
    desk_key(desk, "q");
    assert_hides(desk, "Penicillin");
    desk_close(desk);
  }
}

/* Three appointments of the patients of three visits, in the next days. */
static void
add_calendar(Desk *desk)
{
  g_autoptr(Agenda) agenda = agenda_new(desk->house->dir, "UTC");
  gint64 noon = base_clock_now() / BASE_CLOCK_DAY * BASE_CLOCK_DAY + 12 * BASE_CLOCK_HOUR;
  g_autoptr(GPtrArray) found = NULL;
  g_autoptr(GError) error = NULL;
  clinic_patient_search(desk->house->ines, HOUSE_CANARY, 10, &found, &error);
  assert_no_error(error);
  for (guint i = 0; i < found->len; i++) {
    g_autoptr(ClinicPatient) p = NULL;
    g_autofree char *uid = g_strdup_printf("screen-%u", i);
    const ClinicPatient *row = found->pdata[i];
    assert_true(clinic_patient_open(desk->house->ines, row->id, &p, NULL));
    g_free(p->mail);
    p->mail = g_strdup_printf("p%u@home.example", i);
    assert_true(clinic_patient_change(desk->house->ines, p, NULL));
    agenda_put(agenda, uid, noon + (3 + i) * BASE_CLOCK_DAY, p->id, 0, FALSE);
  }
}

/* What goes when depends on the hour and the weekday: these stand at the next Thursday's nine. */
static void
stand_at_nine(void)
{
  const gint64 week = 7 * BASE_CLOCK_DAY; /* 1970-01-01 was a Thursday */
  base_clock_freeze((base_clock_now() / week + 1) * week + 9 * BASE_CLOCK_HOUR);
}

static void
test_reminders(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(SIZES); i++) {
    stand_at_nine();
    Desk *desk = desk_open(SIZES[i].rows, SIZES[i].columns);
    desk_key(desk, "m");
    assert_shows(desk, "Nothing goes in the next 7 days.");
    desk_key(desk, "q");
    add_calendar(desk);
    desk_key(desk, "m");
    assert_shows(desk, "planned");
    assert_shows(desk, "48h mail");
    desk_key(desk, "Enter");
    assert_shows(desk, "reminder of your appointment");
    desk_key(desk, "q a");
    assert_shows(desk, "1 was approved; u takes it back until it goes.");
    assert_shows(desk, "approved");
    desk_key(desk, "u");
    assert_shows(desk, "Taken back");
    assert_shows(desk, "to approve");
    desk_key(desk, "t s");
    desk_type(desk, "she knows\n");
    assert_shows(desk, "Skipped");
    desk_key(desk, "End n n"); /* the key that asked confirms nothing */
    assert_hides(desk, "was approved");
    desk_key(desk, "Esc p");
    assert_hides(desk, "planned");
    desk_key(desk, "p q");
    desk_close(desk);
  }
  base_clock_thaw();
}

static void
test_agenda(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(SIZES); i++) {
    stand_at_nine();
    Desk *desk = desk_open(SIZES[i].rows, SIZES[i].columns);
    desk_key(desk, "a");
    assert_shows(desk, "free");
    add_calendar(desk);
    desk_key(desk, "Right Right Right");
    assert_shows(desk, "12:00-12:20");
    assert_shows(desk, "booked");
    desk_key(desk, "Down a");
    assert_shows(desk, "arrived");
    desk_key(desk, "i");
    assert_shows(desk, "checked in");
    desk_key(desk, "c"); /* it has not begun */
    assert_shows(desk, "has not begun yet");
    desk_key(desk, "u u");
    assert_shows(desk, "booked");
    desk_key(desk, "Enter");
    assert_shows(desk, "No reminder was taken up yet.");
    desk_key(desk, "q x x"); /* the key that asked confirms nothing */
    assert_hides(desk, "cancelled");
    desk_key(desk, "Esc x");
    desk_type(desk, "y\n");
    assert_shows(desk, "cancelled");
    desk_key(desk, "v");
    assert_shows(desk, "12:00 ");
    desk_key(desk, "v");
    assert_shows(desk, "ZYXWVUTSRQ");
    desk_key(desk, ". p w q");
    desk_close(desk);
  }
  base_clock_thaw();
}

/* An answer to an item comes by mail. */
static void
answer_by_mail(const Desk *desk, gint64 item, gint64 uid)
{
  g_autofree char *token = clinic_mail_token(item);
  g_autofree char *text =
      g_strdup_printf("From: Ann <ann@nowhere.example>\r\nTo: <desk+%s@clinic.example>\r\n"
                      "Subject: Re: Your appointment\r\nIn-Reply-To: <%s.00@clinic.example>\r\n\r\n"
                      "Yes, see you on Tuesday (%d).\r\n",
                      token, token, (int)uid);
  g_autoptr(GBytes) mail = g_bytes_new(text, strlen(text));
  const ClinicReturned returned = {"inbox", 1, uid, mail};
  ClinicReturnedWhat what = CLINIC_RETURNED_STRANGE;
  g_autoptr(GError) error = NULL;
  clinic_returned_take(desk->house->worker, &returned, &what, &error);
  assert_no_error(error);
  assert_int_equal(what, CLINIC_RETURNED_TAKEN);
}

static gint64
reminder_item(const Desk *desk)
{
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GError) error = NULL;
  clinic_reminder_next(desk->house->ines, 7, &rows, &error);
  assert_no_error(error);
  for (guint i = 0; i < rows->len; i++)
    if (((const ClinicReminder *)rows->pdata[i])->stand == CLINIC_REMINDER_APPROVED)
      return ((const ClinicReminder *)rows->pdata[i])->item;
  fail_msg("no reminder was approved");
  return 0;
}

static void
test_replies(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(SIZES); i++) {
    stand_at_nine();
    Desk *desk = desk_open(SIZES[i].rows, SIZES[i].columns);
    add_calendar(desk);
    desk_key(desk, "m");
    assert_hides(desk, "by mail wait");
    desk_key(desk, "r");
    assert_shows(desk, "No answer waits for anybody.");
    desk_key(desk, "q a q");
    answer_by_mail(desk, reminder_item(desk), 1);
    base_clock_step(BASE_CLOCK_SECOND);
    answer_by_mail(desk, reminder_item(desk), 2);
    desk_key(desk, "m");
    assert_shows(desk, "2 answers by mail wait: r");
    assert_shows(desk, "48h mail");
    desk_key(desk, "r");
    assert_shows(desk, "Re: Your appointment");
    desk_key(desk, "Home Enter");
    assert_shows(desk, "Yes, see you on Tuesday (1).");
    desk_key(desk, "q c Enter"); /* Enter confirms nothing */
    assert_hides(desk, "On record");
    desk_key(desk, "c y Enter");
    assert_shows(desk, "On record; it is off the list.");
    assert_shows(desk, "No answer waits for anybody.");
    answer_by_mail(desk, reminder_item(desk), 3);
    desk_key(desk, "q r s n Enter");
    assert_shows(desk, "Re: Your appointment");
    desk_key(desk, "s y Enter");
    assert_shows(desk, "No answer waits for anybody.");
    desk_key(desk, "q");
    assert_hides(desk, "by mail wait");
    assert_shows(desk, "confi"); /* the remark; 80 columns cut it */
    desk_close(desk);
  }
  base_clock_thaw();
}

/* Who may renew a contract sees that one ends; who may not does not. */
static void
test_contracts(void **state)
{
  static const gint64 DAYS[] = {59, 29, 6};
  char *covers[] = {(char *)(gintptr) "post", NULL};
  char *where[] = {(char *)(gintptr) "FR", NULL};
  (void)state;
  Desk *desk = desk_open(24, 80);
  ClinicSession *root = NULL, *again = NULL;
  g_autoptr(GError) error = NULL;
  clinic_session_login(desk->house->dir, "root", HOUSE_PASSWORD, &root, &error);
  assert_no_error(error);
  for (guint i = 0; i < G_N_ELEMENTS(DAYS); i++) {
    g_autofree char *reference = g_strdup_printf("BAA-%u", i);
    gint64 today = clinic_contract_day_today(root), id = 0;
    const ClinicContract made = {.reference = reference,
                                 .party = (char *)(gintptr) "Post",
                                 .covers = covers,
                                 .classes = 1,
                                 .jurisdictions = where,
                                 .first = today - 1,
                                 .last = today + DAYS[i]};
    clinic_contract_add(root, &made, &id, &error);
    assert_no_error(error);
  }
  assert_hides(desk, "to renew");
  clinic_session_login(desk->house->dir, "root", HOUSE_PASSWORD, &again, &error);
  assert_no_error(error);
  UiApp *app = ui_app_new(desk->house->dir, NULL, NULL, 24, 80);
  ui_app_enter(app, again);
  ui_app_free(desk->app);
  desk->app = app;
  assert_shows(desk, "3 contracts to renew");
  assert_shows(desk, "Contract BAA-2 with Post ends in 6 days.");
  clinic_session_close(root);
  desk_close(desk);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_queue),         cmocka_unit_test(test_review),
      cmocka_unit_test(test_sign),          cmocka_unit_test(test_reject),
      cmocka_unit_test(test_edit),          cmocka_unit_test(test_recheck),
      cmocka_unit_test(test_findings),      cmocka_unit_test(test_kept),
      cmocka_unit_test(test_lock),          cmocka_unit_test(test_paste),
      cmocka_unit_test(test_sizes),         cmocka_unit_test(test_front_desk),
      cmocka_unit_test(test_reminders),     cmocka_unit_test(test_replies),
      cmocka_unit_test(test_contracts),     cmocka_unit_test(test_agenda),
      cmocka_unit_test(test_patient_chart),
  };
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
