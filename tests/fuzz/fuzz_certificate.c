/* Certificates from outside: whatever they hold, what is read of them is text, within its caps. */
#include <stdint.h>
#include <string.h>

#include "guichet/net/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text, gsize most)
{
  g_assert(text != NULL && strlen(text) <= most && g_utf8_validate(text, -1, NULL));
  for (const char *p = text; *p != '\0'; p++)
    g_assert((guchar)*p >= ' ' && *p != 127);
}

static void
check_names(char *const *names)
{
  g_assert(g_strv_length((char **)(gintptr)names) <= 100);
  for (; *names != NULL; names++)
    check_text(*names, 254);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(NetCertificate) read = NULL;
  g_autoptr(NetCertificate) again = NULL;
  gsize length = 0;
  if (!net_certificate_read(data, size, &read, NULL))
    return 0;
  check_text(read->subject, 1300);
  check_text(read->issuer, 1300);
  check_text(read->fingerprint, 64);
  check_names(read->mails);
  check_names(read->domains);
  const void *der = g_bytes_get_data(read->der, &length);
  g_assert(net_certificate_read(der, length, &again, NULL));
  g_assert_cmpstr(again->fingerprint, ==, read->fingerprint);
  return 0;
}
