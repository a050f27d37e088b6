/* Symptoms and findings by system of the body. */
#ifndef GUICHET_SCRIBE_SYSTEM_PRIVATE_H
#define GUICHET_SCRIBE_SYSTEM_PRIVATE_H

#include "scribe/speech.h"

typedef struct {
  int system; /* index for scribe_system_name() */
  int place;  /* the word of the unit where it starts */
  int length; /* in words */
  const char *name;
} ScribeSymptom;

guint scribe_system_count(void);
const char *scribe_system_name(int system, gboolean french);

/* The symptoms that the unit names, in order.  GArray of ScribeSymptom; caller unrefs. */
GArray *scribe_system_symptoms(const ScribeUnit *unit, gboolean french);

/* Which system a finding of the examination is about, or -1. */
int scribe_system_examined(const ScribeUnit *unit, gboolean french);

#endif
