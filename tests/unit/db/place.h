/* A folder of its own for each test, with short ways to two databases in it. */
#ifndef GUICHET_TESTS_DB_PLACE_H
#define GUICHET_TESTS_DB_PLACE_H

#include "unit.h"

#include <string.h>

#include <glib/gstdio.h>

#include "guichet/base/error.h"
#include "guichet/db/conn.h"

#define V(...) (const DbValue[]){__VA_ARGS__}, (guint)G_N_ELEMENTS(((const DbValue[]){__VA_ARGS__}))

typedef struct {
  char *folder, *data, *keys;
} Place;

static void
place_empty(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
      place_empty(path);
    else
      g_unlink(path);
  }
  g_rmdir(folder);
}

static int
place_setup(void **state)
{
  Place *place = g_new0(Place, 1);
  place->folder = g_dir_make_tmp("guichet-db-XXXXXX", NULL);
  place->data = g_build_filename(place->folder, "data.db", NULL);
  place->keys = g_build_filename(place->folder, "keys.db", NULL);
  *state = place;
  return place->folder == NULL;
}

static int
place_teardown(void **state)
{
  Place *place = *state;
  place_empty(place->folder);
  g_free(place->folder);
  g_free(place->data);
  g_free(place->keys);
  g_free(place);
  return 0;
}

/* In place of what is there, 0600. */
static inline void
place_write(const char *path, const char *bytes, gssize length)
{
  if (!g_file_set_contents_full(path, bytes, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    fail_msg("cannot write %s", path);
}

static inline DbConn *
place_open(const char *path, DbFile file, gboolean create)
{
  DbConn *conn = NULL;
  g_autoptr(GError) error = NULL;
  if (!db_conn_open(path, file, create, &conn, &error))
    fail_msg("cannot open %s: %s", path, error->message);
  return conn;
}

/* A box to look at from outside: the version byte, then `fill`. */
static inline GBytes *
place_box(gsize size, guint8 fill)
{
  guint8 *bytes = g_malloc(size);
  memset(bytes, fill, size);
  bytes[0] = 1;
  return g_bytes_new_take(bytes, size);
}

/* Audit line `seq`, as the chain of a test goes: its link is full of its number. */
static inline DbAudit
place_line(gint64 seq, GBytes *detail)
{
  DbAudit line = {.seq = seq, .at = 1000 + seq, .actor = 1, .action = 2, .detail = detail};
  memset(line.last, (int)((seq - 1) & 0xff), sizeof line.last);
  memset(line.link, (int)(seq & 0xff), sizeof line.link);
  return line;
}

/* The last line's number, 0 for none. */
static inline gint64
place_last(DbConn *conn)
{
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GError) error = NULL;
  if (!db_conn_query(conn, DB_STMT_AUDIT_LAST, NULL, 0, &rows, &error))
    fail_msg("%s", error->message);
  gint64 seq = db_rows_next(rows, &error) ? db_rows_int(rows, 0) : 0;
  assert_no_error(error);
  return seq;
}

/* The call, given &why for its error, fails with this code and these words. */
#define assert_refused(call, expected, words)                                                      \
  do {                                                                                             \
    g_autoptr(GError) why = NULL;                                                                  \
    gboolean went = (call);                                                                        \
    if (went || why == NULL)                                                                       \
      fail_msg("not refused: %s", #call);                                                          \
    if (!g_error_matches(why, BASE_ERROR, (expected)) || strstr(why->message, (words)) == NULL)    \
      fail_msg("refused otherwise (%d): %s", why->code, why->message);                             \
  } while (0)

#endif
