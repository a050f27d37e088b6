/* Whose record it is.  A number of ours that the EHR has, with the birth date agreeing, tells for
 * certain; anything else is for a person to say, and nothing is read before that. */
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "worker/chart.h"

enum { FIND_COUNT = 20 }; /* more of one name and birth date than anybody compares */

static void next_identifier(WorkerChart *chart);

static char *
escaped(const char *text)
{
  return g_uri_escape_string(text, NULL, FALSE);
}

static void
puzzle(WorkerChart *chart, const GPtrArray *found)
{
  g_autoptr(GError) error = NULL;
  if (clinic_chart_settle_puzzle(chart->run->session, chart->ask, found, &error))
    worker_chart_end(chart);
  else
    worker_chart_trouble(chart, error->code, error->message);
}

static gboolean
people_of(WorkerChart *chart, const WorkerFhirReply *reply, GPtrArray **ret)
{
  g_autoptr(GError) error = NULL;
  if (wire_fhir_context_patients(reply->resource, ret, &error))
    return TRUE;
  worker_chart_trouble(chart, error->code, error->message);
  return FALSE;
}

/* --- by name and birth date: never more than a proposal */

static void
propose(WorkerChart *chart, const WorkerFhirReply *reply)
{
  g_autoptr(GPtrArray) found = NULL;
  if (!people_of(chart, reply, &found))
    return;
  for (guint i = found->len; i > 0; i--)
    if (strcmp(((const WireFhirPatient *)found->pdata[i - 1])->grade, "certainly-not") == 0)
      g_ptr_array_remove_index(found, i - 1);
  if (found->len > 0) {
    puzzle(chart, found);
    return;
  }
  clinic_chart_take_link(chart->ask->chart, CLINIC_CHART_UNKNOWN, "");
  worker_chart_miss(chart, _("the EHR has nobody of this name and birth date"));
}

static void
on_search(const WorkerFhirReply *reply, gpointer data)
{
  WorkerChart *chart = data;
  if (worker_chart_good(chart, reply))
    propose(chart, reply);
}

static void
search(WorkerChart *chart)
{
  const ClinicPatient *patient = chart->ask->patient;
  if (!wire_fhir_answer_searches_by(worker_chart_can(chart), "Patient", "family") ||
      !wire_fhir_answer_searches_by(worker_chart_can(chart), "Patient", "birthdate")) {
    worker_chart_miss(chart, _("the EHR cannot be searched by name and birth date: say which "
                               "record it is"));
    return;
  }
  g_autofree char *family = escaped(patient->family);
  g_autofree char *path = g_strdup_printf("Patient?family=%s&birthdate=%s&_count=%d", family,
                                          patient->birth, FIND_COUNT);
  worker_chart_ask(chart, "GET", path, NULL, on_search);
}

static void
on_match(const WorkerFhirReply *reply, gpointer data)
{
  WorkerChart *chart = data;
  gboolean known = reply->error != NULL || reply->status < 400 || reply->status >= 500 ||
                   reply->status == 401 || reply->status == 403 || reply->status == 429;
  if (!chart->off && !known) {
    chart->request = 0;
    search(chart); /* it says that it can, and cannot */
  } else if (worker_chart_good(chart, reply)) {
    propose(chart, reply);
  }
}

static void
match(WorkerChart *chart)
{
  const ClinicPatient *p = chart->ask->patient;
  g_auto(GStrv) number = g_strsplit(chart->ask->identifiers[0], "|", 2);
  char *text = wire_fhir_context_match(p->family, p->given, p->birth, p->sex, number[0], number[1]);
  g_autoptr(GBytes) body = g_bytes_new_take(text, strlen(text));
  worker_chart_ask(chart, "POST", "Patient/$match", body, on_match);
}

static void
by_name(WorkerChart *chart)
{
  const ClinicPatient *patient = chart->ask->patient;
  if (chart->ask->chart->link == CLINIC_CHART_NOT_THERE)
    worker_chart_miss(chart, _("a person said that the EHR has no record of them"));
  else if (*patient->family == '\0' || *patient->birth == '\0')
    worker_chart_miss(chart, _("the name or the birth date is not known, without which nobody can "
                               "be looked for"));
  else if (worker_chart_can(chart) != NULL && worker_chart_can(chart)->match)
    match(chart);
  else
    search(chart);
}

/* --- by number */

static void
on_identifier(const WorkerFhirReply *reply, gpointer data)
{
  WorkerChart *chart = data;
  g_autoptr(GPtrArray) found = NULL;
  if (!worker_chart_good(chart, reply) || !people_of(chart, reply, &found))
    return;
  if (found->len == 0) {
    chart->identifier++;
    next_identifier(chart);
    return;
  }
  const WireFhirPatient *first = found->pdata[0];
  if (found->len > 1 || !clinic_chart_ask_agrees(chart->ask->patient, first)) {
    puzzle(chart, found);
    return;
  }
  clinic_chart_take_link(chart->ask->chart, CLINIC_CHART_BY_IDENTIFIER, first->reference);
  worker_chart_list(chart);
}

static void
next_identifier(WorkerChart *chart)
{
  const char *identifier = chart->ask->identifiers[chart->identifier];
  if (identifier == NULL ||
      !wire_fhir_answer_searches_by(worker_chart_can(chart), "Patient", "identifier")) {
    by_name(chart);
    return;
  }
  g_autofree char *value = escaped(identifier);
  g_autofree char *path = g_strdup_printf("Patient?identifier=%s&_count=%d", value, FIND_COUNT);
  worker_chart_ask(chart, "GET", path, NULL, on_identifier);
}

/* --- as a person said */

static void
on_record(const WorkerFhirReply *reply, gpointer data)
{
  WorkerChart *chart = data;
  g_autoptr(GPtrArray) found = NULL;
  if (!chart->off && reply->error == NULL && (reply->status == 404 || reply->status == 410)) {
    chart->request = 0;
  } else if (!worker_chart_good(chart, reply)) {
    return;
  } else if (!people_of(chart, reply, &found)) {
    return;
  }
  const char *reference = chart->ask->chart->reference;
  if (found != NULL && found->len == 1 &&
      strcmp(((const WireFhirPatient *)found->pdata[0])->reference, reference) == 0) {
    worker_chart_list(chart);
    return;
  }
  clinic_chart_take_link(chart->ask->chart, CLINIC_CHART_UNKNOWN, "");
  worker_chart_miss(chart, _("the record that a person named is no longer there, or no longer "
                             "active: say which it is now"));
}

void
worker_chart_find(WorkerChart *chart)
{
  if (chart->ask->chart->link == CLINIC_CHART_BY_PERSON)
    worker_chart_ask(chart, "GET", chart->ask->chart->reference, NULL, on_record);
  else if (!wire_fhir_answer_searches(worker_chart_can(chart), "Patient"))
    worker_chart_miss(chart, _("the EHR cannot be searched for patients: say which record it is"));
  else
    next_identifier(chart);
}
