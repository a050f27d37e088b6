#ifndef SCRIBE_SLOT_DATE_H
#define SCRIBE_SLOT_DATE_H
#include "scribe/suspect.h"
/* Months and days of the week by name. */
void scribe_slot_date_find(ScribeSuspectRun *run);
#endif
