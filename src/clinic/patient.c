#include "guichet/clinic/patient.h"

#include <stdlib.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/calendar/zone.h"
#include "guichet/store/patient.h"
#include "guichet/vault/process.h"
#include "clinic/patient.h"
#include "clinic/session.h"
#include "guichet/clinic/way.h"

#define PATIENT_TEXT_MOST 200u
#define PATIENT_NAMES 4096u      /* names kept in a session */
#define PATIENT_CANDIDATES 2000u /* rows that one search looks at */
#define PATIENT_PAGE 250u

static const struct {
  const char *name;
  gsize here, there;
} FIELDS[] = {
#define FIELD(name)                                                                                \
  {                                                                                                \
#name, G_STRUCT_OFFSET(ClinicPatient, name), G_STRUCT_OFFSET(StorePatient, name)               \
  }
    FIELD(family), FIELD(given), FIELD(birth),     FIELD(sex),     FIELD(record),
    FIELD(phone),  FIELD(mail),  FIELD(language),  FIELD(channel), FIELD(address),
    FIELD(zone),   FIELD(ways),  FIELD(reminders), FIELD(wording),
#undef FIELD
};

static const char *
field_of(const ClinicPatient *patient, guint field)
{
  return *(char *const *)((const char *)patient + FIELDS[field].here);
}

static void
field_set(ClinicPatient *patient, guint field, const char *value)
{
  char **at = &G_STRUCT_MEMBER(char *, patient, FIELDS[field].here);
  g_free(*at);
  *at = g_strdup(value);
}

ClinicPatient *
clinic_patient_new(void)
{
  ClinicPatient *patient = g_new0(ClinicPatient, 1);
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    field_set(patient, i, "");
  return patient;
}

void
clinic_patient_free(ClinicPatient *patient)
{
  if (patient == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    g_free(G_STRUCT_MEMBER(char *, patient, FIELDS[i].here));
  g_free(patient);
}

static void
patient_unref(gpointer data)
{
  clinic_patient_free(data);
}

ClinicPatient *
clinic_patient_copy(const ClinicPatient *patient)
{
  ClinicPatient *copy = clinic_patient_new();
  copy->id = patient->id;
  copy->version = patient->version;
  clinic_patient_fill(copy, patient);
  return copy;
}

void
clinic_patient_fill(ClinicPatient *patient, const ClinicPatient *other)
{
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    if (*field_of(patient, i) == '\0' && *field_of(other, i) != '\0')
      field_set(patient, i, field_of(other, i));
}

static ClinicPatient *
patient_from(const StorePatient *from)
{
  ClinicPatient *patient = clinic_patient_new();
  patient->id = from->id;
  patient->version = from->version;
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    field_set(patient, i, *(char *const *)((const char *)from + FIELDS[i].there));
  return patient;
}

static StorePatient *
patient_to(const ClinicPatient *from)
{
  StorePatient *patient = g_new0(StorePatient, 1);
  patient->id = from->id;
  patient->version = from->version;
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    G_STRUCT_MEMBER(char *, patient, FIELDS[i].there) = g_strdup(field_of(from, i));
  return patient;
}

/* What may be a patient. */

static gboolean
refuse(GError **error, const char *field, const char *words)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "patient.%s: %s", field, words);
  return FALSE;
}

static gboolean
is_one_of(const char *value, const char *list)
{
  g_auto(GStrv) words = g_strsplit(list, " ", -1);
  return *value == '\0' || g_strv_contains((const char *const *)words, value);
}

static gboolean
is_date(const char *text)
{
  guint number[3] = {0};
  if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
    return FALSE;
  for (guint i = 0, part = 0; i < 10; i++) {
    if (text[i] == '-')
      part++;
    else if (!g_ascii_isdigit(text[i]))
      return FALSE;
    else
      number[MIN(part, 2)] = number[MIN(part, 2)] * 10 + (guint)g_ascii_digit_value(text[i]);
  }
  return number[2] <= 31 && number[1] <= 12 && number[0] >= 1850 &&
         g_date_valid_dmy((GDateDay)number[2], (GDateMonth)number[1], (GDateYear)number[0]);
}

/* Disarms, trims, and refuses what cannot be. */
static gboolean
patient_check(ClinicPatient *patient, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++) {
    const char *text = field_of(patient, i);
    if (strlen(text) > PATIENT_TEXT_MOST)
      return refuse(error, FIELDS[i].name, _("longer than 200 bytes"));
    g_autofree char *safe = base_text_disarm(text, -1, FALSE);
    field_set(patient, i, g_strstrip(safe));
  }
  if (*patient->birth != '\0' && !is_date(patient->birth))
    return refuse(error, "birth", _("is not a date such as 1968-04-30"));
  if (!is_one_of(patient->sex, "female male other unknown"))
    return refuse(error, "sex", _("is not female, male, other or unknown"));
  if (!is_one_of(patient->channel, "mail sms letter none"))
    return refuse(error, "channel", _("is not mail, sms, letter or none"));
  if (!is_one_of(patient->reminders, "yes no"))
    return refuse(error, "reminders", _("is not yes or no"));
  if (!is_one_of(patient->wording, "restricted"))
    return refuse(error, "wording", _("is not restricted, or nothing"));
  if (!clinic_way_check(patient->ways, error))
    return FALSE;
  if (strlen(patient->language) > 3)
    return refuse(error, "language", _("is not a language such as en or fr"));
  if (*patient->zone != '\0' && calendar_zone_find(patient->zone) == NULL)
    return refuse(error, "zone", _("is not a time zone such as America/Toronto"));
  if (*patient->family == '\0' && *patient->given == '\0')
    return refuse(error, "family", _("there is no name"));
  return TRUE;
}

/* Finding or adding. */

static gboolean
conflict(GError **error, const char *words)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFLICT, words);
  return FALSE;
}

static gboolean
differ(const char *a, const char *b)
{
  g_autofree char *left = base_text_fold(a);
  g_autofree char *right = base_text_fold(b);
  return *left != '\0' && *right != '\0' && strcmp(left, right) != 0;
}

/* A name that only repeats the record number stands for one that was not known. */
static gboolean
is_nameless(const ClinicPatient *patient)
{
  return *patient->given == '\0' && strcmp(patient->family, patient->record) == 0;
}

/* The same record number of another person: a wrong number is worse than a question. */
static gboolean
contradicts(const ClinicPatient *known, const ClinicPatient *given)
{
  if (*known->birth != '\0' && *given->birth != '\0')
    return strcmp(known->birth, given->birth) != 0;
  return !is_nameless(known) && !is_nameless(given) && differ(known->family, given->family);
}

static gboolean
only_one(const GArray *ids, GError **error)
{
  return ids->len <= 1 ||
         conflict(error, _("more than one patient fits; give a record number that only one has"));
}

/* The patient who fits: *ret is NULL when there is none. */
static gboolean
find_known(ClinicSession *session, const ClinicPatient *given, ClinicPatient **ret, GError **error)
{
  g_autoptr(GArray) ids = NULL;
  g_autoptr(StorePatient) wanted = patient_to(given), found = NULL;
  if (!store_patient_by_record(session->store, given->record, &ids, error) || !only_one(ids, error))
    return FALSE;
  gboolean by_record = ids->len > 0;
  if (!by_record) {
    g_clear_pointer(&ids, g_array_unref);
    if (!store_patient_by_name(session->store, wanted, &ids, error) || !only_one(ids, error))
      return FALSE;
  }
  if (ids->len == 0) {
    *ret = NULL;
    return TRUE;
  }
  if (!store_patient_load(session->store, g_array_index(ids, gint64, 0), &found, error))
    return FALSE;
  g_autoptr(ClinicPatient) known = patient_from(found);
  if (by_record && contradicts(known, given))
    return conflict(error, _("the record number is that of a patient with another name or birth "
                             "date; a person must say which is right"));
  if (!by_record && differ(known->record, given->record))
    return conflict(error, _("a patient of this name and birth date has another record number; a "
                             "person must say whether they are one"));
  *ret = g_steal_pointer(&known);
  return TRUE;
}

/* TRUE when there is something to write. */
static gboolean
learn(ClinicPatient *known, const ClinicPatient *given)
{
  g_autoptr(ClinicPatient) before = clinic_patient_copy(known);
  if (is_nameless(known) && !is_nameless(given)) {
    field_set(known, 0, given->family);
    field_set(known, 1, given->given);
  }
  clinic_patient_fill(known, given);
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    if (strcmp(field_of(before, i), field_of(known, i)) != 0)
      return TRUE;
  return FALSE;
}

/* The names of what changed, and what was decided about reminders. */
static char *
changes(ClinicSession *session, const ClinicPatient *known)
{
  g_autoptr(StorePatient) before = NULL;
  GString *words = g_string_new(NULL);
  if (!store_patient_load(session->store, known->id, &before, NULL))
    return g_string_free(words, FALSE);
  g_autoptr(ClinicPatient) old = patient_from(before);
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    if (strcmp(field_of(old, i), field_of(known, i)) != 0)
      g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", FIELDS[i].name);
  if (strcmp(old->reminders, known->reminders) != 0)
    g_string_append_printf(words, "; reminders %s",
                           *known->reminders != '\0' ? known->reminders : "by channel");
  return g_string_free(words, FALSE);
}

static gboolean
write_known(ClinicSession *session, const ClinicPatient *known, GError **error)
{
  g_autoptr(StorePatient) stored = patient_to(known);
  g_autofree char *detail = changes(session, known);
  clinic_session_event(session, STORE_EVENT_PATIENT_CHANGE, known->id, known->id, detail);
  return store_patient_change(session->store, stored, error);
}

static gboolean
write_new(ClinicSession *session, const ClinicPatient *given, gint64 *ret, GError **error)
{
  g_autoptr(StorePatient) stored = patient_to(given);
  stored->id = vault_process_id();
  clinic_session_event(session, STORE_EVENT_PATIENT_ADD, stored->id, stored->id, NULL);
  if (!store_patient_add(session->store, stored, error))
    return FALSE;
  *ret = stored->id;
  return TRUE;
}

gboolean
clinic_patient_match(ClinicSession *session, const ClinicPatient *given, gint64 *ret,
                     GError **error)
{
  g_autoptr(ClinicPatient) clean = clinic_patient_copy(given), known = NULL;
  if (!patient_check(clean, error) || !find_known(session, clean, &known, error))
    return FALSE;
  if (known == NULL)
    return write_new(session, clean, ret, error);
  if (learn(known, clean) && !write_known(session, known, error))
    return FALSE;
  *ret = known->id;
  return TRUE;
}

gboolean
clinic_patient_find_or_add(ClinicSession *session, const ClinicPatient *given, gint64 *ret,
                           GError **error)
{
  gint64 id = 0;
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_EDIT, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  if (!clinic_patient_match(session, given, &id, error)) {
    store_tx_rollback(session->store);
    return FALSE;
  }
  clinic_session_event(session, STORE_EVENT_PATIENT_SEARCH, id, id, NULL);
  if (!store_tx_commit(session->store, error))
    return FALSE;
  *ret = id;
  return TRUE;
}

/* One patient. */

gboolean
clinic_patient_open(ClinicSession *session, gint64 id, ClinicPatient **ret, GError **error)
{
  g_autoptr(StorePatient) found = NULL;
  StoreEvent event = {
      .kind = STORE_EVENT_PATIENT_READ, .actor = session->user, .subject = id, .patient = id};
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_SEE, error) ||
      !store_patient_load(session->store, id, &found, error) ||
      !store_tx_note(session->store, &event, error))
    return FALSE;
  *ret = patient_from(found);
  return TRUE;
}

gboolean
clinic_patient_read(ClinicSession *session, gint64 id, ClinicPatient **ret, GError **error)
{
  g_autoptr(StorePatient) found = NULL;
  if (!store_patient_load(session->store, id, &found, error))
    return FALSE;
  *ret = patient_from(found);
  return TRUE;
}

gboolean
clinic_patient_rewrite(ClinicSession *session, const ClinicPatient *patient, gboolean *ret_changed,
                       GError **error)
{
  g_autoptr(ClinicPatient) clean = clinic_patient_copy(patient);
  if (!patient_check(clean, error))
    return FALSE;
  g_autofree char *changed = changes(session, clean);
  *ret_changed = *changed != '\0';
  return !*ret_changed || write_known(session, clean, error);
}

gboolean
clinic_patient_change(ClinicSession *session, const ClinicPatient *patient, GError **error)
{
  g_autoptr(ClinicPatient) clean = clinic_patient_copy(patient);
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_EDIT, error) ||
      !patient_check(clean, error) || !store_tx_begin(session->store, error))
    return FALSE;
  if (write_known(session, clean, error))
    return store_tx_commit(session->store, error);
  store_tx_rollback(session->store);
  return FALSE;
}

static void
add_others(GHashTable *others, const GArray *ids, gint64 but)
{
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index(ids, gint64, i) != but)
      g_hash_table_add(others, g_memdup2(&g_array_index(ids, gint64, i), sizeof(gint64)));
}

gboolean
clinic_patient_sharing(ClinicSession *session, const ClinicPatient *patient, guint *ret,
                       GError **error)
{
  g_autoptr(GArray) by_mail = NULL, by_address = NULL;
  g_autoptr(GHashTable) others = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_SEE, error) ||
      !store_patient_by_mail(session->store, patient->mail, &by_mail, error) ||
      !store_patient_by_address(session->store, patient->address, &by_address, error))
    return FALSE;
  add_others(others, by_mail, patient->id);
  add_others(others, by_address, patient->id);
  *ret = g_hash_table_size(others);
  return TRUE;
}

gboolean
clinic_patient_shred(ClinicSession *session, gint64 id, GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_SHRED, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_PATIENT_SHRED, id, id, NULL);
  if (!store_patient_shred(session->store, id, error)) {
    store_tx_rollback(session->store);
    return FALSE;
  }
  return store_tx_commit(session->store, error) && store_patient_destroy(session->store, id, error);
}

const char *
clinic_patient_name(ClinicSession *session, gint64 id)
{
  char *name = NULL;
  if (id == 0 || !clinic_session_may(session, CLINIC_POWER_PATIENT_SEE))
    return "";
  clinic_session_refresh(session);
  const char *known = g_hash_table_lookup(session->names, &id);
  if (known != NULL)
    return known;
  if (!store_patient_name(session->store, id, &name, NULL))
    return "";
  if (g_hash_table_size(session->names) >= PATIENT_NAMES)
    g_hash_table_remove_all(session->names);
  g_hash_table_insert(session->names, g_memdup2(&id, sizeof id), name);
  return name;
}

/* Searching. */

typedef struct {
  ClinicSession *session;
  char **words;               /* folded, the longest first */
  const char *first, *second; /* of them, what the database looks for; second may be NULL */
  GPtrArray *found;
} Search;

/* "06 12 34" is one number, not three. */
static gboolean
is_number(const char *text)
{
  guint digits = 0;
  for (; *text != '\0'; text++) {
    if (g_ascii_isdigit(*text))
      digits++;
    else if (strchr(" +-./()", *text) == NULL)
      return FALSE;
  }
  return digits > 0;
}

static gint
by_length(gconstpointer a, gconstpointer b)
{
  char *const *left = a, *const *right = b;
  glong difference = g_utf8_strlen(*right, -1) - g_utf8_strlen(*left, -1);
  return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

static gboolean
search_words(Search *search, const char *text, GError **error)
{
  g_autofree char *folded = is_number(text) ? base_text_digits(text) : base_text_fold(text);
  search->words = g_strsplit(folded, " ", -1);
  guint n = g_strv_length(search->words);
  if (n > 1)
    qsort(search->words, n, sizeof *search->words, by_length);
  if (n == 0 || g_utf8_strlen(search->words[0], -1) < 2) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                _("give at least two letters or digits to search for"));
    return FALSE;
  }
  search->first = search->words[0];
  search->second = n > 1 && g_utf8_strlen(search->words[1], -1) >= 2 ? search->words[1] : NULL;
  return TRUE;
}

static gboolean
any_begins(const char *folded, const char *word)
{
  g_auto(GStrv) words = g_strsplit(folded, " ", -1);
  for (char **w = words; *w != NULL; w++)
    if (g_str_has_prefix(*w, word))
      return TRUE;
  return FALSE;
}

static gboolean
fits(const ClinicPatient *patient, char **words)
{
  g_autofree char *all = g_strjoin(" ", patient->family, patient->given, patient->record, NULL);
  g_autofree char *folded = base_text_fold(all);
  g_autofree char *phone = base_text_digits(patient->phone);
  g_autofree char *record = base_text_fold(patient->record);
  g_auto(GStrv) parts = g_strsplit(record, " ", -1);
  g_autofree char *joined = g_strjoinv("", parts);
  for (char **word = words; *word != NULL; word++)
    if (!any_begins(folded, *word) && !g_str_has_prefix(phone, *word) &&
        !g_str_has_prefix(joined, *word))
      return FALSE;
  return TRUE;
}

static gboolean
search_one(Search *search, gint64 id, GError **error)
{
  g_autoptr(StorePatient) stored = NULL;
  GError *failed = NULL;
  if (!store_patient_load(search->session->store, id, &stored, &failed)) {
    if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
      g_propagate_error(error, failed);
      return FALSE;
    }
    g_error_free(failed); /* its key was destroyed meanwhile */
    return TRUE;
  }
  g_autoptr(ClinicPatient) patient = patient_from(stored);
  if (fits(patient, search->words))
    g_ptr_array_add(search->found, g_steal_pointer(&patient));
  return TRUE;
}

static gboolean
search_all(Search *search, GError **error)
{
  gint64 after = 0;
  for (guint seen = 0; seen < PATIENT_CANDIDATES;) {
    g_autoptr(GArray) ids = NULL;
    if (!store_patient_by_prefix(search->session->store, search->first, search->second, after,
                                 PATIENT_PAGE, &ids, error))
      return FALSE;
    for (guint i = 0; i < ids->len; i++) {
      after = g_array_index(ids, gint64, i);
      if (!search_one(search, after, error))
        return FALSE;
    }
    seen += ids->len;
    if (ids->len < PATIENT_PAGE)
      break;
  }
  return TRUE;
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
  const ClinicPatient *const *left = a, *const *right = b;
  int order = g_utf8_collate((*left)->family, (*right)->family);
  if (order == 0)
    order = g_utf8_collate((*left)->given, (*right)->given);
  return order;
}

gboolean
clinic_patient_search(ClinicSession *session, const char *words, guint most, GPtrArray **ret,
                      GError **error)
{
  Search search = {.session = session};
  StoreEvent event = {.kind = STORE_EVENT_PATIENT_SEARCH, .actor = session->user, .detail = words};
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_SEE, error))
    return FALSE;
  search.found = g_ptr_array_new_with_free_func(patient_unref);
  gboolean ok = search_words(&search, words, error) &&
                store_tx_note(session->store, &event, error) && search_all(&search, error);
  g_strfreev(search.words);
  if (!ok) {
    g_ptr_array_unref(search.found);
    return FALSE;
  }
  g_ptr_array_sort(search.found, by_name);
  if (search.found->len > most)
    g_ptr_array_set_size(search.found, (gint)most);
  *ret = search.found;
  return TRUE;
}
