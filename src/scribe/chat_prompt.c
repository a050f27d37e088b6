#include "scribe/chat_prompt.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/template.h"

#define PROMPT_CAP (64u * 1024u)
#define PROMPT_HEAD                                                                                \
  "# guichet prompt 1\n" /* which fields there are, and what is done with them                     \
                          */

typedef enum { PROMPT_NOTE, PROMPT_VISIT, PROMPT_REPAIR, PROMPT_N } PromptFile;

struct ScribeChatPrompt {
  BaseTemplate *file[PROMPT_N];
  char *hash;
};

static const struct {
  const char *word;
  guint most;
  const char *english, *french;
} SECTIONS[] = {
#define CHAT_SECTION(id, word, most, english, french) {word, most, english, french},
#include "scribe/chat_section.def"
#undef CHAT_SECTION
};

const char *
scribe_chat_prompt_section(ScribeChatSection section)
{
  return SECTIONS[section].word;
}

const char *
scribe_chat_prompt_title(ScribeChatSection section, gboolean french)
{
  return french ? SECTIONS[section].french : SECTIONS[section].english;
}

void
scribe_chat_prompt_free(ScribeChatPrompt *prompt)
{
  if (prompt == NULL)
    return;
  for (guint i = 0; i < PROMPT_N; i++)
    base_template_free(prompt->file[i]);
  g_free(prompt->hash);
  g_free(prompt);
}

/* --- reading */

static char *
prompt_path(const char *own, const char *name)
{
  g_autofree char *path = own != NULL ? g_build_filename(own, name, NULL) : NULL;
  if (path != NULL && g_file_test(path, G_FILE_TEST_EXISTS))
    return g_steal_pointer(&path);
  g_autofree char *shipped = g_build_filename("templates", "prompts", name, NULL);
  return base_file_data(shipped);
}

static gboolean
prompt_read(const char *path, const char *const *fields, GChecksum *sum, BaseTemplate **ret,
            GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  if (!base_file_read(path, PROMPT_CAP, &text, &length, error))
    return FALSE;
  if (!g_str_has_prefix(text, PROMPT_HEAD)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                "%s:1: a prompt begins with the line \"# guichet prompt 1\"; compare it with the "
                "one that is shipped",
                path);
    return FALSE;
  }
  g_checksum_update(sum, (const guchar *)text, (gssize)length);
  return base_template_parse(path, text + strlen(PROMPT_HEAD), fields, ret, error);
}

gboolean
scribe_chat_prompt_load(const char *own, const char *language, ScribeChatPrompt **ret,
                        GError **error)
{
  static const char *const NAMES[PROMPT_N] = {"note", "visit", "repair"};
  static const char *const FIELDS[PROMPT_N][8] = {
      {"sections", "behavioural", "chronic", "telehealth", "style", NULL},
      {"part", "mark", "turns", NULL},
      {"sections", NULL},
  };
  g_autoptr(ScribeChatPrompt) prompt = g_new0(ScribeChatPrompt, 1);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (guint i = 0; i < PROMPT_N; i++) {
    g_autofree char *name = g_strdup_printf("%s.%s.txt", NAMES[i], language);
    g_autofree char *path = prompt_path(own, name);
    if (!prompt_read(path, FIELDS[i], sum, &prompt->file[i], error))
      return FALSE;
  }
  json_t *schema = scribe_chat_prompt_schema(SCRIBE_CHAT_ALL, 0, 1);
  char *form = json_dumps(schema, JSON_COMPACT | JSON_SORT_KEYS);
  g_checksum_update(sum, (const guchar *)form, -1);
  free(form);
  json_decref(schema);
  prompt->hash = g_strdup(g_checksum_get_string(sum));
  *ret = g_steal_pointer(&prompt);
  return TRUE;
}

const char *
scribe_chat_prompt_hash(const ScribeChatPrompt *prompt)
{
  return prompt->hash;
}

/* --- filling in */

static char *
section_words(guint sections)
{
  GString *words = g_string_new(NULL);
  for (guint i = 0; i < SCRIBE_CHAT_SECTION_N; i++)
    if ((sections & (1u << i)) != 0)
      g_string_append_printf(words, "%s%s", words->len > 0 ? ", " : "", SECTIONS[i].word);
  return g_string_free(words, FALSE);
}

static gboolean
prompt_fill(const ScribeChatPrompt *prompt, PromptFile file, const ScribeChatFill *fill, char **ret,
            GError **error)
{
  g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *sections = section_words(fill->sections);
  const struct {
    const char *field;
    const char *value;
  } rows[] = {{"sections", sections}, {fill->template, "yes"},
              {"style", fill->style}, {"part", fill->part ? "yes" : NULL},
              {"mark", fill->mark},   {"turns", fill->turns}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (rows[i].value != NULL)
      g_hash_table_insert(values, g_strdup(rows[i].field), g_strdup(rows[i].value));
  return base_template_render(prompt->file[file], values, ret, error);
}

gboolean
scribe_chat_prompt_system(const ScribeChatPrompt *prompt, const ScribeChatFill *fill, char **ret,
                          GError **error)
{
  return prompt_fill(prompt, PROMPT_NOTE, fill, ret, error);
}

gboolean
scribe_chat_prompt_user(const ScribeChatPrompt *prompt, const ScribeChatFill *fill, char **ret,
                        GError **error)
{
  return prompt_fill(prompt, PROMPT_VISIT, fill, ret, error);
}

gboolean
scribe_chat_prompt_repair(const ScribeChatPrompt *prompt, const ScribeChatFill *fill, char **ret,
                          GError **error)
{
  return prompt_fill(prompt, PROMPT_REPAIR, fill, ret, error);
}

/* --- the form of the answer */

static json_t *
statement_schema(guint first, guint last)
{
  json_t *turns = json_pack("{s:s,s:{s:s,s:i,s:i},s:i,s:i}", "type", "array", "items", "type",
                            "integer", "minimum", (int)first, "maximum", (int)last, "minItems", 1,
                            "maxItems", (int)SCRIBE_CHAT_TURNS_MOST);
  return json_pack("{s:s,s:{s:{s:s,s:i,s:i},s:o},s:[s,s],s:b}", "type", "object", "properties",
                   "text", "type", "string", "minLength", 1, "maxLength",
                   (int)SCRIBE_CHAT_TEXT_MOST, "turns", turns, "required", "text", "turns",
                   "additionalProperties", 0);
}

json_t *
scribe_chat_prompt_schema(guint sections, guint first, guint last)
{
  json_t *properties = json_object(), *required = json_array();
  for (guint i = 0; i < SCRIBE_CHAT_SECTION_N; i++) {
    if ((sections & (1u << i)) == 0)
      continue;
    json_object_set_new(properties, SECTIONS[i].word,
                        json_pack("{s:s,s:o,s:i}", "type", "array", "items",
                                  statement_schema(first, last), "maxItems",
                                  (int)SECTIONS[i].most));
    json_array_append_new(required, json_string(SECTIONS[i].word));
  }
  return json_pack("{s:s,s:o,s:o,s:b}", "type", "object", "properties", properties, "required",
                   required, "additionalProperties", 0);
}
