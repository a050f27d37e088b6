/* guichet check: a note against its transcript. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/cli/command.h"
#include "guichet/scribe/check.h"

#define CHECK_NOTE_BYTES (1024u * 1024u)
#define CHECK_LINE_BYTES (16u * 1024u * 1024u)

typedef struct {
  char *transcript, *note, *language;
  gboolean json, jsonl;
} Options;

static void
options_clear(Options *options)
{
  g_free(options->transcript);
  g_free(options->note);
  g_free(options->language);
}

static int
complain(const GError *error)
{
  g_autofree char *plain = base_text_disarm(error->message, -1, FALSE);
  fprintf(stderr, "guichet check: %s\n", plain);
  return error->domain == BASE_ERROR ? base_error_exit(error) : BASE_ERROR_USAGE;
}

static json_t *
findings_json(const json_t *id, const GPtrArray *findings)
{
  json_t *list = json_array();
  for (guint i = 0; i < findings->len; i++)
    json_array_append_new(list, scribe_finding_to_json(findings->pdata[i]));
  json_t *answer = json_object();
  json_object_set_new(answer, "id", id != NULL ? json_deep_copy(id) : json_null());
  json_object_set_new(answer, "findings", list);
  return answer;
}

static void
print_json(json_t *answer)
{
  g_autofree char *text = json_dumps(answer, JSON_COMPACT | JSON_ENSURE_ASCII);
  printf("%s\n", text != NULL ? text : "{\"error\":\"internal\"}");
  json_decref(answer);
}

static void
print_text(const GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    g_autofree char *message = base_text_disarm(f->message, -1, FALSE);
    printf("%-5s %-13s %u-%u  %s\n", scribe_finding_severity_word(f->severity),
           scribe_finding_kind_word(f->kind), f->start, f->end, message);
  }
}

/* --- one note --- */

static int
check_files(const ScribeLexicon *lexicon, const Options *options)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *said = NULL;
  g_autofree char *note = NULL;
  gsize said_length = 0, note_length = 0;
  g_autoptr(ScribeTranscript) transcript = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  ScribeContext context = {.language = options->language};
  if (!base_file_read(options->transcript, SCRIBE_TRANSCRIPT_CAP, &said, &said_length, &error) ||
      !scribe_transcript_parse(options->transcript, said, said_length, &transcript, &error) ||
      !base_file_read(options->note, CHECK_NOTE_BYTES, &note, &note_length, &error))
    return complain(error);
  if (strlen(note) != note_length) {
    fprintf(stderr, _("guichet check: %s holds a zero byte: it is not a note\n"), options->note);
    return BASE_ERROR_DATA;
  }
  if (!scribe_check_note(lexicon, transcript, note, &context, &findings, &error))
    return complain(error);
  if (options->json)
    print_json(findings_json(NULL, findings));
  else
    print_text(findings);
  return 0;
}

/* --- one pair a line --- */

static json_t *
line_fail(const json_t *id, const char *why)
{
  json_t *answer = json_object();
  json_object_set_new(answer, "id", id != NULL ? json_deep_copy(id) : json_null());
  json_object_set_new(answer, "error", json_string(why));
  return answer;
}

static json_t *
check_pair(const ScribeLexicon *lexicon, const json_t *pair, guint line)
{
  const json_t *id = json_object_get(pair, "id"), *note = json_object_get(pair, "note");
  g_autofree char *name = g_strdup_printf("line %u", line);
  g_autoptr(ScribeTranscript) transcript = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(GError) error = NULL;
  if (!json_is_object(pair))
    return line_fail(NULL, "the line is not an object");
  if (!json_is_string(note) || strlen(json_string_value(note)) != json_string_length(note))
    return line_fail(id, "\"note\" is not a string without zero bytes");
  if (!scribe_transcript_from_json(name, pair, &transcript, &error) ||
      !scribe_check_note(lexicon, transcript, json_string_value(note), NULL, &findings, &error))
    return line_fail(id, error->message);
  return findings_json(id, findings);
}

/* One line into `line`, without its end; more than the cap is read past and thrown away. */
static gboolean
next_line(FILE *from, GString *line, gboolean *ret_long)
{
  char chunk[65536];
  gboolean any = FALSE;
  g_string_truncate(line, 0);
  *ret_long = FALSE;
  while (fgets(chunk, sizeof chunk, from) != NULL) {
    gsize n = strlen(chunk);
    any = TRUE;
    gboolean end = n > 0 && chunk[n - 1] == '\n';
    if (line->len + n > CHECK_LINE_BYTES)
      *ret_long = TRUE;
    else
      g_string_append_len(line, chunk, (gssize)(end ? n - 1 : n));
    if (end || n == 0)
      break;
  }
  return any;
}

static json_t *
check_line(const ScribeLexicon *lexicon, const GString *line, gboolean too_long, guint number)
{
  if (too_long)
    return line_fail(NULL, "the line is longer than 16 MiB");
  json_error_t problem;
  json_t *pair = json_loadb(line->str, line->len, 0, &problem);
  if (pair == NULL)
    return line_fail(NULL, problem.text);
  json_t *answer = check_pair(lexicon, pair, number);
  json_decref(pair);
  return answer;
}

static int
check_lines(const ScribeLexicon *lexicon)
{
  g_autoptr(GString) line = g_string_new(NULL);
  gboolean too_long = FALSE;
  for (guint number = 1; next_line(stdin, line, &too_long); number++) {
    print_json(check_line(lexicon, line, too_long, number));
    fflush(stdout);
  }
  if (ferror(stdin) || ferror(stdout)) {
    fprintf(stderr, "guichet check: %s\n", g_strerror(errno));
    return BASE_ERROR_IO;
  }
  return 0;
}

static gboolean
read_options(int argc, char **argv, Options *o, GError **error)
{
  const GOptionEntry entries[] = {
      {"transcript", 0, 0, G_OPTION_ARG_FILENAME, &o->transcript,
       N_("What was said: WebVTT, SRT, \"Speaker: text\" or JSON (- is standard input)"), "FILE"},
      {"note", 0, 0, G_OPTION_ARG_FILENAME, &o->note, N_("The note to check, plain text"), "FILE"},
      {"language", 0, 0, G_OPTION_ARG_STRING, &o->language,
       N_("The note's language; found out if not given"), "en|fr"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &o->json, N_("Answer in JSON"), NULL},
      {"jsonl", 0, 0, G_OPTION_ARG_NONE, &o->jsonl,
       N_("Read {\"id\",\"dialogue\",\"note\"} a line, answer {\"id\",\"findings\"} a line"), NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL}};
  GOptionContext *context = g_option_context_new(NULL);
  g_option_context_set_summary(context, _("Checks a note against its transcript."));
  g_option_context_add_main_entries(context, entries, "guichet");
  gboolean ok = g_option_context_parse(context, &argc, &argv, error);
  g_option_context_free(context);
  if (!ok)
    return FALSE;
  gboolean pair = o->transcript != NULL && o->note != NULL;
  if (argc > 1 || (o->jsonl ? pair : !pair)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                "name a --transcript and a --note, or give pairs to --jsonl");
    return FALSE;
  }
  return TRUE;
}

int
cli_check_run(int argc, char **argv)
{
  Options options = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(ScribeLexicon) lexicon = NULL;
  int status;
  if (!read_options(argc, argv, &options, &error) || !scribe_lexicon_load(NULL, &lexicon, &error))
    status = complain(error);
  else
    status = options.jsonl ? check_lines(lexicon) : check_files(lexicon, &options);
  options_clear(&options);
  return status;
}
