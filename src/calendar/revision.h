/* Which revision of each VEVENT counts: 16 bytes for each, in 256 parts that grow by themselves,
 * so that growing never holds the whole table twice. */
#ifndef GUICHET_SRC_CALENDAR_REVISION_H
#define GUICHET_SRC_CALENDAR_REVISION_H

#include <glib.h>

typedef struct CalendarRevisions CalendarRevisions;

/* 80 bits of a keyed hash: two of two million keys fall together once in 10^11 files. */
typedef struct {
  guint64 high;
  guint16 low;
} CalendarRevisionKey;

/* Of a UID and what names the occurrence: a kind and a number (see expander.c). */
CalendarRevisionKey calendar_revision_key(const char *uid, char kind, gint64 number);

CalendarRevisions *calendar_revision_new(void);
void calendar_revision_free(CalendarRevisions *revisions);

/* SEQUENCE above, when it was made below: what is larger counts. */
guint64 calendar_revision_rank(int sequence, gint64 stamp);

typedef enum {
  CALENDAR_REVISION_NEW,
  CALENDAR_REVISION_TIE,
  CALENDAR_REVISION_OLD
} CalendarRevision;

/* Notes the rank unless a larger is known, which is OLD; TIE where the same is. */
CalendarRevision calendar_revision_add(CalendarRevisions *revisions, CalendarRevisionKey key,
                                       guint64 rank);

/* The largest rank noted; FALSE where there is none. */
gboolean calendar_revision_find(const CalendarRevisions *revisions, CalendarRevisionKey key,
                                guint64 *ret_rank);

#endif
