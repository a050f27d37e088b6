#include <string.h>

#include "clinic/outbox.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/user.h"
#include "guichet/store/destination.h"

/* Each says why a signed row does not leave yet, or NULL where that is not the reason; the first
 * that has an answer is the reason. */
typedef struct {
  ClinicSession *session;
  const StoreItem *item;
  const StoreOutbox *row;
  const StoreDestination *lane; /* NULL: the outbox has none yet */
  gint64 now;
} Case;

static char *
when(const Case *c, gint64 at)
{
  const char *zone = base_conf_text(clinic_session_conf(c->session), BASE_CONF_CLINIC_ZONE);
  gboolean today = at - c->now < 12 * BASE_CLOCK_HOUR;
  return base_clock_local(at, *zone != '\0' ? zone : NULL, today ? "%H:%M:%S" : "%Y-%m-%d %H:%M");
}

static char *
why_undo(const Case *c)
{
  if (c->item->due <= c->now)
    return NULL;
  g_autofree char *until = when(c, c->item->due);
  return g_strdup_printf(_("the signature can be undone until %s; it is sent then"), until);
}

static char *
why_held(const Case *c)
{
  if (c->lane == NULL || !c->lane->held)
    return NULL;
  return g_strdup_printf(_("%s is held by %s: %s"), c->lane->name,
                         clinic_user_title(c->session, c->lane->holder), c->lane->why);
}

static char *
why_refused(const Case *c)
{
  g_autoptr(ClinicDestination) to = NULL;
  g_autoptr(GError) error = NULL;
  if (clinic_destination_find(c->session, c->row->destination, &to, &error) &&
      clinic_destination_allow(c->session, to, clinic_outbox_class(c->item), &error))
    return NULL;
  return g_strdup(error->message);
}

static char *
why_rest(const Case *c)
{
  if (c->lane == NULL || c->lane->rest_until <= c->now)
    return NULL;
  g_autofree char *until = when(c, c->lane->rest_until);
  return g_strdup_printf(_("%s is left alone until %s, having failed %d times: %s"), c->lane->name,
                         until, (int)c->lane->failures, c->lane->trouble);
}

static char *
why_order(const Case *c)
{
  gint64 before = 0;
  if (!store_outbox_before(clinic_session_store(c->session), c->row, CLINIC_OUTBOX_BEFORE, &before,
                           NULL) ||
      before == 0)
    return NULL;
  return g_strdup_printf(_("item %lld of the same patient goes there first"), (long long)before);
}

static char *
why_later(const Case *c)
{
  if (c->row->due <= c->now || c->row->attempts == 0)
    return NULL;
  g_autofree char *again = when(c, c->row->due);
  return g_strdup_printf(ngettext("tried %d time, again at %s: %s",
                                  "tried %d times, again at %s: %s", (gulong)c->row->attempts),
                         (int)c->row->attempts, again, c->row->receipt);
}

static char *
why_signed(const Case *c)
{
  static char *(*const REASONS[])(const Case *) = {why_undo, why_held,  why_refused,
                                                   why_rest, why_order, why_later};
  for (gsize i = 0; i < G_N_ELEMENTS(REASONS); i++) {
    char *why = REASONS[i](c);
    if (why != NULL)
      return why;
  }
  return g_strdup(_("due now"));
}

char *
clinic_outbox_why(ClinicSession *session, const StoreItem *item, const StoreOutbox *row)
{
  g_autoptr(StoreDestination) lane = NULL;
  if (item->state == CLINIC_STATE_SENDING)
    return g_strdup(_("being sent; if the worker has died, the next one finds out what became of "
                      "it"));
  if (item->state == CLINIC_STATE_AMBIGUOUS)
    return g_strdup_printf(_("in doubt: %s; look whether it is there, then settle it"),
                           row->receipt);
  if (item->state != CLINIC_STATE_SIGNED)
    return g_strdup(row->receipt);
  if (row->target != 0)
    store_destination_load(clinic_session_store(session), row->target, &lane, NULL);
  const Case c = {session, item, row, lane, base_clock_now()};
  return why_signed(&c);
}
