#include "unit.h"

#include <dlfcn.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guichet/base/library.h"

static BaseLibrary maths = {"libm.so.6", 0};

static double
cos_of(double x)
{
  BASE_LIBRARY_CALL(maths, cos);
  return real.call(x);
}

static gpointer
call_often(gpointer result)
{
  for (guint i = 0; i < 1000; i++)
    *(double *)result = cos_of(0);
  return NULL;
}

static void
test_called_by_threads(void **state)
{
  (void)state;
  GThread *thread[4];
  double result[G_N_ELEMENTS(thread)] = {0};
  for (gsize i = 0; i < G_N_ELEMENTS(thread); i++)
    thread[i] = g_thread_new("late", call_often, &result[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(thread); i++) {
    g_thread_join(thread[i]);
    assert_true(result[i] > 0.99 && result[i] < 1.01);
  }
}

/* How a process ends that asks for a symbol of a library. */
static int
end_of(const char *soname, const char *name)
{
  int status = 0;
  pid_t child = fork();
  if (child == 0) {
    BaseLibrary library = {soname, 0};
    gsize slot = 0;
    signal(SIGABRT, SIG_DFL);
    close(STDERR_FILENO);
    base_library_symbol(&library, name, &slot);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
test_missing(void **state)
{
  (void)state;
  assert_int_equal(end_of("libm.so.6", "cos"), 0);
  assert_int_equal(end_of("libm.so.6", "guichet_is_not_there"), SIGABRT);
  assert_int_equal(end_of("libguichet-is-not-there.so.1", "cos"), SIGABRT);
}

int
main(void)
{
  if (dlopen("libm.so.6", RTLD_NOW) == NULL) {
    puts("1..0 # SKIP there is no libm.so.6 here");
    return 0;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_called_by_threads),
      cmocka_unit_test(test_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
