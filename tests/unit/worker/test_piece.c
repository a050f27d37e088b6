/* Pieces under way, with a service that never answers: they hold nothing up, are looked at twenty
 * times a second, and are stopped with the run. */
#include "house.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "worker/piece.h"

typedef struct {
  WorkerRun *run;
  guint64 transfer;
  guint looked, most_looks, stopped, cancelled;
  gint64 last, longest; /* between two looks */
} Call;

static void
call_look(WorkerRun *run, gpointer piece)
{
  Call *call = piece;
  gint64 now = g_get_monotonic_time();
  if (call->last != 0)
    call->longest = MAX(call->longest, now - call->last);
  call->last = now;
  if (++call->looked == call->most_looks)
    net_http_cancel(run->http, call->transfer);
}

static void
call_stop(WorkerRun *run, gpointer piece)
{
  Call *call = piece;
  call->stopped++;
  net_http_cancel(run->http, call->transfer);
}

static const WorkerPieceKind CALL = {call_look, call_stop};

static void
call_done(const NetReply *reply, const GError *error, gpointer data)
{
  Call *call = data;
  (void)reply;
  call->cancelled += g_error_matches(error, BASE_ERROR, BASE_ERROR_CANCELLED);
  worker_piece_end(call->run, call);
}

/* It takes connections, reads nothing and answers nothing. */
static int
silent_server(char **ret_url)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(fd, 4), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
  *ret_url = g_strdup_printf("http://127.0.0.1:%u/", ntohs(address.sin_port));
  return fd;
}

static void
call_begin(Call *call, WorkerRun *run, const char *url)
{
  const NetRequest request = {.method = "GET", .url = url, .done = call_done, .data = call};
  call->run = run;
  assert_true(net_http_start(run->http, &request, &call->transfer, NULL));
  worker_piece_begin(run, &CALL, call);
}

static void
test_holds_nothing_up(void **state)
{
  (void)state;
  House *house = house_open("[outbox]\nundo_seconds = 0\n");
  g_autofree char *url = NULL;
  g_autoptr(GError) error = NULL;
  gboolean young = FALSE;
  int server = silent_server(&url);
  g_autoptr(NetMulti) multi = net_multi_new();
  WorkerRun *run = worker_run_new(house->worker, multi, NULL, NULL, NULL);
  Call call = {0};
  call_begin(&call, run, url);
  house_drop_visits(house, 3);
  assert_true(worker_run_pass(run, &young, &error));
  assert_int_equal(house_in_state(house, CLINIC_STATE_READY), 3);
  g_autoptr(GArray) ids = house_ids(house, "state:ready");
  house_sign(house, g_array_index(ids, gint64, 0));
  assert_true(worker_run_pass(run, &young, &error));
  assert_int_equal(house_count(house, "ehr"), 1);
  assert_int_equal(worker_piece_count(run, &CALL), 1);
  assert_true(call.looked >= 4); /* between any two of them */
  worker_run_free(run);
  assert_int_equal(call.stopped, 1);
  assert_int_equal(call.cancelled, 1);
  close(server);
  house_close(house);
}

/* A look comes often enough to cancel within 100 ms, and the end of a piece ends the wait. */
static void
test_looked_at(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autofree char *url = NULL;
  int server = silent_server(&url);
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(WorkerRun) run = worker_run_new(house->worker, multi, NULL, NULL, NULL);
  Call call = {.most_looks = 6};
  call_begin(&call, run, url);
  gint64 began = g_get_monotonic_time();
  worker_run_wait(run, 60 * G_USEC_PER_SEC);
  assert_true(g_get_monotonic_time() - began < 30 * G_USEC_PER_SEC);
  assert_int_equal(call.looked, 6);
  assert_int_equal(call.cancelled, 1);
  assert_int_equal(call.stopped, 0);
  assert_int_equal(worker_piece_count(run, NULL), 0);
  close(server);
  house_close(house);
}

/* Two that end in the look of the first. */
static void
both_end(WorkerRun *run, gpointer piece)
{
  Call **both = piece;
  both[0]->looked++;
  worker_piece_end(run, both);
  worker_piece_end(run, both[1]);
}

static void
test_ended_by_another(void **state)
{
  (void)state;
  House *house = house_open("");
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(WorkerRun) run = worker_run_new(house->worker, multi, NULL, NULL, NULL);
  const WorkerPieceKind killer = {both_end, NULL};
  Call first = {0}, second = {0};
  Call *both[] = {&first, &second};
  worker_piece_begin(run, &killer, both);
  worker_piece_begin(run, &CALL, &second);
  worker_piece_look(run);
  assert_int_equal(first.looked, 1);
  assert_int_equal(second.looked, 0);
  assert_int_equal(worker_piece_count(run, NULL), 0);
  house_close(house);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_holds_nothing_up),
      cmocka_unit_test(test_looked_at),
      cmocka_unit_test(test_ended_by_another),
  };
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
