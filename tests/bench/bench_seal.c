/* What sealing and the audit chain cost: a revision of 4 KiB, sealed, with its audit line, against
 * a bare SQLite insert of as many bytes; and XChaCha20-Poly1305 alone.  All in one run, in turns.
 *
 *     bench_seal [FOLDER]        the folder decides which disk is measured; the current one at
 * first */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "guichet/db/conn.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/key.h"
#include "guichet/vault/process.h"

#define BENCH_BYTES 4096u
#define BENCH_INSERTS 6000u
#define BENCH_SEALS 20000u

typedef struct {
  DbConn *conn;
  VaultKey *clinic, *chain, *audit;
  gint64 seq, at;
  VaultHash last;
} Ours;

typedef struct {
  sqlite3 *db;
  sqlite3_stmt *insert;
  gboolean random_ids;
} Bare;

static void
give_up(const char *what)
{
  fprintf(stderr, "bench_seal: %s\n", what);
  exit(1);
}

static void
check(gboolean ok, GError **error)
{
  if (!ok)
    give_up((*error)->message);
}

/* ---- ours ---- */

static void
fill(guint8 *bytes, guint number)
{
  for (guint i = 0; i < BENCH_BYTES; i++)
    bytes[i] = (guint8)(i * 31 + number);
}

static GBytes *
audit_detail(const Ours *ours)
{
  VaultPlace place = {"audit", "detail", ours->seq, 1};
  return vault_seal_close(ours->audit, &place, "revision of a note", 18);
}

/* One link as store makes it: every number of the line and its sealed detail. */
static DbAudit
audit_line(Ours *ours, gint64 item, GBytes *detail)
{
  DbAudit line = {.seq = ++ours->seq,
                  .at = ++ours->at,
                  .actor = 1,
                  .action = 2,
                  .subject = item,
                  .patient = 77,
                  .detail = detail};
  memcpy(line.last, ours->last.bytes, sizeof line.last);
  gint64 numbers[] = {line.seq, line.at, line.actor, line.action, line.subject, line.patient};
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_byte_array_append(bytes, (const guint8 *)numbers, sizeof numbers);
  g_byte_array_append(bytes, g_bytes_get_data(detail, NULL), (guint)g_bytes_get_size(detail));
  vault_chain_link(ours->chain, &ours->last, bytes->data, bytes->len, &ours->last);
  memcpy(line.link, ours->last.bytes, sizeof line.link);
  return line;
}

static void
ours_insert(Ours *ours, const guint8 *text)
{
  GError *error = NULL;
  gint64 id = vault_process_id(), item = vault_process_id();
  VaultPlace place = {"revision", "body", id, 1};
  check(db_conn_begin(ours->conn, &error), &error);
  g_autoptr(GBytes) box = vault_seal_close(ours->clinic, &place, text, BENCH_BYTES);
  const DbValue values[] = {db_value_int(id), db_value_int(item),     db_value_int(1),
                            db_value_int(0),  db_value_int(ours->at), db_value_sealed(box),
                            db_value_null()};
  check(db_conn_run(ours->conn, DB_STMT_REVISION_ADD, values, G_N_ELEMENTS(values), NULL, &error),
        &error);
  g_autoptr(GBytes) detail = audit_detail(ours);
  DbAudit line = audit_line(ours, item, detail);
  check(db_conn_commit(ours->conn, &line, 1, &error), &error);
}

/* ---- bare ---- */

static void
bare_open(Bare *bare, const char *path, gboolean random_ids)
{
  bare->random_ids = random_ids;
  if (sqlite3_open(path, &bare->db) != SQLITE_OK ||
      sqlite3_exec(bare->db,
                   "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                   "CREATE TABLE bare(id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
                   NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(bare->db, "INSERT INTO bare(id, body) VALUES (?, ?)", -1, &bare->insert,
                         NULL) != SQLITE_OK)
    give_up(sqlite3_errmsg(bare->db));
}

static void
bare_insert(Bare *bare, const guint8 *text)
{
  guint8 body[BENCH_BYTES + VAULT_SEAL_OVERHEAD] = {0};
  memcpy(body, text, BENCH_BYTES);
  if (bare->random_ids)
    sqlite3_bind_int64(bare->insert, 1, vault_process_id());
  sqlite3_bind_blob(bare->insert, 2, body, sizeof body, SQLITE_STATIC);
  if (sqlite3_step(bare->insert) != SQLITE_DONE)
    give_up(sqlite3_errmsg(bare->db));
  sqlite3_reset(bare->insert);
}

static void
bare_close(Bare *bare)
{
  sqlite3_finalize(bare->insert);
  sqlite3_close(bare->db);
}

/* ---- sealing alone ---- */

static double
seal_rate(const VaultKey *key)
{
  guint8 text[BENCH_BYTES];
  GError *error = NULL;
  fill(text, 1);
  gint64 before = g_get_monotonic_time();
  for (guint i = 0; i < BENCH_SEALS; i++) {
    VaultPlace place = {"revision", "body", i + 1, 1};
    g_autoptr(GBytes) box = vault_seal_close(key, &place, text, sizeof text);
    char *opened = NULL;
    gsize length = 0;
    check(vault_seal_open(key, &place, box, &opened, &length, &error), &error);
    vault_seal_forget(opened, length);
  }
  return BENCH_SEALS * 1e6 / (double)(g_get_monotonic_time() - before);
}

/* ---- the run ---- */

typedef struct {
  double all, *each; /* microseconds */
} Times;

static void
add_time(Times *times, guint i, gint64 before)
{
  times->each[i] = (double)(g_get_monotonic_time() - before);
  times->all += times->each[i];
}

static int
by_size(const void *a, const void *b)
{
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static double
share(Times *times, double of)
{
  qsort(times->each, BENCH_INSERTS, sizeof *times->each, by_size);
  return times->each[(guint)(BENCH_INSERTS * of)];
}

static void
tell(const char *what, Times *times, const Times *ours)
{
  printf("%-46s %6.0f a second  p50 %4.0f µs  p99 %5.0f µs", what, BENCH_INSERTS * 1e6 / times->all,
         share(times, 0.5), share(times, 0.99));
  if (times != ours)
    printf("  ratio %.2f", times->all / ours->all);
  printf("\n");
}

/* One of each in turn, so that whatever else the disk does falls on all alike. */
static void
run(Ours *ours, Bare *bare, Bare *scattered)
{
  Times times[3];
  guint8 text[BENCH_BYTES];
  for (guint k = 0; k < 3; k++)
    times[k] = (Times){0, g_new0(double, BENCH_INSERTS)};
  for (guint i = 0; i < BENCH_INSERTS; i++) {
    fill(text, i);
    gint64 before = g_get_monotonic_time();
    ours_insert(ours, text);
    add_time(&times[0], i, before);
    before = g_get_monotonic_time();
    bare_insert(bare, text);
    add_time(&times[1], i, before);
    before = g_get_monotonic_time();
    bare_insert(scattered, text);
    add_time(&times[2], i, before);
  }
  tell("sealed revision of 4 KiB and its audit line", &times[0], &times[0]);
  tell("bare insert of the same bytes (goal 0.70)", &times[1], &times[0]);
  tell("bare insert under random ids, as ours", &times[2], &times[0]);
  printf("XChaCha20-Poly1305, seal and open of 4 KiB     %6.0f a second\n",
         seal_rate(ours->clinic));
  for (guint k = 0; k < 3; k++)
    g_free(times[k].each);
}

static char *
path_in(const char *folder, const char *name)
{
  return g_build_filename(folder, name, NULL);
}

static void
tidy(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = path_in(folder, name);
    g_unlink(path);
  }
  g_rmdir(folder);
}

int
main(int argc, char **argv)
{
  GError *error = NULL;
  Ours ours = {.at = 1};
  Bare bare = {0}, scattered = {0};
  check(vault_process_harden(&error), &error);
  g_autofree char *folder = path_in(argc > 1 ? argv[1] : ".", "bench-seal-XXXXXX");
  if (g_mkdtemp(folder) == NULL)
    give_up("cannot make a folder");
  g_autofree char *data = path_in(folder, "data.db");
  g_autofree char *in_a_row = path_in(folder, "bare.db");
  g_autofree char *at_random = path_in(folder, "random.db");
  check(db_conn_open(data, DB_FILE_DATA, TRUE, &ours.conn, &error), &error);
  ours.clinic = vault_key_new();
  ours.chain = vault_key_derive(ours.clinic, VAULT_PURPOSE_CHAIN, 0);
  ours.audit = vault_key_derive(ours.clinic, VAULT_PURPOSE_AUDIT, 0);
  bare_open(&bare, in_a_row, FALSE);
  bare_open(&scattered, at_random, TRUE);
  run(&ours, &bare, &scattered);
  bare_close(&bare);
  bare_close(&scattered);
  db_conn_close(ours.conn);
  vault_key_free(ours.clinic);
  vault_key_free(ours.chain);
  vault_key_free(ours.audit);
  tidy(folder);
  return 0;
}
