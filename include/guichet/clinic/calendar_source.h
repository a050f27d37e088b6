/* Calendars that are read again and again: what guichet.conf says of them ([calendar NAME]), and
 * what became of the last reading. */
#ifndef GUICHET_CLINIC_CALENDAR_SOURCE_H
#define GUICHET_CLINIC_CALENDAR_SOURCE_H

#include "guichet/clinic/calendar.h"
#include "guichet/clinic/destination.h"

G_BEGIN_DECLS

/* NULL-terminated names of the [calendar NAME] of guichet.conf; the conf's. */
const char *const *clinic_calendar_source_names(ClinicSession *session);
gboolean clinic_calendar_source_named(ClinicSession *session, const char *name);

/* Makes the calendar of a [calendar NAME], or brings it up to date with it.  `address` is where an
 * address of its url is (as worker_calendar_address() has it), or NULL: a path.  A clinician or a
 * zone that is none: BASE_ERROR_CONFIG.  CLINIC_POWER_CALENDAR_IMPORT. */
gboolean clinic_calendar_source_adopt(ClinicSession *session, const char *name, const char *kind,
                                      const char *address, GError **error);
/* "" where guichet.conf says nothing of it; the conf's. */
const char *clinic_calendar_source_url(ClinicSession *session, const char *name);

/* The server of an address, with the login, certificates and contract that [calendar NAME] names:
 * clinic_destination_secret() and clinic_destination_allow() take it.  clinic_destination_free().
 */
ClinicDestination *clinic_calendar_source_server(ClinicSession *session, const char *name,
                                                 const char *url);

/* What became of a reading: the words of its trouble, NULL when it went well.  Each further failure
 * makes the rest until the worker tries again twice as long, up to a day; `wait` (seconds) is what
 * the server asks for.  Writes only what is new.  CLINIC_POWER_CALENDAR_IMPORT. */
gboolean clinic_calendar_source_note(ClinicSession *session, gint64 calendar, const char *trouble,
                                     gint64 wait, GError **error);

G_END_DECLS
#endif
