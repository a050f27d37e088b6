/* Adaptive style: phrasings of a clinician's own signed texts, without a patient's facts, that a
 * chat service is shown as examples.  A clinician sees, edits and erases their own, and nobody
 * else's. */
#ifndef GUICHET_CLINIC_STYLE_H
#define GUICHET_CLINIC_STYLE_H

#include "guichet/clinic/review.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id;
  char *section; /* "hpi", … */
  char *phrase;
  gint64 at;       /* microseconds */
  gboolean edited; /* by hand: no newer one takes its place */
} ClinicStyle;

/* Takes what the signed text has of the clinician's own; as many a section as [engine]
 * style_phrases.  After a signature; a failure is no reason to undo that. */
gboolean clinic_style_learn(ClinicSession *session, const ClinicReview *review, GError **error);

/* The session's own, by section; GPtrArray of ClinicStyle, free function set. */
gboolean clinic_style_list(ClinicSession *session, GPtrArray **ret, GError **error);
/* A phrase with a word that could be a patient's: BASE_ERROR_DATA. */
gboolean clinic_style_edit(ClinicSession *session, gint64 id, const char *phrase, GError **error);
/* id 0: all of them.  *ret_n takes how many. */
gboolean clinic_style_erase(ClinicSession *session, gint64 id, guint *ret_n, GError **error);

/* For the worker: "plan: …" of one clinician, NULL-terminated.  CLINIC_POWER_WORK. */
gboolean clinic_style_examples(ClinicSession *session, gint64 clinician, char ***ret,
                               GError **error);
void clinic_style_free(ClinicStyle *style);

G_END_DECLS
#endif
