/* The checks' lexicon of a session, and what is known beside a transcript. */
#ifndef GUICHET_CLINIC_CHECK_H
#define GUICHET_CLINIC_CHECK_H

#include "guichet/clinic/session.h"
#include "guichet/scribe/check.h"
#include "guichet/store/visit.h"

/* Read once a session: the shipped tables, then DIR/lexicon over them. */
const ScribeLexicon *clinic_check_lexicon(ClinicSession *session, GError **error);

/* Years between two days; 0 where the birth date is not known. */
int clinic_check_age(const char *birth, gint64 at);

#endif
