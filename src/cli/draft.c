/* guichet draft: a note from a transcript on standard input; no clinic needed. */
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "cli/draft_chat.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/scribe/builtin.h"
#include "guichet/worker/fallback.h"

#define LINE_CAP (16u * 1024u * 1024u) /* bytes of one line of --jsonl */

typedef struct {
  char *engine, *template, *language;
  gboolean json, jsonl;
  ScribeLexicon *lexicon;
  CliDraftChatOptions service;
  CliDraftChat *chat; /* NULL: the builtin engine */
} Draft;

static gboolean
draft_arguments(const Draft *d, int argc, char **argv, GError **error)
{
  static const char *const ENGINES[] = {"builtin", "chat", NULL};
  if (argc > 1)
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                _("%s: the transcript is read from standard input"), argv[1]);
  else if (d->engine != NULL && !g_strv_contains(ENGINES, d->engine))
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                _("there is no engine %s; builtin and chat are known"), d->engine);
  else
    return TRUE;
  return FALSE;
}

static gboolean
draft_options(Draft *d, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"engine", 0, 0, G_OPTION_ARG_STRING, &d->engine, N_("which engine drafts: builtin or chat"),
       N_("NAME")},
      {"url", 0, 0, G_OPTION_ARG_STRING, &d->service.url,
       N_("of the chat service on this host: http://127.0.0.1:8080/v1"), N_("URL")},
      {"model", 0, 0, G_OPTION_ARG_STRING, &d->service.model,
       N_("the model's name, as the service knows it"), N_("NAME")},
      {"key-file", 0, 0, G_OPTION_ARG_FILENAME, &d->service.key_file,
       N_("a file (0600) with the service's key"), N_("FILE")},
      {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &d->service.ca_file,
       N_("certificates that the service's own is checked against"), N_("FILE")},
      {"context-tokens", 0, 0, G_OPTION_ARG_INT, &d->service.context_tokens,
       N_("the model's context in tokens"), N_("NUMBER")},
      {"seconds", 0, 0, G_OPTION_ARG_INT, &d->service.seconds,
       N_("that one answer of the service may take"), N_("NUMBER")},
      {"template", 0, 0, G_OPTION_ARG_STRING, &d->template,
       N_("soap, behavioural, chronic or telehealth"), N_("NAME")},
      {"language", 0, 0, G_OPTION_ARG_STRING, &d->language,
       N_("of the note: en or fr (the transcript's own)"), N_("LANGUAGE")},
      {"json", 0, 0, G_OPTION_ARG_NONE, &d->json, N_("print the draft as JSON"), NULL},
      {"jsonl", 0, 0, G_OPTION_ARG_NONE, &d->jsonl,
       N_("read one {\"id\",\"dialogue\"} a line, print one draft a line"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr(GOptionContext) context = g_option_context_new(_("< TRANSCRIPT"));
  g_option_context_set_translation_domain(context, "guichet");
  g_option_context_set_summary(context, _("Drafts a note from a transcript on standard input."));
  g_option_context_add_main_entries(context, entries, NULL);
  g_autoptr(GError) bad = NULL;
  if (!g_option_context_parse(context, argc, argv, &bad)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, "%s", bad->message);
    return FALSE;
  }
  return draft_arguments(d, *argc, *argv, error);
}

static gboolean
draft_make(const Draft *d, const ScribeTranscript *t, ScribeDraft **ret, GError **error)
{
  ScribeContext context = {.language = d->language};
  g_autoptr(GError) why = NULL;
  if (d->chat != NULL &&
      cli_draft_chat_make(d->chat, d->lexicon, t, d->template, &context, ret, &why))
    return TRUE;
  if (!scribe_builtin_draft(d->lexicon, t, d->template, &context, ret, error))
    return FALSE;
  if (why == NULL)
    return TRUE;
  fprintf(stderr, _("guichet: %s; the builtin engine drafted instead\n"), why->message);
  worker_fallback_mark(*ret, why);
  return TRUE;
}

static void
print_json(json_t *value)
{
  json_dumpf(value, stdout, JSON_COMPACT);
  fputc('\n', stdout);
  json_decref(value);
}

/* One line in, one line out, whatever stands in it. */
static void
draft_line(const Draft *d, const char *line, gsize length, gsize number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ScribeTranscript) t = NULL;
  g_autoptr(ScribeDraft) draft = NULL;
  json_error_t where;
  g_autofree char *name = g_strdup_printf("line %" G_GSIZE_FORMAT, number);
  json_t *row = length <= LINE_CAP ? json_loadb(line, length, 0, &where) : NULL;
  if (length > LINE_CAP)
    g_set_error(&error, BASE_ERROR, BASE_ERROR_DATA, _("%s: longer than 16 MiB"), name);
  else if (!json_is_object(row))
    g_set_error(&error, BASE_ERROR, BASE_ERROR_DATA, _("%s: not a JSON object"), name);
  else if (scribe_transcript_from_json(name, row, &t, &error))
    draft_make(d, t, &draft, &error);
  json_t *id = json_object_get(row, "id");
  json_t *answer =
      draft != NULL ? scribe_draft_to_json(draft, id) : json_pack("{s:s}", "error", error->message);
  if (draft == NULL && id != NULL)
    json_object_set(answer, "id", id);
  print_json(answer);
  json_decref(row);
}

/* A line is kept up to the cap and one byte more, so that a longer one is told and no memory goes
 * into it. */
static gboolean
read_line(GString *line, gsize *ret_length)
{
  int c;
  g_string_truncate(line, 0);
  *ret_length = 0;
  while ((c = getc(stdin)) != EOF && c != '\n') {
    if (line->len < LINE_CAP)
      g_string_append_c(line, (char)c);
    ++*ret_length;
  }
  return c != EOF || *ret_length > 0;
}

static void
draft_lines(const Draft *d)
{
  GString *line = g_string_new(NULL);
  gsize length;
  for (gsize number = 1; read_line(line, &length); number++) {
    if (length > 0)
      draft_line(d, line->str, length, number);
    fflush(stdout);
  }
  g_string_free(line, TRUE);
}

static gboolean
draft_one(const Draft *d, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize length;
  g_autoptr(ScribeTranscript) t = NULL;
  g_autoptr(ScribeDraft) draft = NULL;
  if (!base_file_read("-", SCRIBE_TRANSCRIPT_CAP, &bytes, &length, error) ||
      !scribe_transcript_parse(_("standard input"), bytes, length, &t, error) ||
      !draft_make(d, t, &draft, error))
    return FALSE;
  for (guint i = 0; i < t->warnings->len; i++)
    fprintf(stderr, "guichet: %s\n", (const char *)g_ptr_array_index(t->warnings, i));
  if (d->json)
    print_json(scribe_draft_to_json(draft, NULL));
  else
    fputs(draft->text, stdout);
  return TRUE;
}

static void
draft_clear(Draft *d)
{
  cli_draft_chat_close(d->chat);
  scribe_lexicon_free(d->lexicon);
  char *strings[] = {d->engine,        d->template,         d->language,       d->service.url,
                     d->service.model, d->service.key_file, d->service.ca_file};
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    g_free(strings[i]);
}

int
cli_draft_run(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  Draft d = {0};
  if (draft_options(&d, &argc, &argv, &error) && scribe_lexicon_load(NULL, &d.lexicon, &error) &&
      (g_strcmp0(d.engine, "chat") != 0 || cli_draft_chat_open(&d.service, &d.chat, &error))) {
    if (d.jsonl)
      draft_lines(&d);
    else
      draft_one(&d, &error);
  }
  if (error == NULL && (fflush(stdout) != 0 || ferror(stdout)))
    g_set_error(&error, BASE_ERROR, BASE_ERROR_IO, _("writing the draft failed"));
  if (error != NULL)
    fprintf(stderr, "guichet: %s\n", error->message);
  draft_clear(&d);
  return base_error_exit(error);
}
