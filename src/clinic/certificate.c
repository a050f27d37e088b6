#include "guichet/clinic/certificate.h"

#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/store/certificate.h"
#include "guichet/store/tx.h"
#include "guichet/vault/process.h"
#include "guichet/wire/mail.h"

enum { CERTIFICATE_WARN_DAYS = 60 };

void
clinic_certificate_free(ClinicCertificate *certificate)
{
  if (certificate == NULL)
    return;
  g_free(certificate->address);
  g_free(certificate->subject);
  g_free(certificate->issuer);
  g_free(certificate->fingerprint);
  g_clear_pointer(&certificate->der, g_bytes_unref);
  g_free(certificate);
}

static ClinicCertificate *
from_row(const StoreCertificate *row)
{
  const ClinicCertificate made = {.id = row->id,
                                  .address = g_strdup(row->address),
                                  .subject = g_strdup(row->subject),
                                  .issuer = g_strdup(row->issuer),
                                  .fingerprint = g_strdup(row->fingerprint),
                                  .first = row->first,
                                  .last = row->last,
                                  .der = g_bytes_ref(row->der)};
  return g_memdup2(&made, sizeof made);
}

/* --- changing */

/* Inside a transaction: what the address has goes. */
static gboolean
drop_old(ClinicSession *session, const char *address, gboolean *ret_there, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreCertificate) old = NULL;
  if (!store_certificate_of(store, address, &old, error))
    return FALSE;
  *ret_there = old != NULL;
  if (old == NULL)
    return TRUE;
  g_autofree char *detail = g_strdup_printf("%s %s", old->address, old->fingerprint);
  clinic_session_event(session, STORE_EVENT_CERTIFICATE_REMOVE, old->id, 0, detail);
  return store_certificate_drop(store, old->id, error);
}

static gboolean
add_inside(ClinicSession *session, const ClinicCertificate *certificate, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  gboolean there = FALSE;
  const StoreCertificate row = {.id = vault_process_id(),
                                .address = certificate->address,
                                .subject = certificate->subject,
                                .issuer = certificate->issuer,
                                .fingerprint = certificate->fingerprint,
                                .first = certificate->first,
                                .last = certificate->last,
                                .user = clinic_session_user(session),
                                .at = base_clock_now(),
                                .der = certificate->der};
  g_autofree char *detail =
      g_strdup_printf("%s %s", certificate->address, certificate->fingerprint);
  if (!drop_old(session, certificate->address, &there, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_CERTIFICATE_ADD, row.id, 0, detail);
  return store_certificate_add(store, &row, error) && store_tx_commit(store, error);
}

gboolean
clinic_certificate_add(ClinicSession *session, const ClinicCertificate *certificate, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  if (!clinic_session_require(session, CLINIC_POWER_CERTIFICATE_MANAGE, error) ||
      !wire_mail_address_check(certificate->address, error) || !store_tx_begin(store, error))
    return FALSE;
  if (add_inside(session, certificate, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_certificate_remove(ClinicSession *session, const char *address, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  gboolean there = FALSE;
  if (!clinic_session_require(session, CLINIC_POWER_CERTIFICATE_MANAGE, error) ||
      !store_tx_begin(store, error))
    return FALSE;
  gboolean ok = drop_old(session, address, &there, error);
  if (ok && !there) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                _("there is no certificate on file for %s; `guichet certificate list` names those "
                  "there are"),
                address);
    ok = FALSE;
  }
  if (ok && store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

/* --- reading */

static int
by_end(gconstpointer a, gconstpointer b)
{
  const ClinicCertificate *x = *(ClinicCertificate *const *)a, *y = *(ClinicCertificate *const *)b;
  return (x->last > y->last) - (x->last < y->last);
}

static void
certificate_unref(gpointer data)
{
  clinic_certificate_free(data);
}

gboolean
clinic_certificate_list(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_CERTIFICATE_SEE, error) ||
      !store_certificate_list(clinic_session_store(session), &rows, error))
    return FALSE;
  GPtrArray *all = g_ptr_array_new_with_free_func(certificate_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add(all, from_row(g_ptr_array_index(rows, i)));
  g_ptr_array_sort(all, by_end);
  *ret = all;
  return TRUE;
}

gboolean
clinic_certificate_of(ClinicSession *session, const char *address, ClinicCertificate **ret,
                      GError **error)
{
  g_autoptr(StoreCertificate) row = NULL;
  if (!store_certificate_of(clinic_session_store(session), address, &row, error))
    return FALSE;
  *ret = row == NULL ? NULL : from_row(row);
  return TRUE;
}

char *
clinic_certificate_standing(const ClinicCertificate *certificate)
{
  gint64 now = base_clock_now();
  gint64 days = (certificate->last - now) / BASE_CLOCK_DAY;
  g_autofree char *last = base_clock_local(certificate->last, NULL, "%Y-%m-%d");
  g_autofree char *left = g_strdup_printf("%" G_GINT64_FORMAT, days);
  if (now > certificate->last)
    return g_strdup_printf(_("expired on %s"), last);
  if (days < CERTIFICATE_WARN_DAYS)
    return g_strdup_printf(_("expires in %s days, on %s"), left, last);
  return g_strdup_printf(_("valid until %s"), last);
}
