/* Notes to a real FHIR server (Medplum in memory), and all that can go wrong on the way. */
#include "ehr/peer.h"

#define worker_channel_done trip_done
#define worker_channel_fhir trip_channel_fhir
extern const WorkerChannel trip_channel_fhir;
#include "worker/channel_fhir.c"
#undef worker_channel_done

enum { ROUNDS = 120 };

static Peer peer;

static char *
base_url(void)
{
  return g_strdup_printf("http://127.0.0.1:%s/fhir", peer.said);
}

static void
rig_fhir(Rig *rig, const char *auth, const char *secret, const char *settings)
{
  g_autofree char *url = base_url();
  rig_open(rig, &trip_channel_fhir, url, auth, secret, settings);
}

static GBytes *
bundle_of(gint64 item, WireNoteRelation relation)
{
  g_autoptr(WireCodes) codes = NULL;
  json_t *fields = peer_fields();
  assert_true(wire_code_load(&codes, NULL));
  WireNote note = peer_note(item, fields, codes);
  char *bytes = NULL;
  gsize n = 0;
  GError *error = NULL;
  note.relation = relation;
  note.other = item - 1;
  wire_fhir_note(&note, &bytes, &n, &error);
  assert_no_error(error);
  json_decref(fields);
  return g_bytes_new_take(bytes, n);
}

static int
count_of(const json_t *desk, const char *type)
{
  return (int)json_integer_value(json_object_get(json_object_get(desk, "counts"), type));
}

/* Nothing stands there twice; so many documents and Provenances do. */
static void
check_stored(int documents)
{
  json_t *desk = peer_ask(&peer, NULL);
  json_t *twice = json_object_get(desk, "twice");
  if (json_array_size(twice) > 0)
    fail_msg("twice there: %s", json_string_value(json_array_get(twice, 0)));
  assert_int_equal(count_of(desk, "DocumentReference"), documents);
  assert_int_equal(count_of(desk, "Provenance"), documents);
  assert_int_equal(count_of(desk, "Practitioner"), documents > 0);
  json_decref(desk);
}

static void
check_ways(const char *settings, const char *faults, const char *expected_word)
{
  Rig rig;
  peer_tell(&peer, "{\"reset\":true}");
  peer_tell(&peer, faults);
  rig_fhir(&rig, "", NULL, settings);
  for (gint64 item = 100; item < 103; item++) {
    g_autoptr(GBytes) bytes = bundle_of(item, item == 102 ? WIRE_NOTE_REPLACES : WIRE_NOTE_NEW);
    g_autofree char *words = NULL, *again = NULL;
    WorkerOutcome outcome = trip_make(&rig, bytes, 1, &words);
    if (outcome != WORKER_DELIVERED || strstr(words, expected_word) == NULL)
      fail_msg("%s, %s: %d, %s", settings, faults, (int)outcome, words);
    assert_int_equal(trip_make(&rig, bytes, 2, &again), WORKER_DELIVERED);
  }
  check_stored(3);
  rig_close(&rig);
}

static void
test_ways(void **state)
{
  (void)state;
  check_ways("fhir_bundle=auto", "{}", "read back equal");
  check_ways("fhir_bundle=transaction", "{}", "read back equal");
  check_ways("fhir_bundle=creates", "{}", "read back equal");
  check_ways("", "{\"faults\":{\"limit\":true}}", "read back equal");
  check_ways("", "{\"faults\":{\"transaction\":false}}", "read back equal");
  check_ways("", "{\"faults\":{\"conditional\":false}}", "read back equal");
  check_ways("", "{\"faults\":{\"metadata\":false}}", "read back equal");
  check_ways("", "{\"faults\":{\"unsupported\":[\"CarePlan\",\"ServiceRequest\"]}}",
             "2 discrete fields");
}

/* The document is the signed text, its Provenance says who did what, the codes are there. */
static void
test_what_stands_there(void **state)
{
  (void)state;
  Rig rig;
  peer_tell(&peer, "{\"reset\":true}");
  rig_fhir(&rig, "", NULL, "");
  g_autoptr(GBytes) first = bundle_of(200, WIRE_NOTE_NEW),
                    second = bundle_of(201, WIRE_NOTE_APPENDS);
  assert_int_equal(trip_make(&rig, first, 1, NULL), WORKER_DELIVERED);
  assert_int_equal(trip_make(&rig, second, 1, NULL), WORKER_DELIVERED);
  json_t *desk = peer_ask(&peer, NULL), *one;
  size_t index;
  guint provenances = 0, relations = 0, coded = 0;
  json_array_foreach (json_object_get(desk, "resources"), index, one) {
    char *text = json_dumps(one, JSON_COMPACT);
    const char *type = json_string_value(json_object_get(one, "resourceType"));
    assert_null(strstr(text, "urn:uuid"));
    if (strcmp(type, "Provenance") == 0)
      provenances += strstr(text, "CLINAST_AIRPT") != NULL && strstr(text, "assembler") != NULL &&
                     strstr(text, "verifier") != NULL;
    if (strcmp(type, "DocumentReference") == 0)
      relations += strstr(text, "\"appends\"") != NULL && strstr(text, "\"200\"") != NULL;
    coded += strstr(text, "\"29046\"") != NULL || strstr(text, "\"I10\"") != NULL ||
             strstr(text, "\"8480-6\"") != NULL;
    free(text);
  }
  assert_int_equal(provenances, 2);
  assert_int_equal(relations, 1);
  assert_int_equal(coded, 6);
  json_decref(desk);
  rig_close(&rig);
}

typedef struct {
  const char *faults;
  WorkerOutcome outcome;
  const char *words;
} Case;

static void
check_case(const char *settings, const Case *one, gint64 item)
{
  Rig rig;
  Trip trip;
  peer_tell(&peer, "{\"reset\":true}");
  peer_tell(&peer, one->faults);
  rig_fhir(&rig, "", NULL, settings);
  g_autoptr(GBytes) bytes = bundle_of(item, WIRE_NOTE_NEW);
  trip_begin(&trip, &rig, bytes, 1, FALSE);
  trip_wait(&trip, &rig);
  if (trip.outcome != one->outcome || strstr(trip.words, one->words) == NULL)
    fail_msg("%s: %d, %s", one->faults, (int)trip.outcome, trip.words);
  assert_null(strstr(trip.words, "Dupont")); /* what the server quotes is a patient's */
  assert_null(strstr(trip.words, "1968"));
  if (strstr(one->faults, "429") != NULL)
    assert_int_equal(trip.retry_after, 7);
  trip_end(&trip, &rig);
  peer_tell(&peer, "{\"faults\":{\"status\":0,\"statusLeft\":0,\"dropLeft\":0,\"tamper\":false}}");
  if (one->outcome == WORKER_DEFERRED || one->outcome == WORKER_FAILED) {
    g_autofree char *words = NULL;
    if (trip_make(&rig, bytes, 2, &words) != WORKER_DELIVERED)
      fail_msg("%s: the next try said %s", one->faults, words);
    check_stored(1);
  }
  rig_close(&rig);
}

static void
test_answers(void **state)
{
  (void)state;
#define STATUS(code, path)                                                                         \
  "{\"faults\":{\"status\":" #code ",\"statusPath\":\"" path "\",\"statusLeft\":1}}"
#define AFTER(code, path)                                                                          \
  "{\"faults\":{\"store\":true,\"status\":" #code ",\"statusPath\":\"" path "\",\"statusLeft\":1}" \
  "}"
#define DROP(when, path)                                                                           \
  "{\"faults\":{\"drop\":\"" when "\",\"dropPath\":\"" path "\",\"dropLeft\":1}}"
  static const Case whole[] = {
      {STATUS(401, "POST /"), WORKER_DEFERRED, "HTTP 401"},
      {STATUS(403, "POST /"), WORKER_DEFERRED, "HTTP 403"},
      {STATUS(429, "POST /"), WORKER_DEFERRED, "HTTP 429"},
      {STATUS(503, "POST /"), WORKER_DEFERRED, "HTTP 503"},
      {STATUS(500, "POST /"), WORKER_DEFERRED, "not there"},
      {STATUS(409, "POST /"), WORKER_DEFERRED, "not there"},
      {STATUS(412, "POST /"), WORKER_FAILED, "HTTP 412"},
      {STATUS(422, "POST /"), WORKER_DELIVERED, "read back equal"}, /* one by one, then */
      {STATUS(503, "metadata"), WORKER_DEFERRED, "HTTP 503"},
      {AFTER(500, "POST /"), WORKER_DELIVERED, "read back equal"},
      {AFTER(409, "POST /"), WORKER_DELIVERED, "read back equal"},
      {STATUS(403, "GET /DocumentReference"), WORKER_DELIVERED, "does not let it be read back"},
      {DROP("before", "metadata"), WORKER_DEFERRED, ""},
      {DROP("before", "POST /"), WORKER_DEFERRED, "not there"},
      {DROP("after", "POST /"), WORKER_DELIVERED, "read back equal"},
      {DROP("half", "POST /"), WORKER_DELIVERED, "read back equal"},
      {"{\"faults\":{\"tamper\":true}}", WORKER_AMBIGUOUS, "another text"},
  };
  static const Case each[] = {
      {STATUS(409, "POST /Encounter"), WORKER_DEFERRED, "not there"},
      {STATUS(412, "POST /Patient"), WORKER_FAILED, "Patient was not stored"},
      {STATUS(422, "POST /CarePlan"), WORKER_DELIVERED, "1 discrete field,"},
      {AFTER(500, "POST /Provenance"), WORKER_DEFERRED, "not there"},
      {DROP("before", "POST /Observation"), WORKER_DEFERRED, "not there"},
      {DROP("after", "POST /DocumentReference"), WORKER_DEFERRED, "not there"},
      {DROP("half", "POST /Provenance"), WORKER_DEFERRED, "not there"},
      {STATUS(429, "POST /Composition"), WORKER_DEFERRED, "HTTP 429"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(whole); i++)
    check_case("", &whole[i], 300 + (gint64)i);
  for (gsize i = 0; i < G_N_ELEMENTS(each); i++)
    check_case("fhir_bundle=creates", &each[i], 400 + (gint64)i);
}

/* Two at once, and one that nobody waits for any more. */
static void
test_lane_and_cancel(void **state)
{
  (void)state;
  Rig rig;
  Trip trips[8], late, probe;
  GBytes *bytes[8];
  peer_tell(&peer, "{\"reset\":true}");
  rig_fhir(&rig, "", NULL, "fhir_bundle=creates");
  for (guint i = 0; i < 8; i++) {
    bytes[i] = bundle_of(500 + i, WIRE_NOTE_NEW);
    trip_begin(&trips[i], &rig, bytes[i], 1, FALSE);
  }
  trip_channel_fhir.cancel(&trips[3].sending); /* it has not had its turn */
  assert_int_equal(trips[3].outcome, WORKER_DEFERRED);
  trip_end(&trips[3], &rig);
  for (guint i = 0; i < 8; i++) {
    if (i != 3) {
      trip_wait(&trips[i], &rig);
      assert_int_equal(trips[i].outcome, WORKER_DELIVERED);
      trip_end(&trips[i], &rig);
    }
    g_bytes_unref(bytes[i]);
  }
  check_stored(7);
  json_t *desk = peer_ask(&peer, NULL);
  assert_int_equal(json_integer_value(json_object_get(desk, "most")), 1); /* never two at a time */
  json_decref(desk);
  peer_tell(&peer, "{\"faults\":{\"hang\":true}}");
  g_autoptr(GBytes) last = bundle_of(520, WIRE_NOTE_NEW);
  trip_begin(&late, &rig, last, 1, FALSE);
  for (int i = 0; i < 20; i++)
    net_multi_step(rig.run.multi, 10);
  assert_int_equal(late.answers, 0);
  trip_channel_fhir.cancel(&late.sending);
  assert_int_equal(late.answers, 1);
  assert_int_equal(late.outcome, WORKER_DEFERRED);
  trip_end(&late, &rig);
  peer_tell(&peer, "{\"faults\":{\"hang\":false}}");
  probe = (Trip){.sending = {.run = &rig.run, .to = &rig.to, .state = rig.state}};
  assert_true(trip_channel_fhir.probe(&probe.sending, NULL));
  trip_wait(&probe, &rig);
  assert_int_equal(probe.outcome, WORKER_DELIVERED);
  assert_non_null(strstr(probe.words, "medplum"));
  trip_end(&probe, &rig);
  rig_close(&rig);
}

/* --- logging in */

static char *
key_file(const char *folder, const char *name, const char *algorithm, const char *option)
{
  char *path = g_build_filename(folder, name, NULL);
  const char *argv[] = {"openssl", "genpkey", "-algorithm", algorithm, "-pkeyopt",
                        option,    "-out",    path,         NULL};
  g_autofree char *public = g_strconcat(path, ".pub", NULL);
  const char *publish[] = {"openssl", "pkey", "-in", path, "-pubout", "-out", public, NULL};
  int flags = G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL;
  assert_true(
      g_spawn_sync(NULL, (char **)(gintptr)argv, NULL, flags, NULL, NULL, NULL, NULL, NULL, NULL));
  assert_true(g_spawn_sync(NULL, (char **)(gintptr)publish, NULL, flags, NULL, NULL, NULL, NULL,
                           NULL, NULL));
  g_chmod(path, 0600);
  return path;
}

static void
check_smart(const char *name, const char *algorithm, const char *option)
{
  g_autofree char *folder = g_dir_make_tmp("guichet-key-XXXXXX", NULL);
  g_autofree char *key = key_file(folder, name, algorithm, option);
  g_autofree char *public = g_strconcat(key, ".pub", NULL);
  Peer own = peer;
  Rig rig;
  assert_true(peer_start(&peer, "fhir.mjs", public));
  peer.desk = g_strdup_printf("http://127.0.0.1:%s/control", peer.said);
  peer_tell(&peer, "{\"faults\":{\"auth\":\"smart\"}}");
  g_autofree char *known =
      g_strdup_printf("fhir_client=guichet\nfhir_key_id=key-1\nfhir_private_key=%s", key);
  g_autofree char *unknown =
      g_strdup_printf("fhir_client=somebody\nfhir_key_id=key-1\nfhir_private_key=%s", key);
  rig_fhir(&rig, "smart", NULL, known);
  for (gint64 item = 600; item < 603; item++) {
    g_autoptr(GBytes) bytes = bundle_of(item, WIRE_NOTE_NEW);
    g_autofree char *words = NULL;
    if (trip_make(&rig, bytes, 1, &words) != WORKER_DELIVERED)
      fail_msg("%s: %s", name, words);
    if (item == 601)
      peer_tell(&peer, "{\"expire\":true}"); /* the server forgets the token before its time */
  }
  json_t *desk = peer_ask(&peer, NULL);
  assert_int_equal(json_integer_value(json_object_get(desk, "tokens")), 2); /* kept in between */
  json_decref(desk);
  check_stored(3);
  rig_close(&rig);
  /* a client that the server does not know */
  rig_fhir(&rig, "smart", NULL, unknown);
  g_autoptr(GBytes) bytes = bundle_of(604, WIRE_NOTE_NEW);
  g_autofree char *words = NULL;
  assert_int_equal(trip_make(&rig, bytes, 1, &words), WORKER_DEFERRED);
  assert_non_null(strstr(words, "invalid_client"));
  rig_close(&rig);
  peer_stop(&peer);
  peer = own;
  g_unlink(key);
  g_unlink(public);
  g_rmdir(folder);
}

static void
test_smart(void **state)
{
  (void)state;
  check_smart("rsa", "RSA", "rsa_keygen_bits:2048");
  check_smart("p384", "EC", "ec_paramgen_curve:P-384");
}

static void
test_bearer(void **state)
{
  (void)state;
  g_autofree char *path = NULL;
  Rig rig;
  g_close(g_file_open_tmp("guichet-bearer-XXXXXX", &path, NULL), NULL);
  g_autoptr(GBytes) bytes = bundle_of(700, WIRE_NOTE_NEW);
  for (int good = 0; good < 2; good++) {
    g_file_set_contents(path, good ? "s3cret\n" : "wrong\n", -1, NULL);
    g_chmod(path, 0600);
    peer_tell(&peer, "{\"reset\":true,\"faults\":{\"auth\":\"bearer\"}}");
    rig_fhir(&rig, "bearer", path, "");
    assert_int_equal(trip_make(&rig, bytes, 1, NULL), good ? WORKER_DELIVERED : WORKER_DEFERRED);
    rig_close(&rig);
  }
  g_unlink(path);
}

/* --- the fault run */

static const char *const SPOTS[] = {"metadata",  "POST /",         "POST /Patient",
                                    "POST /Enc", "POST /Document", "POST /Comp",
                                    "POST /Obs", "POST /Prov",     "GET /Document"};

/* One note whose line is cut somewhere, tried again until it is there, as the engine would. */
static void
fault_round(Rig *rig, GRand *chance, gint64 item, guint *counts)
{
  static const char *const whens[] = {"before", "after", "half"};
  g_autoptr(GBytes) bytes = bundle_of(item, WIRE_NOTE_NEW);
  g_autofree char *faults = g_strdup_printf(
      "{\"faults\":{\"drop\":\"%s\",\"dropPath\":\"%s\",\"dropLeft\":%d}}",
      whens[g_rand_int_range(chance, 0, G_N_ELEMENTS(whens))],
      SPOTS[g_rand_int_range(chance, 0, G_N_ELEMENTS(SPOTS))], g_rand_int_range(chance, 1, 3));
  peer_tell(&peer, faults);
  WorkerOutcome outcome = WORKER_DEFERRED;
  g_autofree char *words = NULL;
  for (guint attempt = 1; attempt < 8 && outcome == WORKER_DEFERRED; attempt++) {
    Trip trip;
    gboolean stop = g_rand_int_range(chance, 0, 10) == 0; /* the worker is stopped meanwhile */
    trip_begin(&trip, rig, bytes, attempt, attempt > 1 && g_rand_boolean(chance));
    for (int i = g_rand_int_range(chance, 0, 4); stop && i > 0 && trip.answers == 0; i--)
      net_multi_step(rig->run.multi, 2);
    if (stop && trip.answers == 0)
      rig->channel->cancel(&trip.sending);
    trip_wait(&trip, rig);
    outcome = trip.outcome;
    g_free(words);
    words = g_strdup(trip.words);
    counts[outcome]++;
    trip_end(&trip, rig);
  }
  if (outcome != WORKER_DELIVERED && outcome != WORKER_AMBIGUOUS)
    fail_msg("%s: %d, %s", faults, (int)outcome, words);
}

static void
test_fault_run(void **state)
{
  (void)state;
  g_autoptr(GRand) chance = g_rand_new_with_seed(20261126);
  const char *said = g_getenv("GUICHET_ROUNDS");
  guint rounds = said != NULL ? (guint)g_ascii_strtoull(said, NULL, 10) : ROUNDS / 4;
  guint counts[4] = {0};
  Rig whole, each;
  peer_tell(&peer, "{\"reset\":true}");
  rig_fhir(&whole, "", NULL, "");
  rig_fhir(&each, "", NULL, "fhir_bundle=creates");
  for (guint i = 0; i < rounds; i++)
    fault_round(i % 2 == 0 ? &whole : &each, chance, 10000 + i * 10, counts);
  json_t *desk = peer_ask(&peer, NULL);
  int documents = count_of(desk, "DocumentReference");
  json_decref(desk);
  print_message("# fault run, FHIR: %u notes; %u delivered, %u times deferred, %u ambiguous; %d "
                "documents there, none twice\n",
                rounds, counts[WORKER_DELIVERED], counts[WORKER_DEFERRED], counts[WORKER_AMBIGUOUS],
                documents);
  check_stored(documents);
  assert_int_equal(counts[WORKER_DELIVERED] + counts[WORKER_AMBIGUOUS], rounds);
  assert_in_range(documents, counts[WORKER_DELIVERED], rounds);
  rig_close(&whole);
  rig_close(&each);
}

int
main(void)
{
  const char *missing = peer_missing();
  if (missing != NULL) {
    printf("1..0 # SKIP %s\n", missing);
    return 0;
  }
  if (!peer_start(&peer, "fhir.mjs", NULL)) {
    printf("1..1\nnot ok 1 - the FHIR peer does not start\n");
    return 1;
  }
  peer.desk = g_strdup_printf("http://127.0.0.1:%s/control", peer.said);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ways),      cmocka_unit_test(test_what_stands_there),
      cmocka_unit_test(test_answers),   cmocka_unit_test(test_lane_and_cancel),
      cmocka_unit_test(test_smart),     cmocka_unit_test(test_bearer),
      cmocka_unit_test(test_fault_run),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  peer_stop(&peer);
  return failed;
}
