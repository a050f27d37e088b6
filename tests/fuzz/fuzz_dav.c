/* Feeds bytes to the reader of DAV answers, and reads back what it found.  `make fuzz-dav` runs it
 * for as long as one likes. */
#include <stdint.h>
#include <string.h>

#include <glib.h>

#include "guichet/wire/dav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(WireDavAnswer) answer = NULL;
  if (!wire_dav_read((const char *)data, size, &answer, NULL))
    return 0;
  for (guint i = 0; i < answer->resources->len; i++) {
    const WireDavResource *one = answer->resources->pdata[i];
    g_assert(*one->href != '\0' && *one->path != '\0');
    g_assert(g_utf8_validate(one->path, -1, NULL) && g_utf8_validate(one->etag, -1, NULL));
    g_assert(one->data == NULL || g_utf8_validate(one->data, -1, NULL));
    g_autofree char *ask = wire_dav_ask_data((const char *const *)&one->href, 1);
    g_assert(strlen(ask) > strlen(one->href));
  }
  g_autofree char *changes = wire_dav_ask_changes(answer->token);
  g_assert(g_utf8_validate(changes, -1, NULL));
  return 0;
}
