/* guichet doctor: each destination of guichet.conf, and what waits for it. */
#include <string.h>

#include "cli/doctor.h"
#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/chart.h"
#include "guichet/clinic/outbox.h"
#include "guichet/clinic/returned.h"
#include "guichet/worker/probe.h"

typedef struct {
  const ClinicDestination *to; /* NULL: guichet.conf has it no more */
  const ClinicLane *lane;      /* NULL: nothing was ever signed for it */
  const char *name;
  guint classes;   /* that may go there */
  GError *no_deal; /* why nothing may */
  WorkerProbe probe;
} Sight;

/* --- looking */

static void
sight_contract(Sight *sight, ClinicSession *session)
{
  for (guint i = 0; i < CLINIC_DATA_N; i++) {
    g_autoptr(GError) why = NULL;
    if (clinic_destination_allow(session, sight->to, (ClinicDataClass)i, &why))
      sight->classes |= 1u << i;
    else if (sight->no_deal == NULL)
      sight->no_deal = g_steal_pointer(&why);
  }
}

static void
sight_look(Sight *sight, ClinicSession *session)
{
  if (sight->to == NULL)
    return;
  sight_contract(sight, session);
  if (sight->classes != 0) /* without a contract nobody calls there */
    worker_probe_ask(session, sight->to, &sight->probe);
}

static void
sight_clear(Sight *sight)
{
  g_clear_error(&sight->no_deal);
  worker_probe_clear(&sight->probe);
}

static gint64
sight_count(const Sight *sight, ClinicState state)
{
  return sight->lane != NULL ? sight->lane->n[state] : 0;
}

static gint64
sight_waiting(const Sight *sight)
{
  return sight_count(sight, CLINIC_STATE_SIGNED) + sight_count(sight, CLINIC_STATE_SENDING);
}

static CliDoctorVerdict
sight_verdict(const Sight *sight)
{
  if (sight->to == NULL)
    return sight_waiting(sight) > 0 ? CLI_DOCTOR_BAD : CLI_DOCTOR_WARN;
  if (sight->classes == 0 || !sight->probe.good)
    return CLI_DOCTOR_BAD;
  gboolean look = sight_count(sight, CLINIC_STATE_AMBIGUOUS) > 0 ||
                  sight_count(sight, CLINIC_STATE_FAILED) > 0 ||
                  (sight->lane != NULL && sight->lane->held);
  return look ? CLI_DOCTOR_WARN : CLI_DOCTOR_GOOD;
}

/* --- in words */

static char *
words_classes(const Sight *sight)
{
  g_autoptr(GString) all = g_string_new(NULL);
  for (guint i = 0; i < CLINIC_DATA_N; i++)
    if ((sight->classes & 1u << i) != 0)
      g_string_append_printf(all, "%s%s", all->len > 0 ? ", " : "",
                             clinic_contract_class_word((ClinicDataClass)i));
  return g_strdup(all->str);
}

static void
add_reach(GString *line, const Sight *sight)
{
  static const char *const LOGINS[] = {[WORKER_LOGIN_UNKNOWN] = N_("not logged in"),
                                       [WORKER_LOGIN_NONE] = N_("no log-in is set"),
                                       [WORKER_LOGIN_TAKEN] = N_("logged in"),
                                       [WORKER_LOGIN_REFUSED] = N_("the log-in is refused")};
  if (sight->to == NULL)
    g_string_append(line, _("guichet.conf has it no more"));
  else if (sight->classes == 0)
    g_string_append(line, _("not called, for want of a contract"));
  else
    g_string_append_printf(line, _("%s (%s); %s"),
                           sight->probe.reached ? _("reachable") : _("not reachable"),
                           sight->probe.words, _(LOGINS[sight->probe.login]));
}

static void
add_contract(GString *line, const Sight *sight)
{
  g_autofree char *classes = words_classes(sight);
  if (sight->to == NULL)
    return;
  g_string_append(line, _("; "));
  if (sight->classes == 0)
    g_string_append(line, sight->no_deal->message);
  else if (*sight->to->contract == '\0' &&
           (*sight->to->host == '\0' || clinic_contract_host_is_loopback(sight->to->host)))
    g_string_append(line, _("on this host: needs no contract"));
  else
    g_string_append_printf(line, _("a contract is in force for %s"), classes);
}

/* Of a mailbox: what is about nothing of ours is left there, and should be seen by somebody. */
static void
add_mailbox(GString *line, const Sight *sight, ClinicSession *session)
{
  ClinicReturnedCount count = {0};
  if (sight->to == NULL || strcmp(sight->to->channel, "imap") != 0 ||
      !clinic_returned_count(session, sight->to->name, &count, NULL))
    return;
  g_autofree char *when = count.read_at != 0 ? base_clock_iso(count.read_at) : g_strdup(_("none"));
  g_string_append_printf(line,
                         _("; last mail read: %s; about our mail: %d; about nothing of ours: %d"),
                         when, (int)count.taken, (int)count.strange);
}

/* Of an EHR whose charts are wanted. */
static void
add_chart(GString *line, const Sight *sight, ClinicSession *session)
{
  g_autoptr(ClinicDestination) from = NULL;
  g_autoptr(GError) why = NULL;
  if (sight->to == NULL ||
      !base_conf_named_bool(sight->to->conf, sight->to->name, BASE_CONF_DEST_FHIR_CHART))
    return;
  gboolean sound = clinic_chart_ask_source(session, &from, &why);
  g_string_append(line, _("; "));
  g_string_append(line, !sound ? why->message
                        : (sight->classes & 1u << CLINIC_DATA_RECORD) != 0
                            ? _("charts are read from it")
                            : _("charts are not read, for want of a contract for the class "
                                "record"));
}

static void
add_figures(GString *line, const Sight *sight)
{
  gint64 last = sight->lane != NULL ? sight->lane->delivered_at : 0;
  g_autofree char *when = last != 0 ? base_clock_iso(last) : g_strdup(_("none"));
  g_string_append_printf(line, _("; last success: %s; waiting: %d; in doubt: %d; failed: %d"), when,
                         (int)sight_waiting(sight), (int)sight_count(sight, CLINIC_STATE_AMBIGUOUS),
                         (int)sight_count(sight, CLINIC_STATE_FAILED));
  if (sight->lane != NULL && sight->lane->held)
    g_string_append_printf(line, _("; held: %s"), sight->lane->why);
}

/* --- as data */

static json_t *
json_login(const Sight *sight)
{
  if (sight->probe.login == WORKER_LOGIN_TAKEN)
    return json_true();
  return sight->probe.login == WORKER_LOGIN_REFUSED ? json_false() : json_null();
}

static void
figure(CliDoctor *doctor, const Sight *sight)
{
  gboolean called = sight->classes != 0;
  json_t *classes = json_array();
  for (guint i = 0; i < CLINIC_DATA_N; i++)
    if ((sight->classes & 1u << i) != 0)
      json_array_append_new(classes, json_string(clinic_contract_class_word((ClinicDataClass)i)));
  cli_doctor_figures(
      doctor,
      json_pack("{s:s, s:s?, s:o, s:o, s:b, s:o, s:s?, s:o, s:I, s:I, s:I, s:b}", "destination",
                sight->name, "channel", sight->to != NULL ? sight->to->channel : NULL, "reachable",
                called ? json_boolean(sight->probe.reached) : json_null(), "authenticated",
                json_login(sight), "contract", called, "classes", classes, "contract_missing",
                sight->no_deal != NULL ? sight->no_deal->message : NULL, "last_success",
                cli_option_time(sight->lane != NULL ? sight->lane->delivered_at : 0), "waiting",
                (json_int_t)sight_waiting(sight), "ambiguous",
                (json_int_t)sight_count(sight, CLINIC_STATE_AMBIGUOUS), "failed",
                (json_int_t)sight_count(sight, CLINIC_STATE_FAILED), "held",
                sight->lane != NULL && sight->lane->held));
}

static void
tell(CliDoctor *doctor, Sight *sight, ClinicSession *session)
{
  g_autoptr(GString) line = g_string_new(NULL);
  sight_look(sight, session);
  g_string_append_printf(line, _("%s: "), sight->name);
  add_reach(line, sight);
  add_contract(line, sight);
  add_figures(line, sight);
  add_chart(line, sight, session);
  add_mailbox(line, sight, session);
  cli_doctor_say(doctor, sight_verdict(sight), "%s", line->str);
  figure(doctor, sight);
  sight_clear(sight);
}

/* --- all of them */

static const ClinicLane *
lane_named(const GPtrArray *lanes, const char *name)
{
  for (guint i = 0; i < lanes->len; i++) {
    const ClinicLane *lane = g_ptr_array_index(lanes, i);
    if (strcmp(lane->name, name) == 0)
      return lane;
  }
  return NULL;
}

static gboolean
is_set(const GPtrArray *destinations, const char *name)
{
  for (guint i = 0; i < destinations->len; i++)
    if (strcmp(((const ClinicDestination *)g_ptr_array_index(destinations, i))->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* What waits for a destination that the settings name no more would be seen by nobody. */
static void
tell_strays(CliDoctor *doctor, const GPtrArray *destinations, const GPtrArray *lanes,
            ClinicSession *session)
{
  for (guint i = 0; i < lanes->len; i++) {
    const ClinicLane *lane = g_ptr_array_index(lanes, i);
    Sight sight = {.lane = lane, .name = lane->name};
    gboolean open = sight_waiting(&sight) + sight_count(&sight, CLINIC_STATE_AMBIGUOUS) +
                        sight_count(&sight, CLINIC_STATE_FAILED) >
                    0;
    if (open && !is_set(destinations, lane->name))
      tell(doctor, &sight, session);
  }
}

void
cli_doctor_destination_look(CliDoctor *doctor)
{
  ClinicSession *session = cli_doctor_session(doctor);
  g_autoptr(GPtrArray) destinations = NULL;
  g_autoptr(GPtrArray) lanes = NULL;
  g_autoptr(GError) why = NULL;
  if (session == NULL || !clinic_destination_list(session, &destinations, &why) ||
      !clinic_outbox_lane_list(session, TRUE, &lanes, &why)) {
    cli_doctor_say(doctor, session == NULL ? CLI_DOCTOR_UNASKED : CLI_DOCTOR_BAD, "%s",
                   why != NULL ? why->message : _("the clinic cannot be opened"));
    return;
  }
  for (guint i = 0; i < destinations->len; i++) {
    const ClinicDestination *to = g_ptr_array_index(destinations, i);
    Sight sight = {.to = to, .lane = lane_named(lanes, to->name), .name = to->name};
    tell(doctor, &sight, session);
  }
  tell_strays(doctor, destinations, lanes, session);
}
