/* A list that is a window on something much longer: pages by key, a selection that follows its row
 * and never moves because something arrived, tags. */
#ifndef GUICHET_UI_LIST_H
#define GUICHET_UI_LIST_H

#include "ui/screen.h"

G_BEGIN_DECLS

typedef struct {
  gint64 (*id)(gconstpointer row);
  /* At most `n` rows after `from` in the order (NULL: from the first), or, `backward`, before it
   * (NULL: the last ones), in order.  *ret: GPtrArray with its free function set.  A fetch that
   * gives fewer than `n` has come to the end. */
  gboolean (*fetch)(gpointer owner, gconstpointer from, gboolean backward, guint n, GPtrArray **ret,
                    GError **error);
  /* What an incremental search looks at; caller frees. */
  char *(*text)(gpointer owner, gconstpointer row);
  gboolean one_way; /* `backward` gives none */
} UiListSource;

typedef struct UiList UiList;

UiList *ui_list_new(const UiListSource *source, gpointer owner);
void ui_list_free(UiList *list);

/* Reads the window anew, `height` rows in sight.  The selection stays on its row; when that row is
 * gone, on the one that came after it. */
gboolean ui_list_recalc(UiList *list, guint height, GError **error);
/* Reads some rows below those in sight, where few are known: once the screen is painted, so that no
 * key has to wait for them. */
void ui_list_ahead(UiList *list);
/* Another order or another limit: from the first row; the selection is kept when `keep` and the
 * row is still near the top. */
void ui_list_reset(UiList *list, gboolean keep);

guint ui_list_seen(const UiList *list);                 /* rows in sight */
gconstpointer ui_list_row(const UiList *list, guint i); /* i counts from the top in sight */
gconstpointer ui_list_selected(const UiList *list);     /* NULL: empty */
guint ui_list_cursor(const UiList *list);               /* the selection, from the top in sight */
gboolean ui_list_more_above(const UiList *list);
gboolean ui_list_more_below(const UiList *list);
/* Selects a row that is in the window. */
gboolean ui_list_select(UiList *list, gint64 id);
/* The id after (or before) `id` in the window; 0 none. */
gint64 ui_list_after(UiList *list, gint64 id);

/* UP, DOWN, PAGE_…, FIRST, LAST; UI_UNKNOWN for another. */
guint ui_list_move(UiList *list, UiRequest request, GError **error);
/* The first row from the selection on (after it with `again`) whose text holds the words, folded.
 */
gboolean ui_list_search(UiList *list, const char *words, gboolean again);

gboolean ui_list_tagged(const UiList *list, gint64 id);
void ui_list_tag(UiList *list, gint64 id, gboolean tagged);
void ui_list_tag_window(UiList *list);
void ui_list_untag(UiList *list);
guint ui_list_tags(const UiList *list);
/* Tagged ids, or the selection alone when there are none: GArray of gint64.  Caller unrefs. */
GArray *ui_list_chosen(const UiList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UiList, ui_list_free)

G_END_DECLS
#endif
