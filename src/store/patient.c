#include "guichet/store/patient.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "guichet/vault/seal.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

#define PATIENT_PREFIX "patient.prefix"
#define PATIENT_RECORD "patient.record"
#define PATIENT_PERSON "patient.person"
#define PATIENT_MAIL "patient.mail"
#define PATIENT_ADDRESS "patient.address"
#define PATIENT_LEAST 2u /* letters of a prefix */
#define PATIENT_MOST 12u
#define PATIENT_SAME 16u /* patients with one record number, or one name and birth date */

/* The strings of a StorePatient, and their names in its sealed body. */
static const struct {
  const char *name;
  gsize offset;
} FIELDS[] = {
    {"family", G_STRUCT_OFFSET(StorePatient, family)},
    {"given", G_STRUCT_OFFSET(StorePatient, given)},
    {"birth", G_STRUCT_OFFSET(StorePatient, birth)},
    {"sex", G_STRUCT_OFFSET(StorePatient, sex)},
    {"record", G_STRUCT_OFFSET(StorePatient, record)},
    {"phone", G_STRUCT_OFFSET(StorePatient, phone)},
    {"mail", G_STRUCT_OFFSET(StorePatient, mail)},
    {"language", G_STRUCT_OFFSET(StorePatient, language)},
    {"channel", G_STRUCT_OFFSET(StorePatient, channel)},
    {"address", G_STRUCT_OFFSET(StorePatient, address)},
    {"zone", G_STRUCT_OFFSET(StorePatient, zone)},
    {"ways", G_STRUCT_OFFSET(StorePatient, ways)},
    {"reminders", G_STRUCT_OFFSET(StorePatient, reminders)},
    {"wording", G_STRUCT_OFFSET(StorePatient, wording)},
};

static const char *
field_of(const StorePatient *patient, guint field)
{
  return *(char *const *)((const char *)patient + FIELDS[field].offset);
}

void
store_patient_free(StorePatient *patient)
{
  if (patient == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    g_free(G_STRUCT_MEMBER(char *, patient, FIELDS[i].offset));
  g_free(patient);
}

static VaultPlace
place_of(const char *column, gint64 id, gint64 version)
{
  return (VaultPlace){.table = "patient", .column = column, .id = id, .version = version};
}

static GBytes *
body_seal(const VaultKey *key, const StorePatient *patient, gint64 version)
{
  VaultPlace place = place_of("body", patient->id, version);
  json_t *body = json_object();
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++) {
    const char *value = field_of(patient, i);
    if (value != NULL && *value != '\0')
      json_object_set_new(body, FIELDS[i].name, json_string(value));
  }
  return store_box_json(key, &place, body);
}

/* "DUPONT Éléonore". */
static GBytes *
name_seal(const VaultKey *key, const StorePatient *patient, gint64 version)
{
  VaultPlace place = place_of("name", patient->id, version);
  g_autofree char *upper = g_utf8_strup(patient->family, -1);
  g_autofree char *name = g_strconcat(upper, *upper != '\0' && *patient->given != '\0' ? " " : "",
                                      patient->given, NULL);
  return store_box_text(key, &place, name);
}

/* Tags. */

static void
tag_add(StoreHandle *store, GHashTable *tags, const char *field, const char *normalised)
{
  VaultTag *tag = g_new0(VaultTag, 1);
  store_handle_tag(store, field, normalised, tag);
  g_hash_table_add(tags, tag);
}

static guint
tag_hash(gconstpointer data)
{
  guint hash = 0;
  memcpy(&hash, data, sizeof hash);
  return hash;
}

static gboolean
tag_equal(gconstpointer a, gconstpointer b)
{
  return memcmp(a, b, VAULT_TAG_BYTES) == 0;
}

static void
add_prefixes(StoreHandle *store, GHashTable *tags, const char *word)
{
  const char *p = word;
  for (guint n = 1; *p != '\0' && n <= PATIENT_MOST; n++) {
    p = base_text_next(p);
    if (n < PATIENT_LEAST)
      continue;
    g_autofree char *prefix = g_strndup(word, (gsize)(p - word));
    tag_add(store, tags, PATIENT_PREFIX, prefix);
  }
}

static void
add_words(StoreHandle *store, GHashTable *tags, const char *text)
{
  g_autofree char *folded = base_text_fold(text);
  g_auto(GStrv) words = g_strsplit(folded, " ", -1);
  for (char **word = words; *word != NULL; word++)
    add_prefixes(store, tags, *word);
}

/* A record number without its blanks and dashes. */
static char *
record_fold(const char *record)
{
  g_autofree char *folded = base_text_fold(record);
  g_auto(GStrv) words = g_strsplit(folded, " ", -1);
  return g_strjoinv("", words);
}

/* NULL for one that says too little to be told from another. */
static char *
person_fold(const StorePatient *patient)
{
  g_autofree char *family = base_text_fold(patient->family);
  g_autofree char *given = base_text_fold(patient->given);
  if (*family == '\0' || *patient->birth == '\0')
    return NULL;
  return g_strjoin("|", family, given, patient->birth, NULL);
}

/* Dots and dashes tell mail addresses apart: only the case does not. */
static char *
mail_fold(const char *mail)
{
  g_autofree char *lower = g_utf8_strdown(mail != NULL ? mail : "", -1);
  return g_strdup(g_strstrip(lower));
}

static void
add_addresses(StoreHandle *store, GHashTable *tags, const StorePatient *patient)
{
  g_autofree char *mail = mail_fold(patient->mail);
  g_autofree char *address = base_text_fold(patient->address != NULL ? patient->address : "");
  if (*mail != '\0')
    tag_add(store, tags, PATIENT_MAIL, mail);
  if (*address != '\0')
    tag_add(store, tags, PATIENT_ADDRESS, address);
}

static GHashTable *
tags_of(StoreHandle *store, const StorePatient *patient)
{
  GHashTable *tags = g_hash_table_new_full(tag_hash, tag_equal, g_free, NULL);
  g_autofree char *digits = base_text_digits(patient->phone);
  g_autofree char *record = record_fold(patient->record);
  g_autofree char *person = person_fold(patient);
  add_words(store, tags, patient->family);
  add_words(store, tags, patient->given);
  add_words(store, tags, patient->record);
  add_prefixes(store, tags, digits);
  add_prefixes(store, tags, record);
  if (*record != '\0')
    tag_add(store, tags, PATIENT_RECORD, record);
  if (person != NULL)
    tag_add(store, tags, PATIENT_PERSON, person);
  add_addresses(store, tags, patient);
  return tags;
}

static gboolean
tags_write(StoreHandle *store, const StorePatient *patient, GError **error)
{
  g_autoptr(GHashTable) tags = tags_of(store, patient);
  GHashTableIter iter;
  gpointer tag = NULL;
  g_hash_table_iter_init(&iter, tags);
  while (g_hash_table_iter_next(&iter, &tag, NULL)) {
    if (!db_conn_run(store->data, DB_STMT_PATIENT_TAG_ADD,
                     STORE_ROW(db_value_tag(((VaultTag *)tag)->bytes), db_value_int(patient->id)),
                     NULL, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
tags_drop(StoreHandle *store, gint64 id, GError **error)
{
  return db_conn_run(store->data, DB_STMT_PATIENT_TAG_DROP, STORE_ROW(db_value_int(id)), NULL,
                     error);
}

/* Writing. */

gboolean
store_patient_add(StoreHandle *store, const StorePatient *patient, GError **error)
{
  const VaultKey *key = NULL;
  if (!store_handle_make_patient_key(store, patient->id, &key, error))
    return FALSE;
  g_autoptr(GBytes) name = name_seal(key, patient, 1);
  g_autoptr(GBytes) body = body_seal(key, patient, 1);
  return db_conn_run(store->data, DB_STMT_PATIENT_ADD,
                     STORE_ROW(db_value_int(patient->id), db_value_int(1),
                               db_value_int(base_clock_now()), db_value_sealed(name),
                               db_value_sealed(body)),
                     NULL, error) &&
         tags_write(store, patient, error);
}

gboolean
store_patient_change(StoreHandle *store, const StorePatient *patient, GError **error)
{
  const VaultKey *key = NULL;
  gint64 next = patient->version + 1;
  if (!store_handle_patient_key(store, patient->id, &key, error))
    return FALSE;
  g_autoptr(GBytes) name = name_seal(key, patient, next);
  g_autoptr(GBytes) body = body_seal(key, patient, next);
  return store_row_one(store->data, DB_STMT_PATIENT_CHANGE,
                       STORE_ROW(db_value_int(next), db_value_sealed(name), db_value_sealed(body),
                                 db_value_int(patient->id), db_value_int(patient->version)),
                       "the patient", error) &&
         tags_drop(store, patient->id, error) && tags_write(store, patient, error);
}

gboolean
store_patient_shred(StoreHandle *store, gint64 id, GError **error)
{
  return store_row_one(store->data, DB_STMT_PATIENT_SHRED, STORE_ROW(db_value_int(id)),
                       "the patient", error) &&
         tags_drop(store, id, error) &&
         db_conn_run(store->data, DB_STMT_CHART_DROP, STORE_ROW(db_value_int(id)), NULL, error);
}

gboolean
store_patient_destroy(StoreHandle *store, gint64 id, GError **error)
{
  store_handle_forget_keys(store);
  if (!db_conn_begin(store->keys, error))
    return FALSE;
  if (db_conn_run(store->keys, DB_STMT_KEY_VISIT_DROP_OF, STORE_ROW(db_value_int(id)), NULL,
                  error) &&
      db_conn_run(store->keys, DB_STMT_KEY_PATIENT_DROP, STORE_ROW(db_value_int(id)), NULL,
                  error) &&
      db_conn_commit_keys(store->keys, error))
    return TRUE;
  db_conn_rollback(store->keys);
  return FALSE;
}

/* Reading. */

/* The version and the sealed column of a patient's row. */
static gboolean
row_read(StoreHandle *store, DbStmt stmt, gint64 id, gint64 *ret_version, GBytes **ret,
         GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, stmt, STORE_ROW(db_value_int(id)), &rows, error))
    return FALSE;
  if (rows == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                "there is no patient %" G_GINT64_FORMAT ", or no longer", id);
    return FALSE;
  }
  *ret_version = db_rows_int(rows, 0);
  *ret = db_rows_bytes(rows, 1);
  return TRUE;
}

gboolean
store_patient_load(StoreHandle *store, gint64 id, StorePatient **ret, GError **error)
{
  const VaultKey *key = NULL;
  gint64 version = 0;
  g_autoptr(GBytes) sealed = NULL;
  json_t *body = NULL;
  if (!row_read(store, DB_STMT_PATIENT_GET, id, &version, &sealed, error) ||
      !store_handle_patient_key(store, id, &key, error))
    return FALSE;
  VaultPlace place = place_of("body", id, version);
  if (!store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  StorePatient *patient = g_new0(StorePatient, 1);
  patient->id = id;
  patient->version = version;
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    G_STRUCT_MEMBER(char *, patient, FIELDS[i].offset) =
        g_strdup(store_box_word(body, FIELDS[i].name));
  json_decref(body);
  *ret = patient;
  return TRUE;
}

gboolean
store_patient_name(StoreHandle *store, gint64 id, char **ret, GError **error)
{
  const VaultKey *key = NULL;
  gint64 version = 0;
  g_autoptr(GBytes) sealed = NULL;
  if (!row_read(store, DB_STMT_PATIENT_NAME, id, &version, &sealed, error) ||
      !store_handle_patient_key(store, id, &key, error))
    return FALSE;
  VaultPlace place = place_of("name", id, version);
  return store_box_open_text(key, &place, sealed, ret, error);
}

/* Finding. */

static gboolean
ids_read(StoreHandle *store, DbStmt stmt, const DbValue *values, guint n, GArray **ret,
         GError **error)
{
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store->data, stmt, values, n, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    gint64 id = db_rows_int(rows, 0);
    g_array_append_val(ids, id);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&ids);
  return TRUE;
}

static gboolean
find_exact(StoreHandle *store, const char *field, const char *normalised, GArray **ret,
           GError **error)
{
  VaultTag tag;
  if (normalised == NULL || *normalised == '\0') {
    *ret = g_array_new(FALSE, FALSE, sizeof(gint64));
    return TRUE;
  }
  store_handle_tag(store, field, normalised, &tag);
  return ids_read(store, DB_STMT_PATIENT_FIND,
                  STORE_ROW(db_value_tag(tag.bytes), db_value_int(0), db_value_int(PATIENT_SAME)),
                  ret, error);
}

gboolean
store_patient_by_record(StoreHandle *store, const char *record, GArray **ret, GError **error)
{
  g_autofree char *folded = record_fold(record);
  return find_exact(store, PATIENT_RECORD, folded, ret, error);
}

gboolean
store_patient_by_name(StoreHandle *store, const StorePatient *patient, GArray **ret, GError **error)
{
  g_autofree char *folded = person_fold(patient);
  return find_exact(store, PATIENT_PERSON, folded, ret, error);
}

gboolean
store_patient_by_mail(StoreHandle *store, const char *mail, GArray **ret, GError **error)
{
  g_autofree char *folded = mail_fold(mail);
  return find_exact(store, PATIENT_MAIL, folded, ret, error);
}

gboolean
store_patient_by_address(StoreHandle *store, const char *address, GArray **ret, GError **error)
{
  g_autofree char *folded = base_text_fold(address);
  return find_exact(store, PATIENT_ADDRESS, folded, ret, error);
}

static void
prefix_tag(StoreHandle *store, const char *prefix, VaultTag *ret)
{
  g_autofree char *head = g_utf8_substring(prefix, 0, MIN(g_utf8_strlen(prefix, -1), PATIENT_MOST));
  store_handle_tag(store, PATIENT_PREFIX, head, ret);
}

gboolean
store_patient_by_prefix(StoreHandle *store, const char *prefix, const char *other, gint64 after,
                        guint most, GArray **ret, GError **error)
{
  VaultTag first, second;
  prefix_tag(store, prefix, &first);
  if (other == NULL)
    return ids_read(store, DB_STMT_PATIENT_FIND,
                    STORE_ROW(db_value_tag(first.bytes), db_value_int(after), db_value_int(most)),
                    ret, error);
  prefix_tag(store, other, &second);
  return ids_read(store, DB_STMT_PATIENT_FIND_BOTH,
                  STORE_ROW(db_value_tag(first.bytes), db_value_tag(second.bytes),
                            db_value_int(after), db_value_int(most)),
                  ret, error);
}
