/* guichet figures: what was signed and rejected, and what became of findings. */
#include <stdio.h>
#include <string.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/contract.h"
#include "guichet/clinic/figure.h"
#include "guichet/clinic/queue.h"

enum { FIGURES_DAYS = 30 };

static gint64
total(const gint64 *counts, guint n)
{
  gint64 all = 0;
  for (guint i = 0; i < n; i++)
    all += counts[i];
  return all;
}

/* --- JSON */

static json_t *
fates_json(const gint64 fates[CLINIC_FATE_N])
{
  json_t *row = json_object();
  for (int f = 0; f < CLINIC_FATE_N; f++)
    json_object_set_new(row, clinic_fate_word((ClinicFate)f), json_integer(fates[f]));
  return row;
}

static json_t *
signed_json(const gint64 counts[CLINIC_WRITING_N])
{
  json_t *row = json_pack("{s:I}", "total", (json_int_t)total(counts, CLINIC_WRITING_N));
  for (int w = 0; w < CLINIC_WRITING_NONE; w++)
    json_object_set_new(row, clinic_writing_word((ClinicWriting)w), json_integer(counts[w]));
  return row;
}

static json_t *
rejected_json(const gint64 counts[CLINIC_REASON_N])
{
  json_t *row = json_pack("{s:I}", "total", (json_int_t)total(counts, CLINIC_REASON_N));
  for (int r = 0; r < CLINIC_REASON_N; r++)
    if (counts[r] != 0)
      json_object_set_new(row, clinic_reason_word((ClinicReason)r), json_integer(counts[r]));
  return row;
}

static json_t *
findings_json(const ClinicFigures *figures)
{
  json_t *rows = json_array();
  for (int k = 0; k < SCRIBE_FINDING_N; k++)
    for (int s = SCRIBE_SEVERITY_BLOCK; s >= 0; s--) {
      if (total(figures->findings[k][s], CLINIC_FATE_N) == 0)
        continue;
      json_t *row = fates_json(figures->findings[k][s]);
      json_object_set_new(row, "kind", json_string(scribe_finding_kind_word((ScribeFindingKind)k)));
      json_object_set_new(row, "severity",
                          json_string(scribe_finding_severity_word((ScribeSeverity)s)));
      json_array_append_new(rows, row);
    }
  return rows;
}

static json_t *
engines_json(const ClinicFigures *figures)
{
  json_t *rows = json_array();
  for (guint i = 0; i < figures->engines->len; i++) {
    const ClinicFigureEngine *e = g_ptr_array_index(figures->engines, i);
    json_array_append_new(rows,
                          json_pack("{s:s?, s:o, s:I, s:o}", "engine", e->name, "signed",
                                    signed_json(e->n_signed), "rejected", (json_int_t)e->n_rejected,
                                    "findings", fates_json(e->fates)));
  }
  return rows;
}

static json_t *
day_json(gint64 day)
{
  g_autofree char *text = day != 0 ? clinic_contract_day_text(day) : NULL;
  return text != NULL ? json_string(text) : json_null();
}

static json_t *
figures_json(const ClinicFigures *figures, const gint64 states[CLINIC_STATE_N])
{
  json_t *queue = json_object();
  for (int s = 0; s < CLINIC_STATE_N; s++)
    json_object_set_new(queue, clinic_state_word((ClinicState)s), json_integer(states[s]));
  json_t *wait = figures->median_wait < 0 ? json_null()
                                          : json_integer(figures->median_wait / BASE_CLOCK_SECOND);
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "from", day_json(figures->from),
                   "to", day_json(figures->to), "first", day_json(figures->first), "signed",
                   signed_json(figures->n_signed), "rejected", rejected_json(figures->n_rejected),
                   "median_wait_seconds", wait, "findings", findings_json(figures), "engines",
                   engines_json(figures), "queue", queue);
}

/* --- text */

static void
cell(const char *text, guint width)
{
  g_autofree char *fitted = base_text_ellipsize(text, width);
  printf("%s%*s", fitted, (int)(width - base_text_width(fitted)), "");
}

static void
number(const char *title, gint64 n)
{
  printf("  ");
  cell(title, 40);
  printf("%8" G_GINT64_FORMAT "\n", n);
}

/* "3 d 4 h", "2 h 5 min", "40 s": the two greatest parts. */
static char *
length_text(gint64 length)
{
  gint64 seconds = length / BASE_CLOCK_SECOND, minutes = seconds / 60, hours = minutes / 60;
  g_autofree char *days = g_strdup_printf("%" G_GINT64_FORMAT, hours / 24);
  g_autofree char *rest = g_strdup_printf("%d", (int)(hours % 24));
  if (hours >= 24)
    return g_strdup_printf(_("%s d %s h"), days, rest);
  if (hours > 0)
    return g_strdup_printf("%d h %d min", (int)hours, (int)(minutes % 60));
  if (minutes > 0)
    return g_strdup_printf("%d min %d s", (int)minutes, (int)(seconds % 60));
  return g_strdup_printf("%d s", (int)seconds);
}

static void
print_days(const ClinicFigures *figures)
{
  g_autofree char *from = clinic_contract_day_text(figures->from);
  g_autofree char *to = clinic_contract_day_text(figures->to);
  printf(_("From %s to %s\n"), from, to);
  if (figures->first > figures->from) {
    g_autofree char *first = clinic_contract_day_text(figures->first);
    printf(_("Nothing was counted before %s.\n"), first);
  }
}

static void
print_items(const ClinicFigures *figures)
{
  printf("\n");
  number(_("Signed"), total(figures->n_signed, CLINIC_WRITING_N));
  number(_("  the draft, unchanged"), figures->n_signed[CLINIC_WRITING_DRAFT]);
  number(_("  the draft, edited"), figures->n_signed[CLINIC_WRITING_EDITED]);
  number(_("  written by a person"), figures->n_signed[CLINIC_WRITING_PERSON]);
  number(_("Rejected"), total(figures->n_rejected, CLINIC_REASON_N));
  for (int r = 0; r < CLINIC_REASON_N; r++) {
    if (figures->n_rejected[r] == 0)
      continue;
    g_autofree char *title = g_strdup_printf("  %s", clinic_reason_title((ClinicReason)r));
    number(title, figures->n_rejected[r]);
  }
  if (figures->median_wait < 0)
    return;
  g_autofree char *wait = length_text(figures->median_wait);
  printf("  ");
  cell(_("From draft to signature (median)"), 40);
  printf("%8s\n", wait);
}

static void
print_fates(const gint64 fates[CLINIC_FATE_N])
{
  for (int f = 0; f < CLINIC_FATE_N; f++)
    printf("  %9" G_GINT64_FORMAT, fates[f]);
  printf("\n");
}

static void
print_titles(const char *first, const char *const *titles, guint n)
{
  printf("\n  ");
  cell(first, 22);
  for (guint i = 0; i < n; i++) {
    g_autofree char *title = base_text_ellipsize(titles[i], 9);
    printf("  %*s%s", (int)(9 - base_text_width(title)), "", title);
  }
  printf("\n");
}

static void
print_fate_titles(const char *first)
{
  const char *titles[CLINIC_FATE_N];
  for (int f = 0; f < CLINIC_FATE_N; f++)
    titles[f] = clinic_fate_title((ClinicFate)f);
  print_titles(first, titles, CLINIC_FATE_N);
}

static void
print_findings(const ClinicFigures *figures)
{
  gboolean any = FALSE;
  for (int k = 0; k < SCRIBE_FINDING_N; k++)
    for (int s = SCRIBE_SEVERITY_BLOCK; s >= 0; s--) {
      if (total(figures->findings[k][s], CLINIC_FATE_N) == 0)
        continue;
      if (!any)
        print_fate_titles(_("Findings"));
      any = TRUE;
      g_autofree char *title =
          g_strdup_printf("%s, %s", scribe_finding_kind_word((ScribeFindingKind)k),
                          scribe_finding_severity_word((ScribeSeverity)s));
      printf("  ");
      cell(title, 22);
      print_fates(figures->findings[k][s]);
    }
}

static void
print_engines(const ClinicFigures *figures)
{
  if (figures->engines->len > 0)
    print_fate_titles(_("Findings by engine"));
  for (guint i = 0; i < figures->engines->len; i++) {
    const ClinicFigureEngine *e = g_ptr_array_index(figures->engines, i);
    printf("  ");
    cell(e->name != NULL ? e->name : _("none"), 22);
    print_fates(e->fates);
  }
  for (guint i = 0; i < figures->engines->len; i++) {
    const ClinicFigureEngine *e = g_ptr_array_index(figures->engines, i);
    if (i == 0)
      print_titles(_("Items by engine"),
                   (const char *const[]){_("unchanged"), _("edited"), _("rejected")}, 3);
    printf("  ");
    cell(e->name != NULL ? e->name : _("none"), 22);
    printf("  %9" G_GINT64_FORMAT "  %9" G_GINT64_FORMAT "  %9" G_GINT64_FORMAT "\n",
           e->n_signed[CLINIC_WRITING_DRAFT],
           e->n_signed[CLINIC_WRITING_EDITED] + e->n_signed[CLINIC_WRITING_PERSON], e->n_rejected);
  }
}

static void
print_queue(const gint64 states[CLINIC_STATE_N])
{
  printf(_("\nIn the queue now\n"));
  for (int s = 0; s < CLINIC_STATE_N; s++)
    if (states[s] != 0)
      number(clinic_state_title((ClinicState)s), states[s]);
}

static gboolean
print(ClinicSession *session, const ClinicFigures *figures, gboolean json, GError **error)
{
  gint64 states[CLINIC_STATE_N] = {0};
  if (!clinic_queue_counts(session, states, error))
    return FALSE;
  if (json)
    return cli_option_print(figures_json(figures, states)) == 0;
  print_days(figures);
  print_items(figures);
  print_findings(figures);
  print_engines(figures);
  print_queue(states);
  return TRUE;
}

static gboolean
days_of(ClinicSession *session, const char *from, const char *to, gint64 *ret_from, gint64 *ret_to,
        GError **error)
{
  *ret_to = clinic_contract_day_today(session);
  if (to != NULL && !clinic_contract_day_parse(to, ret_to, error))
    return FALSE;
  *ret_from = *ret_to - FIGURES_DAYS + 1;
  if (from != NULL && !clinic_contract_day_parse(from, ret_from, error))
    return FALSE;
  if (*ret_from <= *ret_to)
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE,
                      _("the first day comes after the last one"));
  return FALSE;
}

static int
run(const CliOption *option, const char *from_text, const char *to_text)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicFigures) figures = NULL;
  g_autoptr(GError) error = NULL;
  gint64 from = 0, to = 0;
  if (!cli_option_session(option, &session, &error) ||
      !days_of(session, from_text, to_text, &from, &to, &error) ||
      !clinic_figure_read(session, from, to, &figures, &error) ||
      !print(session, figures, option->json, &error))
    return cli_option_fail(error);
  return cli_option_flush();
}

int
cli_figures_run(int argc, char **argv)
{
  g_autofree char *from = NULL, *to = NULL;
  const GOptionEntry entries[] = {
      {"from", 0, 0, G_OPTION_ARG_STRING, &from,
       N_("the first day, such as 2026-11-30 (30 days up to the last)"), N_("DAY")},
      {"to", 0, 0, G_OPTION_ARG_STRING, &to, N_("the last day (today)"), N_("DAY")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, NULL,
      _("Counts what was signed and rejected, and what became of findings; names nobody.\n"
        "Of findings: raised by drafts, found in what people wrote; gone with an edit,\n"
        "overruled with a reason, left open when it was signed, dropped with what was rejected.\n"
        "Counted is the decision that stands: a signature that was undone is not."),
      &option);
  if (status >= 0)
    return status;
  return argc > 1 ? cli_option_usage(_("figures takes no arguments; say --from and --to"))
                  : run(&option, from, to);
}
