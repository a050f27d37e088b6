#include "ui/list.h"

#include <string.h>

#include "guichet/base/text.h"

#define LIST_KEEP 600    /* rows in the window before its far end is dropped */
#define LIST_STEP 8      /* rows read ahead at a time: no key waits for a page of them */
#define LIST_SEARCH 2000 /* rows that one search may read further */

struct UiList {
  const UiListSource *source;
  gpointer owner;
  GPtrArray *rows; /* the window */
  guint top, selected, height;
  gboolean at_start, at_end; /* nothing is known before or after the window */
  GHashTable *tags;          /* of gint64 */
};

UiList *
ui_list_new(const UiListSource *source, gpointer owner)
{
  UiList *list = g_new0(UiList, 1);
  list->source = source;
  list->owner = owner;
  list->rows = g_ptr_array_new();
  list->tags = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  list->height = 1;
  return list;
}

void
ui_list_free(UiList *list)
{
  if (list == NULL)
    return;
  g_ptr_array_unref(list->rows);
  g_hash_table_unref(list->tags);
  g_free(list);
}

static gint64
list_id(const UiList *list, guint i)
{
  return i < list->rows->len ? list->source->id(g_ptr_array_index(list->rows, i)) : 0;
}

static gboolean
list_find(const UiList *list, gint64 id, guint *ret)
{
  for (guint i = 0; i < list->rows->len; i++)
    if (list_id(list, i) == id) {
      *ret = i;
      return TRUE;
    }
  return FALSE;
}

/* The selection in sight, the window not scrolled past its end. */
static void
list_settle(UiList *list)
{
  guint n = list->rows->len;
  list->selected = n == 0 ? 0 : MIN(list->selected, n - 1);
  if (list->selected < list->top)
    list->top = list->selected;
  if (list->selected >= list->top + list->height)
    list->top = list->selected - list->height + 1;
  if (list->at_end && list->top + list->height > n)
    list->top = n > list->height ? n - list->height : 0;
}

/* Moves the rows of `more` behind (or before) the window. */
static void
list_join(UiList *list, GPtrArray *more, gboolean backward)
{
  guint n = more->len;
  if (backward || list->rows->len == 0) {
    g_ptr_array_extend_and_steal(more, g_steal_pointer(&list->rows));
    list->rows = g_ptr_array_ref(more);
  } else {
    g_ptr_array_extend_and_steal(list->rows, g_ptr_array_ref(more));
  }
  if (backward) {
    list->top += n;
    list->selected += n;
  }
}

static gboolean
list_grow(UiList *list, gboolean backward, guint n, GError **error)
{
  g_autoptr(GPtrArray) more = NULL;
  guint len = list->rows->len;
  gconstpointer from = len == 0 ? NULL : g_ptr_array_index(list->rows, backward ? 0 : len - 1);
  if (backward ? list->at_start : list->at_end)
    return TRUE;
  if (!list->source->fetch(list->owner, from, backward, n, &more, error))
    return FALSE;
  if (more->len < n && backward)
    list->at_start = TRUE;
  else if (more->len < n)
    list->at_end = TRUE;
  list_join(list, more, backward);
  return TRUE;
}

/* Keeps the window from growing without end. */
static void
list_trim(UiList *list)
{
  while (!list->source->one_way && list->rows->len > LIST_KEEP && list->top > LIST_KEEP / 2) {
    guint cut = list->top - LIST_KEEP / 4;
    g_ptr_array_remove_range(list->rows, 0, cut);
    list->top -= cut;
    list->selected -= cut;
    list->at_start = FALSE;
  }
  guint end = list->top + list->height + LIST_KEEP / 2;
  if (list->rows->len > LIST_KEEP && list->rows->len > end) {
    g_ptr_array_remove_range(list->rows, end, list->rows->len - end);
    list->at_end = FALSE;
  }
}

static gboolean
list_fill(UiList *list, GError **error)
{
  guint want = list->top + list->height + 1;
  if (list->rows->len < want &&
      !list_grow(list, FALSE, MAX(want - list->rows->len, LIST_STEP), error))
    return FALSE;
  if (list->top == 0 && list->rows->len > 0 && !list_grow(list, TRUE, list->height, error))
    return FALSE;
  list_trim(list);
  return TRUE;
}

void
ui_list_ahead(UiList *list)
{
  if (list->rows->len > 0 && list->rows->len < list->top + list->height + 1 + LIST_STEP)
    list_grow(list, FALSE, LIST_STEP, NULL); /* who needs them is told why they do not come */
}

/* Where the selection goes: its row, else the first that came after it and is still there, else
 * the last that came before. */
static void
list_follow(UiList *list, const UiList *old)
{
  guint found = 0;
  for (guint i = old->selected; i < old->rows->len; i++)
    if (list_find(list, list_id(old, i), &found)) {
      list->selected = found;
      return;
    }
  for (guint i = old->selected; i-- > 0;)
    if (list_find(list, list_id(old, i), &found)) {
      list->selected = found;
      return;
    }
  list->selected = 0;
}

/* The row that was on top stays on top. */
static void
list_anchor(UiList *list, const UiList *old)
{
  guint found = 0;
  list->top = 0;
  for (guint i = old->top; i < old->rows->len; i++)
    if (list_find(list, list_id(old, i), &found)) {
      list->top = found;
      return;
    }
}

gboolean
ui_list_recalc(UiList *list, guint height, GError **error)
{
  UiList old = *list;
  g_autoptr(GPtrArray) before = NULL, rows = NULL;
  gconstpointer top = list->rows->len > 0 ? g_ptr_array_index(list->rows, list->top) : NULL;
  guint want = MAX(height, 1) + LIST_STEP + (list->selected - list->top);
  list->height = MAX(height, 1);
  /* The row before the top one, so that the top one is read again too. */
  if (top != NULL && !list->source->fetch(list->owner, top, TRUE, 1, &before, error))
    return FALSE;
  gconstpointer from = before != NULL && before->len > 0 ? g_ptr_array_index(before, 0) : NULL;
  if (from == NULL) /* from the first on, the rows above the top one with it */
    want += list->top;
  if (!list->source->fetch(list->owner, from, FALSE, want, &rows, error))
    return FALSE;
  list->rows = g_steal_pointer(&rows);
  list->at_start = from == NULL;
  list->at_end = list->rows->len < want;
  list->top = list->selected = 0;
  if (top != NULL) {
    list_anchor(list, &old);
    list_follow(list, &old);
  }
  g_ptr_array_unref(old.rows);
  list_settle(list);
  return TRUE;
}

void
ui_list_reset(UiList *list, gboolean keep)
{
  if (keep && list->rows->len > 0) { /* the old rows tell list_follow() where it was */
    list->top = 0;
    g_ptr_array_remove_range(list->rows, 0, list->selected);
    g_ptr_array_set_size(list->rows, 1);
  } else {
    g_ptr_array_set_size(list->rows, 0);
  }
  list->top = list->selected = 0;
  list->at_start = list->at_end = FALSE;
}

guint
ui_list_seen(const UiList *list)
{
  return MIN(list->height, list->rows->len - MIN(list->top, list->rows->len));
}

gconstpointer
ui_list_row(const UiList *list, guint i)
{
  return list->top + i < list->rows->len ? g_ptr_array_index(list->rows, list->top + i) : NULL;
}

gconstpointer
ui_list_selected(const UiList *list)
{
  return list->selected < list->rows->len ? g_ptr_array_index(list->rows, list->selected) : NULL;
}

guint
ui_list_cursor(const UiList *list)
{
  return list->selected - list->top;
}

gboolean
ui_list_more_above(const UiList *list)
{
  return list->top > 0 || !list->at_start;
}

gboolean
ui_list_more_below(const UiList *list)
{
  return list->top + list->height < list->rows->len || !list->at_end;
}

gboolean
ui_list_select(UiList *list, gint64 id)
{
  guint found = 0;
  if (!list_find(list, id, &found))
    return FALSE;
  list->selected = found;
  list_settle(list);
  return TRUE;
}

gint64
ui_list_after(UiList *list, gint64 id)
{
  guint found = 0;
  if (!list_find(list, id, &found))
    return list_id(list, list->selected);
  if (found + 1 >= list->rows->len)
    list_grow(list, FALSE, list->height, NULL);
  return list_find(list, id, &found) ? list_id(list, found + 1) : 0;
}

static gboolean
list_jump(UiList *list, gboolean last, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  guint want = 2 * list->height;
  if (!list->source->fetch(list->owner, NULL, last, want, &rows, error))
    return FALSE;
  if (last && list->source->one_way) { /* read on to the end */
    while (!list->at_end && list->rows->len < 100 * LIST_SEARCH)
      if (!list_grow(list, FALSE, 200, error))
        return FALSE;
    list->selected = list->rows->len > 0 ? list->rows->len - 1 : 0;
  } else {
    g_ptr_array_unref(list->rows);
    list->rows = g_steal_pointer(&rows);
    list->at_start = !last || list->rows->len < want;
    list->at_end = last || list->rows->len < want;
    list->top = 0;
    list->selected = last && list->rows->len > 0 ? list->rows->len - 1 : 0;
  }
  list_settle(list);
  return TRUE;
}

static gboolean
list_step(UiList *list, gint by, GError **error)
{
  gint64 to = (gint64)list->selected + by;
  guint page = (guint)ABS(by);
  if (to < 0 && !list->at_start) {
    if (!list_grow(list, TRUE, MAX(page, list->height), error))
      return FALSE;
    to = (gint64)list->selected + by;
  }
  if (to >= (gint64)list->rows->len && !list_grow(list, FALSE, MAX(page, list->height), error))
    return FALSE;
  list->selected = (guint)CLAMP(to, 0, MAX((gint64)list->rows->len - 1, 0));
  if (page > 1) /* a page: the window moves as far as the selection */
    list->top = (guint)CLAMP((gint64)list->top + by, 0, (gint64)list->rows->len);
  list_settle(list);
  return list_fill(list, error);
}

guint
ui_list_move(UiList *list, UiRequest request, GError **error)
{
  gint page = MAX((gint)list->height - 1, 1);
  gboolean done = TRUE;
  switch (request) {
  case UI_REQUEST_UP:
    done = list_step(list, -1, error);
    break;
  case UI_REQUEST_DOWN:
    done = list_step(list, 1, error);
    break;
  case UI_REQUEST_PAGE_UP:
    done = list_step(list, -page, error);
    break;
  case UI_REQUEST_PAGE_DOWN:
    done = list_step(list, page, error);
    break;
  case UI_REQUEST_FIRST:
  case UI_REQUEST_LAST:
    done = list_jump(list, request == UI_REQUEST_LAST, error);
    break;
  default:
    return UI_UNKNOWN;
  }
  return done ? UI_DRAW : UI_NOTHING;
}

static gboolean
list_matches(const UiList *list, guint i, const char *fold)
{
  g_autofree char *text = list->source->text(list->owner, g_ptr_array_index(list->rows, i));
  g_autofree char *own = base_text_fold(text);
  return strstr(own, fold) != NULL;
}

gboolean
ui_list_search(UiList *list, const char *words, gboolean again)
{
  g_autofree char *fold = base_text_fold(words);
  guint start = list->selected + (again ? 1 : 0), read = 0, i = start;
  if (*fold == '\0' || list->rows->len == 0)
    return FALSE;
  for (;; i++) {
    if (i >= list->rows->len && read < LIST_SEARCH) {
      guint len = list->rows->len;
      list_grow(list, FALSE, 200, NULL);
      read += list->rows->len - len;
    }
    if (i >= list->rows->len)
      break;
    if (list_matches(list, i, fold))
      goto found;
  }
  for (i = 0; i < MIN(start, list->rows->len); i++)
    if (list_matches(list, i, fold))
      goto found;
  return FALSE;
found:
  list->selected = i;
  list_settle(list);
  return TRUE;
}

gboolean
ui_list_tagged(const UiList *list, gint64 id)
{
  return g_hash_table_contains(list->tags, &id);
}

void
ui_list_tag(UiList *list, gint64 id, gboolean tagged)
{
  if (tagged)
    g_hash_table_add(list->tags, g_memdup2(&id, sizeof id));
  else
    g_hash_table_remove(list->tags, &id);
}

void
ui_list_tag_window(UiList *list)
{
  for (guint i = 0; i < list->rows->len; i++)
    ui_list_tag(list, list_id(list, i), TRUE);
}

void
ui_list_untag(UiList *list)
{
  g_hash_table_remove_all(list->tags);
}

guint
ui_list_tags(const UiList *list)
{
  return g_hash_table_size(list->tags);
}

GArray *
ui_list_chosen(const UiList *list)
{
  GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init(&iter, list->tags);
  while (g_hash_table_iter_next(&iter, &id, NULL))
    g_array_append_vals(ids, id, 1);
  gint64 own = list_id(list, list->selected);
  if (ids->len == 0 && own != 0)
    g_array_append_val(ids, own);
  return ids;
}
