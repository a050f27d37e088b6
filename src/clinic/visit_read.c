/* Reading files of visits: a transcript, an object, or one object a line. */
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/visit.h"
#include "guichet/vault/chain.h"
#include "clinic/import.h"
#include "clinic/patient.h"

typedef struct {
  const char *path;
  const ClinicImport *defaults;
  ClinicImportEach each;
  ClinicImportBad bad;
  gpointer data;
} Reader;

static gboolean
wrong(GError **error, const char *field, const char *words)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: %s", field, words);
  return FALSE;
}

/* Fields of an object. */

/* A text, or a number where a text could be one; *ret stays where there is none, or null. */
static gboolean
read_text(const json_t *object, const char *name, char **ret, GError **error)
{
  const json_t *value = json_object_get(object, name);
  if (value == NULL || json_is_null(value))
    return TRUE;
  if (!json_is_string(value) && !json_is_integer(value))
    return wrong(error, name, _("is not text"));
  if (json_is_integer(value)) {
    g_free(*ret);
    *ret = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
  } else if (json_string_length(value) > 0) {
    if (strlen(json_string_value(value)) != json_string_length(value))
      return wrong(error, name, _("has a NUL inside"));
    g_free(*ret);
    *ret = g_strdup(json_string_value(value));
  }
  return TRUE;
}

static gboolean
read_flag(const json_t *object, const char *name, gboolean *ret, GError **error)
{
  const json_t *value = json_object_get(object, name);
  if (value == NULL || json_is_null(value))
    return TRUE;
  if (!json_is_boolean(value))
    return wrong(error, name, _("is not true or false"));
  *ret = json_is_true(value);
  return TRUE;
}

/* An instant, or a day: its noon, UTC. */
static gboolean
read_instant(const json_t *object, const char *name, gint64 *ret, GError **error)
{
  g_autofree char *text = NULL;
  if (!read_text(object, name, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  g_autofree char *noon = strlen(text) == 10 ? g_strconcat(text, "T12:00:00Z", NULL) : NULL;
  gint64 at = 0;
  if (!base_clock_parse(noon != NULL ? noon : text, &at, NULL) || at <= 0)
    return wrong(error, name, _("is not an instant such as 2026-11-24T08:30:00Z"));
  *ret = at;
  return TRUE;
}

/* The names that each field of a patient goes by. */
static const struct {
  const char *names[4];
  gsize offset;
} PATIENT_FIELDS[] = {
    {{"family", "family_name", "last_name"}, G_STRUCT_OFFSET(ClinicPatient, family)},
    {{"given", "given_name", "first_name"}, G_STRUCT_OFFSET(ClinicPatient, given)},
    {{"birth", "birth_date", "birthDate"}, G_STRUCT_OFFSET(ClinicPatient, birth)},
    {{"sex", "gender"}, G_STRUCT_OFFSET(ClinicPatient, sex)},
    {{"record", "mrn"}, G_STRUCT_OFFSET(ClinicPatient, record)},
    {{"phone"}, G_STRUCT_OFFSET(ClinicPatient, phone)},
    {{"mail", "email"}, G_STRUCT_OFFSET(ClinicPatient, mail)},
    {{"language"}, G_STRUCT_OFFSET(ClinicPatient, language)},
    {{"channel"}, G_STRUCT_OFFSET(ClinicPatient, channel)},
    {{"zone", "time_zone"}, G_STRUCT_OFFSET(ClinicPatient, zone)},
};

/* One name for all of it: the last word is the family's, or what stands before a comma. */
static void
split_name(const char *name, ClinicPatient *patient)
{
  g_autofree char *whole = g_strstrip(g_strdup(name));
  const char *comma = strchr(whole, ',');
  const char *space = strrchr(whole, ' ');
  g_free(patient->family);
  g_free(patient->given);
  if (comma != NULL) {
    patient->family = g_strstrip(g_strndup(whole, (gsize)(comma - whole)));
    patient->given = g_strstrip(g_strdup(comma + 1));
  } else {
    patient->family = g_strdup(space != NULL ? space + 1 : whole);
    patient->given =
        space != NULL ? g_strstrip(g_strndup(whole, (gsize)(space - whole))) : g_strdup("");
  }
}

static void
fold_sex(ClinicPatient *patient)
{
  static const char *const WORDS[][2] = {{"f", "female"},  {"m", "male"},   {"o", "other"},
                                         {"u", "unknown"}, {"w", "female"}, {"h", "male"}};
  g_autofree char *lower = g_ascii_strdown(patient->sex, -1);
  const char *word = lower;
  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strcmp(lower, WORDS[i][0]) == 0)
      word = WORDS[i][1];
  g_free(patient->sex);
  patient->sex = g_strdup(word);
}

static gboolean
read_patient(const json_t *object, ClinicPatient *patient, GError **error)
{
  g_autofree char *name = NULL;
  if (object == NULL || json_is_null(object))
    return TRUE;
  if (!json_is_object(object))
    return wrong(error, "patient", _("is not an object"));
  for (guint i = 0; i < G_N_ELEMENTS(PATIENT_FIELDS); i++) {
    char **field = &G_STRUCT_MEMBER(char *, patient, PATIENT_FIELDS[i].offset);
    for (guint j = 0; j < 4 && PATIENT_FIELDS[i].names[j] != NULL && **field == '\0'; j++)
      if (!read_text(object, PATIENT_FIELDS[i].names[j], field, error))
        return FALSE;
  }
  if (!read_text(object, "name", &name, error))
    return FALSE;
  if (name != NULL && *patient->family == '\0' && *patient->given == '\0')
    split_name(name, patient);
  fold_sex(patient);
  return TRUE;
}

static gboolean
read_consent(const json_t *object, ClinicImport *import, GError **error)
{
  if (object == NULL || json_is_null(object))
    return TRUE;
  if (!json_is_object(object))
    return wrong(error, "consent", _("is not an object"));
  g_autoptr(ClinicConsent) consent = clinic_consent_new();
  consent->at = import->at;
  if (!read_text(object, "by", &consent->by, error) ||
      !read_text(object, "how", &consent->how, error) ||
      !read_text(object, "words", &consent->words, error) ||
      !read_instant(object, "at", &consent->at, error) ||
      !read_flag(object, "all_party", &consent->all_party, error) ||
      !read_flag(object, "given", &consent->given, error))
    return FALSE;
  clinic_consent_free(import->consent);
  import->consent = g_steal_pointer(&consent);
  return TRUE;
}

static gboolean
read_kind(const json_t *object, ClinicVisitKind *ret, GError **error)
{
  g_autofree char *word = NULL;
  return read_text(object, "kind", &word, error) &&
         (word == NULL || clinic_visit_kind_parse(word, ret, error));
}

/* Who it is about. */

/* A file without an id of its own: the same bytes about the same patient are the same visit. */
static char *
external_of(const char *bytes, gsize length, const ClinicPatient *patient)
{
  g_autoptr(GString) all = g_string_new_len(bytes, (gssize)length);
  g_string_append_printf(all, "\n%s|%s|%s|%s", patient->record, patient->family, patient->given,
                         patient->birth);
  VaultHash hash;
  vault_chain_digest(all->str, all->len, &hash);
  g_autofree char *hex = vault_chain_hex(hash.bytes, sizeof hash.bytes);
  return g_strconcat("bytes:", hex, NULL);
}

/* Somebody who cannot be told from another by a record number, or by name and birth date, is known
 * by the visit's own id, so that nobody is taken for somebody else. */
static gboolean
name_patient(ClinicImport *import, const char *id, GError **error)
{
  ClinicPatient *patient = import->patient;
  gboolean told = *patient->record != '\0' || (*patient->family != '\0' && *patient->birth != '\0');
  if (!told && id == NULL)
    return wrong(error, "patient",
                 _("it does not say whose visit this is: give a record number, or a family name "
                   "and a birth date"));
  if (!told) {
    g_free(patient->record);
    patient->record = g_strdup(id);
  }
  if (*patient->family == '\0' && *patient->given == '\0') {
    g_free(patient->family);
    patient->family = g_strdup(patient->record);
  }
  return TRUE;
}

static gboolean
import_finish(const Reader *reader, ClinicImport *import, const char *id, const char *bytes,
              gsize length, GError **error)
{
  if (reader->defaults != NULL && reader->defaults->patient != NULL)
    clinic_patient_fill(import->patient, reader->defaults->patient);
  if (!name_patient(import, id, error))
    return FALSE;
  import->external =
      id != NULL ? g_strconcat("id:", id, NULL) : external_of(bytes, length, import->patient);
  return TRUE;
}

static gboolean
object_import(const Reader *reader, const char *place, const json_t *object, const char *bytes,
              gsize length, ClinicImport **ret, GError **error)
{
  g_autoptr(ClinicImport) import = clinic_import_from(reader->defaults, place);
  g_autofree char *id = NULL;
  if (json_object_get(object, "dialogue") == NULL)
    return wrong(error, "dialogue", _("is missing"));
  if (!read_text(object, "id", &id, error) ||
      !read_patient(json_object_get(object, "patient"), import->patient, error) ||
      !read_text(object, "clinician", &import->clinician, error) ||
      !read_text(object, "language", &import->language, error) ||
      !read_kind(object, &import->kind, error) || !read_instant(object, "at", &import->at, error) ||
      !read_consent(json_object_get(object, "consent"), import, error) ||
      !scribe_transcript_from_json(place, object, &import->transcript, error) ||
      !import_finish(reader, import, id, bytes, length, error))
    return FALSE;
  *ret = g_steal_pointer(&import);
  return TRUE;
}

/* Files. */

/* TRUE to go on. */
static gboolean
tell_bad(const Reader *reader, const char *place, GError *why)
{
  gboolean more = reader->bad == NULL || reader->bad(place, why, reader->data);
  g_error_free(why);
  return more;
}

static gboolean
take_object(const Reader *reader, const char *place, const json_t *object, const char *bytes,
            gsize length)
{
  g_autoptr(ClinicImport) import = NULL;
  GError *why = NULL;
  if (object_import(reader, place, object, bytes, length, &import, &why))
    return reader->each(import, reader->data);
  return tell_bad(reader, place, why);
}

/* The parser's own words quote the text: only the place is told. */
static json_t *
object_load(const char *bytes, gsize length, json_error_t *where, GError **error)
{
  json_t *value = json_loadb(bytes, length, 0, where);
  if (value == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, _("not JSON at line %d, column %d"),
                where->line, where->column);
    return NULL;
  }
  if (json_is_object(value))
    return value;
  json_decref(value);
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, _("not a JSON object"));
  return NULL;
}

static gboolean
take_line(const Reader *reader, guint number, const char *bytes, gsize length)
{
  g_autofree char *place = g_strdup_printf("%s:%u", reader->path, number);
  json_error_t where;
  GError *why = NULL;
  json_t *object = object_load(bytes, length, &where, &why);
  if (object == NULL)
    return tell_bad(reader, place, why);
  gboolean more = take_object(reader, place, object, bytes, length);
  json_decref(object);
  return more;
}

static gboolean
is_blank(const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace(bytes[i]))
      return FALSE;
  return TRUE;
}

static void
take_lines(const Reader *reader, const char *bytes, gsize length)
{
  guint number = 1;
  for (const char *p = bytes, *end = bytes + length; p < end; number++) {
    const char *stop = memchr(p, '\n', (gsize)(end - p));
    gsize n = (gsize)((stop != NULL ? stop : end) - p);
    if (!is_blank(p, n) && !take_line(reader, number, p, n))
      return;
    p += n + 1;
  }
}

/* One object a line: the first line is whole. */
static gboolean
is_lines(const char *bytes, gsize length)
{
  const char *stop = memchr(bytes, '\n', length);
  gsize n = stop != NULL ? (gsize)(stop - bytes) : length;
  while (n > 0 && g_ascii_isspace(bytes[n - 1]))
    n--;
  return n > 1 && bytes[n - 1] == '}';
}

static gboolean
take_whole(const Reader *reader, const char *bytes, gsize length, GError **error)
{
  json_error_t where;
  json_t *object = object_load(bytes, length, &where, error);
  if (object == NULL) {
    g_prefix_error(error, "%s: ", reader->path);
    return FALSE;
  }
  take_object(reader, reader->path, object, bytes, length);
  json_decref(object);
  return TRUE;
}

static gboolean
take_transcript(const Reader *reader, const char *bytes, gsize length, GError **error)
{
  g_autoptr(ClinicImport) import = clinic_import_from(reader->defaults, reader->path);
  g_autofree char *id = reader->defaults != NULL ? g_strdup(reader->defaults->external) : NULL;
  if (!scribe_transcript_parse(reader->path, bytes, length, &import->transcript, error))
    return FALSE;
  if (!import_finish(reader, import, id, bytes, length, error)) {
    g_prefix_error(error, "%s: ", reader->path);
    return FALSE;
  }
  reader->each(import, reader->data);
  return TRUE;
}

/* The text of a file that begins with a UTF-16 mark; NULL for another. */
static char *
from_utf16(const char *bytes, gsize length, gsize *ret_length, GError **error)
{
  const guint8 *mark = (const guint8 *)bytes;
  gboolean little = length >= 2 && mark[0] == 0xff && mark[1] == 0xfe;
  gboolean big = length >= 2 && mark[0] == 0xfe && mark[1] == 0xff;
  GError *failed = NULL;
  if (!little && !big)
    return NULL;
  char *text = g_convert(bytes + 2, (gssize)length - 2, "UTF-8", little ? "UTF-16LE" : "UTF-16BE",
                         NULL, ret_length, &failed);
  if (text == NULL) {
    g_error_free(failed);
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, _("not UTF-16, although it begins as such"));
  }
  return text;
}

static gboolean
take_bytes(const Reader *reader, const char *bytes, gsize length, GError **error)
{
  gsize start = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  while (start < length && g_ascii_isspace(bytes[start]))
    start++;
  if (start == length || bytes[start] != '{')
    return take_transcript(reader, bytes, length, error);
  /* leading empty lines would shift the numbers: count from the first byte */
  if (is_lines(bytes + start, length - start)) {
    gsize mark = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    take_lines(reader, bytes + mark, length - mark);
    return TRUE;
  }
  return take_whole(reader, bytes + start, length - start, error);
}

gboolean
clinic_visit_read(const char *path, const ClinicImport *defaults, ClinicImportEach each,
                  ClinicImportBad bad, gpointer data, GError **error)
{
  Reader reader = {.path = path, .defaults = defaults, .each = each, .bad = bad, .data = data};
  g_autofree char *bytes = NULL;
  g_autoptr(GError) failed = NULL;
  gsize length = 0;
  if (!base_file_read(path, SCRIBE_TRANSCRIPT_CAP, &bytes, &length, error))
    return FALSE;
  gsize wide = 0;
  g_autofree char *text = from_utf16(bytes, length, &wide, &failed);
  if (failed != NULL) {
    g_propagate_prefixed_error(error, g_steal_pointer(&failed), "%s: ", path);
    return FALSE;
  }
  return text != NULL ? take_bytes(&reader, text, wide, error)
                      : take_bytes(&reader, bytes, length, error);
}
