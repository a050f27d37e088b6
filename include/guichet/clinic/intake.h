/* A calendar's bytes coming in.
 *
 *     clinic_intake_open(session, calendar, problem, data, &intake, &error)
 *     clinic_intake_resource(intake, href)     one that holds a part of the calendar; NULL: it has
 * none clinic_intake_feed(intake, bytes, length, &error) … clinic_intake_end(intake, &error) that
 * resource ends here clinic_intake_finish(intake, &end, &result, &error)
 *
 * Memory does not depend on the size of what is read, but for some 50 bytes an event.  What is the
 * same as before is not written again: a calendar without changes writes nothing.  Changes are
 * committed in batches, each with its audit event; what was read before a failure stays.
 *
 * Of two revisions of an event in one reading the higher SEQUENCE counts, then the later
 * LAST-MODIFIED or DTSTAMP (CalendarDetail.stamp), then the later in the file.  Against what was
 * known before, the calendar is right, whatever its SEQUENCE; but a message (METHOD REQUEST or
 * CANCEL) that is older than what is known changes nothing.  METHOD REPLY changes nothing either.
 *
 * What a whole reading no longer has is cancelled, unless anything in it was broken.  What is past
 * is never cancelled by its absence, nor is what a person at the desk said ever overruled.
 *
 * The patient is who has the mail address of an ATTENDEE, the record number X-PATIENT-ID, or the
 * name and the phone number of the summary.  Where these fit several, or contradict each other, a
 * task in the queue asks a person (clinic_calendar_match()), and nobody is reminded meanwhile. */
#ifndef GUICHET_CLINIC_INTAKE_H
#define GUICHET_CLINIC_INTAKE_H

#include "guichet/calendar/reader.h"
#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef struct {
  guint64 events, problems;
  guint64 added, changed, same, gone; /* events of the calendar */
  guint64 old;                        /* revisions passed over: a newer one is known */
  guint64 kept;                       /* absent, and not cancelled because the reading was broken */
  guint64 uncertain;                  /* tasks made */
  guint64 unmatched; /* added or changed events without a known patient, those included */
  guint64 booked, moved, cancelled, restored; /* appointments */
  guint64 lacking; /* series of which not every occurrence can be booked: `problem` was told why */
} ClinicIntakeResult;

typedef struct {
  gboolean whole;           /* everything that the calendar has was fed */
  const char *etag, *token; /* to remember; NULL as before */
} ClinicIntakeEnd;

typedef struct ClinicIntake ClinicIntake;

/* CLINIC_POWER_CALENDAR_IMPORT.  `problem` may be NULL. */
gboolean clinic_intake_open(ClinicSession *session, gint64 calendar, CalendarProblemFunc problem,
                            gpointer data, ClinicIntake **ret, GError **error);
void clinic_intake_free(ClinicIntake *intake);

/* Whose the appointments of this reading are, 0 nobody's, in place of the calendar's. */
void clinic_intake_clinician(ClinicIntake *intake, gint64 clinician);
void clinic_intake_resource(ClinicIntake *intake, const char *href);
gboolean clinic_intake_feed(ClinicIntake *intake, const void *bytes, gsize length, GError **error);
/* BASE_ERROR_DATA where the resource was no calendar at all; the reading may go on. */
gboolean clinic_intake_end(ClinicIntake *intake, GError **error);
/* Commits what is pending, so that no lock is held while more is waited for. */
gboolean clinic_intake_pause(ClinicIntake *intake, GError **error);
/* A resource that is no longer there. */
gboolean clinic_intake_drop(ClinicIntake *intake, const char *href, GError **error);
/* A resource that is as it was: everything of it is still there. */
gboolean clinic_intake_keep(ClinicIntake *intake, const char *href, GError **error);

gboolean clinic_intake_finish(ClinicIntake *intake, const ClinicIntakeEnd *end,
                              ClinicIntakeResult *ret, GError **error);

/* Series are spelt out some 400 days ahead, of one that has very many occurrences the next 2,000
 * and all of the next 100 days.  Whoever reads a calendar moves that on; this does it for one that
 * is not read, or cannot be: nothing is read, and nothing written but once a week. */
gboolean clinic_intake_extend(ClinicSession *session, gint64 calendar, const gint *cancel,
                              ClinicIntakeResult *ret, GError **error);

/* It may be empty: else a whole reading in which there is nothing, of a calendar with many
 * appointments to come, is BASE_ERROR_DATA, and takes nothing away. */
void clinic_intake_emptied(ClinicIntake *intake);

/* A file, or a folder's *.ics as one resource each (never through a symbolic link out of it), read
 * whole and finished.  "-" is standard input. */
gboolean clinic_intake_path(ClinicIntake *intake, const char *path, ClinicIntakeResult *ret,
                            GError **error);

/* The same, and how it looks now is remembered: what looks as it did then is not read again
 * (*ret_same). */
gboolean clinic_intake_path_again(ClinicIntake *intake, const char *path, ClinicIntakeResult *ret,
                                  gboolean *ret_same, GError **error);

/* Looked at while it reads: BASE_ERROR_CANCELLED.  What was taken in stays. */
void clinic_intake_watch(ClinicIntake *intake, const gint *cancel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicIntake, clinic_intake_free)

G_END_DECLS
#endif
