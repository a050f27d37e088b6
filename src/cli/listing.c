#include "cli/listing.h"

#include <string.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

enum { LISTING_PAGE = 200 };

static const char *const SORTS[CLINIC_SORT_N] = {
    [CLINIC_SORT_AGE] = "age",
    [CLINIC_SORT_SINCE] = "since",
    [CLINIC_SORT_FINDINGS] = "findings",
    [CLINIC_SORT_CONFIDENCE] = "confidence",
};

gboolean
cli_listing_sort(const char *word, ClinicSort *ret, GError **error)
{
  for (int i = 0; i < CLINIC_SORT_N; i++)
    if (strcmp(word, SORTS[i]) == 0) {
      *ret = (ClinicSort)i;
      return TRUE;
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is no order of the queue; age, since, findings and confidence are"), word);
  return FALSE;
}

gboolean
cli_listing_walk(ClinicSession *session, const char *limit, ClinicSort sort, gboolean descending,
                 CliListingEach each, gpointer data, GError **error)
{
  g_autoptr(ClinicLimit) parsed = NULL;
  ClinicMark mark = {0, 0};
  gboolean first = TRUE;
  if (!clinic_limit_parse(session, limit != NULL ? limit : "", &parsed, error))
    return FALSE;
  const ClinicQuery query = {parsed, sort, descending};
  do {
    g_autoptr(GPtrArray) page = NULL;
    ClinicMark more = {0, 0};
    if (!clinic_queue_page(session, &query, first ? NULL : &mark, FALSE, LISTING_PAGE, &page, &more,
                           error))
      return FALSE;
    for (guint i = 0; i < page->len; i++)
      if (!each(g_ptr_array_index(page, i), data))
        return TRUE;
    mark = more;
    first = FALSE;
  } while (mark.id != 0);
  return TRUE;
}

static gboolean
take_id(const ClinicItem *item, gpointer data)
{
  g_array_append_val((GArray *)data, item->id);
  return TRUE;
}

gboolean
cli_listing_ids(ClinicSession *session, int argc, char **argv, const char *limit, GArray **ret,
                GError **error)
{
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (int i = 1; i < argc; i++) {
    gint64 id = 0;
    if (!cli_option_parse_id(argv[i], &id, error))
      return FALSE;
    g_array_append_val(ids, id);
  }
  if (limit != NULL &&
      !cli_listing_walk(session, limit, CLINIC_SORT_AGE, FALSE, take_id, ids, error))
    return FALSE;
  if (argc < 2 && limit == NULL) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE,
                        _("name the items by their ids, or by --limit"));
    return FALSE;
  }
  *ret = g_steal_pointer(&ids);
  return TRUE;
}

/* Somebody with an id and, for those who may see it, a name. */
static json_t *
someone(gint64 id, const char *name)
{
  if (id == 0)
    return json_null();
  return json_pack("{s:o, s:s}", "id", cli_option_id(id), "name", name);
}

json_t *
cli_listing_json(const ClinicItem *item)
{
  return json_pack(
      "{s:o, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:i, s:i, s:i}, s:o, s:o, s:o, s:s}",
      "id", cli_option_id(item->id), "kind", clinic_kind_word(item->kind), "state",
      clinic_state_word(item->state), "version", (json_int_t)item->version, "patient",
      someone(item->patient, item->patient_name), "visit", cli_option_id(item->visit), "clinician",
      someone(item->clinician, item->clinician_name), "created", cli_option_time(item->created),
      "since", cli_option_time(item->since), "due", cli_option_time(item->due), "open_findings",
      "block", (int)item->n_block, "warn", (int)item->n_warn, "info", (int)item->n_info,
      "confidence", item->confidence < 0 ? json_null() : json_real(item->confidence / 1000.0),
      "holder", someone(item->holder, item->holder_name), "held_until",
      cli_option_time(item->holder_until), "reason", item->reason);
}

char *
cli_listing_age(gint64 since)
{
  gint64 age = MAX(base_clock_now() - since, 0);
  if (age >= BASE_CLOCK_DAY)
    return g_strdup_printf(_("%d d"), (int)(age / BASE_CLOCK_DAY));
  if (age >= BASE_CLOCK_HOUR)
    return g_strdup_printf(_("%d h"), (int)(age / BASE_CLOCK_HOUR));
  if (age >= BASE_CLOCK_MINUTE)
    return g_strdup_printf(_("%d min"), (int)(age / BASE_CLOCK_MINUTE));
  return g_strdup_printf(_("%d s"), (int)(age / BASE_CLOCK_SECOND));
}
