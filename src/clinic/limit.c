#include "clinic/limit.h"

#include <string.h>

#include "clinic/session.h"
#include "clinic/state.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/user.h"

#define LIMIT_PATIENTS 200u
#define LIMIT_CAP 1000u /* bytes of an expression */

void
clinic_limit_free(ClinicLimit *limit)
{
  if (limit == NULL)
    return;
  g_clear_pointer(&limit->patients, g_array_unref);
  g_free(limit);
}

/* Only the word's own part is told, never what stands behind it: that may be somebody's name. */
static gboolean
limit_refuse(const char *word, GError **error)
{
  g_autofree char *own = g_strndup(word, strcspn(word, ":<>"));
  g_set_error(
      error, BASE_ERROR, BASE_ERROR_USAGE,
      _("“%s…” is not understood; write words such as state:ready kind:note age>2h has:block mine"),
      own);
  return FALSE;
}

static guint
states_open(void)
{
  guint bits = 0;
  for (int s = 0; s < CLINIC_STATE_N; s++)
    bits |= clinic_state_is_open((ClinicState)s) ? 1u << s : 0;
  return bits;
}

/* "ready,escalated" as bits. */
static gboolean
bits_of(const char *list, gboolean kinds, guint *ret, GError **error)
{
  g_auto(GStrv) words = g_strsplit(list, ",", -1);
  guint bits = 0;
  for (char **word = words; *word != NULL; word++) {
    ClinicKind kind = CLINIC_KIND_N;
    ClinicState state = CLINIC_STATE_N;
    if (kinds && clinic_kind_parse(*word, &kind, NULL))
      bits |= 1u << kind;
    else if (!kinds && strcmp(*word, "open") == 0)
      bits |= states_open();
    else if (!kinds && clinic_state_parse(*word, &state, NULL))
      bits |= 1u << state;
    else
      return limit_refuse(kinds ? "kind" : "state", error);
  }
  *ret = bits;
  return TRUE;
}

static gboolean
take_kind(ClinicSession *session, ClinicLimit *limit, const char *value, gboolean not,
          GError **error)
{
  guint bits = 0;
  (void)session;
  if (!bits_of(value, TRUE, &bits, error))
    return FALSE;
  limit->kinds = not ? ((1u << CLINIC_KIND_N) - 1) & ~bits : bits;
  return TRUE;
}

static gboolean
take_state(ClinicSession *session, ClinicLimit *limit, const char *value, gboolean not,
           GError **error)
{
  guint bits = 0;
  (void)session;
  if (!bits_of(value, FALSE, &bits, error))
    return FALSE;
  limit->states = not ? ((1u << CLINIC_STATE_N) - 1) & ~bits : bits;
  return TRUE;
}

static gboolean
take_clinician(ClinicSession *session, ClinicLimit *limit, const char *value, gboolean not,
               GError **error)
{
  gint64 id = clinic_user_find(session, value);
  if (id == 0 || not )
    return limit_refuse("clinician", error);
  limit->clinician = id;
  return TRUE;
}

static gboolean
take_has(ClinicSession *session, ClinicLimit *limit, const char *value, gboolean not,
         GError **error)
{
  static const char *const words[] = {"block", "warn", "finding", "none"};
  (void)session;
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (strcmp(words[i], value) == 0) {
      *(not ? &limit->has_not : &limit->has) |= 1u << i;
      return TRUE;
    }
  return limit_refuse("has", error);
}

static gboolean
take_id(ClinicSession *session, ClinicLimit *limit, const char *value, gboolean not, GError **error)
{
  (void)session;
  return (!not &&g_ascii_string_to_signed(value, 10, 1, G_MAXINT64, &limit->id, NULL)) ||
         limit_refuse("id", error);
}

static gboolean
take_patient(ClinicSession *session, ClinicLimit *limit, const char *value, gboolean not,
             GError **error)
{
  g_autoptr(GPtrArray) found = NULL;
  if (not )
    return limit_refuse("patient", error);
  if (!clinic_patient_search(session, value, LIMIT_PATIENTS, &found, error))
    return FALSE;
  g_clear_pointer(&limit->patients, g_array_unref);
  limit->patients = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; i < found->len; i++)
    g_array_append_val(limit->patients, ((ClinicPatient *)found->pdata[i])->id);
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*take)(ClinicSession *, ClinicLimit *, const char *, gboolean, GError **);
} TERMS[] = {
    {"kind", take_kind}, {"state", take_state},     {"clinician", take_clinician},
    {"has", take_has},   {"patient", take_patient}, {"id", take_id},
};

/* "2h" in microseconds; 0 where it is none. */
static gint64
span_of(const char *text)
{
  static const struct {
    char letter;
    gint64 span;
  } units[] = {{'m', BASE_CLOCK_MINUTE},
               {'h', BASE_CLOCK_HOUR},
               {'d', BASE_CLOCK_DAY},
               {'w', 7 * BASE_CLOCK_DAY}};
  char *end = NULL;
  gint64 n = g_ascii_strtoll(text, &end, 10);
  if (end == text || n < 0 || n > 100000 || *end == '\0' || end[1] != '\0')
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
    if (units[i].letter == *end)
      return n * units[i].span;
  return 0;
}

/* age>2h age<3d confidence<80 */
static gboolean
take_compare(ClinicLimit *limit, const char *word, const char *sign, GError **error)
{
  gint64 number = 0;
  if (g_str_has_prefix(word, "age") && sign == word + 3 && span_of(sign + 1) != 0) {
    *(*sign == '>' ? &limit->older : &limit->younger) = base_clock_now() - span_of(sign + 1);
    return TRUE;
  }
  if (g_str_has_prefix(word, "confidence") && sign == word + 10 &&
      g_ascii_string_to_signed(sign + 1, 10, 0, 100, &number, NULL)) {
    *(*sign == '>' ? &limit->surer : &limit->unsurer) = (int)number * 10;
    return TRUE;
  }
  return limit_refuse(word, error);
}

static gboolean
take_flag(ClinicSession *session, ClinicLimit *limit, const char *word, gboolean not,
          gboolean *ret_known)
{
  *ret_known = TRUE;
  if (strcmp(word, "mine") == 0 && !not )
    limit->clinician = clinic_session_user(session);
  else if (strcmp(word, "held") == 0)
    limit->held = not ? -1 : 1;
  else if (strcmp(word, "free") == 0)
    limit->held = not ? 1 : -1;
  else
    *ret_known = FALSE;
  return TRUE;
}

/* One word of the expression; what names nothing is a part of a patient's name. */
static gboolean
take_word(ClinicSession *session, ClinicLimit *limit, const char *word, GString *name,
          GError **error)
{
  gboolean not = *word == '-' && word[1] != '\0', known = FALSE;
  const char *text = not ? word + 1 : word, *colon = strchr(text, ':'), *sign = strpbrk(text, "<>");
  if (colon != NULL) {
    for (gsize i = 0; i < G_N_ELEMENTS(TERMS); i++)
      if (strlen(TERMS[i].name) == (gsize)(colon - text) && g_str_has_prefix(text, TERMS[i].name))
        return TERMS[i].take(session, limit, colon + 1, not, error);
    return limit_refuse(word, error);
  }
  if (sign != NULL)
    return take_compare(limit, text, sign, error);
  if (take_flag(session, limit, text, not, &known) && known)
    return TRUE;
  if (not )
    return limit_refuse(word, error);
  g_string_append_printf(name, "%s%s", name->len > 0 ? " " : "", word);
  return TRUE;
}

gboolean
clinic_limit_parse(ClinicSession *session, const char *text, ClinicLimit **ret, GError **error)
{
  g_autoptr(ClinicLimit) limit = g_new0(ClinicLimit, 1);
  g_autoptr(GString) name = g_string_new(NULL);
  limit->surer = limit->unsurer = -1;
  if (strlen(text) > LIMIT_CAP || !g_utf8_validate(text, -1, NULL)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE,
                        _("A limit is at most 1000 bytes of text."));
    return FALSE;
  }
  g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && !take_word(session, limit, *word, name, error))
      return FALSE;
  if (name->len > 0 && !take_patient(session, limit, name->str, FALSE, error))
    return FALSE;
  if (limit->states == 0)
    limit->states =
        limit->id != 0 || limit->patients != NULL ? (1u << CLINIC_STATE_N) - 1 : states_open();
  *ret = g_steal_pointer(&limit);
  return TRUE;
}

static guint
has_bits(const StoreItem *item)
{
  gint64 all = item->n_block + item->n_warn + item->n_info;
  return (item->n_block > 0 ? LIMIT_HAS_BLOCK : 0u) | (item->n_warn > 0 ? LIMIT_HAS_WARN : 0u) |
         (all > 0 ? LIMIT_HAS_FINDING : LIMIT_HAS_NONE);
}

static gboolean
patients_hold(const GArray *patients, gint64 patient)
{
  if (patients == NULL)
    return TRUE;
  for (guint i = 0; i < patients->len; i++)
    if (g_array_index(patients, gint64, i) == patient)
      return TRUE;
  return FALSE;
}

gboolean
clinic_limit_holds(const ClinicLimit *limit, const StoreItem *item, gint64 now)
{
  gboolean held = item->holder != 0 && item->holder_until > now;
  guint has = has_bits(item);
  return (limit->states & 1u << item->state) != 0 &&
         (limit->kinds == 0 || (limit->kinds & 1u << item->kind) != 0) &&
         (has & limit->has) == limit->has && (has & limit->has_not) == 0 &&
         (limit->held == 0 || (limit->held > 0) == held) &&
         (limit->clinician == 0 || limit->clinician == item->clinician) &&
         (limit->id == 0 || limit->id == item->id) &&
         (limit->older == 0 || item->created < limit->older) &&
         (limit->younger == 0 || item->created > limit->younger) &&
         (limit->surer < 0 || item->confidence > limit->surer) &&
         (limit->unsurer < 0 || (item->confidence >= 0 && item->confidence < limit->unsurer)) &&
         patients_hold(limit->patients, item->patient);
}

ClinicLimit *
clinic_limit_patient(gint64 patient)
{
  ClinicLimit *limit = g_new0(ClinicLimit, 1);
  limit->surer = limit->unsurer = -1;
  limit->states = (1u << CLINIC_STATE_N) - 1;
  limit->patients = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_array_append_val(limit->patients, patient);
  return limit;
}
