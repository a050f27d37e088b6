/* What a reminder may say (templates/reminders/NAME.LANGUAGE.txt and .html).
 *
 * A template may name these fields alone: date, time, zone, place, clinic, clinic_phone,
 * first_name, reply_code.  No diagnosis, no reason of the visit, no department.  One that asks for
 * more is refused when it is parsed, so check it when it is saved. */
#ifndef GUICHET_CALENDAR_WORDING_H
#define GUICHET_CALENDAR_WORDING_H

#include <glib.h>

G_BEGIN_DECLS

/* NULL-terminated. */
const char *const *calendar_wording_fields(void);

/* BASE_ERROR_DATA names the line of what is wrong.  `name` is the file's, for messages. */
gboolean calendar_wording_check(const char *name, const char *text, GError **error);

/* `values` maps fields to strings (see base_template_render()); with `html` they are escaped.
 * Caller frees. */
gboolean calendar_wording_render(const char *name, const char *text, GHashTable *values,
                                 gboolean html, char **ret, GError **error);

G_END_DECLS
#endif
