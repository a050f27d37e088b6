#include "guichet/base/library.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "guichet/base/i18n.h"
#include "guichet/base/log.h"

static void
give_up(const char *what)
{
  base_log(BASE_LOG_ERROR, _("A library is missing, install it again: %s"), what);
  abort();
}

static gsize
load(const char *soname)
{
  gpointer handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL)
    give_up(dlerror());
  return (gsize)handle;
}

gpointer
base_library_symbol(BaseLibrary *library, const char *name, gsize *slot)
{
  if (g_once_init_enter(&library->handle))
    g_once_init_leave(&library->handle, load(library->soname));
  if (g_once_init_enter(slot)) {
    gpointer found = dlsym((gpointer)library->handle, name);
    if (found == NULL)
      give_up(dlerror());
    g_once_init_leave(slot, (gsize)found);
  }
  return (gpointer)*slot;
}
