/* Migrations: once each, in order, in a transaction, after a backup, and never against the file. */
#include "place.h"

#include <sqlite3.h>
#include <unistd.h>

typedef struct {
  Place *place;
  char *tree, *shipped; /* GUICHET_DATADIR as it was */
} World;

static void
write_step(const World *world, const char *name, const char *sql)
{
  g_autofree char *path = g_build_filename(world->tree, "sql/sqlite/keys", name, NULL);
  place_write(path, sql, -1);
}

static void
remove_step(const World *world, const char *name)
{
  g_autofree char *path = g_build_filename(world->tree, "sql/sqlite/keys", name, NULL);
  assert_int_equal(g_unlink(path), 0);
}

/* A data folder of our own that starts with the shipped 0001. */
static int
setup(void **state)
{
  World *world = g_new0(World, 1);
  if (place_setup((void **)&world->place) != 0)
    return 1;
  world->shipped = g_strdup(g_getenv("GUICHET_DATADIR"));
  world->tree = g_build_filename(world->place->folder, "tree", NULL);
  g_autofree char *from =
      g_build_filename(world->shipped, "share/sql/sqlite/keys/0001-keys.sql", NULL);
  g_autofree char *folder = g_build_filename(world->tree, "sql/sqlite/keys", NULL);
  g_autofree char *sql = NULL;
  *state = world;
  if (g_mkdir_with_parents(folder, 0700) != 0 || !g_file_get_contents(from, &sql, NULL, NULL))
    return 1;
  write_step(world, "0001-keys.sql", sql);
  g_setenv("GUICHET_DATADIR", world->tree, TRUE);
  return 0;
}

static int
teardown(void **state)
{
  World *world = *state;
  g_setenv("GUICHET_DATADIR", world->shipped, TRUE);
  place_teardown((void **)&world->place);
  g_free(world->shipped);
  g_free(world->tree);
  g_free(world);
  return 0;
}

static void
make(const World *world)
{
  db_conn_close(place_open(world->place->keys, DB_FILE_KEYS, TRUE));
}

/* One number from the file, past our own door. */
static gint64
ask(const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  gint64 number = -1;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
    number = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  sqlite3_close(db);
  return number;
}

static void
refused(const World *world, gboolean create, int code, const char *words)
{
  DbConn *conn = NULL;
  assert_refused(db_conn_open(world->place->keys, DB_FILE_KEYS, create, &conn, &why), code, words);
  assert_null(conn);
}

static void
test_once_in_order(void **state)
{
  World *world = *state;
  const char *path = world->place->keys;
  g_autofree char *before = g_strconcat(path, ".before-0002", NULL);
  make(world);
  make(world);
  assert_int_equal(ask(path, "SELECT count(*) FROM schema_migration"), 1);
  assert_false(g_file_test(before, G_FILE_TEST_EXISTS));
  write_step(world, "0002-more.sql", "CREATE TABLE more(id INTEGER PRIMARY KEY);");
  write_step(world, "0003-most.sql",
             "INSERT INTO more(id) VALUES (7); CREATE TABLE most(id INTEGER PRIMARY KEY);");
  make(world);
  make(world);
  assert_int_equal(ask(path, "SELECT count(*) FROM schema_migration"), 3);
  assert_int_equal(ask(path, "SELECT id FROM more"), 7);
  assert_int_equal(ask(before, "SELECT count(*) FROM schema_migration"), 1);
  assert_int_equal(ask(before, "SELECT id FROM more"), -1);
  g_autofree char *never = g_strconcat(path, ".before-0003", NULL);
  assert_false(g_file_test(never, G_FILE_TEST_EXISTS));
}

static void
test_failing_leaves_no_trace(void **state)
{
  World *world = *state;
  const char *path = world->place->keys;
  make(world);
  write_step(world, "0002-more.sql", "CREATE TABLE more(id INTEGER PRIMARY KEY);");
  write_step(world, "0003-bad.sql",
             "CREATE TABLE most(id INTEGER); INSERT INTO nowhere VALUES (1);");
  refused(world, FALSE, BASE_ERROR_INTERNAL, "0003-bad.sql");
  assert_int_equal(ask(path, "SELECT count(*) FROM schema_migration"), 2);
  assert_int_equal(ask(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'most'"), 0);
  write_step(world, "0003-bad.sql", "CREATE TABLE most(id INTEGER);");
  make(world);
  assert_int_equal(ask(path, "SELECT count(*) FROM schema_migration"), 3);
}

static void
test_no_commit_of_its_own(void **state)
{
  World *world = *state;
  make(world);
  write_step(world, "0002-more.sql", "CREATE TABLE more(id INTEGER); COMMIT;");
  refused(world, FALSE, BASE_ERROR_INTERNAL, "ends its transaction");
  assert_int_equal(ask(world->place->keys, "SELECT count(*) FROM schema_migration"), 1);
}

static void
test_newer_schema(void **state)
{
  World *world = *state;
  write_step(world, "0002-more.sql", "CREATE TABLE more(id INTEGER PRIMARY KEY);");
  make(world);
  remove_step(world, "0002-more.sql");
  refused(world, FALSE, BASE_ERROR_CONFIG, "newer guichet (schema 2, this one knows 1)");
  refused(world, TRUE, BASE_ERROR_CONFIG, "upgrade guichet");
}

static void
test_changed_migration(void **state)
{
  World *world = *state;
  write_step(world, "0002-more.sql", "CREATE TABLE more(id INTEGER PRIMARY KEY);");
  make(world);
  write_step(world, "0002-more.sql", "CREATE TABLE more(id INTEGER PRIMARY KEY); ");
  refused(world, FALSE, BASE_ERROR_CORRUPT, "0002-more.sql is not what ran on");
}

static void
test_numbers(void **state)
{
  World *world = *state;
  write_step(world, "0003-gap.sql", "CREATE TABLE gap(id INTEGER);");
  refused(world, TRUE, BASE_ERROR_CONFIG, "should be number 0002");
  remove_step(world, "0003-gap.sql");
  write_step(world, "0001-twice.sql", "CREATE TABLE twice(id INTEGER);");
  refused(world, TRUE, BASE_ERROR_CONFIG, "should be number 0002");
  g_setenv("GUICHET_DATADIR", "/nowhere/at/all", TRUE);
  refused(world, TRUE, BASE_ERROR_CONFIG, "migrations are missing");
}

static void
test_other_files(void **state)
{
  World *world = *state;
  const char *path = world->place->keys;
  refused(world, FALSE, BASE_ERROR_NO_INPUT, "No such file");
  place_write(path, "", 0);
  refused(world, FALSE, BASE_ERROR_CORRUPT, "is empty");
  make(world);
  g_unlink(path);
  assert_int_equal(ask(path, "CREATE TABLE theirs(id)"), -1);
  refused(world, TRUE, BASE_ERROR_CORRUPT, "not the one that belongs here");
  place_write(path, "This is a letter, and quite a long one at that.", -1);
  refused(world, TRUE, BASE_ERROR_CORRUPT, "not a database");
  /* the one of the two for the other */
  g_setenv("GUICHET_DATADIR", world->shipped, TRUE);
  db_conn_close(place_open(world->place->data, DB_FILE_DATA, TRUE));
  assert_int_equal(g_rename(world->place->data, path), 0);
  refused(world, TRUE, BASE_ERROR_CORRUPT, "not the one that belongs here");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(test_once_in_order), CASE(test_failing_leaves_no_trace), CASE(test_no_commit_of_its_own),
      CASE(test_newer_schema),  CASE(test_changed_migration),       CASE(test_numbers),
      CASE(test_other_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
