/* Calendars that appointments come from, as rows. */
#ifndef GUICHET_STORE_CALENDAR_H
#define GUICHET_STORE_CALENDAR_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef enum {
  STORE_CALENDAR_FILE,
  STORE_CALENDAR_FOLDER, /* vdir: one file a resource */
  STORE_CALENDAR_WEB,    /* https or webcal, with ETag */
  STORE_CALENDAR_CALDAV,
  STORE_CALENDAR_FEED, /* HL7 v2: clinic/feed.h */
  STORE_CALENDAR_FHIR, /* Appointment of a FHIR server */
  STORE_CALENDAR_KIND_N
} StoreCalendarKind;

/* Strings are never NULL when read; NULL is "" when written. */
typedef struct {
  gint64 id, version;
  gint64 clinician; /* whose it is; 0 nobody's */
  gint64 horizon;   /* up to when its series are spelt out as appointments; 0 not yet */
  StoreCalendarKind kind;
  char *name;        /* as people call it; one each */
  char *location;    /* path or URL */
  char *place;       /* where its appointments are, when they do not say */
  char *zone;        /* of dates and floating times; "" is the calendar's own, then the clinic's */
  char *etag;        /* of the last whole reading; of a file or a folder: how it looked */
  char *token;       /* sync-token */
  char *trouble;     /* the last failure, in words; "" after a success */
  gint64 failures;   /* in a row */
  gint64 since;      /* the first of them; 0 none */
  gint64 rest_until; /* not asked again by itself before */
  gint64 lacking;    /* series of which not every occurrence could be booked */
} StoreCalendar;

/* Writers run inside a transaction.  `id` is new (vault_process_id()); version becomes 1.  A name
 * that is taken: BASE_ERROR_CONFLICT. */
gboolean store_calendar_add(StoreHandle *store, const StoreCalendar *calendar, GError **error);
/* All but the name, from calendar->version, which then is one more; somebody else changed it:
 * BASE_ERROR_CONFLICT. */
gboolean store_calendar_change(StoreHandle *store, StoreCalendar *calendar, GError **error);

/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_calendar_load(StoreHandle *store, gint64 id, StoreCalendar **ret, GError **error);
gboolean store_calendar_named(StoreHandle *store, const char *name, StoreCalendar **ret,
                              GError **error);
/* GPtrArray of StoreCalendar, in no order. */
gboolean store_calendar_list(StoreHandle *store, GPtrArray **ret, GError **error);
void store_calendar_free(StoreCalendar *calendar);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreCalendar, store_calendar_free)

G_END_DECLS
#endif
