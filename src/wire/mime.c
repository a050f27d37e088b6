#include "wire/mime.h"

#include <gmime/gmime.h>

/* It stays until the process ends: what it keeps (types, tables of charsets) is shared by all. */
void
wire_mime_start(void)
{
  static gsize started = 0;
  if (g_once_init_enter(&started)) {
    g_mime_init();
    g_once_init_leave(&started, 1);
  }
}
