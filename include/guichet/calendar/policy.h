/* When reminders go out: a key file that a clinic edits (templates/reminders/policy.conf).
 *
 *   [clinic]
 *   zone=Europe/Paris          the wall that quiet hours and templates mean; left out, the one that
 *                              calendar_policy_default_zone() is given, else UTC
 *   open=08:00-20:00           reminders go out only then
 *   quiet-days=SU              and not on these days (MO TU WE TH FR SA SU; may be empty)
 *   holidays=2026-12-25;…      nor on these dates
 *   holiday-calendar=NAME      nor on the days of this calendar's all-day events
 *   earliest=30d  latest=1h    never sooner, never later before an appointment than this
 *   cap=1                      messages a day for one patient
 *   merge=true                 one message for all appointments of a day of one patient, and of
 *                              patients who share an address
 *
 *   [kind default]             for every kind of appointment
 *   offsets=7d;48h;2h          how long before
 *   channels=mail;print        in this order
 *   template=reminder          templates/reminders/<template>.<language>.txt and .html
 *
 *   [kind vaccination fr]      a kind, and for one language: each line left out falls back to
 *                              [kind vaccination], then to [kind default]
 *
 * The kind of an appointment is its first CATEGORIES entry that a section names (folded, see
 * base_text_fold()). */
#ifndef GUICHET_CALENDAR_POLICY_H
#define GUICHET_CALENDAR_POLICY_H

#include "guichet/calendar/zone.h"

G_BEGIN_DECLS

enum { CALENDAR_POLICY_OFFSETS_MAX = 8, CALENDAR_POLICY_CHANNELS_MAX = 4 };

/* How long before: "7d" is seven days at the same time of day, "48h" exactly that long. */
typedef struct {
  char name[12]; /* as written: this names the reminder */
  gint64 span;   /* microseconds */
  gboolean days;
} CalendarPolicyOffset;

/* What one kind of appointment gets, in one language. */
typedef struct {
  const char *kind, *template;
  CalendarPolicyOffset offsets[CALENDAR_POLICY_OFFSETS_MAX]; /* longest first */
  gsize n_offsets;
  const char *channels[CALENDAR_POLICY_CHANNELS_MAX];
  gsize n_channels;
} CalendarPolicyRule;

typedef struct CalendarPolicy CalendarPolicy;

/* BASE_ERROR_CONFIG names the file's name, the group, the setting and what it may be. */
gboolean calendar_policy_parse(const char *name, const char *text, gsize length,
                               CalendarPolicy **ret, GError **error);
/* At most 256 KiB. */
gboolean calendar_policy_load(const char *path, CalendarPolicy **ret, GError **error);
void calendar_policy_free(CalendarPolicy *policy);

/* Where the file names none. */
void calendar_policy_default_zone(CalendarPolicy *policy, const CalendarZone *zone);
const CalendarZone *calendar_policy_zone(const CalendarPolicy *policy);
gint64 calendar_policy_earliest(const CalendarPolicy *policy);
gint64 calendar_policy_latest(const CalendarPolicy *policy);
/* The longest offset of any kind. */
gint64 calendar_policy_reach(const CalendarPolicy *policy);
guint calendar_policy_cap(const CalendarPolicy *policy);
gboolean calendar_policy_merge(const CalendarPolicy *policy);

/* The kind that a list of categories means ("default" where it names none), owned by the policy. */
const char *calendar_policy_kind(const CalendarPolicy *policy, const char *const *categories);

/* The rule of a kind in a language ("fr", NULL for none); owned by the policy. */
const CalendarPolicyRule *calendar_policy_rule(const CalendarPolicy *policy, const char *kind,
                                               const char *language);

/* The name of the calendar whose all-day events are holidays; NULL none.  It is for whoever knows
 * calendars to add its days. */
const char *calendar_policy_holiday_calendar(const CalendarPolicy *policy);

/* Days on which nothing goes out, beside the policy's own (from a calendar of holidays): days
 * since 1970-01-01. */
void calendar_policy_add_holiday(CalendarPolicy *policy, gint64 day);

/* The instant at which something wanted at `at` may go out: itself within open hours, else the
 * last moment before it that is (the end of an open time minus a minute).  Never after `at`. */
gint64 calendar_policy_open(const CalendarPolicy *policy, gint64 at);

/* The first such moment at or after `at`. */
gint64 calendar_policy_next(const CalendarPolicy *policy, gint64 at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalendarPolicy, calendar_policy_free)

G_END_DECLS
#endif
