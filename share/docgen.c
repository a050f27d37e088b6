/* Prints as mdoc what the tables hold, for the manual pages: `docgen SECTION`.
 *
 * A page in share/man has a line @SECTION@ where the words of the table go; share/docs.mk splices
 * them in.  To add a section: a printer here, its row in SECTIONS, its name in share/docs.mk. */
#include <stdio.h>
#include <string.h>

#include "guichet/base/conf.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

typedef struct {
  const char *id, *word, *title;
  const char *flags;
} Row;

static const Row COMMANDS[] = {
#define COMMAND(noun, name, help) {#noun, name, help, NULL},
#include "cli/command.def"
#undef COMMAND
    {NULL, NULL, NULL, NULL}};

static const Row STATES[] = {
#define STATE(id, word, title, open) {#id, word, title, NULL},
#include "clinic/item.def"
#undef STATE
    {NULL, NULL, NULL, NULL}};

static const struct {
  const char *from, *action, *power, *to;
} STEPS[] = {
#define ITEM(from, action, power, guard, to) {#from, #action, #power, #to},
#include "clinic/item.def"
#undef ITEM
    {NULL, NULL, NULL, NULL}};

static const struct {
  const char *word;
  char letter;
  const char *title;
} ROLES[] = {
#define ROLE(id, word, letter, title) {word, letter, title},
#include "clinic/role.def"
#undef ROLE
    {NULL, 0, NULL}};

static const Row POWERS[] = {
#define POWER(id, word, roles, title) {#id, word, title, roles},
#include "clinic/role.def"
#undef POWER
    {NULL, NULL, NULL, NULL}};

static const struct {
  const char *context, *keys, *help;
} REQUESTS[] = {
#if __has_include("ui/request.def")
#define REQ(id, name, context, keys, needs, help, hint) {#context, keys, help},
#include "ui/request.def"
#undef REQ
#endif
    {NULL, NULL, NULL}};

/* Text that mdoc will not take for a request or an escape. */
static void
doc_put(const char *text)
{
  if (*text == '.' || *text == '\'')
    fputs("\\&", stdout);
  for (; *text != '\0'; text++)
    if (*text == '\\')
      fputs("\\e", stdout);
    else
      putchar(*text);
}

/* A line of text, with the lower case of a name from the tables: ESCALATED is "escalated". */
static void
doc_lower(const char *name)
{
  g_autofree char *lower = g_ascii_strdown(name, -1);
  doc_put(g_strdelimit(lower, "_", ' '));
}

/* A title inside a list: only the first keeps its capital. */
static void
doc_inside(const char *title, gboolean inside)
{
  g_autofree char *text = g_strdup(title);
  if (inside)
    *text = g_ascii_tolower(*text);
  doc_put(text);
}

static void
doc_sentence(const char *text)
{
  doc_put(text);
  fputs(strlen(text) > 0 && text[strlen(text) - 1] == '.' ? "\n" : ".\n", stdout);
}

static void
doc_commands(void)
{
  if (COMMANDS->id == NULL)
    return;
  puts(".Bl -tag -width Ds");
  for (const Row *row = COMMANDS; row->id != NULL; row++) {
    printf(".It Ic ");
    doc_put(row->word);
    putchar('\n');
    doc_sentence(row->title);
  }
  puts(".El");
}

/* The subcommands on one line, for the shell's completion. */
static void
doc_words(void)
{
  for (const Row *row = COMMANDS; row->id != NULL; row++)
    printf("%s%s", row == COMMANDS ? "" : " ", row->word);
  putchar('\n');
}

static void
doc_range(const BaseConfRow *row)
{
  if (row->type == BASE_CONF_TYPE_BOOL)
    puts("Either true or false.");
  else if (row->type == BASE_CONF_TYPE_INT)
    printf("A whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".\n", row->least,
           row->most);
  if (*row->fallback == '\0') {
    puts("Empty by default.");
    return;
  }
  fputs("The default is\n.Ql ", stdout);
  doc_put(row->fallback);
  puts(" .");
}

static void
doc_settings(void)
{
  const char *group = "";
  for (BaseConfKey key = 0; key < BASE_CONF_N; key++) {
    const BaseConfRow *row = base_conf_row(key);
    if (strcmp(row->group, group) != 0) {
      if (*group != '\0')
        puts(".El");
      printf(".Ss [%s]\n.Bl -tag -width Ds\n", row->group);
      group = row->group;
    }
    printf(".It Cm %s No = Ar %s\n", row->name,
           row->type == BASE_CONF_TYPE_INT    ? "number"
           : row->type == BASE_CONF_TYPE_BOOL ? "boolean"
                                              : "text");
    doc_sentence(row->help);
    doc_range(row);
  }
  puts(".El");
}

static void
doc_states(void)
{
  puts(".Bl -tag -width Ds");
  for (const Row *row = STATES; row->id != NULL; row++) {
    gboolean any = FALSE;
    printf(".It Em %s\n", row->word);
    for (gsize i = 0; STEPS[i].from != NULL; i++) {
      if (strcmp(STEPS[i].from, row->id) != 0)
        continue;
      fputs(any ? ";\n" : "", stdout);
      doc_lower(STEPS[i].action);
      fputs(" leads to ", stdout);
      doc_lower(STEPS[i].to);
      any = TRUE;
    }
    puts(any ? "." : "The end of its life.");
  }
  puts(".El");
}

static void
doc_roles(void)
{
  puts(".Bl -tag -width Ds");
  for (gsize i = 0; ROLES[i].word != NULL; i++) {
    gboolean any = FALSE;
    printf(".It Em %s Pq ", ROLES[i].word);
    doc_put(ROLES[i].title);
    putchar('\n');
    for (const Row *power = POWERS; power->id != NULL; power++) {
      if (strchr(power->flags, ROLES[i].letter) == NULL)
        continue;
      fputs(any ? ";\n" : "", stdout);
      doc_inside(power->title, any);
      any = TRUE;
    }
    puts(any ? "." : "Nothing.");
  }
  puts(".El");
}

/* "? F1" as \&? , \&F1: a key is never taken for punctuation of mdoc's. */
static void
doc_key_names(const char *keys)
{
  g_auto(GStrv) each = g_strsplit(keys, " ", -1);
  fputs(".It", stdout);
  for (gsize i = 0; each[i] != NULL; i++) {
    fputs(i > 0 ? " , Ic \\&" : " Ic \\&", stdout);
    doc_put(each[i]);
  }
  putchar('\n');
}

/* Where keys hold: two contexts are wider than a screen, the others bear their screen's name. */
static void
doc_context(const char *context)
{
  if (strcmp(context, "ANY") == 0)
    puts(".Ss Every screen");
  else if (strcmp(context, "MOVE") == 0)
    puts(".Ss Lists and texts");
  else {
    g_autofree char *lower = g_ascii_strdown(context, -1);
    printf(".Ss The screen %s\n", g_strdelimit(lower, "_", ' '));
  }
}

static void
doc_keys(void)
{
  const char *context = "";
  for (gsize i = 0; REQUESTS[i].context != NULL; i++) {
    if (strcmp(REQUESTS[i].context, context) != 0) {
      fputs(*context != '\0' ? ".El\n" : "", stdout);
      doc_context(context = REQUESTS[i].context);
      puts(".Bl -tag -width Ds");
    }
    doc_key_names(REQUESTS[i].keys);
    doc_sentence(REQUESTS[i].help);
  }
  puts(*context != '\0' ? ".El" : "The\n.Ic \\&?\nkey lists them.");
}

static const struct {
  const char *name;
  void (*print)(void);
} SECTIONS[] = {
    {"COMMANDS", doc_commands}, {"KEYS", doc_keys},   {"SETTINGS", doc_settings},
    {"STATES", doc_states},     {"ROLES", doc_roles}, {"words", doc_words},
};

int
main(int argc, char **argv)
{
  for (gsize i = 0; argc == 2 && i < G_N_ELEMENTS(SECTIONS); i++)
    if (strcmp(argv[1], SECTIONS[i].name) == 0) {
      SECTIONS[i].print();
      return fflush(stdout) == 0 ? 0 : BASE_ERROR_IO;
    }
  fputs("Usage: docgen SECTION\n", stderr);
  return BASE_ERROR_USAGE;
}
