/* Signed letters by the worker to a server that fails at each stage: what becomes of each, how many
 * copies the server took, what the outbox says, and what the audit trail has.  Started by
 * smtp_worker.sh: smtp_worker FOLDER PORT.  The clock is ours; no case waits for a back-off. */
#include "smtp_house.h"

#define LATER_H 2    /* beyond any back-off and rest */
#define MUCH_LATER 4 /* days: beyond any patience */

static struct {
  const char *folder, *port;
} args; /* of the command line */

static guint cases_n, bad_n, copies_n, twice_n, lost_n; /* of the table, to be told at its end */

static House *
open_house(const char *port, const char *more)
{
  g_autofree char *settings =
      g_strdup_printf("[clinic]\nmail=desk@clinic.example\n"
                      "[outbox]\nundo_seconds=0\nmail=post\nsecure_domains=direct.example\n"
                      "[destination post]\nchannel=smtp\nurl=smtp://0.0.0.0:%s\n"
                      "ca_file=%s/right.pem\nuser=outbox\nsecret_file=%s/secret\nauth=plain\n"
                      "seconds=5\n%s\n",
                      port, args.folder, args.folder, more);
  g_autofree char *secret = g_build_filename(args.folder, "secret", NULL);
  assert_true(
      g_file_set_contents_full(secret, "s3cret\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  House *house = house_open(settings);
  base_clock_freeze(base_clock_now());
  contract(house);
  return house;
}

/* --- stages and faults */

typedef struct {
  const char *name, *plan;
  ClinicState after; /* the first run; SIGNED: it waits to be tried again */
  const char *words; /* in what the outbox says */
  guint copies;      /* taken by the server in the first run */
  gsize size;
} Case;

static void
fail_case(const House *house, const Case *one, gint64 item, const char *what)
{
  g_autoptr(ClinicOutboxRow) row = shown(house, item);
  g_autofree char *trace = trail(house, item);
  bad_n++;
  print_message("# %s: %s: it is %s after %d tries: %s; the trail: %s\n", one->name, what,
                clinic_state_word(row->state), (int)row->attempts, row->why, trace);
}

static void
check_trail(const House *house, const Case *one, gint64 item, const char *wanted)
{
  g_autofree char *trace = trail(house, item);
  if (strcmp(trace, wanted) != 0)
    fail_case(house, one, item, wanted);
}

/* It is tried again later, and goes once. */
static void
end_signed(const House *house, const Case *one, gint64 item, const char *to)
{
  run(house);
  if (copies(args.folder, to) != one->copies || state_of(house, item) != CLINIC_STATE_SIGNED)
    fail_case(house, one, item, "it was tried before its time");
  base_clock_step(LATER_H * BASE_CLOCK_HOUR);
  run(house);
  if (state_of(house, item) != CLINIC_STATE_DELIVERED || copies(args.folder, to) != 1)
    fail_case(house, one, item, "it was not delivered later");
  check_trail(house, one, item, "take fail take deliver");
}

/* It stays a person's, who sends it again. */
static void
end_failed(const House *house, const Case *one, gint64 item, const char *to)
{
  base_clock_step(MUCH_LATER * BASE_CLOCK_DAY);
  run(house);
  if (copies(args.folder, to) != one->copies || state_of(house, item) != CLINIC_STATE_FAILED)
    fail_case(house, one, item, "it was tried again by itself");
  check_trail(house, one, item, "take fail");
  act(house, item, CLINIC_ACTION_RETRY);
  run(house);
  if (state_of(house, item) != CLINIC_STATE_DELIVERED || copies(args.folder, to) != 1)
    fail_case(house, one, item, "a person's retry did not send it");
  check_trail(house, one, item, "take fail retry take deliver");
}

/* It is never sent again by itself. */
static void
end_ambiguous(const House *house, const Case *one, gint64 item, const char *to)
{
  base_clock_step(MUCH_LATER * BASE_CLOCK_DAY);
  run(house);
  if (copies(args.folder, to) != one->copies || state_of(house, item) != CLINIC_STATE_AMBIGUOUS)
    fail_case(house, one, item, "it was sent again by itself");
  check_trail(house, one, item, "take ambiguous");
  act(house, item, one->copies > 0 ? CLINIC_ACTION_ARRIVED : CLINIC_ACTION_RETRY);
  run(house);
  if (state_of(house, item) != CLINIC_STATE_DELIVERED || copies(args.folder, to) != 1)
    fail_case(house, one, item, "a person's word did not settle it");
}

static void
check_case(const House *house, const Case *asked)
{
  Case seen = *asked;
  const Case *one = &seen;
  g_autofree char *name = g_strdup_printf("c%u", ++cases_n);
  g_autofree char *to = g_strdup_printf("%s@direct.example", name);
  gint64 item = letter(house, name, to, one->size);
  g_autoptr(GError) error = NULL;
  plan(args.folder, one->plan);
  run(house);
  plan(args.folder, "");
  g_autoptr(ClinicOutboxRow) row = shown(house, item);
  /* A busy host may have all of a message in its own buffers when the line goes: that is a doubt,
   * and said so. */
  if (one->size > 0 && row->state == CLINIC_STATE_AMBIGUOUS) {
    seen.after = CLINIC_STATE_AMBIGUOUS;
    seen.words = "in doubt";
  }
  if (row->state != one->after || strstr(row->why, one->words) == NULL ||
      copies(args.folder, to) != one->copies || strstr(row->why, HOUSE_CANARY) != NULL)
    fail_case(house, one, item, "after the fault");
  if (one->after == CLINIC_STATE_SIGNED)
    end_signed(house, one, item, to);
  else if (one->after == CLINIC_STATE_FAILED)
    end_failed(house, one, item, to);
  else if (one->after == CLINIC_STATE_AMBIGUOUS)
    end_ambiguous(house, one, item, to);
  copies_n += copies(args.folder, to);
  twice_n += copies(args.folder, to) > 1;
  lost_n += copies(args.folder, to) == 0;
  clinic_outbox_lane_release(house->ines, "post", &error);
  assert_no_error(error);
  base_clock_step(LATER_H * BASE_CLOCK_HOUR);
}

#define WAITS CLINIC_STATE_SIGNED
#define PERSON CLINIC_STATE_FAILED
#define DOUBT CLINIC_STATE_AMBIGUOUS
#define DONE CLINIC_STATE_DELIVERED

static const Case TABLE[] = {
    {"nothing wrong", "", DONE, "taken as Q7", 1, 0},
    {"drop at the banner", "fault banner drop", WAITS, "tried 1 time", 0, 0},
    {"drop at EHLO", "fault ehlo drop", WAITS, "tried 1 time", 0, 0},
    {"drop at STARTTLS", "fault starttls drop", WAITS, "tried 1 time", 0, 0},
    {"drop at the EHLO after TLS", "fault hello drop", WAITS, "tried 1 time", 0, 0},
    {"drop at AUTH", "fault auth drop", WAITS, "tried 1 time", 0, 0},
    {"drop at MAIL", "fault mail drop", WAITS, "tried 1 time", 0, 0},
    {"drop at RCPT", "fault rcpt drop", WAITS, "tried 1 time", 0, 0},
    {"drop at DATA", "fault data drop", WAITS, "tried 1 time", 0, 0},
    {"drop in the message", "fault body drop", WAITS, "tried 1 time", 0, 900 * 1024},
    {"drop after the dot, not stored", "fault dot drop", DOUBT, "in doubt", 0, 0},
    {"drop after the dot, stored", "fault dot keep", DOUBT, "in doubt", 1, 0},
    {"drop after its answer", "fault after drop", DONE, "taken as Q7", 1, 0},
    {"421 at the banner", "fault banner 421 4.3.2 too many", WAITS, "421 4.3.2 too many", 0, 0},
    {"421 at EHLO", "fault ehlo 421 4.3.2 going down", WAITS, "421 4.3.2", 0, 0},
    {"421 at MAIL", "fault mail 421 4.3.2 going down", WAITS, "421 4.3.2", 0, 0},
    {"421 at RCPT", "fault rcpt 421 4.3.2 going down", WAITS, "421 4.3.2", 0, 0},
    {"421 at DATA", "fault data 421 4.3.2 going down", WAITS, "421 4.3.2", 0, 0},
    {"421 after the dot", "fault dot 421 4.3.2 going down", WAITS, "421 4.3.2", 0, 0},
    {"451 at EHLO", "fault ehlo 451 4.3.0 trouble", WAITS, "4.3.0 trouble", 0, 0},
    {"454 at STARTTLS", "fault starttls 454 4.7.0 no TLS now", WAITS, "4.7.0 no TLS now", 0, 0},
    {"454 at AUTH", "fault auth 454 4.7.0 no log-in now", WAITS, "4.7.0 no log-in now", 0, 0},
    {"451 at MAIL", "fault mail 451 4.3.0 trouble", WAITS, "451 4.3.0 trouble", 0, 0},
    {"452 at MAIL", "fault mail 452 4.3.1 full", WAITS, "452 4.3.1 full", 0, 0},
    {"450 at RCPT", "fault rcpt 450 4.2.1 busy", WAITS, "450 4.2.1 busy", 0, 0},
    {"452 at RCPT", "fault rcpt 452 4.2.2 mailbox full", WAITS, "4.2.2 mailbox full", 0, 0},
    {"451 at DATA", "fault data 451 4.3.0 trouble", WAITS, "451 4.3.0 trouble", 0, 0},
    {"451 after the dot", "fault dot 451 4.3.0 trouble", WAITS, "451 4.3.0 trouble", 0, 0},
    {"452 after the dot", "fault dot 452 4.3.1 full", WAITS, "452 4.3.1 full", 0, 0},
    {"554 at the banner", "fault banner 554 5.3.2 not you", WAITS, "554 5.3.2 not you", 0, 0},
    {"500 at EHLO", "fault ehlo 500 5.5.1 what", WAITS, "5.5.1 what", 0, 0},
    {"502 at STARTTLS", "fault starttls 502 5.5.1 no TLS", WAITS, "5.5.1 no TLS", 0, 0},
    {"535 at AUTH", "fault auth 535 5.7.8 wrong password", WAITS, "5.7.8 wrong password", 0, 0},
    {"530 at MAIL", "fault mail 530 5.7.0 log in first", WAITS, "530 5.7.0 log in first", 0, 0},
    {"550 at MAIL", "fault mail 550 5.7.1 no such sender", PERSON, "5.7.1 no such sender", 0, 0},
    {"550 at RCPT", "fault rcpt 550 5.1.1 no such user", PERSON, "550 5.1.1 no such user", 0, 0},
    {"553 at RCPT", "fault rcpt 553 5.1.3 bad address", PERSON, "553 5.1.3 bad address", 0, 0},
    {"554 at DATA", "fault data 554 5.5.1 no recipients", PERSON, "5.5.1 no recipients", 0, 0},
    {"552 after the dot", "fault dot 552 5.3.4 too big", PERSON, "552 5.3.4 too big", 0, 0},
    {"554 after the dot", "fault dot 554 5.7.1 spam", PERSON, "554 5.7.1 spam", 0, 0},
    {"greylisting", "grey", WAITS, "451 4.7.1 greylisted", 0, 0},
    {"larger than SIZE", "size 300", PERSON, "552 5.3.4 the message is larger", 0, 0},
    {"no STARTTLS", "plain", WAITS, "STARTTLS", 0, 0},
    {"a wrong certificate", "cert other", WAITS, "certificate", 0, 0},
    {"silence at the banner", "fault banner slow", WAITS, "tried 1 time", 0, 0},
    {"silence at RCPT", "fault rcpt slow", WAITS, "tried 1 time", 0, 0},
    {"silence after the dot", "fault dot slow", DOUBT, "in doubt", 1, 0},
};

static void
test_table(void **state)
{
  (void)state;
  House *house = open_house(args.port, "");
  g_autoptr(ClinicAuditReport) report = NULL;
  g_autoptr(GError) error = NULL;
  forget(args.folder, "heard");
  for (gsize i = 0; i < G_N_ELEMENTS(TABLE); i++)
    check_case(house, &TABLE[i]);
  clinic_audit_verify(house->worker, NULL, NULL, &report, &error);
  assert_no_error(error);
  assert_int_equal(report->bad_seq, 0);
  assert_int_equal(count_lines(args.folder, "heard", "P AUTH"), 0); /* never in the clear */
  assert_int_equal(count_lines(args.folder, "heard", "P MAIL"), 0);
  print_message("# SMTP fault run: %u letters, %u copies taken, %u lost, %u sent twice\n", cases_n,
                copies_n, lost_n, twice_n);
  assert_int_equal(bad_n + lost_n + twice_n, 0);
  house_close(house);
}

/* Nobody listens; and the word of it. */
static void
test_refused(void **state)
{
  (void)state;
  House *house = open_house("1", "");
  gint64 item = letter(house, "r1", "r1@direct.example", 0);
  run(house);
  g_autoptr(ClinicOutboxRow) row = shown(house, item);
  assert_int_equal(row->state, CLINIC_STATE_SIGNED);
  assert_non_null(strstr(row->why, "0.0.0.0 port 1"));
  house_close(house);
}

/* One of two recipients is refused: the other's letter goes. */
static void
test_partial(void **state)
{
  (void)state;
  House *house = open_house(args.port, "");
  gint64 bad = letter(house, "p1", "bad-p1@direct.example", 0);
  gint64 good = letter(house, "p2", "good-p2@direct.example", 0);
  plan(args.folder, "fault rcpt 550 5.1.1 no such user\nonly bad\n");
  run(house);
  plan(args.folder, "");
  assert_int_equal(state_of(house, bad), CLINIC_STATE_FAILED);
  assert_int_equal(state_of(house, good), CLINIC_STATE_DELIVERED);
  assert_int_equal(copies(args.folder, "bad-p1@direct.example"), 0);
  assert_int_equal(copies(args.folder, "good-p2@direct.example"), 1);
  house_close(house);
}

/* Refused for now, again and again: the waits grow, and in the end it is a person's, with the
 * server's words. */
static void
test_patience(void **state)
{
  (void)state;
  House *house = open_house(args.port, "hours=4\n");
  gint64 item = letter(house, "w1", "w1@direct.example", 0);
  gint64 last = 0;
  guint tries = 0;
  plan(args.folder, "fault rcpt 451 4.3.0 not today");
  for (; tries < 40 && state_of(house, item) == CLINIC_STATE_SIGNED; tries++) {
    gint64 before = base_clock_now();
    run(house);
    g_autoptr(ClinicOutboxRow) row = shown(house, item);
    if (row->state != CLINIC_STATE_SIGNED)
      break;
    assert_int_equal(row->attempts, tries + 1);
    assert_true(row->due - before >= MIN(last, BASE_CLOCK_HOUR * 3 / 4));
    last = row->due - before;
    base_clock_step(last + 1);
  }
  g_autoptr(ClinicOutboxRow) row = shown(house, item);
  assert_int_equal(row->state, CLINIC_STATE_FAILED);
  assert_in_range(row->attempts, 8, 24);
  assert_non_null(strstr(row->why, "451 4.3.0 not today"));
  assert_int_equal(copies(args.folder, "w1@direct.example"), 0);
  plan(args.folder, "");
  house_close(house);
}

/* Reports are asked for where the server offers them, in words that it can read, on a connection
 * that is used again too; and nowhere else. */
static void
test_reports(void **state)
{
  (void)state;
  House *house = open_house(args.port, "connections=1\n");
  forget(args.folder, "heard");
  plan(args.folder, "dsn");
  letter(house, "d1", "d1@direct.example", 0);
  letter(house, "d2", "d2+x@direct.example", 0);
  run(house);
  assert_int_equal(count_lines(args.folder, "heard",
                               "T RCPT TO:<d1@direct.example> NOTIFY=FAILURE,DELAY "
                               "ORCPT=rfc822;<d1@direct.example>"),
                   1);
  assert_int_equal(count_lines(args.folder, "heard",
                               "T RCPT TO:<d2+x@direct.example> NOTIFY=FAILURE,DELAY "
                               "ORCPT=rfc822;<d2+2Bx@direct.example>"),
                   1);
  assert_int_equal(count_lines(args.folder, "heard", "T EHLO"), 1);
  plan(args.folder, "");
  letter(house, "d3", "d3@direct.example", 0);
  run(house);
  assert_int_equal(count_lines(args.folder, "heard", "T RCPT TO:<d3@direct.example>"), 1);
  assert_int_equal(count_lines(args.folder, "heard", "T RCPT TO:<d3@direct.example> "), 0);
  house_close(house);
}

/* A server of this host that knows HELO only took it, and the line was cut: its word about EHLO is
 * none about the letter. */
static void
test_old_server(void **state)
{
  (void)state;
  g_autofree char *here =
      g_strdup_printf("[outbox]\nundo_seconds=0\nmail=post\nsecure_domains=direct.example\n"
                      "[destination post]\nchannel=smtp\nurl=smtp://127.0.0.1:%s\nseconds=5\n",
                      args.port);
  House *house = house_open(here);
  base_clock_freeze(base_clock_now());
  gint64 item = letter(house, "o1", "o1@direct.example", 0);
  plan(args.folder, "old\nfault dot keep\n");
  run(house);
  plan(args.folder, "");
  assert_int_equal(copies(args.folder, "o1@direct.example"), 1);
  assert_int_equal(state_of(house, item), CLINIC_STATE_AMBIGUOUS);
  house_close(house);
}

int
main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),   cmocka_unit_test(test_refused),
      cmocka_unit_test(test_partial), cmocka_unit_test(test_patience),
      cmocka_unit_test(test_reports), cmocka_unit_test(test_old_server),
  };
  if (argc < 3)
    return 64;
  args.folder = argv[1];
  args.port = argv[2];
  base_log_level(BASE_LOG_ERROR); /* troubles are meant here */
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
