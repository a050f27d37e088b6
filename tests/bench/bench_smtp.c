/* Mail of 5 KiB a second to smtp-sink (postfix), by four connections: the outbox with its durable
 * records, smtp-source, and msmtp with a process a message, in turns; and what an item costs where
 * 100 and where 10,000 wait.  smtp-source and msmtp are skipped where they are not installed. */
#include "peers/smtp_house.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>

enum {
  ROUNDS = 5,
  MAILS = 1000,
  MAILS_MSMTP = 40,
  FEW = 100,
  MANY = 10000,
  TEXT_BYTES = 4300, /* with its headers a mail of 5 KiB */
  MAIL_BYTES = 5120,
  BACKLOG = 64,
};

static struct {
  char *sink, *source, *msmtp, *folder;
  GPid pid;
  guint port;
} rig;

/* --- the sink */

static char *
program_find(const char *name)
{
  char *found = g_find_program_in_path(name);
  g_autofree char *system = g_build_filename("/usr/sbin", name, NULL);
  if (found == NULL && g_file_test(system, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer(&system);
  return found;
}

static guint
port_free(void)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new();
  guint port = g_socket_listener_add_any_inet_port(listener, NULL, NULL);
  g_socket_listener_close(listener);
  return port;
}

static gboolean
port_open(guint port)
{
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketConnection) line =
      g_socket_client_connect_to_host(client, "127.0.0.1", (guint16)port, NULL, NULL);
  return line != NULL;
}

static gboolean
sink_start(void)
{
  rig.port = port_free();
  g_autofree char *where = g_strdup_printf("127.0.0.1:%u", rig.port);
  g_autofree char *backlog = g_strdup_printf("%d", BACKLOG);
  const char *mine[] = {rig.sink, "-4", where, backlog, NULL};
  const char *root[] = {rig.sink, "-4", "-u", "nobody", where, backlog, NULL};
  const char **argv = geteuid() == 0 ? root : mine; /* it does not run as root */
  if (!g_spawn_async(NULL, (char **)(gintptr)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                     &rig.pid, NULL))
    return FALSE;
  for (guint i = 0; i < 100; i++) {
    if (port_open(rig.port))
      return TRUE;
    g_usleep(50000);
  }
  return FALSE;
}

static void
sink_stop(void)
{
  if (rig.pid == 0)
    return;
  kill(rig.pid, SIGTERM);
  waitpid(rig.pid, NULL, 0);
}

/* --- figures */

static double
now_s(void)
{
  return (double)g_get_monotonic_time() / G_USEC_PER_SEC;
}

static double
own_cpu_s(void)
{
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static int
by_size(gconstpointer a, gconstpointer b)
{
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static double
median(const double *all, guint n)
{
  g_autofree double *sorted = g_memdup2(all, n * sizeof *all);
  qsort(sorted, n, sizeof *sorted, by_size);
  return sorted[n / 2];
}

/* --- ours */

static House *
house_with(guint n, gsize *ret_bytes)
{
  g_autofree char *settings = g_strdup_printf(
      "[outbox]\nundo_seconds=0\nsecure_domains=direct.example\nmail=post\n"
      "[destination post]\nchannel=smtp\nurl=smtp://127.0.0.1:%u\nconnections=4\ndsn=false\n",
      rig.port);
  House *house = house_open(settings);
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf("p%u", i);
    g_autofree char *to = g_strdup_printf("%s@direct.example", name);
    gint64 item = letter(house, name, to, TEXT_BYTES);
    if (i == 0) {
      g_autofree char *sent_as = NULL;
      g_autoptr(GBytes) bytes = house_payload(house, item, &sent_as);
      *ret_bytes = g_bytes_get_size(bytes);
    }
  }
  return house;
}

/* Seconds, and those of the processor, for `n` that wait. */
static double
ours(guint n, double *ret_cpu, gsize *ret_bytes)
{
  House *house = house_with(n, ret_bytes);
  double began = now_s(), cpu = own_cpu_s();
  guint done = house_once(house);
  double took = now_s() - began;
  *ret_cpu = own_cpu_s() - cpu;
  if (done < n || house_in_state(house, CLINIC_STATE_DELIVERED) != (gint64)n)
    g_error("of %u letters %u were delivered", n, done);
  house_close(house);
  return took;
}

/* --- theirs */

static double
source(void)
{
  g_autofree char *where = g_strdup_printf("127.0.0.1:%u", rig.port);
  g_autofree char *count = g_strdup_printf("%d", MAILS);
  g_autofree char *size = g_strdup_printf("%d", MAIL_BYTES);
  const char *argv[] = {rig.source, "-4", "-s",          "4",  "-m",          count, "-l",
                        size,       "-f", "a@b.example", "-t", "c@d.example", where, NULL};
  int status = 1;
  double began = now_s();
  if (!g_spawn_sync(NULL, (char **)(gintptr)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                    &status, NULL) ||
      status != 0)
    g_error("smtp-source failed");
  return MAILS / (now_s() - began);
}

static double
msmtp(const char *mail)
{
  g_autofree char *port = g_strdup_printf("--port=%u", rig.port);
  g_autofree char *line = g_strdup_printf("exec \"$0\" --host=127.0.0.1 %s --tls=off --auth=off "
                                          "--from=a@b.example c@d.example <\"$1\"",
                                          port);
  const char *argv[] = {"/bin/sh", "-c", line, rig.msmtp, mail, NULL};
  double began = now_s();
  for (guint i = 0; i < MAILS_MSMTP; i++) {
    int status = 1;
    if (!g_spawn_sync(NULL, (char **)(gintptr)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                      &status, NULL) ||
        status != 0)
      g_error("msmtp failed");
  }
  return MAILS_MSMTP / (now_s() - began);
}

/* A mail as large as ours. */
static char *
mail_file(void)
{
  char *path = g_build_filename(rig.folder, "mail.eml", NULL);
  GString *text = g_string_new("From: a@b.example\nTo: c@d.example\nSubject: A letter\n\n");
  while (text->len < MAIL_BYTES)
    g_string_append(text, "All of this is well known and has been said before, at length.\n");
  if (!g_file_set_contents(path, text->str, (gssize)text->len, NULL))
    g_error("%s cannot be written", path);
  g_string_free(text, TRUE);
  return path;
}

/* --- the tables */

static gboolean
say_ratio(const char *name, double own, double other, double mark)
{
  if (other <= 0) {
    printf("%s: skipped, not installed\n", name);
    return TRUE;
  }
  printf("%s %.0f a second: ours %.2fx, mark %gx, %s\n", name, other, own / other, mark,
         own / other >= mark ? "reached" : "missed");
  return own / other >= mark;
}

static gboolean
compare(void)
{
  double own[ROUNDS], cpu[ROUNDS], theirs[ROUNDS] = {0}, one[ROUNDS] = {0};
  g_autofree char *mail = mail_file();
  gsize bytes = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    own[i] = MAILS / ours(MAILS, &cpu[i], &bytes);
    theirs[i] = rig.source != NULL ? source() : 0;
    one[i] = rig.msmtp != NULL ? msmtp(mail) : 0;
  }
  printf("SMTP, mail of %zu bytes by four connections, medians of %d rounds: the outbox %.0f a "
         "second (%.0f us of CPU each)\n",
         bytes, ROUNDS, median(own, ROUNDS), median(cpu, ROUNDS) / MAILS * 1e6);
  gboolean good =
      say_ratio("msmtp, a process a message,", median(own, ROUNDS), median(one, ROUNDS), 50);
  return say_ratio("smtp-source", median(own, ROUNDS), median(theirs, ROUNDS), 0.1) && good;
}

static gboolean
scale(void)
{
  double few[ROUNDS], few_cpu[ROUNDS], many_cpu = 0;
  gsize bytes = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    few[i] = ours(FEW, &few_cpu[i], &bytes) / FEW;
    few_cpu[i] /= FEW;
  }
  double many = ours(MANY, &many_cpu, &bytes) / MANY;
  many_cpu /= MANY;
  double ratio = many_cpu / median(few_cpu, ROUNDS); /* the clock tells of the disk and of others */
  printf("an item where %d wait: %.0f us (%.0f of CPU); where %d wait: %.0f us (%.0f of CPU): "
         "%.2fx of CPU, mark 1.2x, %s\n",
         FEW, median(few, ROUNDS) * 1e6, median(few_cpu, ROUNDS) * 1e6, MANY, many * 1e6,
         many_cpu * 1e6, ratio, ratio <= 1.2 ? "reached" : "missed");
  return ratio <= 1.2;
}

int
main(void)
{
  rig.sink = program_find("smtp-sink");
  rig.source = program_find("smtp-source");
  rig.msmtp = program_find("msmtp");
  if (rig.sink == NULL) {
    printf("bench-smtp: skipped, smtp-sink (Debian: postfix) is not installed\n");
    return 0;
  }
  base_log_level(BASE_LOG_ERROR);
  rig.folder = g_dir_make_tmp("guichet-bench-XXXXXX", NULL);
  if (!sink_start())
    g_error("smtp-sink does not start");
  house_setup(NULL);
  gboolean good = compare();
  good = scale() && good;
  house_teardown(NULL);
  sink_stop();
  house_sweep(rig.folder);
  return good ? 0 : 1;
}
