/* Libraries that are loaded when they are first called, not when guichet starts.
 *
 * libcurl brings thirty more with it and libical all of ICU: together they take longer to load
 * than all the rest until the login is on the screen, and a session that only reads a queue never
 * calls them.  A file late_<library>.c in the library's room defines those of its functions that
 * the room calls; each looks the real one up at its first call.  The prototypes are checked
 * against the library's own headers, and the linker names a function that has no row yet.
 *
 *   static BaseLibrary library = {GUICHET_SONAME_JWT, 0};
 *   BASE_LIBRARY(library, int, jwt_new, (jwt_t **a), (a))
 *   BASE_LIBRARY_VOID(library, jwt_free, (jwt_t *a), (a))
 *
 * `./configure --disable-late-libraries` leaves all of it out and links as usual. */
#ifndef GUICHET_BASE_LIBRARY_H
#define GUICHET_BASE_LIBRARY_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *soname; /* as the linker saw it when guichet was built: "libcurl.so.4" */
  gsize handle;       /* begins as 0 */
} BaseLibrary;

/* The function's address, kept in *slot (NULL at first) for the next time.  Any thread may ask.
 * A library that has gone since guichet was installed is logged with its name and ends the program
 * as a crash does: the terminal is restored, and what was typed is in the journal. */
gpointer base_library_symbol(BaseLibrary *library, const char *name, gsize *slot);

#define BASE_LIBRARY_CALL(library, name)                                                           \
  static gsize slot;                                                                               \
  union {                                                                                          \
    gpointer address;                                                                              \
    __typeof__(name) *call;                                                                        \
  } real = {base_library_symbol(&library, #name, &slot)}

#define BASE_LIBRARY(library, type, name, parameters, arguments)                                   \
  type name parameters                                                                             \
  {                                                                                                \
    BASE_LIBRARY_CALL(library, name);                                                              \
    return real.call arguments;                                                                    \
  }

#define BASE_LIBRARY_VOID(library, name, parameters, arguments)                                    \
  void name parameters                                                                             \
  {                                                                                                \
    BASE_LIBRARY_CALL(library, name);                                                              \
    real.call arguments;                                                                           \
  }

G_END_DECLS
#endif
