#include "guichet/store/chain.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/store/anchor.h"
#include "store/handle.h"
#include "store/line.h"
#include "store/row.h"

#define CHAIN_PAGE 1000u
#define INQUIRE_MOST G_GINT64_CONSTANT(5000000) /* places that are tried for a line */

void
store_chain_proof_free(StoreChainProof *proof)
{
  if (proof == NULL)
    return;
  g_free(proof->bad_why);
  g_free(proof);
}

typedef gboolean (*Visit)(const DbAudit *line, gboolean whole, gpointer data);

/* A row that is not even a line is for the proof to name, not a reason to give up. */
static gboolean
is_damage(GError *failed, GError **error)
{
  if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_CORRUPT)) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  g_error_free(failed);
  return TRUE;
}

/* Calls `visit` for each line in order until it returns FALSE; *ret_damaged when a row stopped it.
 */
static gboolean
lines_walk(StoreHandle *store, Visit visit, gpointer data, gboolean *ret_damaged, GError **error)
{
  gint64 after = G_MININT64;
  for (guint n = CHAIN_PAGE; n == CHAIN_PAGE;) {
    g_autoptr(DbRows) rows = NULL;
    GError *failed = NULL;
    if (!db_conn_query(store->data, DB_STMT_AUDIT_PAGE,
                       STORE_ROW(db_value_int(after), db_value_int(CHAIN_PAGE)), &rows, error))
      return FALSE;
    for (n = 0; db_rows_next(rows, &failed); n++) {
      DbAudit line;
      gboolean whole = store_line_read(rows, &line);
      gboolean more = visit(&line, whole, data);
      g_bytes_unref(line.detail);
      after = line.seq;
      if (!more)
        return TRUE;
    }
    if (failed != NULL) {
      *ret_damaged = TRUE;
      return is_damage(failed, error);
    }
  }
  return TRUE;
}

/* First, the walk: each line stands behind the one before. */

typedef struct {
  StoreHandle *store;
  StoreChainProof *proof;
  StoreChainProgress progress;
  gpointer data;
  gint64 all;
  VaultHash last; /* the link that the next line must carry */
  gboolean wrong, damaged, stopped;
} Walk;

static gboolean
line_genuine(const VaultKey *chain, const DbAudit *line, gint64 seq)
{
  DbAudit copy = *line;
  VaultHash link;
  copy.seq = seq;
  memcpy(link.bytes, line->last, VAULT_CHAIN_BYTES);
  store_line_link(chain, &copy, &link);
  return memcmp(link.bytes, line->link, VAULT_CHAIN_BYTES) == 0;
}

static gboolean
walk_line(const DbAudit *line, gboolean whole, gpointer data)
{
  Walk *walk = data;
  gint64 expected = walk->proof->lines + 1;
  if (!whole || line->seq != expected ||
      memcmp(line->last, walk->last.bytes, VAULT_CHAIN_BYTES) != 0 ||
      !line_genuine(walk->store->chain, line, line->seq)) {
    walk->wrong = TRUE;
    return FALSE;
  }
  memcpy(walk->last.bytes, line->link, VAULT_CHAIN_BYTES);
  walk->proof->lines = expected;
  if (walk->progress != NULL && expected % CHAIN_PAGE == 0 &&
      !walk->progress(expected, walk->all, walk->data))
    walk->stopped = TRUE;
  return !walk->stopped;
}

/* Then, if one does not: what happened there.  `seq` is where the genuine line should stand. */

typedef struct {
  const VaultKey *chain;
  const VaultHash *last;
  gint64 seq;          /* of the first wrong place */
  gint64 found_at;     /* where the genuine line of that place stands; 0 nowhere */
  gboolean present;    /* a line stands at that place */
  gboolean follows;    /* it carries the link of the line before */
  gboolean other_line; /* it is genuine, of another place */
} Inquiry;

static gboolean
inquire_line(const DbAudit *line, gboolean whole, gpointer data)
{
  Inquiry *inquiry = data;
  gboolean follows = whole && memcmp(line->last, inquiry->last->bytes, VAULT_CHAIN_BYTES) == 0;
  if (line->seq == inquiry->seq) {
    inquiry->present = TRUE;
    inquiry->follows = follows;
  }
  if (follows && line->seq != inquiry->seq && line_genuine(inquiry->chain, line, inquiry->seq))
    inquiry->found_at = line->seq;
  return TRUE;
}

/* Is what stands at the wrong place a genuine line of another one? */
static gboolean
inquire_place(StoreHandle *store, Inquiry *inquiry, gint64 all, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  DbAudit line;
  if (!store_row_first(store->data, DB_STMT_AUDIT_PAGE,
                       STORE_ROW(db_value_int(inquiry->seq - 1), db_value_int(1)), &rows, error))
    return FALSE;
  if (rows == NULL || db_rows_int(rows, 0) != inquiry->seq)
    return TRUE;
  gboolean whole = store_line_read(rows, &line);
  for (gint64 seq = 1; whole && seq <= MIN(all, INQUIRE_MOST) + 1 && !inquiry->other_line; seq++)
    inquiry->other_line = line_genuine(inquiry->chain, &line, seq);
  g_bytes_unref(line.detail);
  return TRUE;
}

static const char *
inquiry_verdict(const Inquiry *inquiry)
{
  if (inquiry->found_at != 0 && inquiry->present && !inquiry->other_line)
    return N_("a line was inserted here");
  if (inquiry->found_at != 0)
    return N_("this line was moved to another place");
  if (!inquiry->present || (inquiry->other_line && !inquiry->follows))
    return N_("this line was removed");
  return N_("this line was changed");
}

static gboolean
proof_inquire(Walk *walk, GError **error)
{
  StoreChainProof *proof = walk->proof;
  Inquiry inquiry = {.chain = walk->store->chain, .last = &walk->last, .seq = proof->lines + 1};
  gboolean damaged = FALSE;
  inquiry.present = walk->damaged;
  if (!walk->damaged && (!lines_walk(walk->store, inquire_line, &inquiry, &damaged, error) ||
                         !inquire_place(walk->store, &inquiry, walk->all, error)))
    return FALSE;
  proof->bad_seq = inquiry.seq;
  proof->bad_why = g_strdup(_(inquiry_verdict(&inquiry)));
  return TRUE;
}

/* Last, the anchors: what was once the end is still there. */

/* *ret is 0 when there is no line; the greatest number when the last one is damaged. */
static gboolean
chain_end(StoreHandle *store, gint64 *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!store_row_first(store->data, DB_STMT_AUDIT_LAST, STORE_ROW_NONE, &rows, &failed)) {
    *ret = G_MAXINT64;
    return is_damage(failed, error);
  }
  *ret = rows != NULL ? db_rows_int(rows, 0) : 0;
  return TRUE;
}

static gboolean
anchor_stands(StoreHandle *store, const StoreAnchor *anchor, gboolean *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  *ret = FALSE;
  if (!store_row_first(store->data, DB_STMT_AUDIT_LINK, STORE_ROW(db_value_int(anchor->seq)), &rows,
                       &failed))
    return is_damage(failed, error);
  g_autoptr(GBytes) link = rows != NULL ? db_rows_bytes(rows, 0) : NULL;
  *ret = link != NULL && g_bytes_get_size(link) == VAULT_CHAIN_BYTES &&
         memcmp(g_bytes_get_data(link, NULL), anchor->link.bytes, VAULT_CHAIN_BYTES) == 0;
  return TRUE;
}

static gboolean
anchor_compare(StoreHandle *store, const StoreAnchor *anchor, gint64 end, StoreChainProof *proof,
               GError **error)
{
  gboolean stands = FALSE;
  gint64 bad = anchor->seq;
  const char *why = anchor->bad;
  if (why == NULL && !anchor_stands(store, anchor, &stands, error))
    return FALSE;
  proof->anchors++;
  if (stands)
    return TRUE;
  if (why == NULL && anchor->seq > end) {
    bad = end + 1;
    why = _("knows of later lines: the end of the chain was cut off");
  } else if (why == NULL) {
    why = _("knows another line here: the chain was cut off and written anew");
  }
  bad = MAX(bad, 1);
  if (proof->bad_seq != 0 && proof->bad_seq <= bad)
    return TRUE;
  g_free(proof->bad_why);
  proof->bad_seq = bad;
  proof->bad_why = g_strdup_printf(_("the anchor %s %s"), anchor->name, why);
  return TRUE;
}

static gboolean
anchors_compare(StoreHandle *store, const char *folder, gint64 end, StoreChainProof *proof,
                GError **error)
{
  g_autoptr(GPtrArray) anchors = NULL;
  if (!store_anchor_list(store, folder, &anchors, error))
    return FALSE;
  for (guint i = 0; i < anchors->len; i++)
    if (!anchor_compare(store, g_ptr_array_index(anchors, i), end, proof, error))
      return FALSE;
  return TRUE;
}

gboolean
store_chain_verify(StoreHandle *store, const char *folder, StoreChainProgress progress,
                   gpointer data, StoreChainProof **ret, GError **error)
{
  g_autoptr(StoreChainProof) proof = g_new0(StoreChainProof, 1);
  Walk walk = {.store = store, .proof = proof, .progress = progress, .data = data};
  if (!chain_end(store, &walk.all, error) ||
      !lines_walk(store, walk_line, &walk, &walk.damaged, error))
    return FALSE;
  if (walk.stopped) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CANCELLED, _("stopped before the end"));
    return FALSE;
  }
  if ((walk.wrong || walk.damaged || proof->lines == 0) && !proof_inquire(&walk, error))
    return FALSE;
  if (!anchors_compare(store, folder, walk.all, proof, error))
    return FALSE;
  *ret = g_steal_pointer(&proof);
  return TRUE;
}
