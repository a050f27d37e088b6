/* Words for people go through gettext: _("…") translates now, N_("…") marks a table's text for
 * later. */
#ifndef GUICHET_BASE_I18N_H
#define GUICHET_BASE_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
#ifndef N_
#define N_(text) text
#endif

#endif
