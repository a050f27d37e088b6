/* Mail that comes back: whatever it holds, what is read of it is text, within its caps. */
#include <stdint.h>
#include <string.h>

#include "guichet/wire/dsn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text, gsize most)
{
  g_assert(text != NULL && strlen(text) <= most && g_utf8_validate(text, -1, NULL));
  for (const char *p = text; *p != '\0'; p++)
    g_assert((guchar)*p >= ' ' || *p == '\n' || *p == '\t');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GBytes) bytes = g_bytes_new(data, size);
  g_autoptr(WireDsn) dsn = NULL;
  if (!wire_dsn_read(bytes, &dsn, NULL))
    return 0;
  check_text(dsn->status, 12);
  check_text(dsn->words, 400);
  check_text(dsn->envelope_id, 400);
  check_text(dsn->from, 400);
  check_text(dsn->subject, 400);
  check_text(dsn->text, 9000);
  g_assert(g_strv_length(dsn->ids) <= 64 && g_strv_length(dsn->addresses) <= 64);
  return 0;
}
