#include "clinic/amendment.h"

#include <string.h>

#include "clinic/finding.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/recheck.h"
#include "guichet/clinic/review.h"
#include "guichet/store/amendment.h"
#include "guichet/store/letter.h"
#include "guichet/store/revision.h"
#include "guichet/vault/process.h"
#include "guichet/vault/seal.h"

enum {
  AMENDMENT_TEXT_MOST = 1024 * 1024,
  AMENDMENT_REASON_LEAST = 3,
  AMENDMENT_REASON_MOST = 500,
  AMENDMENT_MOST = 1000, /* of one item */
};

/* Stored: never rename one. */
static const char *const WORDS[CLINIC_AMENDMENT_N] = {
    [CLINIC_AMENDMENT_REPLACES] = "replaces", [CLINIC_AMENDMENT_APPENDS] = "appends"};

const char *
clinic_amendment_word(ClinicAmends does)
{
  return (guint)does < CLINIC_AMENDMENT_N ? WORDS[does] : "";
}

char *
clinic_amendment_sentence(const ClinicAmendment *amendment)
{
  g_autofree char *other = g_strdup_printf("%" G_GINT64_FORMAT, amendment->other);
  return g_strdup_printf(amendment->does == CLINIC_AMENDMENT_REPLACES
                             ? _("takes the place of %s: %s")
                             : _("adds to %s: %s"),
                         other, amendment->reason);
}

void
clinic_amendment_free(ClinicAmendment *amendment)
{
  if (amendment == NULL)
    return;
  g_free(amendment->reason);
  g_free(amendment);
}

static gboolean
refuse(GError **error, int code, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, code, why);
  return FALSE;
}

/* --- what is amended */

static gboolean
is_of_the_ehr(const ClinicReview *other)
{
  return other->item->kind == CLINIC_KIND_NOTE ||
         (other->letter != NULL && other->letter->to == CLINIC_LETTER_EHR);
}

static gboolean
replaces(const StoreAmendment *amendment)
{
  return amendment != NULL && strcmp(amendment->does, WORDS[CLINIC_AMENDMENT_REPLACES]) == 0;
}

/* But for `own`, no correction of `other` is under way or has gone out. */
static gboolean
is_alone(ClinicSession *session, gint64 other, gint64 own, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GArray) ids = NULL;
  if (!store_amendment_list(store, other, AMENDMENT_MOST, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    gint64 id = g_array_index(ids, gint64, i);
    g_autoptr(StoreItem) item = NULL;
    g_autoptr(StoreAmendment) amendment = NULL;
    if (!store_item_load(store, id, &item, error) ||
        !store_amendment_of(store, item, &amendment, error))
      return FALSE;
    if (id == own || item->state == CLINIC_STATE_REJECTED || !replaces(amendment))
      continue;
    g_autofree char *by = g_strdup_printf("%" G_GINT64_FORMAT, id);
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                item->state == CLINIC_STATE_DELIVERED
                    ? _("This was replaced by %s: amend that one.")
                    : _("Item %s corrects this already: finish or reject that one first."),
                by);
    return FALSE;
  }
  return TRUE;
}

gboolean
clinic_amendment_alone(ClinicSession *session, const StoreItem *item, GError **error)
{
  g_autoptr(StoreAmendment) amendment = NULL;
  if (!store_amendment_of(clinic_session_store(session), item, &amendment, error))
    return FALSE;
  return !replaces(amendment) || is_alone(session, amendment->other, item->id, error);
}

static gboolean
other_accept(const ClinicReview *other, GError **error)
{
  if (!is_of_the_ehr(other))
    return refuse(error, BASE_ERROR_USAGE,
                  _("Only a note or a letter in the EHR can be amended; write a new letter."));
  if (other->item->state == CLINIC_STATE_DELIVERED)
    return TRUE;
  return refuse(error, BASE_ERROR_CONFLICT,
                _("Only what was delivered is amended; this can still be changed or stopped."));
}

static gboolean
words_accept(ClinicAmends does, const char *reason, const char *text, GError **error)
{
  glong letters = g_utf8_validate(reason, -1, NULL) ? g_utf8_strlen(reason, -1) : 0;
  if (letters < AMENDMENT_REASON_LEAST || strlen(reason) > AMENDMENT_REASON_MOST)
    return refuse(error, BASE_ERROR_USAGE, _("Say why, in three letters at least."));
  if (text == NULL && does == CLINIC_AMENDMENT_APPENDS)
    return refuse(error, BASE_ERROR_USAGE, _("An addendum needs its text."));
  if (text == NULL)
    return TRUE;
  if (strlen(text) > AMENDMENT_TEXT_MOST || !g_utf8_validate(text, -1, NULL))
    return refuse(error, BASE_ERROR_DATA, _("A text is UTF-8 of at most one megabyte."));
  return strspn(text, " \t\r\n") < strlen(text) ||
         refuse(error, BASE_ERROR_DATA, _("The text is empty."));
}

/* --- into the queue */

typedef struct {
  const ClinicReview *other;
  ClinicAmends does;
  char *reason, *text; /* lent */
  const char *draft;   /* the engine's, with its evidence, for a correction; NULL */
  char *findings;      /* JSON */
  const GPtrArray *found;
} Amending;

static gboolean
add_letter(StoreHandle *store, const StoreItem *item, const ClinicLetter *letter, GError **error)
{
  if (letter == NULL)
    return TRUE;
  g_autofree char *to = g_strdup(clinic_letter_to_word(letter->to));
  const StoreLetter row = {.to = to,
                           .name = letter->name,
                           .address = letter->address,
                           .subject = letter->subject,
                           .language = letter->language};
  return store_letter_add(store, item, &row, error);
}

static gboolean
add_rows(ClinicSession *session, const Amending *a, const StoreItem *item, StoreRevision *revision,
         GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autofree char *does = g_strdup(WORDS[a->does]);
  const StoreAmendment row = {.other = a->other->item->id, .does = does, .reason = a->reason};
  g_autofree char *detail = g_strdup_printf("%s %" G_GINT64_FORMAT, does, row.other);
  clinic_session_event(session, STORE_EVENT_ITEM_ADD, item->id, item->patient, detail);
  return store_item_add(store, item, error) && store_amendment_add(store, item, &row, error) &&
         add_letter(store, item, a->other->letter, error) &&
         store_revision_add(store, item, revision, error) &&
         store_revision_put_findings(store, item, revision->id, 0, a->findings, error);
}

static gboolean
add_inside(ClinicSession *session, const Amending *a, gint64 *ret, GError **error)
{
  const ClinicItem *other = a->other->item;
  gint64 now = base_clock_now();
  g_autofree char *draft = g_strdup(a->draft);
  StoreRevision revision = {.id = vault_process_id(),
                            .author = clinic_session_user(session),
                            .at = now,
                            .text = a->text,
                            .draft = draft};
  StoreItem item = {.id = vault_process_id(),
                    .kind = other->kind,
                    .state = CLINIC_STATE_READY,
                    .open = TRUE,
                    .patient = other->patient,
                    .visit = other->visit,
                    .clinician = clinic_session_user(session),
                    .created = now,
                    .since = now,
                    .confidence = -1,
                    .revision = revision.id,
                    .draft = revision.id};
  revision.item = item.id;
  clinic_finding_count(a->found, &item);
  if (!is_alone(session, other->id, item.id, error) ||
      !add_rows(session, a, &item, &revision, error) ||
      !store_tx_commit(clinic_session_store(session), error))
    return FALSE;
  *ret = item.id;
  return TRUE;
}

/* The engine's draft of what was signed, as it is stored. */
static gboolean
draft_of(ClinicSession *session, gint64 id, StoreRevision **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) item = NULL;
  return store_item_load(store, id, &item, error) &&
         store_revision_load(store, item, item->draft, ret, error);
}

static gboolean
amend(ClinicSession *session, Amending *a, gint64 *ret, GError **error)
{
  g_autoptr(StoreRevision) engine = NULL;
  g_autoptr(ClinicRecheck) recheck = NULL;
  ClinicAmendment relation = {.other = a->other->item->id, .does = a->does};
  ClinicReview looked = *a->other; /* borrows all of it */
  GPtrArray *found = NULL;
  looked.amendment = &relation;
  if (!draft_of(session, a->other->item->id, &engine, error) ||
      !clinic_recheck_new(session, &looked, &recheck, error) ||
      !clinic_recheck_run(recheck, a->text, &found, error))
    return FALSE;
  g_autoptr(GPtrArray) findings = clinic_finding_wrap(found);
  json_t *list = clinic_finding_to_json(findings);
  g_autofree char *json = json_dumps(list, JSON_COMPACT);
  json_decref(list);
  a->findings = json;
  a->found = findings;
  a->draft = a->does == CLINIC_AMENDMENT_REPLACES ? engine->draft : NULL;
  if (!store_tx_begin(clinic_session_store(session), error))
    return FALSE;
  if (add_inside(session, a, ret, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}

gboolean
clinic_amendment_add(ClinicSession *session, gint64 item, ClinicAmends does, const char *reason,
                     const char *text, gint64 *ret, GError **error)
{
  g_autoptr(ClinicReview) other = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_ITEM_EDIT, error) ||
      !words_accept(does, reason, text, error) ||
      !clinic_review_open(session, item, FALSE, &other, error) || !other_accept(other, error))
    return FALSE;
  char *own = g_strdup(text != NULL ? text : other->text);
  g_autofree char *why = base_text_disarm(reason, -1, FALSE);
  Amending amending = {.other = other, .does = does, .reason = why, .text = own};
  gboolean ok = amend(session, &amending, ret, error);
  vault_seal_forget(own, strlen(own));
  return ok;
}

gboolean
clinic_amendment_load(ClinicSession *session, gint64 item, ClinicAmendment **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) row = NULL;
  g_autoptr(StoreAmendment) stored = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_BODY_SEE, error) ||
      !store_item_load(store, item, &row, error) || !store_amendment_of(store, row, &stored, error))
    return FALSE;
  if (stored == NULL) {
    *ret = NULL;
    return TRUE;
  }
  ClinicAmendment *made = g_new0(ClinicAmendment, 1);
  made->other = stored->other;
  made->does = strcmp(stored->does, WORDS[CLINIC_AMENDMENT_APPENDS]) == 0
                   ? CLINIC_AMENDMENT_APPENDS
                   : CLINIC_AMENDMENT_REPLACES;
  made->reason = base_text_disarm(stored->reason, -1, FALSE);
  *ret = made;
  return TRUE;
}
