/* A patient's chart as the EHR has it: what they take, their allergies, their conditions; with
 * where and when it was read.  Kept sealed with the patient, and handed to the checks of every
 * draft and edit as "charted".
 *
 * Read from the one [destination NAME] with fhir_chart, before a draft or when a person asks, never
 * for all patients at once (minimum necessary).  Whose record it is, is known by an identifier (the
 * clinic's record number under fhir_records, or our own number that a note took there), with the
 * birth date agreeing; else a task in the queue asks a person, and nothing is read meanwhile. */
#ifndef GUICHET_CLINIC_CHART_H
#define GUICHET_CLINIC_CHART_H

#include "guichet/clinic/destination.h"
#include "guichet/clinic/patient.h"
#include "guichet/wire/fhir_context.h"

G_BEGIN_DECLS

typedef enum {
  CLINIC_CHART_MEDICATIONS,
  CLINIC_CHART_ALLERGIES,
  CLINIC_CHART_CONDITIONS,
  CLINIC_CHART_N
} ClinicChartList;

/* How it is known whose record it is. */
typedef enum {
  CLINIC_CHART_UNKNOWN, /* the EHR has nobody like that, or was never asked */
  CLINIC_CHART_BY_IDENTIFIER,
  CLINIC_CHART_BY_PERSON,
  CLINIC_CHART_ASKED,     /* a task asks a person */
  CLINIC_CHART_NOT_THERE, /* a person said that none of them is */
  CLINIC_CHART_LINK_N
} ClinicChartLink;

typedef struct {
  char *text;          /* the drug, the substance, the problem */
  char *system, *code; /* "" */
  char *detail;        /* dosage, or reaction; "" */
  char *status;        /* of a medication; of an allergy its criticality; "" */
} ClinicChartFact;

typedef struct {
  char *reference; /* "Patient/12" */
  char *words;     /* name, birth date, sex, phone */
} ClinicChartCandidate;

typedef struct {
  gint64 patient, version;
  char *source;    /* the destination's name */
  char *reference; /* "Patient/12"; "" */
  ClinicChartLink link;
  gint64 read_at, tried_at; /* 0 never */
  char *trouble;            /* why the last reading failed; "" */
  GPtrArray *lists[CLINIC_CHART_N];
  GPtrArray *lacking;    /* char *: FHIR types that were not read, or not whole */
  GPtrArray *candidates; /* while ASKED */
} ClinicChart;

/* --- for a person, and for the checks */

/* What is kept: an audit event; CLINIC_POWER_BODY_SEE.  *ret is NULL where nothing is. */
gboolean clinic_chart_open(ClinicSession *session, gint64 patient, ClinicChart **ret,
                           GError **error);
void clinic_chart_free(ClinicChart *chart);

/* "charted, from ehr on 2026-11-27"; NULL where nothing was read.  Caller frees. */
char *clinic_chart_words(const ClinicChart *chart);
/* The texts of a list, for ScribeContext; caller frees. */
GStrv clinic_chart_texts(const ClinicChart *chart, ClinicChartList list);
const char *clinic_chart_link_word(ClinicChartLink link);
const char *clinic_chart_list_word(ClinicChartList list);

/* A person says which record is theirs ("Patient/12"; NULL: none of them).  What was read of
 * another one is forgotten.  CLINIC_POWER_CHART. */
gboolean clinic_chart_settle_link(ClinicSession *session, gint64 patient, const char *reference,
                                  GError **error);

/* --- reading */

/* The destination that charts are read from; *ret is NULL where there is none.  Two of them, or one
 * that is no FHIR server: BASE_ERROR_CONFIG. */
gboolean clinic_chart_ask_source(ClinicSession *session, ClinicDestination **ret, GError **error);

/* An item's patient, where their chart is to be read before it is drafted; else 0. */
gboolean clinic_chart_ask_due(ClinicSession *session, gint64 item, gint64 *ret, GError **error);

typedef struct {
  ClinicDestination *to;
  ClinicPatient *patient;
  ClinicChart *chart; /* what is known; the reading changes it */
  GStrv identifiers;  /* "system|value", the surest first */
} ClinicChartAsk;

/* Before anything of the patient goes to the EHR: the power (CLINIC_POWER_CHART), the contract, and
 * an audit event.  BASE_ERROR_CONFIG where no destination has fhir_chart. */
gboolean clinic_chart_ask(ClinicSession *session, gint64 patient, ClinicChartAsk **ret,
                          GError **error);
void clinic_chart_ask_free(ClinicChartAsk *ask);

/* Is a record that was found by an identifier theirs, as far as the birth date (else the name)
 * says?
 */
gboolean clinic_chart_ask_agrees(const ClinicPatient *patient, const WireFhirPatient *found);

/* The clinic's record number of somebody that the EHR knows by a number of ours, the birth date
 * agreeing; "" where there is none.  Caller frees. */
gboolean clinic_chart_ask_record(ClinicSession *session, const ClinicDestination *to,
                                 const WireFhirPatient *found, char **ret, GError **error);

/* The record whose chart is read.  Forgets what was read of another one. */
void clinic_chart_take_link(ClinicChart *chart, ClinicChartLink link, const char *reference);
/* Adds a fact to a list, up to 500 of them: FALSE where it is full. */
gboolean clinic_chart_add(ClinicChart *chart, ClinicChartList list, const ClinicChartFact *fact);
void clinic_chart_clear(ClinicChart *chart); /* the lists and what was lacking */

/* It was read: kept, with an audit event.  *ret_changed: it says something else than before. */
gboolean clinic_chart_settle(ClinicSession *session, ClinicChart *chart, gboolean *ret_changed,
                             GError **error);
/* Nothing could be read, and why.  `lasting`: asking again at once is of no use. */
gboolean clinic_chart_settle_miss(ClinicSession *session, ClinicChart *chart, const char *why,
                                  gboolean lasting, GError **error);
/* These may be they (GPtrArray of WireFhirPatient): a task asks, once for the same ones. */
gboolean clinic_chart_settle_puzzle(ClinicSession *session, const ClinicChartAsk *ask,
                                    const GPtrArray *found, GError **error);

/* The checks on what waits for review of this patient, after their chart changed: findings that are
 * new stand on the item before anybody opens it. */
gboolean clinic_chart_recheck(ClinicSession *session, gint64 patient, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicChart, clinic_chart_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicChartAsk, clinic_chart_ask_free)

G_END_DECLS
#endif
