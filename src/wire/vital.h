/* Vital signs of a draft's fields, with LOINC code and UCUM unit where the share tables know them.
 */
#ifndef GUICHET_WIRE_VITAL_H
#define GUICHET_WIRE_VITAL_H

#include <jansson.h>

#include "guichet/wire/code.h"

G_BEGIN_DECLS

typedef struct {
  const WireCode *code; /* NULL where the tables do not know it */
  const char *name;     /* the field's own word */
  const char *unit;     /* as written, or NULL */
  const char *ucum;     /* its UCUM code, or NULL where it is not sure */
  gboolean is_number;
  double value;
  char text[48]; /* the value: a number in C's form, or the field's words */
} WireVital;

/* One entry of "vitals".  A blood pressure of "128/82" gives its two parts, both with code->panel.
 * Returns how many: 0 where it says too little. */
guint wire_vital_read(const WireCodes *codes, const json_t *field, WireVital ret[2]);

G_END_DECLS
#endif
