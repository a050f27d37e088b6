#include <string.h>

#include "clinic/chart.h"
#include "clinic/patient.h"
#include "clinic/payload.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/store/item.h"
#include "guichet/store/patient.h"

/* --- from where */

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG, why);
  return FALSE;
}

gboolean
clinic_chart_ask_source(ClinicSession *session, ClinicDestination **ret, GError **error)
{
  const BaseConf *conf = clinic_session_conf(session);
  const char *found = NULL;
  for (const char *const *name = base_conf_names(conf, BASE_CONF_DEST_CHANNEL); *name != NULL;
       name++) {
    if (!base_conf_named_bool(conf, *name, BASE_CONF_DEST_FHIR_CHART))
      continue;
    if (strcmp(base_conf_named_text(conf, *name, BASE_CONF_DEST_CHANNEL), "fhir") != 0)
      return refuse(error, _("fhir_chart is for a destination with channel=fhir"));
    if (found != NULL)
      return refuse(error, _("charts are read from one destination: two have fhir_chart"));
    found = *name;
  }
  if (found != NULL)
    return clinic_destination_find(session, found, ret, error);
  *ret = NULL;
  return TRUE;
}

/* --- when */

static gboolean
is_old(const ClinicDestination *from, const ClinicChart *chart)
{
  gint64 hours = base_conf_named_int(from->conf, from->name, BASE_CONF_DEST_FHIR_CHART_HOURS);
  gint64 last = MAX(chart->read_at, chart->tried_at);
  return last == 0 || strcmp(chart->source, from->name) != 0 ||
         base_clock_now() - last >= hours * BASE_CLOCK_HOUR;
}

gboolean
clinic_chart_ask_due(ClinicSession *session, gint64 id, gint64 *ret, GError **error)
{
  g_autoptr(ClinicDestination) from = NULL;
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(ClinicChart) chart = NULL;
  *ret = 0;
  if (!clinic_chart_ask_source(session, &from, error))
    return FALSE;
  if (from == NULL)
    return TRUE;
  if (!store_item_load(session->store, id, &item, error) ||
      (item->patient != 0 && !clinic_chart_load(session, item->patient, &chart, error)))
    return FALSE;
  if (chart != NULL && is_old(from, chart))
    *ret = item->patient;
  return TRUE;
}

/* --- what is asked */

void
clinic_chart_ask_free(ClinicChartAsk *ask)
{
  if (ask == NULL)
    return;
  clinic_destination_free(ask->to);
  clinic_patient_free(ask->patient);
  clinic_chart_free(ask->chart);
  g_strfreev(ask->identifiers);
  g_free(ask);
}

/* The clinic's record number, where the EHR has these; our own number, as a note has it. */
static gboolean
identifiers_of(ClinicSession *session, const ClinicChartAsk *ask, GStrv *ret, GError **error)
{
  const ClinicDestination *to = ask->to;
  const char *system = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_FHIR_RECORDS);
  g_autoptr(GStrvBuilder) made = g_strv_builder_new();
  g_autofree char *base = NULL;
  if (!clinic_payload_note_base(session, &base, error))
    return FALSE;
  g_autofree char *record = g_strdup_printf("%s|%s", system, ask->patient->record);
  g_autofree char *own = g_strdup_printf("%s/patient|%" G_GINT64_FORMAT, base, ask->patient->id);
  if (*system != '\0' && *ask->patient->record != '\0')
    g_strv_builder_add(made, record);
  g_strv_builder_add(made, own);
  *ret = g_strv_builder_end(made);
  return TRUE;
}

/* What another source said is not this one's. */
static void
take_source(ClinicChartAsk *ask)
{
  ClinicChart *chart = ask->chart;
  if (strcmp(chart->source, ask->to->name) == 0)
    return;
  clinic_chart_take_link(chart, CLINIC_CHART_UNKNOWN, "");
  clinic_chart_clear(chart);
  chart->read_at = 0;
  g_free(chart->source);
  chart->source = g_strdup(ask->to->name);
}

gboolean
clinic_chart_ask(ClinicSession *session, gint64 patient, ClinicChartAsk **ret, GError **error)
{
  g_autoptr(ClinicChartAsk) ask = g_new0(ClinicChartAsk, 1);
  if (!clinic_session_require(session, CLINIC_POWER_CHART, error) ||
      !clinic_chart_ask_source(session, &ask->to, error))
    return FALSE;
  if (ask->to == NULL)
    return refuse(error, _("no [destination] of guichet.conf has fhir_chart=true: there is no EHR "
                           "to read a chart from"));
  if (!clinic_destination_allow(session, ask->to, CLINIC_DATA_RECORD, error) ||
      !clinic_patient_read(session, patient, &ask->patient, error) ||
      !clinic_chart_load(session, patient, &ask->chart, error) ||
      !identifiers_of(session, ask, &ask->identifiers, error))
    return FALSE;
  take_source(ask);
  const StoreEvent event = {STORE_EVENT_CHART_ASK, clinic_session_user(session), patient, patient,
                            ask->to->name};
  if (!store_tx_note(session->store, &event, error))
    return FALSE;
  *ret = g_steal_pointer(&ask);
  return TRUE;
}

/* --- is it them */

/* "1968" and "1968-04-30" do not contradict each other. */
static gboolean
same_start(const char *a, const char *b)
{
  return strncmp(a, b, MIN(strlen(a), strlen(b))) == 0;
}

gboolean
clinic_chart_ask_agrees(const ClinicPatient *patient, const WireFhirPatient *found)
{
  if (*patient->birth != '\0' && *found->birth != '\0')
    return same_start(patient->birth, found->birth);
  g_autofree char *ours = base_text_fold(patient->family);
  g_autofree char *theirs = base_text_fold(found->family);
  return *ours == '\0' || *theirs == '\0' || strcmp(ours, theirs) == 0;
}

/* --- who is it, the other way round */

static gint64
by_record(ClinicSession *session, const char *record, GError **error)
{
  g_autoptr(GArray) ids = NULL;
  if (!store_patient_by_record(session->store, record, &ids, error))
    return -1;
  return ids->len == 1 ? g_array_index(ids, gint64, 0) : 0;
}

/* Of one "system|value": 0 nobody of ours, -1 trouble. */
static gint64
by_identifier(ClinicSession *session, const ClinicDestination *to, const char *base,
              const char *identifier, GError **error)
{
  const char *records = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_FHIR_RECORDS);
  g_auto(GStrv) part = g_strsplit(identifier, "|", 2);
  g_autofree char *own = g_strdup_printf("%s/patient", base);
  if (g_strv_length(part) != 2 || *part[1] == '\0')
    return 0;
  if (strcmp(part[0], own) == 0)
    return MAX(g_ascii_strtoll(part[1], NULL, 10), 0);
  return *records != '\0' && strcmp(part[0], records) == 0 ? by_record(session, part[1], error) : 0;
}

static gboolean
record_of(ClinicSession *session, gint64 id, const WireFhirPatient *found, char **ret,
          GError **error)
{
  g_autoptr(ClinicPatient) patient = NULL;
  GError *why = NULL;
  if (clinic_patient_read(session, id, &patient, &why)) {
    *ret = g_strdup(clinic_chart_ask_agrees(patient, found) ? patient->record : "");
    return TRUE;
  }
  if (!g_error_matches(why, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
    g_propagate_error(error, why);
    return FALSE;
  }
  g_error_free(why);
  *ret = g_strdup("");
  return TRUE;
}

gboolean
clinic_chart_ask_record(ClinicSession *session, const ClinicDestination *to,
                        const WireFhirPatient *found, char **ret, GError **error)
{
  g_autofree char *base = NULL;
  gint64 id = 0;
  if (!clinic_payload_note_base(session, &base, error))
    return FALSE;
  for (char **one = found->identifiers; *one != NULL && id == 0; one++)
    id = by_identifier(session, to, base, *one, error);
  if (id < 0)
    return FALSE;
  if (id > 0)
    return record_of(session, id, found, ret, error);
  *ret = g_strdup("");
  return TRUE;
}
