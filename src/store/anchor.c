#include "guichet/store/anchor.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "store/handle.h"
#include "store/row.h"

#define ANCHOR_HEAD "guichet audit anchor 1\n"
#define ANCHOR_CAP 4096u

void
store_anchor_free(StoreAnchor *anchor)
{
  if (anchor == NULL)
    return;
  g_free(anchor->name);
  g_free(anchor->bad);
  g_free(anchor);
}

static void
anchor_unref(gpointer data)
{
  store_anchor_free(data);
}

/* The lines that are signed. */
static char *
anchor_text(StoreHandle *store, gint64 at, gint64 seq, const VaultHash *link)
{
  g_autofree char *clinic = vault_chain_hex(store->id, sizeof store->id);
  g_autofree char *hex = vault_chain_hex(link->bytes, sizeof link->bytes);
  g_autofree char *when = base_clock_iso(at);
  return g_strdup_printf(ANCHOR_HEAD "clinic %s\nat %s\nseq %" G_GINT64_FORMAT "\nlink %s\n",
                         clinic, when, seq, hex);
}

static gboolean
chain_end(StoreHandle *store, gint64 *ret_seq, VaultHash *ret_link, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_AUDIT_LAST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  g_autoptr(GBytes) link = rows != NULL ? db_rows_bytes(rows, 2) : NULL;
  if (link == NULL || g_bytes_get_size(link) != VAULT_CHAIN_BYTES) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT, "the audit chain has no whole last line");
    return FALSE;
  }
  *ret_seq = db_rows_int(rows, 0);
  memcpy(ret_link->bytes, g_bytes_get_data(link, NULL), VAULT_CHAIN_BYTES);
  return TRUE;
}

/* Another process may have been first: that one stands. */
static gboolean
write_once(const char *path, const char *text, GError **error)
{
  GError *failed = NULL;
  if (base_file_create(path, text, strlen(text), &failed))
    return TRUE;
  if (g_error_matches(failed, BASE_ERROR, BASE_ERROR_CANT_CREATE) &&
      g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_error_free(failed);
    return TRUE;
  }
  g_propagate_error(error, failed);
  return FALSE;
}

static gboolean
public_write(const VaultKey *seed, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename(folder, "public.key", NULL);
  VaultHash half;
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return TRUE;
  vault_chain_public(seed, &half);
  g_autofree char *hex = vault_chain_hex(half.bytes, sizeof half.bytes);
  g_autofree char *line = g_strconcat(hex, "\n", NULL);
  return write_once(path, line, error);
}

gboolean
store_anchor_write(StoreHandle *store, const char *folder, gint64 at, GError **error)
{
  g_autofree char *day = base_clock_local(at, "UTC", "%Y-%m-%d");
  g_autofree char *name = g_strconcat(day, ".anchor", NULL);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  gint64 seq = 0;
  VaultHash link;
  guint8 signature[VAULT_CHAIN_SIGNATURE];
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autoptr(VaultKey) seed = vault_key_derive(store->root, VAULT_PURPOSE_SIGN, 0);
  if (!base_file_folder(folder, error) || !public_write(seed, folder, error) ||
      !chain_end(store, &seq, &link, error))
    return FALSE;
  g_autofree char *text = anchor_text(store, at, seq, &link);
  vault_chain_sign(seed, text, strlen(text), signature);
  g_autofree char *hex = vault_chain_hex(signature, sizeof signature);
  g_autofree char *whole = g_strconcat(text, "signature ", hex, "\n", NULL);
  return write_once(path, whole, error);
}

/* Reading them back. */

static const char *
line_value(char **lines, const char *name)
{
  gsize length = strlen(name);
  for (char **line = lines; *line != NULL; line++)
    if (strncmp(*line, name, length) == 0 && (*line)[length] == ' ')
      return *line + length + 1;
  return "";
}

static char *
anchor_judge(StoreHandle *store, const VaultHash *half, const char *text, StoreAnchor *anchor)
{
  guint8 signature[VAULT_CHAIN_SIGNATURE];
  const char *mark = strstr(text, "\nsignature ");
  g_auto(GStrv) lines = g_strsplit(text, "\n", 8);
  g_autofree char *clinic = vault_chain_hex(store->id, sizeof store->id);
  if (!g_str_has_prefix(text, ANCHOR_HEAD) || mark == NULL ||
      !vault_chain_unhex(line_value(lines, "signature"), signature, sizeof signature) ||
      !vault_chain_unhex(line_value(lines, "link"), anchor->link.bytes, VAULT_CHAIN_BYTES) ||
      !g_ascii_string_to_signed(line_value(lines, "seq"), 10, 1, G_MAXINT64, &anchor->seq, NULL))
    return g_strdup("is not an anchor");
  if (!vault_chain_verify(half, text, (gsize)(mark + 1 - text), signature))
    return g_strdup("was changed: its signature is wrong");
  if (strcmp(line_value(lines, "clinic"), clinic) != 0)
    return g_strdup("belongs to another clinic");
  return NULL;
}

static StoreAnchor *
anchor_read(StoreHandle *store, const VaultHash *half, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize length = 0;
  StoreAnchor *anchor = g_new0(StoreAnchor, 1);
  anchor->name = g_strdup(name);
  if (!base_file_read(path, ANCHOR_CAP, &text, &length, &error))
    anchor->bad = g_strdup_printf("cannot be read (%s)", error->message);
  else
    anchor->bad = anchor_judge(store, half, text, anchor);
  return anchor;
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
  const StoreAnchor *const *left = a, *const *right = b;
  return strcmp((*left)->name, (*right)->name);
}

gboolean
store_anchor_list(StoreHandle *store, const char *folder, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) anchors = g_ptr_array_new_with_free_func(anchor_unref);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  VaultHash half;
  if (dir == NULL && g_file_test(folder, G_FILE_TEST_EXISTS)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_IO, "cannot read the anchors' folder %s", folder);
    return FALSE;
  }
  g_autoptr(VaultKey) seed = vault_key_derive(store->root, VAULT_PURPOSE_SIGN, 0);
  vault_chain_public(seed, &half);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    if (g_str_has_suffix(name, ".anchor"))
      g_ptr_array_add(anchors, anchor_read(store, &half, folder, name));
  g_ptr_array_sort(anchors, by_name);
  *ret = g_steal_pointer(&anchors);
  return TRUE;
}
