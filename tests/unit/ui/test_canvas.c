#include "unit.h"

#include <string.h>

#include "ui/canvas.h"
#include "ui/diff.h"
#include "ui/textview.h"

static void
test_clipped(void **state)
{
  (void)state;
  g_autoptr(UiCanvas) canvas = ui_canvas_new(3, 8);
  ui_canvas_clear(canvas);
  assert_int_equal(ui_canvas_put(canvas, 0, 5, 10, UI_STYLE_NORMAL, "abcdef"), 3);
  ui_canvas_cell(canvas, 1, 0, 4, UI_STYLE_NORMAL, "Lefèvre");
  ui_canvas_put(canvas, 2, 7, 4, UI_STYLE_NORMAL, "漢"); /* half of it would hang over */
  ui_canvas_put(canvas, 9, 0, 4, UI_STYLE_NORMAL, "below");
  g_autofree char *text = ui_canvas_dump(canvas, FALSE);
  assert_string_equal(text, "     abc\nLef…\n\n");
}

/* Nothing that is put on it can move a cursor, ring, or write from the right. */
static void
test_disarmed(void **state)
{
  (void)state;
  g_autoptr(UiCanvas) canvas = ui_canvas_new(1, 40);
  ui_canvas_clear(canvas);
  ui_canvas_put(canvas, 0, 0, 40, UI_STYLE_NORMAL,
                "a\x1b[2Jb\u202ec\ad\xc2\x9b"
                "e\u2066f\u200fg");
  for (guint i = 0; i < 40; i++)
    for (guint k = 0; k < UI_CELL_CHARS; k++) {
      gunichar c = canvas->cells[i].chars[k];
      assert_false(c != 0 && c < 0x20);
      assert_false(c >= 0x7F && c < 0xA0);
      assert_false((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200F);
    }
}

static void
test_wide(void **state)
{
  (void)state;
  g_autoptr(UiCanvas) canvas = ui_canvas_new(1, 10);
  ui_canvas_clear(canvas);
  assert_int_equal(ui_canvas_put(canvas, 0, 0, 10, UI_STYLE_NORMAL, "漢e\u0301x"), 4);
  g_autofree char *text = ui_canvas_dump(canvas, FALSE);
  assert_string_equal(text, "漢e\u0301x\n");
}

static void
test_diff(void **state)
{
  (void)state;
  g_autofree char *text = ui_diff_lines("one\ntwo\nthree\n", "one\n2\nthree\nfour\n");
  assert_string_equal(text, "  one\n- two\n+ 2\n  three\n+ four\n  \n");
  g_autofree char *same = ui_diff_lines("a\n", "a\n");
  assert_null(strstr(same, "+ "));
}

/* Whatever the texts are, the lines with "  " and "- " are the old one, with "  " and "+ " the new.
 */
static void
test_diff_rebuilds(void **state)
{
  (void)state;
  g_autoptr(GRand) random = g_rand_new_with_seed(3);
  for (guint round = 0; round < 300; round++) {
    GString *texts[2] = {g_string_new(NULL), g_string_new(NULL)};
    GString *back[2] = {g_string_new(NULL), g_string_new(NULL)};
    for (guint i = 0; i < 2; i++)
      for (gint32 n = g_rand_int_range(random, 0, 12); n > 0; n--)
        g_string_append_printf(texts[i], "%c\n", (char)g_rand_int_range(random, 'a', 'e'));
    g_autofree char *diff = ui_diff_lines(texts[0]->str, texts[1]->str);
    g_auto(GStrv) lines = g_strsplit(diff, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
      for (guint i = 0; i < 2 && strlen(*line) > 2; i++)
        if (**line == ' ' || **line == "-+"[i])
          g_string_append_printf(back[i], "%s\n", *line + 2);
    for (guint i = 0; i < 2; i++) {
      assert_string_equal(texts[i]->str, back[i]->str);
      g_string_free(texts[i], TRUE);
      g_string_free(back[i], TRUE);
    }
  }
}

static void
test_wrapped(void **state)
{
  (void)state;
  g_autoptr(UiTextView) view = ui_textview_new();
  g_autoptr(UiCanvas) canvas = ui_canvas_new(4, 12);
  ui_textview_set(view, "The quick brown fox jumps.\nUnbreakablelongwordthatgoeson");
  ui_textview_layout(view, 4, 12);
  ui_canvas_clear(canvas);
  ui_textview_draw(view, canvas, 0, 0);
  g_autofree char *text = ui_canvas_dump(canvas, FALSE);
  assert_string_equal(text, "The quick\nbrown fox\njumps.\nUnbreakablel\n");
  assert_int_equal(ui_textview_lines(view), 6);
  ui_textview_move(view, UI_REQUEST_LAST);
  assert_int_equal(ui_textview_top(view), 2);
  assert_true(ui_textview_search(view, "QUICK", FALSE));
  assert_int_equal(ui_textview_line(view, 4), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_clipped),       cmocka_unit_test(test_disarmed),
      cmocka_unit_test(test_wide),          cmocka_unit_test(test_diff),
      cmocka_unit_test(test_diff_rebuilds), cmocka_unit_test(test_wrapped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
