/* Times as a person reads them. */
#ifndef GUICHET_UI_AGE_H
#define GUICHET_UI_AGE_H

#include "guichet/clinic/session.h"

/* "<1m", "5m", "3h", "12d", "9w": how long ago, in four cells at most.  Caller frees. */
char *ui_age_short(gint64 at);
/* Date and time on the clinic's wall.  Caller frees. */
char *ui_age_when(const ClinicSession *session, gint64 at);

#endif
