/* guichet audit: the trail, its proof, its lines. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/user.h"

#define AUDIT_PAGE 1000u

static gboolean
verify_show(gint64 done, gint64 all, gpointer data)
{
  (void)data;
  fprintf(stderr, "\r%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, done, all);
  return TRUE;
}

static int
verify_print(const ClinicAuditReport *report, gboolean json)
{
  int broken = report->bad_seq != 0 ? BASE_ERROR_CORRUPT : 0;
  if (json) {
    json_t *answer =
        json_pack("{s:b,s:I,s:I,s:o,s:o}", "whole", broken == 0, "lines", (json_int_t)report->lines,
                  "anchors", (json_int_t)report->anchors, "bad_line",
                  broken != 0 ? json_integer(report->bad_seq) : json_null(), "why",
                  broken != 0 ? json_string(report->bad_why) : json_null());
    int status = cli_option_print(answer);
    return status != 0 ? status : broken;
  }
  g_autofree char *lines = g_strdup_printf("%" G_GINT64_FORMAT, report->lines);
  g_autofree char *anchors = g_strdup_printf("%" G_GINT64_FORMAT, report->anchors);
  g_autofree char *bad = g_strdup_printf("%" G_GINT64_FORMAT, report->bad_seq);
  if (broken == 0)
    printf(_("The chain is whole: lines verified %s, anchors compared %s.\n"), lines, anchors);
  else
    printf(_("The chain is broken at line %s: %s.\n"), bad, report->bad_why);
  int status = cli_option_flush();
  return status != 0 ? status : broken;
}

static int
verb_verify(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicAuditReport) report = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST | CLI_OPTION_JSON, NULL, NULL,
      _("Verifies each line of the audit chain, and the anchors outside it."), &option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("this takes options only"));
  gboolean watched = isatty(STDERR_FILENO) != 0;
  gboolean ok = cli_option_session(&option, &session, &error) &&
                clinic_audit_verify(session, watched ? verify_show : NULL, NULL, &report, &error);
  if (watched)
    fprintf(stderr, "\r");
  return ok ? verify_print(report, option.json) : cli_option_fail(error);
}

/* Lines. */

static json_t *
line_json(const ClinicAuditLine *line)
{
  json_t *object = json_pack("{s:I,s:o,s:s,s:o,s:s}", "seq", (json_int_t)line->seq, "at",
                             cli_option_time(line->at), "what", line->what, "actor",
                             line->actor > 0 ? cli_option_id(line->actor) : json_null(),
                             "actor_name", line->actor_name);
  json_object_set_new(object, "subject", cli_option_id(line->subject));
  json_object_set_new(object, "patient", cli_option_id(line->patient));
  json_object_set_new(object, "detail", json_string(line->detail));
  return object;
}

static void
line_print(const ClinicAuditLine *line, gboolean json)
{
  if (json) {
    cli_option_print(line_json(line));
    return;
  }
  g_autofree char *when = base_clock_iso(line->at);
  g_autofree char *detail = base_text_disarm(line->detail, -1, FALSE);
  printf("%8" G_GINT64_FORMAT " %s %-18s %-20s %s\n", line->seq, when, line->what, line->actor_name,
         detail);
}

typedef struct {
  gint64 after, patient, actor, most;
  gboolean json;
} Listing;

static int
lines_print(ClinicSession *session, const Listing *listing)
{
  gint64 after = listing->after, left = listing->most;
  while (left > 0) {
    g_autoptr(GPtrArray) lines = NULL;
    g_autoptr(GError) error = NULL;
    if (!clinic_audit_list(session, after, listing->patient, listing->actor,
                           (guint)MIN(left, AUDIT_PAGE), &lines, &error))
      return cli_option_fail(error);
    for (guint i = 0; i < lines->len; i++) {
      const ClinicAuditLine *line = g_ptr_array_index(lines, i);
      line_print(line, listing->json);
      after = line->seq;
    }
    if (lines->len == 0)
      break;
    left -= lines->len;
  }
  return cli_option_flush();
}

static int
verb_list(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *patient = NULL;
  Listing listing = {.most = 100};
  const GOptionEntry entries[] = {
      {"patient", 0, 0, G_OPTION_ARG_STRING, &patient, N_("of this patient alone"), N_("ID")},
      {"after", 0, 0, G_OPTION_ARG_INT64, &listing.after, N_("lines after this one"), N_("LINE")},
      {"most", 0, 0, G_OPTION_ARG_INT64, &listing.most, N_("at most so many (100)"), N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, NULL,
                                _("Lists lines of the audit trail; with --json one object a "
                                  "line."),
                                &option);
  if (status >= 0)
    return status;
  listing.json = option.json;
  if (argc > 1)
    return cli_option_usage(_("this takes options only"));
  if ((patient != NULL && !cli_option_parse_id(patient, &listing.patient, &error)) ||
      !cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  return lines_print(session, &listing);
}

static int
verb_export(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  const Listing listing = {.most = G_MAXINT64, .json = TRUE};
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, NULL, NULL,
                       _("Prints the whole audit trail, one JSON object a line."), &option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("this takes options only"));
  if (!cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  return lines_print(session, &listing);
}

int
cli_audit_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"verify", verb_verify, N_("verify the chain and its anchors")},
      {"list", verb_list, N_("list lines of the trail")},
      {"export", verb_export, N_("print the whole trail as JSON, one object a line")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
