#include <string.h>

#include "clinic/chart.h"
#include "clinic/session.h"
#include "clinic/task.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/store/entry.h"

enum { TROUBLE_MOST = 400, ID_MOST = 64 };

/* `asked`: the question that this answers; NULL. */
static gboolean
keep(ClinicSession *session, ClinicChart *chart, StoreEventKind kind, const char *detail,
     const VaultTag *asked, GError **error)
{
  if (!store_tx_begin(session->store, error))
    return FALSE;
  clinic_session_event(session, kind, chart->patient, chart->patient, detail);
  if ((asked == NULL || clinic_task_done(session, asked, error)) &&
      clinic_chart_put(session, chart, error) && store_tx_commit(session->store, error))
    return TRUE;
  store_tx_rollback(session->store);
  return FALSE;
}

static void
say_trouble(ClinicChart *chart, const char *why)
{
  g_free(chart->trouble);
  chart->trouble = g_strndup(why, base_text_byte(why, TROUBLE_MOST));
}

/* --- it was read */

static gboolean
says_other(ClinicSession *session, const ClinicChart *chart, gboolean *ret, GError **error)
{
  g_autoptr(ClinicChart) before = NULL;
  if (!clinic_chart_load(session, chart->patient, &before, error))
    return FALSE;
  json_t *old = clinic_chart_json_make(before), *new = clinic_chart_json_make(chart);
  *ret = FALSE;
  for (guint i = 0; i < CLINIC_CHART_N; i++) {
    const char *word = clinic_chart_list_word((ClinicChartList)i);
    *ret = *ret || !json_equal(json_object_get(old, word), json_object_get(new, word));
  }
  json_decref(old);
  json_decref(new);
  return TRUE;
}

gboolean
clinic_chart_settle(ClinicSession *session, ClinicChart *chart, gboolean *ret_changed,
                    GError **error)
{
  gboolean changed = FALSE;
  if (!clinic_session_require(session, CLINIC_POWER_CHART, error) ||
      !says_other(session, chart, &changed, error))
    return FALSE;
  chart->read_at = chart->tried_at = base_clock_now();
  say_trouble(chart, "");
  g_autofree char *detail = g_strdup_printf(
      "%s: %u medications, %u allergies, %u conditions", chart->source,
      chart->lists[CLINIC_CHART_MEDICATIONS]->len, chart->lists[CLINIC_CHART_ALLERGIES]->len,
      chart->lists[CLINIC_CHART_CONDITIONS]->len);
  if (!keep(session, chart, STORE_EVENT_CHART_READ, detail, NULL, error))
    return FALSE;
  *ret_changed = changed;
  return TRUE;
}

gboolean
clinic_chart_settle_miss(ClinicSession *session, ClinicChart *chart, const char *why,
                         gboolean lasting, GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_CHART, error))
    return FALSE;
  if (lasting)
    chart->tried_at = base_clock_now();
  say_trouble(chart, why);
  g_autofree char *detail = g_strdup_printf("%s: %s", chart->source, chart->trouble);
  return keep(session, chart, STORE_EVENT_CHART_TROUBLE, detail, NULL, error);
}

/* --- who is it */

static char *
words_of(const WireFhirPatient *found)
{
  const char *const parts[] = {found->given, found->birth, found->sex, found->phone};
  g_autofree char *family = g_utf8_strup(found->family, -1);
  g_autoptr(GString) words = g_string_new(family);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if (*parts[i] != '\0')
      g_string_append_printf(words, "%s%s", words->len == 0 ? "" : i == 0 ? " " : ", ", parts[i]);
  return g_string_free(g_steal_pointer(&words), FALSE);
}

static void
take_candidates(ClinicChart *chart, const GPtrArray *found)
{
  g_ptr_array_set_size(chart->candidates, 0);
  for (guint i = 0; i < found->len && i < CLINIC_CHART_CANDIDATES; i++) {
    const WireFhirPatient *one = found->pdata[i];
    ClinicChartCandidate *candidate = g_new0(ClinicChartCandidate, 1);
    candidate->reference = g_strdup(one->reference);
    candidate->words = words_of(one);
    g_ptr_array_add(chart->candidates, candidate);
  }
}

static char *
task_text(const ClinicChartAsk *ask, gboolean more)
{
  const ClinicChart *chart = ask->chart;
  g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, chart->patient);
  g_autoptr(GString) list = g_string_new(NULL);
  for (guint i = 0; i < chart->candidates->len; i++) {
    const ClinicChartCandidate *one = chart->candidates->pdata[i];
    g_string_append_printf(list, "  %s  %s\n", one->reference, one->words);
  }
  if (more)
    g_string_append_printf(list, "  %s\n", _("and more"));
  return g_strdup_printf(
      /* L10N: the EHR's name in guichet.conf; a list of records; a patient's id, twice */
      _("Which record of the EHR is this patient's?\n\n%s has what may be theirs, and no number of "
        "ours tells for certain:\n\n%s\nNothing of it was read. Compare, then say which one "
        "with\n\n  guichet patient chart %s --is RECORD\n\nor, where none of them is, "
        "with\n\n  guichet patient chart %s --none\n"),
      chart->source, list->str, id, id);
}

/* The same records ask once. */
static void
task_tag(ClinicSession *session, const ClinicChart *chart, VaultTag *ret)
{
  g_autoptr(GString) about = g_string_new(NULL);
  g_string_printf(about, "chart %" G_GINT64_FORMAT " %s", chart->patient, chart->source);
  for (guint i = 0; i < chart->candidates->len; i++)
    g_string_append_printf(about, " %s",
                           ((const ClinicChartCandidate *)chart->candidates->pdata[i])->reference);
  store_entry_part(session->store, about->str, "chart", ret);
}

static gboolean
puzzle_inside(ClinicSession *session, const ClinicChartAsk *ask, gboolean more, GError **error)
{
  g_autofree char *text = task_text(ask, more);
  ClinicTask task = {.patient = ask->chart->patient, .text = text, .event = "whose chart it is"};
  gboolean new = FALSE;
  task_tag(session, ask->chart, &task.tag);
  clinic_session_event(session, STORE_EVENT_CHART_TROUBLE, ask->chart->patient, ask->chart->patient,
                       "a person is asked whose record it is");
  return clinic_task_ask(session, &task, &new, error) &&
         clinic_chart_put(session, ask->chart, error) && store_tx_commit(session->store, error);
}

gboolean
clinic_chart_settle_puzzle(ClinicSession *session, const ClinicChartAsk *ask,
                           const GPtrArray *found, GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_CHART, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  clinic_chart_take_link(ask->chart, CLINIC_CHART_ASKED, "");
  take_candidates(ask->chart, found);
  ask->chart->tried_at = base_clock_now();
  say_trouble(ask->chart, _("it is not certain which record there is theirs: a task asks"));
  if (puzzle_inside(session, ask, found->len > ask->chart->candidates->len, error))
    return TRUE;
  store_tx_rollback(session->store);
  return FALSE;
}

/* --- a person says */

/* "Patient/" and a FHIR id. */
static gboolean
is_record(const char *reference)
{
  const char *id = g_str_has_prefix(reference, "Patient/") ? reference + 8 : "";
  gsize length = strlen(id);
  return length > 0 && length <= ID_MOST &&
         strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-.") == length &&
         strcmp(id, ".") != 0 && strcmp(id, "..") != 0;
}

gboolean
clinic_chart_settle_link(ClinicSession *session, gint64 patient, const char *reference,
                         GError **error)
{
  g_autoptr(ClinicDestination) from = NULL;
  g_autoptr(ClinicChart) chart = NULL;
  VaultTag asked;
  if (!clinic_session_require(session, CLINIC_POWER_CHART, error) ||
      !clinic_chart_ask_source(session, &from, error) ||
      !clinic_chart_load(session, patient, &chart, error))
    return FALSE;
  if (from == NULL || (reference != NULL && !is_record(reference))) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE,
                        from == NULL ? _("no [destination] of guichet.conf has fhir_chart=true")
                                     : _("a record of the EHR is named like Patient/12"));
    return FALSE;
  }
  task_tag(session, chart, &asked);
  if (strcmp(chart->source, from->name) != 0) {
    clinic_chart_take_link(chart, CLINIC_CHART_UNKNOWN, "");
    g_free(chart->source);
    chart->source = g_strdup(from->name);
  }
  clinic_chart_take_link(chart, reference != NULL ? CLINIC_CHART_BY_PERSON : CLINIC_CHART_NOT_THERE,
                         reference != NULL ? reference : "");
  chart->tried_at = reference != NULL ? 0 : base_clock_now(); /* the next draft reads it */
  say_trouble(chart, "");
  return keep(session, chart, STORE_EVENT_CHART_LINK, reference != NULL ? reference : "none",
              &asked, error);
}
