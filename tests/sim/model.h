/* What a calendar of gen_clinic.py must come to, by its truth and GLib's zones alone. */
#ifndef GUICHET_TESTS_SIM_MODEL_H
#define GUICHET_TESTS_SIM_MODEL_H

#include <glib.h>

#define MODEL_SINGLE G_MININT64
#define MODEL_KINDS 2u
extern const char *const MODEL_KIND[MODEL_KINDS]; /* "7d", "48h" */

typedef struct ModelVisit ModelVisit;

/* One VEVENT of the file. */
typedef struct {
  char *text; /* as it was written first */
  gint64 rid, start;
  gint64 length;
  int sequence;
  gboolean master, cancelled, gone, edited;
  GArray *excluded; /* RECURRENCE-IDs taken out of a master since */
} ModelBlock;

typedef struct {
  char *uid, *mail;
  gint64 patient; /* 0: nobody whom the clinic knows */
  ModelBlock *master;
  GPtrArray *blocks, *visits; /* lent */
  gboolean gone, recalled;    /* recalled: by METHOD:CANCEL */
} ModelEvent;

typedef struct {
  gint64 mark;
  ModelVisit *visit;
  gboolean sent;
  gint64 due; /* for visit->start, quiet hours counted */
} ModelReminder;

/* One occurrence, as the clinic should have it. */
struct ModelVisit {
  ModelEvent *event;
  ModelBlock *own; /* an override, or the single event; NULL: the series says it */
  gint64 rid, start, end;
  gint64 known;    /* since when it is at that time */
  gboolean row;    /* it was booked once */
  gboolean booked; /* and is */
  gboolean told;   /* the last word was a reminder, of told_start */
  gint64 told_start;
  ModelReminder reminders[MODEL_KINDS];
};

typedef struct {
  char *zone, *header, *footer;
  GTimeZone *time_zone;
  gint64 begin; /* a morning two days after the first visit */
  GPtrArray *events, *blocks, *visits;
  GHashTable *by_uid, *by_name;
} Model;

Model *model_new(const char *ics, const char *truth);
/* Another first morning: "2024-03-29". */
void model_begin(Model *model, const char *date);
void model_free(Model *model);
ModelVisit *model_find(const Model *model, const char *uid, gint64 rid);

/* A day of the first week that is a holiday: "2024-01-11".  Caller frees. */
char *model_holiday(const Model *model);
/* So many minutes after midnight of the day of `at`, or of a later one. */
gint64 model_at(const Model *model, gint64 at, int days, int minutes);
gboolean model_closed(const Model *model, gint64 at);
/* "patient day".  Caller frees. */
char *model_day(const Model *model, gint64 patient, gint64 at);

/* Whether a reminder that was not sent yet goes, and when. */
gboolean model_goes(const Model *model, const ModelVisit *visit, guint kind, gint64 now,
                    gint64 *ret_due);

/* Changes what is more than two days ahead; how many events. */
guint model_edit(Model *model, GRand *rand, gint64 now);
void model_write(const Model *model, const char *path);
/* A message that cancels some single events; how many. */
guint model_write_cancel(Model *model, GRand *rand, gint64 now, const char *path);
/* The calendar has them all the same. */
void model_recall(Model *model);
/* The visits as they are after an import at `now`; how many patients have to be told that what
 * they were reminded of is cancelled, and can be before that. */
guint model_follow(Model *model, gint64 now);

#endif
