#include "unit.h"

#include <string.h>

#include <glib/gstdio.h>

#include "guichet/base/error.h"
#include "guichet/net/folder.h"

static char *
scratch(void)
{
  GError *error = NULL;
  char *dir = g_dir_make_tmp("guichet-folder-XXXXXX", &error);
  assert_no_error(error);
  return dir;
}

static void
sweep(const char *dir)
{
  g_autoptr(GDir) listing = g_dir_open(dir, 0, NULL);
  const char *name;
  while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
    g_autofree char *path = g_build_filename(dir, name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
      sweep(path);
    else
      g_unlink(path);
  }
  g_rmdir(dir);
}

static guint
count(const char *dir)
{
  guint n = 0;
  g_autoptr(GDir) listing = g_dir_open(dir, 0, NULL);
  while (listing != NULL && g_dir_read_name(listing) != NULL)
    n++;
  return n;
}

static void
test_put_once(void **state)
{
  (void)state;
  g_autofree char *dir = scratch();
  g_autofree char *ehr = g_build_filename(dir, "a", "ehr", NULL);
  g_autoptr(GBytes) bytes = g_bytes_new_static("{}\n", 3);
  g_autoptr(GBytes) other = g_bytes_new_static("[]\n", 3);
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(net_folder_put(ehr, "note-1.json", bytes, &first, &error));
  assert_true(net_folder_put(ehr, "note-1.json", bytes, &second, &error));
  assert_string_equal(first, second);
  assert_int_equal(count(ehr), 1); /* and no temporary file stays */
  char *third = NULL;
  assert_false(net_folder_put(ehr, "note-1.json", other, &third, &error));
  assert_int_equal(error->code, BASE_ERROR_CONFLICT);
  assert_null(third);
  g_autofree char *there = NULL;
  assert_true(g_file_get_contents(first, &there, NULL, NULL));
  assert_string_equal(there, "{}\n");
  sweep(dir);
}

static void
test_names_stay_inside(void **state)
{
  (void)state;
  static const char *const bad[] = {"../x", "a/b", "", ".x", "a b", "a\nb"};
  g_autofree char *dir = scratch();
  g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    char *receipt = NULL;
    assert_false(net_folder_put(dir, bad[i], bytes, &receipt, NULL));
  }
  assert_int_equal(count(dir), 0);
  sweep(dir);
}

static void
test_maildir(void **state)
{
  (void)state;
  g_autofree char *dir = scratch();
  g_autoptr(GBytes) bytes = g_bytes_new_static("Subject: x\n\n", 12);
  g_autofree char *receipt = NULL, *again = NULL;
  gboolean there = TRUE;
  assert_true(net_folder_arrived(dir, "letter-1", TRUE, bytes, &there, NULL));
  assert_false(there);
  assert_true(net_folder_maildir(dir, "letter-1", bytes, &receipt, NULL));
  g_autofree char *temp = g_build_filename(dir, "tmp", NULL);
  assert_int_equal(count(temp), 0);
  /* a reader moves it to cur with flags: it has arrived all the same, and is not delivered again */
  g_autofree char *read = g_build_filename(dir, "cur", "letter-1:2,S", NULL);
  assert_int_equal(g_rename(receipt, read), 0);
  assert_true(net_folder_arrived(dir, "letter-1", TRUE, bytes, &there, NULL));
  assert_true(there);
  assert_true(net_folder_maildir(dir, "letter-1", bytes, &again, NULL));
  g_autofree char *fresh = g_build_filename(dir, "new", NULL);
  assert_int_equal(count(fresh), 0);
  sweep(dir);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_put_once),
      cmocka_unit_test(test_names_stay_inside),
      cmocka_unit_test(test_maildir),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
