/* The editor's text: valid UTF-8, a cursor between letters (a letter and its combining marks are
 * one), undo and redo, a mark, and what was cut.  Pure: no screen. */
#ifndef GUICHET_UI_BUFFER_H
#define GUICHET_UI_BUFFER_H

#include <glib.h>

G_BEGIN_DECLS

#define UI_BUFFER_CAP (1024u * 1024u) /* bytes */

typedef struct UiBuffer UiBuffer;

UiBuffer *ui_buffer_new(const char *text);
void ui_buffer_free(UiBuffer *buffer);

const char *ui_buffer_text(const UiBuffer *buffer);
gsize ui_buffer_cursor(const UiBuffer *buffer);
void ui_buffer_go(UiBuffer *buffer, gsize byte);
/* Grows with each change; the same number is the same text. */
guint64 ui_buffer_version(const UiBuffer *buffer);

/* All tell whether something changed.  Text over the cap is not taken. */
gboolean ui_buffer_insert(UiBuffer *buffer, const char *text);
gboolean ui_buffer_backspace(UiBuffer *buffer);
gboolean ui_buffer_delete(UiBuffer *buffer);
gboolean ui_buffer_undo(UiBuffer *buffer);
gboolean ui_buffer_redo(UiBuffer *buffer);

void ui_buffer_left(UiBuffer *buffer);
void ui_buffer_right(UiBuffer *buffer);
void ui_buffer_word(UiBuffer *buffer, gboolean back);
/* The start (or end) of the paragraph line the cursor is in. */
void ui_buffer_line(UiBuffer *buffer, gboolean end);
/* The next (or last) line that is all capitals: a section's title. */
gboolean ui_buffer_section(UiBuffer *buffer, gboolean back);

/* The mark and the cursor bound a region; *ret_start <= *ret_end.  FALSE without a mark. */
void ui_buffer_mark(UiBuffer *buffer);
gboolean ui_buffer_region(const UiBuffer *buffer, gsize *ret_start, gsize *ret_end);
gboolean ui_buffer_cut(UiBuffer *buffer);
gboolean ui_buffer_copy(UiBuffer *buffer);
gboolean ui_buffer_cut_line(UiBuffer *buffer);
gboolean ui_buffer_paste(UiBuffer *buffer);

/* The next place of the words after the cursor, round the end, folded; the cursor goes there. */
gboolean ui_buffer_search(UiBuffer *buffer, const char *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UiBuffer, ui_buffer_free)

G_END_DECLS
#endif
