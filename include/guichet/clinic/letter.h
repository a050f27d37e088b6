/* Letters and replies: texts of the clinic to somebody, in the queue like everything else, to be
 * reviewed and signed. */
#ifndef GUICHET_CLINIC_LETTER_H
#define GUICHET_CLINIC_LETTER_H

#include "guichet/clinic/patient.h"

G_BEGIN_DECLS

typedef enum {
  CLINIC_LETTER_PATIENT, /* by mail, to the address on their record */
  CLINIC_LETTER_EHR,     /* into the patient's record */
  CLINIC_LETTER_MAIL,    /* by mail, to another provider */
  CLINIC_LETTER_TO_N
} ClinicLetterTo;

/* Strings are never NULL; "" unknown. */
typedef struct {
  ClinicLetterTo to;
  char *name, *address; /* MAIL */
  char *subject;
  char *language; /* "" the patient's */
} ClinicLetter;

/* "patient", "ehr", or an address. */
gboolean clinic_letter_aim(const char *to, const char *name, const char *subject,
                           const char *language, ClinicLetter **ret, GError **error);

/* Puts it into the queue, READY, with the checks run on its text (there is no transcript to read it
 * against).  What could not be sent as it is, is refused now.  CLINIC_POWER_ITEM_EDIT.  *ret: the
 * item. */
gboolean clinic_letter_add(ClinicSession *session, gint64 patient, const ClinicLetter *letter,
                           const char *text, gint64 *ret, GError **error);

/* *ret is NULL for an item that is no letter. */
gboolean clinic_letter_load(ClinicSession *session, gint64 item, ClinicLetter **ret,
                            GError **error);

/* What will leave, in a sentence for who signs it: "by mail to the patient: only a notice …".
 * Caller frees. */
char *clinic_letter_outlook(ClinicSession *session, gint64 patient, const ClinicLetter *letter);

const char *clinic_letter_to_word(ClinicLetterTo to);
void clinic_letter_free(ClinicLetter *letter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicLetter, clinic_letter_free)

G_END_DECLS
#endif
