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
  const char *name;
  while (listing != NULL && (name = g_dir_read_name(listing)) != NULL)
    n += *name != '.';
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
  net_folder_forget(dir, "letter-1", TRUE);
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

/* What is at the place, in staging and under the mark when the power goes; did it arrive? */
typedef struct {
  gboolean staged;
  const char *mark; /* NULL: no file */
  gboolean arrived;
} Wreck;

static const Wreck WRECKS[] = {
    {FALSE, NULL, FALSE}, /* before anything */
    {FALSE, "", FALSE},   /* locked */
    {TRUE, "", FALSE},    /* bytes written, perhaps half of them */
    {TRUE, "1", FALSE},   /* about to be renamed */
    {FALSE, "1", TRUE},   /* renamed, and the peer has collected it */
};

static void
make(const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  if (text != NULL)
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_wrecks(void **state)
{
  (void)state;
  g_autoptr(GBytes) bytes = g_bytes_new_static("{}\n", 3);
  for (gsize i = 0; i < G_N_ELEMENTS(WRECKS) * 2; i++) {
    const Wreck *w = &WRECKS[i / 2];
    gboolean maildir = i % 2 != 0, there = !w->arrived;
    g_autofree char *dir = scratch();
    g_autofree char *stage = g_build_filename(dir, maildir ? "tmp" : ".guichet", NULL);
    g_autofree char *place = g_build_filename(dir, maildir ? "new" : ".", "note-1.json", NULL);
    g_autofree char *receipt = NULL;
    assert_int_equal(g_mkdir(stage, 0700), 0);
    make(stage, "note-1.json", w->staged ? "{" : NULL);
    make(stage, "note-1.json.sent", w->mark);
    assert_true(net_folder_arrived(dir, "note-1.json", maildir, bytes, &there, NULL));
    assert_int_equal(there, w->arrived);
    assert_true(
        (maildir ? net_folder_maildir : net_folder_put)(dir, "note-1.json", bytes, &receipt, NULL));
    assert_int_equal(g_file_test(place, G_FILE_TEST_EXISTS), !w->arrived);
    g_autofree char *text = NULL;
    if (!w->arrived && g_file_get_contents(place, &text, NULL, NULL))
      assert_string_equal(text, "{}\n");
    sweep(dir);
  }
}

/* Collected by the peer, then tried again by a worker that never heard of it: not a second time. */
static void
test_collected(void **state)
{
  (void)state;
  g_autofree char *dir = scratch();
  g_autoptr(GBytes) bytes = g_bytes_new_static("{}\n", 3);
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  assert_true(net_folder_put(dir, "note-1.json", bytes, &first, NULL));
  assert_int_equal(g_unlink(first), 0);
  assert_true(net_folder_put(dir, "note-1.json", bytes, &second, NULL));
  assert_int_equal(count(dir), 0);
  net_folder_forget(dir, "note-1.json", FALSE);
  assert_true(net_folder_put(dir, "note-1.json", bytes, &third, NULL));
  assert_int_equal(count(dir), 1);
  sweep(dir);
}

/* A folder that cannot be written leaves nothing that looks like an arrival. */
static void
test_full(void **state)
{
  (void)state;
  g_autofree char *dir = scratch();
  g_autofree char *blocked = g_build_filename(dir, "note-1.json", NULL);
  g_autoptr(GBytes) bytes = g_bytes_new_static("{}\n", 3);
  g_autoptr(GError) error = NULL;
  gboolean there = TRUE;
  char *receipt = NULL;
  assert_int_equal(g_mkdir(blocked, 0700), 0);
  assert_false(net_folder_put(dir, "note-1.json", bytes, &receipt, &error));
  assert_null(receipt);
  assert_int_equal(g_rmdir(blocked), 0);
  assert_true(net_folder_arrived(dir, "note-1.json", FALSE, bytes, &there, NULL));
  assert_false(there);
  sweep(dir);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_put_once),  cmocka_unit_test(test_names_stay_inside),
      cmocka_unit_test(test_maildir),   cmocka_unit_test(test_wrecks),
      cmocka_unit_test(test_collected), cmocka_unit_test(test_full),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
