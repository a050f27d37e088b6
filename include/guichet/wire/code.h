/* Codes that the share tables know: what a field's words are in LOINC, UCUM, RxNorm and ICD-10-CM.
 *
 * A word is coded only where it is one of a row's names, accents and case aside.  Anything else
 * goes out as text: never a guessed code. */
#ifndef GUICHET_WIRE_CODE_H
#define GUICHET_WIRE_CODE_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  WIRE_CODE_VITAL,     /* LOINC; `unit` is what is meant where none is said */
  WIRE_CODE_UNIT,      /* UCUM */
  WIRE_CODE_DRUG,      /* RxNorm ingredients */
  WIRE_CODE_CONDITION, /* ICD-10-CM */
  WIRE_CODE_KIND_N
} WireCodeKind;

typedef struct {
  const char *system;           /* "http://loinc.org" */
  char *code, *display, *panel; /* panel: the code that this one is a part of; "" */
  char *unit;                   /* UCUM; "" */
} WireCode;

typedef struct WireCodes WireCodes;

/* Reads share/codes.  BASE_ERROR_DATA names the file and line that is wrong. */
gboolean wire_code_load(WireCodes **ret, GError **error);
void wire_code_free(WireCodes *codes);

/* NULL where no row has that name; `codes` may be NULL.  Belongs to `codes`. */
const WireCode *wire_code_find(const WireCodes *codes, WireCodeKind kind, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireCodes, wire_code_free)

G_END_DECLS
#endif
