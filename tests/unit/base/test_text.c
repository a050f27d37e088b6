#include "unit.h"

#include <string.h>

#include "guichet/base/text.h"

static void
test_disarm(void **state)
{
  (void)state;
  static const struct {
    const char *in, *out;
  } cases[] = {
      {"plain é", "plain é"},
      {"a\033[31mb", "a\xEF\xBF\xBD[31mb"},
      {"a\xC2\x9B"
       "b",
       "a\xEF\xBF\xBD"
       "b"},
      {"a\xFF"
       "b",
       "a\xEF\xBF\xBD"
       "b"},
      {"a\xE2\x80\xAE"
       "b",
       "a\xEF\xBF\xBD"
       "b"},
      {"a\nb", "a\xEF\xBF\xBD"
               "b"},
      {"cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *out = base_text_disarm(cases[i].in, -1, FALSE);
    assert_string_equal(out, cases[i].out);
  }
  g_autofree char *lines = base_text_disarm("a\nb\tc", -1, TRUE);
  assert_string_equal(lines, "a\nb\tc");
  g_autofree char *zero = base_text_disarm("a\0b", 3, FALSE);
  assert_string_equal(zero, "a\xEF\xBF\xBD"
                            "b");
}

static void
test_fold(void **state)
{
  (void)state;
  g_autofree char *name = base_text_fold("  ÉLÉONORE  d'Œuvre-Müller ");
  assert_string_equal(name, "eleonore d oeuvre muller");
  g_autofree char *none = base_text_fold(" ,. ");
  assert_string_equal(none, "");
}

static void
test_wrap(void **state)
{
  (void)state;
  const char *text = "the quick brown fox\n\nanextremelylongword end\n";
  g_autoptr(GArray) lines = base_text_wrap(text, 10);
  static const char *const want[] = {"the quick", "brown fox", "", "anextremel",
                                     "ylongword", "end",       ""};
  assert_int_equal(lines->len, G_N_ELEMENTS(want));
  for (guint i = 0; i < lines->len; i++) {
    BaseTextLine line = g_array_index(lines, BaseTextLine, i);
    g_autofree char *got = g_strndup(text + line.start, line.end - line.start);
    assert_string_equal(got, want[i]);
  }
  g_autoptr(GArray) empty = base_text_wrap("", 10);
  assert_int_equal(empty->len, 1);
}

static void
test_width(void **state)
{
  (void)state;
  assert_int_equal(base_text_width("e\xCC\x81t\xC3\xA9"), 3);
  assert_int_equal(base_text_width("漢字"), 4);
  g_autofree char *cut = base_text_ellipsize("漢字漢字", 5);
  assert_string_equal(cut, "漢字…");
  guint used = 0;
  assert_int_equal(base_text_fit("e\xCC\x81t", 1, &used), 3);
  assert_int_equal(used, 1);
}

static void
test_points(void **state)
{
  (void)state;
  assert_int_equal(base_text_byte("héllo", 2), 3);
  assert_int_equal(base_text_point("héllo", 3), 2);
  assert_int_equal(base_text_byte("hé", 99), 3);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_disarm), cmocka_unit_test(test_fold),   cmocka_unit_test(test_wrap),
      cmocka_unit_test(test_width),  cmocka_unit_test(test_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
