#include "unit.h"

#include <string.h>

#include "ui/buffer.h"

/* Letters of one, two, three and four bytes, a wide one, combining marks on a base and on nothing.
 */
static const char *const PIECES[] = {"a",     "Z",      " ",      "\n",      "é",
                                     "…",     "漢",     "😀",      "e\u0301", "\u0301",
                                     "word ", "PLAN\n", "\u200d", "fin.\n\n"};

static gboolean
valid_place(const char *text, gsize byte)
{
  return byte <= strlen(text) && ((guchar)text[byte] & 0xC0) != 0x80;
}

static void
random_move(UiBuffer *buffer, GRand *random)
{
  switch (g_rand_int_range(random, 0, 8)) {
  case 0:
    ui_buffer_left(buffer);
    break;
  case 1:
    ui_buffer_right(buffer);
    break;
  case 2:
    ui_buffer_word(buffer, g_rand_boolean(random));
    break;
  case 3:
    ui_buffer_line(buffer, g_rand_boolean(random));
    break;
  case 4:
    ui_buffer_section(buffer, g_rand_boolean(random));
    break;
  case 5:
    ui_buffer_go(buffer, (gsize)g_rand_int_range(random, 0, 200));
    break;
  case 6:
    ui_buffer_mark(buffer);
    break;
  default:
    ui_buffer_search(buffer, "word");
  }
}

/* What stood before and behind what was taken or put still stands there. */
static void
assert_frame(const char *old, gsize old_cursor, const char *new, gsize new_cursor)
{
  gsize head = MIN(old_cursor, new_cursor), old_n = strlen(old), new_n = strlen(new);
  gsize tail = MIN(old_n, new_n);
  while (tail > 0 && strcmp(old + old_n - tail, new + new_n - tail) != 0)
    tail--;
  assert_memory_equal(old, new, MIN(head, MIN(old_n, new_n)));
  assert_true(head + tail >= MIN(old_n, new_n));
}

static void
random_edit(UiBuffer *buffer, GRand *random)
{
  g_autofree char *old = g_strdup(ui_buffer_text(buffer));
  gsize cursor = ui_buffer_cursor(buffer);
  const char *piece = PIECES[g_rand_int_range(random, 0, G_N_ELEMENTS(PIECES))];
  gboolean changed;
  switch (g_rand_int_range(random, 0, 8)) {
  case 0:
    changed = ui_buffer_backspace(buffer);
    assert_true(changed == (cursor > 0));
    break;
  case 1:
    changed = ui_buffer_delete(buffer);
    assert_true(changed == (old[cursor] != '\0'));
    break;
  case 2:
    changed = ui_buffer_cut(buffer);
    break;
  case 3:
    changed = ui_buffer_cut_line(buffer);
    break;
  case 4:
    changed = ui_buffer_paste(buffer);
    break;
  default:
    changed = ui_buffer_insert(buffer, piece);
    assert_true(changed);
    g_autofree char *wanted = g_strdup_printf("%.*s%s%s", (int)cursor, old, piece, old + cursor);
    assert_string_equal(ui_buffer_text(buffer), wanted);
  }
  assert_true(changed == (strcmp(old, ui_buffer_text(buffer)) != 0));
  assert_frame(old, cursor, ui_buffer_text(buffer), ui_buffer_cursor(buffer));
}

static void
random_session(guint32 seed)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(seed);
  const char *first = "HISTORY\nCafé e\u0301te\u0301 漢字.\n\nPLAN\nword by word\n";
  g_autoptr(UiBuffer) buffer = ui_buffer_new(first);
  for (guint i = 0; i < 300; i++) {
    if (g_rand_int_range(random, 0, 3) == 0)
      random_move(buffer, random);
    else
      random_edit(buffer, random);
    assert_true(g_utf8_validate(ui_buffer_text(buffer), -1, NULL));
    assert_true(valid_place(ui_buffer_text(buffer), ui_buffer_cursor(buffer)));
  }
  g_autofree char *last = g_strdup(ui_buffer_text(buffer));
  while (ui_buffer_undo(buffer))
    assert_true(g_utf8_validate(ui_buffer_text(buffer), -1, NULL));
  assert_string_equal(ui_buffer_text(buffer), first);
  while (ui_buffer_redo(buffer))
    assert_true(g_utf8_validate(ui_buffer_text(buffer), -1, NULL));
  assert_string_equal(ui_buffer_text(buffer), last);
}

static void
test_random(void **state)
{
  (void)state;
  for (guint32 seed = 1; seed <= 60; seed++)
    random_session(seed);
}

/* A letter and its marks are one for the cursor, and go together. */
static void
test_letters(void **state)
{
  (void)state;
  g_autoptr(UiBuffer) buffer = ui_buffer_new("xe\u0301\u0323y");
  ui_buffer_go(buffer, 1);
  ui_buffer_right(buffer);
  assert_int_equal(ui_buffer_cursor(buffer), 6);
  assert_true(ui_buffer_backspace(buffer));
  assert_string_equal(ui_buffer_text(buffer), "xy");
  ui_buffer_go(buffer, 1);
  ui_buffer_insert(buffer, "é");
  ui_buffer_go(buffer, 2); /* in the midst of it */
  assert_true(ui_buffer_cursor(buffer) == 1 || ui_buffer_cursor(buffer) == 3);
}

static void
test_region(void **state)
{
  (void)state;
  gsize start = 9, end = 9;
  g_autoptr(UiBuffer) buffer = ui_buffer_new("one two three");
  assert_false(ui_buffer_region(buffer, &start, &end));
  ui_buffer_go(buffer, 8);
  ui_buffer_mark(buffer);
  ui_buffer_go(buffer, 4);
  assert_true(ui_buffer_region(buffer, &start, &end));
  assert_int_equal(start, 4);
  assert_int_equal(end, 8);
  assert_true(ui_buffer_cut(buffer));
  assert_string_equal(ui_buffer_text(buffer), "one three");
  ui_buffer_go(buffer, 9);
  assert_true(ui_buffer_paste(buffer));
  assert_string_equal(ui_buffer_text(buffer), "one threetwo ");
}

static void
test_search(void **state)
{
  (void)state;
  g_autoptr(UiBuffer) buffer = ui_buffer_new("Été chaud, ete froid, ÉTÉ");
  assert_true(ui_buffer_search(buffer, "ete"));
  gsize first = ui_buffer_cursor(buffer);
  assert_true(ui_buffer_search(buffer, "ete"));
  assert_true(ui_buffer_cursor(buffer) != first);
  assert_true(ui_buffer_search(buffer, "ete"));
  assert_true(ui_buffer_search(buffer, "ete"));
  assert_int_equal(ui_buffer_cursor(buffer), first); /* round the end */
  assert_false(ui_buffer_search(buffer, "hiver"));
}

/* Text over the cap is not taken, and nothing is lost by it. */
static void
test_cap(void **state)
{
  (void)state;
  g_autofree char *much = g_strnfill(UI_BUFFER_CAP, 'x');
  g_autoptr(UiBuffer) buffer = ui_buffer_new("kept");
  assert_false(ui_buffer_insert(buffer, much));
  assert_string_equal(ui_buffer_text(buffer), "kept");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random), cmocka_unit_test(test_letters), cmocka_unit_test(test_region),
      cmocka_unit_test(test_search), cmocka_unit_test(test_cap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
