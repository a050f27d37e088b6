/* Certificates on file: an address that has one gets its mail signed and encrypted (S/MIME), or
 * not at all.  Whether a certificate may be used is asked when it is put here and each time that it
 * is used (net/certificate.h): here are plain values. */
#ifndef GUICHET_CLINIC_CERTIFICATE_H
#define GUICHET_CLINIC_CERTIFICATE_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id;
  char *address;
  char *subject, *issuer, *fingerprint;
  gint64 first, last; /* microseconds: not before, not after */
  GBytes *der;
} ClinicCertificate;

/* In place of the one that the address has.  CLINIC_POWER_CERTIFICATE_MANAGE; the caller has read
 * and checked it.  `id` is ignored. */
gboolean clinic_certificate_add(ClinicSession *session, const ClinicCertificate *certificate,
                                GError **error);
/* Mail to the address is then no more encrypted.  BASE_ERROR_NO_INPUT where it has none. */
gboolean clinic_certificate_remove(ClinicSession *session, const char *address, GError **error);
/* The first to expire first; GPtrArray of ClinicCertificate, free function set.
 * CLINIC_POWER_CERTIFICATE_SEE. */
gboolean clinic_certificate_list(ClinicSession *session, GPtrArray **ret, GError **error);
/* *ret is NULL where the address has none.  Whoever writes or sends mail may ask. */
gboolean clinic_certificate_of(ClinicSession *session, const char *address, ClinicCertificate **ret,
                               GError **error);
void clinic_certificate_free(ClinicCertificate *certificate);

/* "valid until 2027-03-01", "expires in 12 days", "expired on 2026-01-01": for a person.  Caller
 * frees. */
char *clinic_certificate_standing(const ClinicCertificate *certificate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicCertificate, clinic_certificate_free)

G_END_DECLS
#endif
