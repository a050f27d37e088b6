/* Statements, values, transactions and the one commit. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem() */
#endif
#include "place.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/conn.h"

/* ---- the table of statements ---- */

static void
test_every_statement_prepares(void **state)
{
  Place *place = *state;
  g_autoptr(GError) wrong = NULL;
  db_stmt_check(&wrong);
  assert_no_error(wrong);
  g_autoptr(DbConn) data = place_open(place->data, DB_FILE_DATA, TRUE);
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  for (guint i = 0; i < DB_STMT_N; i++) {
    g_autoptr(GError) on_data = NULL;
    g_autoptr(GError) on_keys = NULL;
    guint good = db_conn_prepared(data, i, &on_data) != NULL;
    good += db_conn_prepared(keys, i, &on_keys) != NULL;
    gboolean both = g_str_has_prefix(db_stmt_row(i)->name, "MIGRATION_");
    if (good != (both ? 2 : 1))
      fail_msg("%s prepares on %u files: %s; %s", db_stmt_row(i)->name, good,
               on_data != NULL ? on_data->message : "data.db takes it",
               on_keys != NULL ? on_keys->message : "keys.db takes it");
  }
}

static void
test_values_fit(void **state)
{
  (void)state;
  static const guint8 bytes[32] = {1};
  g_autoptr(GBytes) box = place_box(41, 7);
  g_autoptr(GBytes) cut = place_box(40, 7);
  g_autoptr(GBytes) plain = g_bytes_new_static("a patient's name, in plain letters, for all", 43);
  const DbStmtRow *row = db_stmt_row(DB_STMT_AUDIT_INSERT);
  DbValue good[] = {db_value_int(1), db_value_int(1),      db_value_int(1),
                    db_value_int(1), db_value_int(1),      db_value_int(1),
                    db_value_null(), db_value_hash(bytes), db_value_hash(bytes)};
  g_autoptr(GError) none = NULL;
  db_stmt_fits(row, good, 9, &none);
  assert_no_error(none);
  good[6] = db_value_sealed(box);
  db_stmt_fits(row, good, 9, &none);
  assert_no_error(none);
  assert_refused(db_stmt_fits(row, good, 8, &why), BASE_ERROR_INTERNAL, "number of values");
  const struct {
    guint at;
    DbValue value;
    const char *words;
  } bad[] = {
      {0, db_value_null(), "may not be NULL"},
      {0, db_value_hash(bytes), "integer"},
      {6, db_value_int(3), "sealed"},
      {6, db_value_sealed(cut), "not a sealed box"},
      {6, db_value_sealed(plain), "not a sealed box"},
      {6, db_value_tag(bytes), "sealed"},
      {7, db_value_tag(bytes), "hash"},
      {7, db_value_sealed(box), "hash"},
      {8, db_value_null(), "may not be NULL"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    DbValue values[G_N_ELEMENTS(good)];
    memcpy(values, good, sizeof good);
    values[bad[i].at] = bad[i].value;
    assert_refused(db_stmt_fits(row, values, 9, &why), BASE_ERROR_INTERNAL, bad[i].words);
  }
  assert_int_equal(db_value_sealed(NULL).kind, DB_VALUE_NULL);
}

/* ---- rows ---- */

static void
user_add(DbConn *keys, gint64 id, const guint8 *salt, GBytes *box)
{
  guint8 name[32] = {(guint8)id};
  g_autoptr(GError) error = NULL;
  db_conn_run(keys, DB_STMT_KEY_USER_ADD,
              V(db_value_int(id), db_value_hash(name), db_value_tag(salt), db_value_int(3),
                db_value_int(-9), db_value_sealed(box)),
              NULL, &error);
  assert_no_error(error);
}

static void
test_rows(void **state)
{
  Place *place = *state;
  static const guint8 salt[16] = {9, 8, 7};
  static const guint8 name[32] = {0xff}, nobody[32] = {2};
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) box = place_box(73, 5);
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  assert_true(db_conn_begin(keys, NULL));
  user_add(keys, G_MAXINT64, salt, box);
  assert_true(db_conn_commit_keys(keys, NULL));
  g_autoptr(DbRows) rows = NULL;
  assert_true(db_conn_query(keys, DB_STMT_KEY_USER_GET, V(db_value_hash(name)), &rows, NULL));
  /* the same statement, while its rows are open */
  DbRows *second = NULL;
  assert_refused(db_conn_query(keys, DB_STMT_KEY_USER_GET, V(db_value_hash(nobody)), &second, &why),
                 BASE_ERROR_INTERNAL, "before its rows were closed");
  assert_null(second);
  assert_true(db_rows_next(rows, &error));
  g_autoptr(GBytes) read_salt = db_rows_bytes(rows, 1);
  g_autoptr(GBytes) read_box = db_rows_bytes(rows, 4);
  assert_memory_equal(g_bytes_get_data(read_salt, NULL), salt, 16);
  assert_true(g_bytes_equal(read_box, box));
  assert_true(db_rows_int(rows, 0) == G_MAXINT64);
  assert_int_equal(db_rows_int(rows, 2), 3);
  assert_int_equal(db_rows_int(rows, 3), -9);
  assert_false(db_rows_is_null(rows, 0));
  assert_false(db_rows_next(rows, &error));
  assert_no_error(error);
  assert_false(db_rows_next(rows, &error));
  assert_no_error(error);
  g_clear_pointer(&rows, db_rows_close);
  assert_true(db_conn_query(keys, DB_STMT_KEY_USER_GET, V(db_value_hash(nobody)), &rows, NULL));
  assert_false(db_rows_next(rows, &error));
  assert_no_error(error);
}

static void
test_query_keeps_no_pointer(void **state)
{
  Place *place = *state;
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  g_autoptr(GBytes) box = place_box(73, 5);
  static const guint8 salt[16] = {9};
  assert_true(db_conn_begin(keys, NULL));
  user_add(keys, 4, salt, box);
  assert_true(db_conn_commit_keys(keys, NULL));
  g_autoptr(DbRows) rows = NULL;
  DbValue *value = g_new0(DbValue, 1);
  guint8 *name = g_malloc0(32);
  name[0] = 4;
  *value = db_value_hash(name);
  assert_true(db_conn_query(keys, DB_STMT_KEY_USER_GET, value, 1, &rows, NULL));
  memset(name, 0xee, 32);
  g_free(name);
  g_free(value);
  assert_true(db_rows_next(rows, NULL));
}

static void
test_rows_outlive_their_connection(void **state)
{
  Place *place = *state;
  DbConn *data = place_open(place->data, DB_FILE_DATA, TRUE);
  DbRows *rows = NULL;
  assert_true(db_conn_query(data, DB_STMT_MIGRATION_LIST, NULL, 0, &rows, NULL));
  assert_true(db_rows_next(rows, NULL));
  db_conn_close(data);
  assert_int_equal(db_rows_int(rows, 0), 1);
  db_rows_close(rows);
}

/* ---- transactions ---- */

static void
test_commit_takes_a_line(void **state)
{
  Place *place = *state;
  g_autoptr(DbConn) data = place_open(place->data, DB_FILE_DATA, TRUE);
  g_autoptr(GBytes) detail = place_box(64, 3);
  DbAudit lines[] = {place_line(1, detail), place_line(2, NULL)};
  g_autoptr(GError) error = NULL;
  assert_refused(db_conn_commit(data, lines, 2, &why), BASE_ERROR_INTERNAL, "no transaction");
  assert_true(db_conn_begin(data, NULL));
  assert_true(db_conn_in_transaction(data));
  assert_refused(db_conn_begin(data, &why), BASE_ERROR_INTERNAL, "within another");
  assert_refused(db_conn_commit(data, NULL, 0, &why), BASE_ERROR_INTERNAL, "without an audit line");
  assert_false(db_conn_in_transaction(data));
  assert_true(db_conn_begin(data, NULL));
  assert_refused(db_conn_commit_keys(data, &why), BASE_ERROR_INTERNAL, "without an audit line");
  assert_false(db_conn_in_transaction(data));
  assert_int_equal(place_last(data), 0);
  assert_true(db_conn_begin(data, NULL));
  db_conn_commit(data, lines, 2, &error);
  assert_no_error(error);
  assert_int_equal(place_last(data), 2);
}

static void
test_nothing_else_writes_the_chain(void **state)
{
  Place *place = *state;
  static const guint8 zero[32] = {0};
  g_autoptr(DbConn) data = place_open(place->data, DB_FILE_DATA, TRUE);
  assert_true(db_conn_begin(data, NULL));
  assert_refused(db_conn_run(data, DB_STMT_AUDIT_INSERT,
                             V(db_value_int(1), db_value_int(1), db_value_int(1), db_value_int(1),
                               db_value_int(1), db_value_int(1), db_value_null(),
                               db_value_hash(zero), db_value_hash(zero)),
                             NULL, &why),
                 BASE_ERROR_INTERNAL, "only a commit");
}

static void
test_lines_follow(void **state)
{
  Place *place = *state;
  g_autoptr(DbConn) data = place_open(place->data, DB_FILE_DATA, TRUE);
  DbAudit first = place_line(1, NULL), third = place_line(3, NULL), forged = place_line(2, NULL);
  forged.last[4] ^= 1;
  assert_true(db_conn_begin(data, NULL));
  assert_true(db_conn_commit(data, &first, 1, NULL));
  const DbAudit *bad[] = {&first, &third, &forged};
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    assert_true(db_conn_begin(data, NULL));
    assert_refused(db_conn_commit(data, bad[i], 1, &why), BASE_ERROR_CONFLICT, "does not follow");
    assert_false(db_conn_in_transaction(data));
  }
  DbAudit torn[] = {place_line(2, NULL), place_line(4, NULL)};
  assert_true(db_conn_begin(data, NULL));
  assert_refused(db_conn_commit(data, torn, 2, &why), BASE_ERROR_CONFLICT, "line 4");
  assert_int_equal(place_last(data), 1);
}

static void
test_write_needs_a_transaction(void **state)
{
  Place *place = *state;
  g_autoptr(GBytes) box = place_box(73, 5);
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  assert_refused(db_conn_run(keys, DB_STMT_KEY_HOST_ADD, V(db_value_sealed(box)), NULL, &why),
                 BASE_ERROR_INTERNAL, "no transaction");
  assert_refused(db_conn_run(keys, DB_STMT_KEY_HOST_GET, NULL, 0, NULL, &why), BASE_ERROR_INTERNAL,
                 "queried");
}

static void
test_conflict_and_rollback(void **state)
{
  Place *place = *state;
  g_autoptr(GBytes) box = place_box(73, 5);
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  gint64 changed = -1;
  assert_true(db_conn_begin(keys, NULL));
  assert_true(db_conn_run(keys, DB_STMT_KEY_HOST_ADD, V(db_value_sealed(box)), &changed, NULL));
  assert_int_equal(changed, 1);
  assert_refused(db_conn_run(keys, DB_STMT_KEY_HOST_ADD, V(db_value_sealed(box)), NULL, &why),
                 BASE_ERROR_CONFLICT, "key_host.id");
  /* a row that is there already does not spoil the rest */
  assert_true(db_conn_commit_keys(keys, NULL));
  assert_true(db_conn_begin(keys, NULL));
  assert_true(db_conn_run(keys, DB_STMT_KEY_PATIENT_ADD, V(db_value_int(5), db_value_sealed(box)),
                          NULL, NULL));
  db_conn_rollback(keys);
  db_conn_rollback(keys);
  assert_true(db_conn_begin(keys, NULL));
  assert_true(db_conn_run(keys, DB_STMT_KEY_PATIENT_DROP, V(db_value_int(5)), &changed, NULL));
  assert_int_equal(changed, 0);
  db_conn_rollback(keys);
}

static void
test_version(void **state)
{
  Place *place = *state;
  g_autoptr(DbConn) one = place_open(place->data, DB_FILE_DATA, TRUE);
  g_autoptr(DbConn) two = place_open(place->data, DB_FILE_DATA, FALSE);
  DbAudit line = place_line(1, NULL);
  gint64 before = db_conn_version(two);
  assert_int_equal(db_conn_version(two), before);
  assert_true(db_conn_begin(one, NULL));
  assert_int_equal(db_conn_version(two), before);
  assert_true(db_conn_commit(one, &line, 1, NULL));
  assert_int_not_equal(db_conn_version(two), before);
}

/* ---- files ---- */

static guint
mode_of(const char *path, const char *ending)
{
  g_autofree char *name = g_strconcat(path, ending, NULL);
  struct stat about;
  if (stat(name, &about) != 0)
    fail_msg("there is no %s", name);
  return about.st_mode & 07777;
}

static void
test_modes(void **state)
{
  Place *place = *state;
  mode_t mask = umask(0);
  DbConn *data = place_open(place->data, DB_FILE_DATA, TRUE);
  umask(mask);
  assert_int_equal(mode_of(place->data, ""), 0600);
  assert_int_equal(mode_of(place->data, "-wal"), 0600);
  assert_int_equal(mode_of(place->data, "-shm"), 0600);
  db_conn_close(data);
  chmod(place->data, 0644);
  data = place_open(place->data, DB_FILE_DATA, FALSE);
  assert_int_equal(mode_of(place->data, ""), 0600);
  db_conn_close(data);
}

static void
test_backup(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autofree char *to = g_build_filename(place->folder, "copy.db", NULL);
  g_autoptr(DbConn) data = place_open(place->data, DB_FILE_DATA, TRUE);
  DbAudit lines[] = {place_line(1, NULL), place_line(2, NULL)};
  assert_true(db_conn_begin(data, NULL));
  assert_true(db_conn_commit(data, lines, 1, NULL));
  mode_t mask = umask(0);
  db_conn_backup(data, to, &error);
  umask(mask);
  assert_no_error(error);
  assert_int_equal(mode_of(to, ""), 0600);
  assert_true(db_conn_begin(data, NULL));
  assert_true(db_conn_commit(data, &lines[1], 1, NULL));
  assert_refused(db_conn_backup(data, to, &why), BASE_ERROR_CANT_CREATE, "copy.db");
  g_autoptr(DbConn) copy = place_open(to, DB_FILE_DATA, FALSE);
  assert_int_equal(place_last(copy), 1);
  db_conn_check(copy, &error);
  assert_no_error(error);
}

/* Is `needle` in any file of the folder? */
static gboolean
found_in(const char *folder, const guint8 *needle, gsize length)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  gboolean found = FALSE;
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size = 0;
    if (g_file_get_contents(path, &bytes, &size, NULL))
      found |= memmem(bytes, size, needle, length) != NULL;
  }
  return found;
}

static void
fill_keys(DbConn *keys, GBytes *of_seven)
{
  assert_true(db_conn_begin(keys, NULL));
  for (guint id = 1; id <= 200; id++) {
    g_autoptr(GBytes) other = place_box(73, id == 0x77 ? 1 : (guint8)id);
    assert_true(db_conn_run(keys, DB_STMT_KEY_PATIENT_ADD,
                            V(db_value_int(id), db_value_sealed(id == 7 ? of_seven : other)), NULL,
                            NULL));
  }
  assert_true(db_conn_commit_keys(keys, NULL));
}

static void
test_destroyed_key_is_gone(void **state)
{
  Place *place = *state;
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  g_autoptr(DbConn) reader = place_open(place->keys, DB_FILE_KEYS, FALSE);
  assert_non_null(reader); /* a second process has it open all the while */
  guint8 bytes[73] = {1};
  for (guint i = 1; i < sizeof bytes; i++)
    bytes[i] = (guint8)(i * 37 + 11);
  g_autoptr(GBytes) box = g_bytes_new(bytes, sizeof bytes);
  g_autofree char *before = g_strconcat(place->keys, ".before-0002", NULL);
  fill_keys(keys, box);
  assert_true(db_conn_backup(keys, before, NULL));
  assert_true(found_in(place->folder, bytes, sizeof bytes));
  assert_true(db_conn_begin(keys, NULL));
  assert_true(db_conn_run(keys, DB_STMT_KEY_PATIENT_DROP, V(db_value_int(7)), NULL, NULL));
  assert_true(db_conn_commit_keys(keys, NULL));
  assert_false(found_in(place->folder, bytes, sizeof bytes));
  assert_false(g_file_test(before, G_FILE_TEST_EXISTS));
}

/* Somebody who still reads the log holds it, but only for so long. */
static void
test_destroyed_key_waits_for_readers(void **state)
{
  Place *place = *state;
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  g_autoptr(DbConn) reader = place_open(place->keys, DB_FILE_KEYS, FALSE);
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GBytes) box = place_box(73, 0x77);
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data(box, &size);
  fill_keys(keys, box);
  assert_true(db_conn_query(reader, DB_STMT_KEY_PATIENT_GET, V(db_value_int(7)), &rows, NULL));
  assert_true(db_rows_next(rows, NULL));
  db_conn_patience(keys, 20);
  assert_true(db_conn_begin(keys, NULL));
  assert_true(db_conn_run(keys, DB_STMT_KEY_PATIENT_DROP, V(db_value_int(7)), NULL, NULL));
  assert_true(db_conn_commit_keys(keys, NULL));
  assert_true(found_in(place->folder, bytes, size));
  g_clear_pointer(&rows, db_rows_close);
  assert_true(db_conn_begin(keys, NULL));
  assert_true(db_conn_commit_keys(keys, NULL));
  assert_false(found_in(place->folder, bytes, size));
}

static void
test_replaced_key_is_gone(void **state)
{
  Place *place = *state;
  static const guint8 salt[16] = {0xa5, 0x5a, 1, 2, 3, 4, 5, 6, 7};
  static const guint8 fresh[16] = {1};
  g_autoptr(DbConn) keys = place_open(place->keys, DB_FILE_KEYS, TRUE);
  g_autoptr(GBytes) box = place_box(73, 0xe7);
  g_autoptr(GBytes) other = place_box(73, 0x3c);
  assert_true(db_conn_begin(keys, NULL));
  user_add(keys, 4, salt, box);
  assert_true(db_conn_commit_keys(keys, NULL));
  assert_true(found_in(place->folder, salt, sizeof salt));
  assert_true(db_conn_begin(keys, NULL));
  assert_true(db_conn_run(keys, DB_STMT_KEY_USER_CHANGE,
                          V(db_value_tag(fresh), db_value_int(3), db_value_int(5),
                            db_value_sealed(other), db_value_int(4)),
                          NULL, NULL));
  assert_true(db_conn_commit_keys(keys, NULL));
  assert_false(found_in(place->folder, salt, sizeof salt));
  gsize size = 0;
  const guint8 *old = g_bytes_get_data(box, &size);
  assert_false(found_in(place->folder, old, size));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)
  const struct CMUnitTest tests[] = {
      CASE(test_every_statement_prepares),
      CASE(test_values_fit),
      CASE(test_rows),
      CASE(test_query_keeps_no_pointer),
      CASE(test_rows_outlive_their_connection),
      CASE(test_commit_takes_a_line),
      CASE(test_nothing_else_writes_the_chain),
      CASE(test_lines_follow),
      CASE(test_write_needs_a_transaction),
      CASE(test_conflict_and_rollback),
      CASE(test_version),
      CASE(test_modes),
      CASE(test_backup),
      CASE(test_destroyed_key_is_gone),
      CASE(test_destroyed_key_waits_for_readers),
      CASE(test_replaced_key_is_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
