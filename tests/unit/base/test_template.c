#include "unit.h"

#include "guichet/base/error.h"
#include "guichet/base/template.h"

static const char *const ALLOWED[] = {"first_name", "date", "place", NULL};

static void
test_render(void **state)
{
  (void)state;
  g_autoptr(GError) error = NULL;
  g_autoptr(BaseTemplate) template = NULL;
  base_template_parse(
      "t", "Hello {{first_name}}{{#place}} at {{place}}{{/place}}{{^date}}, soon{{/date}}.",
      ALLOWED, &template, &error);
  assert_no_error(error);
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  char field[] = "first_name", value[] = "Ana {{date}}";
  g_hash_table_insert(values, field, value);
  g_autofree char *text = NULL;
  base_template_render(template, values, &text, &error);
  assert_no_error(error);
  assert_string_equal(text, "Hello Ana {{date}}, soon."); /* a value is never read as a template */
}

static void
test_refusals(void **state)
{
  (void)state;
  static const struct {
    const char *text, *word;
  } cases[] = {
      {"one\n{{diagnosis}}", "t:2: {{diagnosis}} is not a field that"},
      {"{{#date}}x", "never closed"},
      {"{{#date}}{{/place}}", "not opened last"},
      {"{{date", "{{ without }}"},
      {"{{ a b }}", "not a field's name"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    BaseTemplate *template = NULL;
    assert_false(base_template_parse("t", cases[i].text, ALLOWED, &template, &error));
    assert_null(template);
    assert_non_null(g_strstr_len(error->message, -1, cases[i].word));
    assert_int_equal(error->code, BASE_ERROR_DATA);
  }
}

static void
test_hole(void **state)
{
  (void)state;
  g_autoptr(GError) error = NULL;
  g_autoptr(BaseTemplate) template = NULL;
  assert_true(base_template_parse("t", "On {{date}}", ALLOWED, &template, &error));
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  char *text = NULL;
  assert_false(base_template_render(template, values, &text, &error));
  assert_null(text);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_render),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_hole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
