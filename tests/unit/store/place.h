/* A clinic of its own for each test, and a way past the store to its files. */
#ifndef GUICHET_TESTS_STORE_PLACE_H
#define GUICHET_TESTS_STORE_PLACE_H

#include "unit.h"

#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "guichet/base/error.h"
#include "guichet/store/handle.h"
#include "guichet/store/tx.h"
#include "guichet/vault/process.h"

typedef struct {
  char *top, *dir;
  StoreHandle *store;
} Place;

static void
place_remove(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    place_remove(child);
  }
  g_remove(path);
}

static int
place_setup(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  place->top = g_dir_make_tmp("guichet-store-XXXXXX", &error);
  assert_no_error(error);
  place->dir = g_build_filename(place->top, "clinic", NULL);
  if (!store_handle_create(place->dir, &place->store, &error))
    fail_msg("%s", error->message);
  *state = place;
  return 0;
}

static int
place_teardown(void **state)
{
  Place *place = *state;
  store_handle_close(place->store);
  place_remove(place->top);
  g_free(place->top);
  g_free(place->dir);
  g_free(place);
  return 0;
}

static inline void
place_close(Place *place)
{
  g_clear_pointer(&place->store, store_handle_close);
}

/* Closed and opened again, by the host's key. */
static inline void
place_reopen(Place *place)
{
  g_autoptr(GError) error = NULL;
  place_close(place);
  if (!store_handle_open(place->dir, &place->store, &error) ||
      !store_handle_unlock_host(place->store, &error))
    fail_msg("%s", error->message);
}

/* What somebody with the file and without the keys can do. */
static inline void
place_sql(const Place *place, const char *file, const char *sql)
{
  g_autofree char *path = g_build_filename(place->dir, file, NULL);
  sqlite3 *db = NULL;
  char *why = NULL;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
    fail_msg("%s: %s", sql, why);
  sqlite3_close(db);
}

static inline gint64
place_number(const Place *place, const char *file, const char *sql)
{
  g_autofree char *path = g_build_filename(place->dir, file, NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  gint64 number = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
  sqlite3_finalize(stmt);
  sqlite3_close(db);
  return number;
}

/* The call, given &why for its error, fails with this code. */
#define assert_refused(call, expected)                                                             \
  do {                                                                                             \
    g_autoptr(GError) why = NULL;                                                                  \
    gboolean went = (call);                                                                        \
    if (went || why == NULL)                                                                       \
      fail_msg("not refused: %s", #call);                                                          \
    if (!g_error_matches(why, BASE_ERROR, (expected)))                                             \
      fail_msg("refused otherwise (%d): %s", why->code, why->message);                             \
  } while (0)

#define assert_done(call)                                                                          \
  do {                                                                                             \
    g_autoptr(GError) why = NULL;                                                                  \
    if (!(call))                                                                                   \
      fail_msg("%s: %s", #call, why != NULL ? why->message : "no words");                          \
  } while (0)

#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

#endif
