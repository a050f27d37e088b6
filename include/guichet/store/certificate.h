/* Certificates that mail is encrypted for, one an address, as sealed rows. */
#ifndef GUICHET_STORE_CERTIFICATE_H
#define GUICHET_STORE_CERTIFICATE_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id;
  char *address; /* lower case */
  char *subject, *issuer, *fingerprint;
  gint64 first, last; /* microseconds: not before, not after */
  gint64 user, at;    /* who put it there, when */
  GBytes *der;
} StoreCertificate;

/* Writers run inside a transaction.  An address that has one: BASE_ERROR_CONFLICT. */
gboolean store_certificate_add(StoreHandle *store, const StoreCertificate *certificate,
                               GError **error);
gboolean store_certificate_drop(StoreHandle *store, gint64 id, GError **error);

/* *ret is NULL where the address (in any case of its letters) has none. */
gboolean store_certificate_of(StoreHandle *store, const char *address, StoreCertificate **ret,
                              GError **error);
/* GPtrArray of StoreCertificate, in no order. */
gboolean store_certificate_list(StoreHandle *store, GPtrArray **ret, GError **error);
void store_certificate_free(StoreCertificate *certificate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreCertificate, store_certificate_free)

G_END_DECLS
#endif
