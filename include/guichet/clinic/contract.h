/* Contracts with outside services (BAA, GDPR art. 28, HDS).  Without one that is in force and
 * covers the destination and the class of data, nothing is built or sent.
 *
 * A destination on this host (loopback, a folder) is a class of its own: what is sent there has not
 * left, and needs no contract, unless its settings name one. */
#ifndef GUICHET_CLINIC_CONTRACT_H
#define GUICHET_CLINIC_CONTRACT_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef enum {
#define CONTRACT(id, word, title) CLINIC_CONTRACT_##id,
#include "clinic/contract.def"
#undef CONTRACT
  CLINIC_CONTRACT_N
} ClinicContractKind;

typedef enum {
#define DATA_CLASS(id, word, help) CLINIC_DATA_##id,
#include "clinic/contract.def"
#undef DATA_CLASS
  CLINIC_DATA_N
} ClinicDataClass;

/* Days are counted from 1970-01-01 on the clinic's own calendar; first and last both belong to it.
 */
typedef struct {
  gint64 id, version;
  char *reference; /* as on paper; no two are the same */
  ClinicContractKind kind;
  char *party;          /* with whom */
  char **covers;        /* host names ("*.example.org": every host below), or destinations of
                           guichet.conf by name */
  guint classes;        /* of 1u << ClinicDataClass */
  char **jurisdictions; /* where the data is processed: "FR", "EU", "US-CA" */
  gint64 first, last;
  gint64 ended; /* the day it was ended early; 0 no.  That day is the first without it */
  char *words;  /* why; "" */
} ClinicContract;

/* Where a contract stands today. */
typedef enum {
  CLINIC_CONTRACT_IN_FORCE,
  CLINIC_CONTRACT_ENDS_60, /* within 60, 30, 7 days: renew it */
  CLINIC_CONTRACT_ENDS_30,
  CLINIC_CONTRACT_ENDS_7,
  CLINIC_CONTRACT_TO_COME,
  CLINIC_CONTRACT_EXPIRED,
  CLINIC_CONTRACT_ENDED,
} ClinicContractStanding;

/* The one question of whoever sends anything: may data of this class go to this host (or
 * destination of guichet.conf, by name; or URL)?  A refusal is BASE_ERROR_DENIED and says which
 * contract is missing, has expired, or is not for this. */
gboolean clinic_contract_allow(ClinicSession *session, const char *destination_host_or_name,
                               ClinicDataClass data, GError **error);

/* The same with all that a destination's settings may say; NULL where they say nothing. */
typedef struct {
  const char *host;         /* host, or URL; "" for a folder of this host */
  const char *name;         /* of the destination, "" */
  const char *reference;    /* only this contract will do, loopback or not */
  const char *jurisdiction; /* where the service says it processes: the contract must name it */
} ClinicContractAsk;
gboolean clinic_contract_allow_as(ClinicSession *session, const ClinicContractAsk *ask,
                                  ClinicDataClass data, GError **error);

/* "127.0.0.1", "::1", "localhost", or a URL of one of these. */
gboolean clinic_contract_host_is_loopback(const char *host_or_url);

/* All but reading take CLINIC_POWER_CONTRACT_MANAGE.  A reference that is there already:
 * BASE_ERROR_CANT_CREATE; id, version, ended and words are ignored. */
gboolean clinic_contract_add(ClinicSession *session, const ClinicContract *contract, gint64 *ret,
                             GError **error);
/* A new last day, later than the old one; not of one that was ended. */
gboolean clinic_contract_renew(ClinicSession *session, const char *reference, gint64 last,
                               GError **error);
/* From today it covers nothing.  Words say why. */
gboolean clinic_contract_end(ClinicSession *session, const char *reference, const char *words,
                             GError **error);

/* Every one there is, the first to end first; GPtrArray of ClinicContract, free function set.
 * CLINIC_POWER_CONTRACT_SEE. */
gboolean clinic_contract_list(ClinicSession *session, GPtrArray **ret, GError **error);
void clinic_contract_free(ClinicContract *contract);

/* *ret_days takes the days that are left (0 on the last); may be NULL. */
ClinicContractStanding clinic_contract_standing(ClinicSession *session,
                                                const ClinicContract *contract, gint64 *ret_days);
/* "in force", "ends in 23 days": for a person.  Caller frees. */
char *clinic_contract_standing_text(ClinicSession *session, const ClinicContract *contract);
/* Those that end within 60 days, or have in the last 60 without an end: sentences to be shown, the
 * most urgent first.  GPtrArray of char *.  No power: they name no patient, and everybody should
 * know. */
gboolean clinic_contract_warnings(ClinicSession *session, GPtrArray **ret, GError **error);

/* Words of the tables, and back; an unknown one is BASE_ERROR_USAGE, with those there are. */
const char *clinic_contract_kind_word(ClinicContractKind kind);
const char *clinic_contract_kind_title(ClinicContractKind kind); /* translated */
gboolean clinic_contract_kind_parse(const char *word, ClinicContractKind *ret, GError **error);
const char *clinic_contract_class_word(ClinicDataClass data);
const char *clinic_contract_class_help(ClinicDataClass data); /* translated */
gboolean clinic_contract_class_parse(const char *word, ClinicDataClass *ret, GError **error);

/* "2026-12-31" and days. */
gboolean clinic_contract_day_parse(const char *text, gint64 *ret, GError **error);
char *clinic_contract_day_text(gint64 day); /* caller frees */
gint64 clinic_contract_day_today(ClinicSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicContract, clinic_contract_free)

G_END_DECLS
#endif
