#include "unit.h"

#include <string.h>

#include "ui/decoder.h"

/* What the keys of `bytes` are called, each read of `step` bytes, `*ret_burst` when any was one. */
static char *
decode(const char *bytes, gsize length, gsize step, gboolean *ret_burst)
{
  g_autoptr(UiDecoder) decoder = ui_decoder_new();
  g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(UiKey));
  gint64 now = 1000000;
  *ret_burst = FALSE;
  for (gsize at = 0; at < length; at += step, now += G_TIME_SPAN_SECOND)
    *ret_burst |=
        ui_decoder_feed(decoder, (const guint8 *)bytes + at, MIN(step, length - at), now, keys);
  if (ui_decoder_waits(decoder))
    ui_decoder_flush(decoder, keys);
  GString *names = g_string_new(NULL);
  for (guint i = 0; i < keys->len; i++) {
    g_autofree char *name = ui_key_name(g_array_index(keys, UiKey, i));
    g_string_append_printf(names, "%s%s", i > 0 ? " " : "", name);
  }
  return g_string_free(names, FALSE);
}

static void
assert_keys(const char *bytes, const char *names)
{
  gboolean burst = FALSE;
  g_autofree char *whole = decode(bytes, strlen(bytes), strlen(bytes), &burst);
  assert_string_equal(whole, names);
}

static void
test_keys(void **state)
{
  (void)state;
  assert_keys("a", "a");
  assert_keys("é", "é");
  assert_keys("\x1b[A", "Up");
  assert_keys("\x1bOB", "Down");
  assert_keys("\x1b[5~", "PgUp");
  assert_keys("\x1b[1;5D", "C-Left");
  assert_keys("\x1bn", "M-n");
  assert_keys("\x1b", "Esc");
  assert_keys("\r", "Enter");
  assert_keys("\x7f", "BSpace");
  assert_keys("\x13", "C-s");
}

/* However a line cuts them up, the characters are the same. */
static void
test_cut_up(void **state)
{
  (void)state;
  const char *bytes = "é漢😀";
  gboolean burst = FALSE;
  for (gsize step = 1; step <= strlen(bytes); step++) {
    g_autofree char *names = decode(bytes, strlen(bytes), step, &burst);
    assert_string_equal(names, "é 漢 😀");
  }
}

static gboolean
is_burst(const char *bytes)
{
  gboolean burst = FALSE;
  g_free(decode(bytes, strlen(bytes), strlen(bytes), &burst));
  return burst;
}

/* A pasted answer, a pasted page: never typing.  A cursor key held down is. */
static void
test_burst(void **state)
{
  (void)state;
  assert_false(is_burst("sq"));
  assert_true(is_burst("\x1b[200~yes\x1b[201~"));
  assert_keys("\x1b[200~yes\x1b[201~", "y e s");
  assert_true(is_burst("sssssssssssss\ry\r"));
  assert_false(is_burst("\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B"));
}

/* Any bytes: no crash, no endless wait, keys that have names. */
static void
test_noise(void **state)
{
  (void)state;
  g_autoptr(GRand) random = g_rand_new_with_seed(7);
  for (guint round = 0; round < 3000; round++) {
    char bytes[64];
    gboolean burst = FALSE;
    gsize n = (gsize)g_rand_int_range(random, 1, sizeof bytes);
    for (gsize i = 0; i < n; i++)
      bytes[i] =
          (char)(g_rand_boolean(random) ? "\x1b[O;20~1MA\xff\xc3"[g_rand_int_range(random, 0, 12)]
                                        : g_rand_int_range(random, 0, 256));
    g_autofree char *names = decode(bytes, n, (gsize)g_rand_int_range(random, 1, 9), &burst);
    assert_true(g_utf8_validate(names, -1, NULL));
  }
}

static void
test_names(void **state)
{
  (void)state;
  static const char *const names[] = {"Down",  "C-x", "M-n", "F1",     "F12",
                                      "Space", "q",   "é",   "C-Left", "PgDn"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *back = ui_key_name(ui_key_parse(names[i]));
    assert_string_equal(back, names[i]);
  }
  assert_int_equal(ui_key_parse("NoSuchKey"), UI_KEY_NONE);
}

/* What follows a burst at once belongs to it, but not a command that comes by itself: C-s after
 * words that a slow line brought together. */
static void
test_after_burst(void **state)
{
  (void)state;
  static const struct {
    const char *bytes;
    gboolean burst;
  } NEXT[] = {{"s", TRUE}, {"\r", TRUE}, {"\x13", FALSE}, {"\x1b[B", FALSE}, {"\x13y", TRUE}};
  for (gsize i = 0; i < G_N_ELEMENTS(NEXT); i++) {
    UiDecoder *decoder = ui_decoder_new();
    g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(UiKey));
    const char *words = "typed on a slow line";
    assert_true(ui_decoder_feed(decoder, (const guint8 *)words, strlen(words), 1000, keys));
    assert_int_equal(
        ui_decoder_feed(decoder, (const guint8 *)NEXT[i].bytes, strlen(NEXT[i].bytes), 2000, keys),
        NEXT[i].burst);
    assert_true(ui_decoder_feed(decoder, (const guint8 *)"y", 1, 3000, keys)); /* still within it */
    ui_decoder_free(decoder);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_keys),  cmocka_unit_test(test_cut_up),
      cmocka_unit_test(test_burst), cmocka_unit_test(test_after_burst),
      cmocka_unit_test(test_noise), cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
