/* A chat service's circuit breaker, by a frozen clock; its key; its forms. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/worker/service.h"

static WorkerService *
service(void)
{
  WorkerService *made = NULL;
  const WorkerServiceSettings settings = {.url = "http://127.0.0.1:1/v1",
                                          .model = "",
                                          .key_file = "",
                                          .ca_file = "",
                                          .folder = "/",
                                          .seconds = 5,
                                          .context_tokens = 8192};
  g_autoptr(GError) error = NULL;
  worker_service_new(&settings, &made, &error);
  assert_no_error(error);
  return made;
}

static void
test_breaker(void **state)
{
  (void)state;
  g_autoptr(WorkerService) s = service();
  base_clock_freeze(base_clock_now());
  gint64 wait = 5;
  for (guint i = 0; i < 8; i++) {
    g_autoptr(GError) error = NULL;
    assert_true(worker_service_ready(s, NULL));
    worker_service_failed(s, "it is asleep", -1);
    worker_service_failed(s, "it is asleep", -1); /* one that was out as well: counted once */
    assert_false(worker_service_ready(s, &error));
    assert_int_equal(error->code, BASE_ERROR_UNAVAILABLE);
    assert_non_null(strstr(error->message, "it is asleep"));
    base_clock_step((wait - 1) * BASE_CLOCK_SECOND);
    assert_false(worker_service_ready(s, NULL));
    base_clock_step(BASE_CLOCK_SECOND);
    wait = MIN(wait * 2, 300);
  }
  assert_true(worker_service_ready(s, NULL));  /* one may try … */
  assert_false(worker_service_ready(s, NULL)); /* … and one only */
  worker_service_undone(s);
  assert_true(worker_service_ready(s, NULL));
  worker_service_worked(s);
  assert_true(worker_service_ready(s, NULL));
  assert_true(worker_service_ready(s, NULL));
  worker_service_failed(s, "again", -1);
  base_clock_step(5 * BASE_CLOCK_SECOND); /* it begins anew */
  assert_true(worker_service_ready(s, NULL));
  base_clock_thaw();
}

static void
test_retry_after(void **state)
{
  (void)state;
  g_autoptr(WorkerService) s = service();
  base_clock_freeze(base_clock_now());
  worker_service_failed(s, "busy", 42);
  base_clock_step(41 * BASE_CLOCK_SECOND);
  assert_false(worker_service_ready(s, NULL));
  base_clock_step(BASE_CLOCK_SECOND);
  assert_true(worker_service_ready(s, NULL));
  worker_service_failed(s, "busy", G_MAXINT32); /* nobody is waited for that long */
  base_clock_step(BASE_CLOCK_HOUR);
  assert_true(worker_service_ready(s, NULL));
  base_clock_thaw();
}

static void
test_forms(void **state)
{
  (void)state;
  g_autoptr(WorkerService) s = service();
  assert_int_equal(worker_service_form(s), WIRE_CHAT_SCHEMA);
  assert_true(worker_service_step_down(s, WIRE_CHAT_SCHEMA));
  assert_true(worker_service_step_down(s, WIRE_CHAT_SCHEMA)); /* the other draft's news is old */
  assert_int_equal(worker_service_form(s), WIRE_CHAT_BARE);
  assert_true(worker_service_step_down(s, WIRE_CHAT_BARE));
  assert_true(worker_service_step_down(s, WIRE_CHAT_OBJECT));
  assert_int_equal(worker_service_form(s), WIRE_CHAT_PLAIN);
  assert_false(worker_service_step_down(s, WIRE_CHAT_PLAIN));
}

static void
test_keys(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int mode;
    const char *key; /* NULL: refused */
  } CASES[] = {
      {"sk-1\n", 0600, "sk-1"}, {"sk-1", 0400, "sk-1"},      {"sk-1\n", 0640, NULL},
      {"\n", 0600, NULL},       {"two words\n", 0600, NULL}, {"a\nb\n", 0600, NULL},
  };
  g_autofree char *dir = g_dir_make_tmp("guichet-key-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(dir, "key", NULL);
  const WorkerServiceSettings settings = {
      .url = "http://127.0.0.1:1/v1", .model = "", .key_file = "key", .ca_file = "", .folder = dir};
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autoptr(WorkerService) s = NULL;
    g_autoptr(GError) error = NULL;
    g_unlink(path);
    assert_true(g_file_set_contents(path, CASES[i].text, -1, NULL));
    assert_int_equal(g_chmod(path, CASES[i].mode), 0);
    if (worker_service_new(&settings, &s, &error)) {
      assert_non_null(CASES[i].key);
      assert_string_equal(worker_service_key(s), CASES[i].key);
    } else {
      assert_null(CASES[i].key);
      assert_int_equal(error->code, BASE_ERROR_CONFIG);
      assert_null(strstr(error->message, "sk-1"));
    }
  }
  g_unlink(path);
  g_autofree char *lent = g_build_filename(dir, "guichet-engine-key", NULL);
  g_autoptr(WorkerService) s = NULL;
  assert_true(g_file_set_contents(lent, "from-systemd\n", -1, NULL));
  g_setenv("CREDENTIALS_DIRECTORY", dir, TRUE);
  assert_true(worker_service_new(&settings, &s, NULL));
  assert_string_equal(worker_service_key(s), "from-systemd");
  g_unsetenv("CREDENTIALS_DIRECTORY");
  g_unlink(lent);
  g_rmdir(dir);
}

static void
test_no_url(void **state)
{
  (void)state;
  const WorkerServiceSettings settings = {.url = "", .key_file = "", .ca_file = "", .folder = "/"};
  WorkerService *none = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(worker_service_new(&settings, &none, &error));
  assert_int_equal(error->code, BASE_ERROR_CONFIG);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_breaker), cmocka_unit_test(test_retry_after),
      cmocka_unit_test(test_forms),   cmocka_unit_test(test_keys),
      cmocka_unit_test(test_no_url),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
