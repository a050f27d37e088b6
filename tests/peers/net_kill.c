/* The worker killed with SIGKILL at random moments while it sends to a mail server, to a FHIR
 * server or to an HL7 receiver, which lose the line at random steps (net_sinks.py).  Then nothing
 * may be lost, nothing sent twice by the program, and each doubt reported.  Started by net_kill.sh:
 * net_kill FOLDER WAY.  GUICHET_KILLS (30), of all the ways. */
#include "smtp_house.h"

#include <signal.h>
#include <sys/wait.h>

#include "guichet/wire/hl7_note.h"

enum {
  LEASE_S = 5, /* the least that may be set */
  BATCH = 40,  /* letters that wait at a time */
  SETTLE_LOOKS = 40,
};

static const char *folder; /* of the command line */

typedef struct {
  gint64 item;
  char *key; /* what the receiver calls it */
} Sent;

typedef struct {
  const char *name, *settings;
  char *(*aim)(guint n);                     /* to whom */
  char *(*key)(gint64 item, const char *to); /* what the receiver writes down */
} Way;

static char *
aim_mail(guint n)
{
  return g_strdup_printf("n%u@direct.example", n);
}

static char *
aim_ehr(guint n)
{
  (void)n;
  return g_strdup("ehr");
}

static char *
key_mail(gint64 item, const char *to)
{
  (void)item;
  return g_strconcat("smtp ", to, NULL);
}

static char *
key_fhir(gint64 item, const char *to)
{
  (void)to;
  return g_strdup_printf("fhir %" G_GINT64_FORMAT, item);
}

static char *
key_mllp(gint64 item, const char *to)
{
  (void)to;
  g_autofree char *control = wire_hl7_note_control(item, 0);
  return g_strconcat("mllp ", control, NULL);
}

static const Way WAYS[] = {
    {"smtp", "mail=post\n[destination post]\nchannel=smtp\nurl=smtp://127.0.0.1:%s\n", aim_mail,
     key_mail},
    {"fhir", "ehr=post\n[destination post]\nchannel=fhir\nurl=http://127.0.0.1:%s/fhir\n", aim_ehr,
     key_fhir},
    {"mllp", "ehr=post\n[destination post]\nchannel=mllp\nurl=mllp://127.0.0.1:%s\n", aim_ehr,
     key_mllp},
};

/* --- the worker */

static GPid
worker_start(const House *house)
{
  const char *argv[] = {g_getenv("GUICHET_BIN"), "worker", "--once", "--clinic", house->dir, NULL};
  GPid pid = 0;
  assert_true(g_spawn_async(NULL, (char **)(gintptr)argv, NULL,
                            G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                                G_SPAWN_STDERR_TO_DEV_NULL,
                            NULL, NULL, &pid, NULL));
  return pid;
}

/* Killed after so many microseconds (-1: never); whether it was. */
static gboolean
work(const House *house, gint64 after)
{
  GPid pid = worker_start(house);
  int status = 0;
  if (after >= 0) {
    g_usleep((gulong)after);
    kill(pid, SIGKILL);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  if (WIFEXITED(status))
    assert_int_equal(WEXITSTATUS(status), 0);
  return WIFSIGNALED(status);
}

static gint64
idle_length(const House *house)
{
  gint64 least = G_MAXINT64;
  for (guint i = 0; i < 5; i++) {
    gint64 began = g_get_monotonic_time();
    work(house, -1);
    least = MIN(least, g_get_monotonic_time() - began);
  }
  return least;
}

/* --- what there is */

static guint
count_in(const House *house, const GArray *all, ClinicState state)
{
  guint n = 0;
  for (guint i = 0; i < all->len; i++)
    n += state_of(house, g_array_index(all, Sent, i).item) == state;
  return n;
}

static guint
count_moving(const House *house, const GArray *all)
{
  return count_in(house, all, CLINIC_STATE_SIGNED) + count_in(house, all, CLINIC_STATE_SENDING);
}

static void
add_batch(const House *house, const Way *way, GArray *all)
{
  for (guint i = 0; i < BATCH; i++) {
    g_autofree char *name = g_strdup_printf("n%u", all->len);
    g_autofree char *to = way->aim(all->len);
    Sent sent = {.item = letter(house, name, to, 0)};
    sent.key = way->key(sent.item, to);
    g_array_append_val(all, sent);
  }
}

static void
sent_clear(gpointer data)
{
  g_free(((Sent *)data)->key);
}

/* How often the receiver took each. */
static GHashTable *
taken(void)
{
  g_autofree char *path = g_build_filename(folder, "accepted", NULL);
  g_autofree char *text = NULL;
  GHashTable *times = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return times;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(times, *line));
    g_hash_table_insert(times, g_strdup(*line), GUINT_TO_POINTER(n + 1));
  }
  return times;
}

/* --- a way */

static guint
harass(const House *house, const Way *way, GArray *all, guint kills)
{
  gint64 idle = idle_length(house);
  guint killed = 0;
  for (guint round = 0; killed < kills; round++) {
    if (round % 10 == 0 && count_moving(house, all) < BATCH / 4)
      add_batch(house, way, all);
    killed += work(house, (gint64)((double)idle * g_random_double_range(0.4, 2.0)));
  }
  return killed;
}

/* Leases end, back-offs end, and the line holds. */
static void
settle(const House *house, const GArray *all)
{
  g_autofree char *calm = g_build_filename(folder, "calm", NULL);
  assert_true(g_file_set_contents(calm, "", 0, NULL));
  for (guint i = 0; i < SETTLE_LOOKS && count_moving(house, all) > 0; i++) {
    work(house, -1);
    g_usleep(G_USEC_PER_SEC);
  }
  g_unlink(calm);
}

static void
judge(const House *house, const Way *way, const GArray *all, guint killed)
{
  g_autoptr(GHashTable) times = taken();
  guint lost = 0, twice = 0, doubt = 0, arrived = 0, waits = 0;
  for (guint i = 0; i < all->len; i++) {
    const Sent *sent = &g_array_index(all, Sent, i);
    ClinicState state = state_of(house, sent->item);
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(times, sent->key));
    arrived += state == CLINIC_STATE_DELIVERED;
    doubt += state == CLINIC_STATE_AMBIGUOUS;
    waits += state != CLINIC_STATE_DELIVERED && state != CLINIC_STATE_AMBIGUOUS;
    twice += n > 1;
    lost += state == CLINIC_STATE_DELIVERED && n == 0;
  }
  print_message("# %s: %u kills, %u letters: %u delivered, %u in doubt and reported, %u left, %u "
                "lost, %u twice\n",
                way->name, killed, all->len, arrived, doubt, waits, lost, twice);
  assert_int_equal(lost, 0);
  assert_int_equal(twice, 0);
  assert_int_equal(waits, 0);
  assert_true(arrived > 0);
}

static void
test_way(void **state)
{
  const Way *way = *state;
  const char *asked = g_getenv("GUICHET_KILLS");
  guint kills = (asked != NULL ? (guint)atoi(asked) : 30) / G_N_ELEMENTS(WAYS) + 1;
  g_autofree char *port_file = g_build_filename(folder, way->name, NULL);
  g_autofree char *port = NULL;
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Sent));
  g_array_set_clear_func(all, sent_clear);
  assert_true(g_file_get_contents(port_file, &port, NULL, NULL));
  g_auto(GStrv) halves = g_strsplit(way->settings, "%s", 2);
  g_autofree char *settings = g_strdup_printf(
      "[clinic]\nmail=desk@clinic.example\n[worker]\nlease_seconds=%d\nbackoff_seconds=1\n"
      "attempts=100\n[outbox]\nundo_seconds=0\nsecure_domains=direct.example\n"
      "%s%s%sfailures=1000\nseconds=5\n",
      LEASE_S, halves[0], port, halves[1]);
  House *house = house_open(settings);
  guint killed = harass(house, way, all, kills);
  settle(house, all);
  judge(house, way, all, killed);
  house_close(house);
}

int
main(int argc, char **argv)
{
  for (gsize i = 0; argc == 3 && i < G_N_ELEMENTS(WAYS); i++) {
    if (strcmp(WAYS[i].name, argv[2]) != 0)
      continue;
    folder = argv[1];
    const struct CMUnitTest tests[] = {
        {WAYS[i].name, test_way, NULL, NULL, (void *)(gintptr)&WAYS[i]}};
    return cmocka_run_group_tests(tests, house_setup, house_teardown);
  }
  return 2;
}
