/* Numbers in a reading, in digits and in words, with their units. */
#ifndef SCRIBE_NUMBER_H
#define SCRIBE_NUMBER_H

#include "scribe/reading.h"

/* Fills reading->numbers and the tokens' number fields. */
void scribe_number_find(ScribeReading *reading);

#endif
