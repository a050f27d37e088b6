/* Notes to an HL7 receiver (Medplum's parser), and all that can go wrong on the way. */
#include "ehr/peer.h"

#include "guichet/base/log.h"
#include "guichet/wire/hl7_note.h"

#define worker_channel_done trip_done
#define worker_channel_mllp trip_channel_mllp
extern const WorkerChannel trip_channel_mllp;
#include "worker/channel_mllp.c"
#undef worker_channel_done

enum { ROUNDS = 150 };

static Peer peer;
static char *url;

static GBytes *
message_of(gint64 item, const WireHl7Profile *profile)
{
  json_t *fields = peer_fields();
  WireNote note = peer_note(item, fields, NULL);
  GBytes *bytes = NULL;
  GError *error = NULL;
  wire_hl7_note_make(&note, profile, &bytes, &error);
  assert_no_error(error);
  json_decref(fields);
  return bytes;
}

static guint
came(gint64 item)
{
  g_autofree char *control = wire_hl7_note_control(item, 0);
  json_t *desk = peer_ask(&peer, NULL), *one;
  size_t index;
  guint n = 0;
  json_array_foreach (json_object_get(desk, "got"), index, one)
    n += g_strcmp0(json_string_value(json_object_get(one, "control")), control) == 0;
  json_decref(desk);
  return n;
}

typedef struct {
  const char *script;
  gboolean enhanced;
  WorkerOutcome outcome;
  const char *words;
  guint came;
} Case;

static void
check_case(const Case *one, gint64 item)
{
  Rig rig;
  Trip trip;
  g_autofree char *script = g_strdup_printf("{\"script\":[\"%s\",\"AA\"]}", one->script);
  g_autoptr(GBytes) bytes = message_of(item, &(WireHl7Profile){.enhanced = one->enhanced});
  g_autoptr(GBytes) next = message_of(item + 1000, &(WireHl7Profile){.enhanced = FALSE});
  peer_tell(&peer, script);
  rig_open(&rig, &trip_channel_mllp, url, "", NULL, one->enhanced ? "hl7_enhanced=true" : "");
  trip_begin(&trip, &rig, bytes, 1, FALSE);
  gint64 patience = (one->outcome == WORKER_AMBIGUOUS ? 300 : 10000) * G_GINT64_CONSTANT(1000);
  for (gint64 end = g_get_monotonic_time() + patience;
       trip.answers == 0 && g_get_monotonic_time() < end;)
    net_multi_step(rig.run.multi, 5);
  if (trip.answers == 0) /* the engine's deadline */
    rig.channel->cancel(&trip.sending);
  trip_wait(&trip, &rig);
  if (trip.outcome != one->outcome || strstr(trip.words, one->words) == NULL)
    fail_msg("%s: %d, %s", one->script, (int)trip.outcome, trip.words);
  assert_null(strstr(trip.words, "Dupont"));
  trip_end(&trip, &rig);
  assert_int_equal(came(item), one->came);
  /* what comes late is not the next one's */
  rig.channel->close(rig.state);
  rig.channel->open(&rig.run, &rig.to, &rig.state, NULL);
  assert_int_equal(trip_make(&rig, next, 1, NULL), WORKER_DELIVERED);
  rig_close(&rig);
}

static void
test_answers(void **state)
{
  (void)state;
  static const Case cases[] = {
      {"AA", FALSE, WORKER_DELIVERED, "AA", 1},
      {"AE", FALSE, WORKER_FAILED, "AE", 1},
      {"AR", FALSE, WORKER_FAILED, "AR", 1},
      {"CA", FALSE, WORKER_DELIVERED, "CA", 1},
      {"CE", TRUE, WORKER_FAILED, "CE", 1},
      {"CR", TRUE, WORKER_FAILED, "CR", 1},
      {"both", TRUE, WORKER_DELIVERED, "AA", 1},
      {"caae", TRUE, WORKER_FAILED, "AE", 1},
      {"caonly", TRUE, WORKER_AMBIGUOUS, "took it in (CA)", 1},
      {"bytes", FALSE, WORKER_DELIVERED, "AA", 1},
      {"other", FALSE, WORKER_DELIVERED, "AA", 1},
      {"packet", FALSE, WORKER_DELIVERED, "AA", 1},
      {"close", FALSE, WORKER_DELIVERED, "AA", 1},
      {"wrong", FALSE, WORKER_AMBIGUOUS, "no acknowledgement", 1},
      {"none", FALSE, WORKER_AMBIGUOUS, "no acknowledgement", 1},
      {"drop", FALSE, WORKER_AMBIGUOUS, "no acknowledgement", 1},
      {"half", FALSE, WORKER_AMBIGUOUS, "no acknowledgement", 1},
      {"unread", FALSE, WORKER_AMBIGUOUS, "no acknowledgement", 0},
      {"junk", FALSE, WORKER_AMBIGUOUS, "no HL7", 1},
      {"latin", FALSE, WORKER_FAILED, "déjà …", 1},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    check_case(&cases[i], 100 + (gint64)i);
}

/* What Medplum reads is what was signed, in both character sets and both shapes. */
static void
test_what_came(void **state)
{
  (void)state;
  static const WireHl7Profile profiles[] = {
      {.fields = TRUE}, {.formatted = TRUE, .line = 40}, {.receiver = "EHR^1.2^ISO"}};
  Rig rig;
  rig_open(&rig, &trip_channel_mllp, url, "", NULL, "");
  for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
    gint64 item = 500 + (gint64)i;
    g_autoptr(GBytes) bytes = message_of(item, &profiles[i]);
    assert_int_equal(trip_make(&rig, bytes, 1, NULL), WORKER_DELIVERED);
    json_t *desk = peer_ask(&peer, NULL), *got = json_object_get(desk, "got");
    const json_t *last = json_array_get(got, json_array_size(got) - 1);
    const char *text = json_string_value(json_object_get(last, "text"));
    gsize n = 0;
    const char *own = g_bytes_get_data(bytes, &n);
    assert_int_equal(strlen(text), n);
    assert_memory_equal(text, own, n);
    json_decref(desk);
  }
  rig_close(&rig);
}

static void
test_nobody_and_knock(void **state)
{
  (void)state;
  Rig rig;
  Trip probe;
  g_autoptr(GBytes) bytes = message_of(600, &(WireHl7Profile){0});
  g_autofree char *words = NULL;
  rig_open(&rig, &trip_channel_mllp, url, "", NULL, "");
  probe = (Trip){.sending = {.run = &rig.run, .to = &rig.to, .state = rig.state}};
  assert_true(trip_channel_mllp.probe(&probe.sending, NULL));
  trip_wait(&probe, &rig);
  assert_int_equal(probe.outcome, WORKER_DELIVERED);
  trip_end(&probe, &rig);
  rig_close(&rig);
  rig_open(&rig, &trip_channel_mllp, "mllp://127.0.0.1:1", "", NULL, "");
  assert_int_equal(trip_make(&rig, bytes, 1, &words), WORKER_DEFERRED);
  assert_non_null(strstr(words, "no connection"));
  rig_close(&rig);
}

/* Any manner, again and again: what is said to be delivered came, what is deferred did not, and
 * none came twice but where a person would have said so. */
static void
test_fault_run(void **state)
{
  (void)state;
  static const char *const manners[] = {"AA",   "drop", "half",  "other",  "bytes", "unread",
                                        "junk", "AE",   "close", "packet", "AA",    "AA"};
  g_autoptr(GRand) chance = g_rand_new_with_seed(20261126);
  const char *said = g_getenv("GUICHET_ROUNDS");
  guint rounds = said != NULL ? (guint)g_ascii_strtoull(said, NULL, 10) : ROUNDS, lost = 0;
  guint counts[4] = {0};
  Rig rig;
  rig_open(&rig, &trip_channel_mllp, url, "", NULL, "");
  for (guint i = 0; i < rounds; i++) {
    gint64 item = 10000 + i;
    const char *manner = manners[g_rand_int_range(chance, 0, G_N_ELEMENTS(manners))];
    g_autofree char *script = g_strdup_printf("{\"reset\":true,\"script\":[\"%s\"]}", manner);
    g_autoptr(GBytes) bytes = message_of(item, &(WireHl7Profile){0});
    Trip trip;
    gboolean stop = g_rand_int_range(chance, 0, 8) == 0;
    peer_tell(&peer, script);
    trip_begin(&trip, &rig, bytes, 1, FALSE);
    for (int k = g_rand_int_range(chance, 0, 4); stop && k > 0 && trip.answers == 0; k--)
      net_multi_step(rig.run.multi, 1);
    if (stop && trip.answers == 0)
      rig.channel->cancel(&trip.sending);
    trip_wait(&trip, &rig);
    guint n = came(item);
    counts[trip.outcome]++;
    lost += (trip.outcome == WORKER_DELIVERED && n != 1) ||
            (trip.outcome == WORKER_DEFERRED && n != 0) || n > 1;
    trip_end(&trip, &rig);
  }
  print_message(
      "# fault run, HL7: %u messages; %u delivered, %u deferred, %u refused, %u ambiguous; "
      "%u lost or sent twice\n",
      rounds, counts[WORKER_DELIVERED], counts[WORKER_DEFERRED], counts[WORKER_FAILED],
      counts[WORKER_AMBIGUOUS], lost);
  assert_int_equal(lost, 0);
  rig_close(&rig);
}

int
main(void)
{
  const char *missing = peer_missing();
  guint port = 0, desk = 0;
  if (missing != NULL) {
    printf("1..0 # SKIP %s\n", missing);
    return 0;
  }
  if (!peer_start(&peer, "hl7.mjs", NULL) || sscanf(peer.said, "%u %u", &port, &desk) != 2) {
    printf("1..1\nnot ok 1 - the HL7 peer does not start\n");
    return 1;
  }
  peer.desk = g_strdup_printf("http://127.0.0.1:%u/", desk);
  url = g_strdup_printf("mllp://127.0.0.1:%u", port);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers),
      cmocka_unit_test(test_what_came),
      cmocka_unit_test(test_nobody_and_knock),
      cmocka_unit_test(test_fault_run),
  };
  base_log_level(BASE_LOG_ERROR); /* strays are told in the log; here they are meant */
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  peer_stop(&peer);
  g_free(url);
  return failed;
}
