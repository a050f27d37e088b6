/* libical, loaded at its first call (guichet/base/library.h). */
#include <libical/ical.h>

#include "config.h" /* GUICHET_SONAME_… */
#include "guichet/base/library.h"

static BaseLibrary library = {GUICHET_SONAME_ICAL, 0};

BASE_LIBRARY_VOID(library, icalcomponent_add_component, (icalcomponent * a, icalcomponent *b),
                  (a, b))
BASE_LIBRARY_VOID(library, icalcomponent_add_property, (icalcomponent * a, icalproperty *b), (a, b))
BASE_LIBRARY(library, char *, icalcomponent_as_ical_string_r, (icalcomponent * a), (a))
BASE_LIBRARY_VOID(library, icalcomponent_free, (icalcomponent * a), (a))
BASE_LIBRARY(library, icalcomponent *, icalcomponent_new, (icalcomponent_kind a), (a))
BASE_LIBRARY(library, struct icaldurationtype, icaldurationtype_from_string, (const char *a), (a))
BASE_LIBRARY(library, int, icaldurationtype_is_bad_duration, (struct icaldurationtype a), (a))
BASE_LIBRARY_VOID(library, icalerror_clear_errno, (void), ())
BASE_LIBRARY(library, icalparameter *, icalparameter_new_cn, (const char *a), (a))
BASE_LIBRARY(library, icalparameter *, icalparameter_new_partstat, (icalparameter_partstat a), (a))
BASE_LIBRARY(library, icalparameter *, icalparameter_new_role, (icalparameter_role a), (a))
BASE_LIBRARY(library, icalparameter *, icalparameter_new_rsvp, (icalparameter_rsvp a), (a))
BASE_LIBRARY_VOID(library, icalproperty_add_parameter, (icalproperty * a, icalparameter *b), (a, b))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_attendee, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_contact, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_dtend, (struct icaltimetype a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_dtstamp, (struct icaltimetype a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_dtstart, (struct icaltimetype a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_location, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_method, (enum icalproperty_method a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_organizer, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_prodid, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_sequence, (int a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_status, (enum icalproperty_status a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_summary, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_uid, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_version, (const char *a), (a))
BASE_LIBRARY(library, icalproperty *, icalproperty_new_x, (const char *a), (a))
BASE_LIBRARY_VOID(library, icalproperty_set_x_name, (icalproperty * a, const char *b), (a, b))
BASE_LIBRARY_VOID(library, icalrecurrencetype_clear, (struct icalrecurrencetype * a), (a))
BASE_LIBRARY(library, enum icalrecurrencetype_weekday, icalrecurrencetype_day_day_of_week,
             (short a), (a))
BASE_LIBRARY(library, int, icalrecurrencetype_day_position, (short a), (a))
BASE_LIBRARY(library, struct icalrecurrencetype, icalrecurrencetype_from_string, (const char *a),
             (a))
BASE_LIBRARY(library, int, icaltime_is_null_time, (const struct icaltimetype a), (a))
BASE_LIBRARY(library, int, icaltime_is_utc, (const struct icaltimetype a), (a))
BASE_LIBRARY(library, struct icaltimetype, icaltime_null_time, (void), ())
BASE_LIBRARY(library, icaltimezone *, icaltimezone_get_utc_timezone, (void), ())
