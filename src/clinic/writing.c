#include "guichet/clinic/figure.h"

const char *
clinic_writing_word(ClinicWriting writing)
{
  static const char *const WORDS[CLINIC_WRITING_N] = {
      [CLINIC_WRITING_DRAFT] = "as_drafted",
      [CLINIC_WRITING_EDITED] = "edited",
      [CLINIC_WRITING_PERSON] = "written",
      [CLINIC_WRITING_NONE] = "no_text",
  };
  return WORDS[writing];
}
