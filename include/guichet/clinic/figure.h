/* Figures: what was signed and rejected, and what became of findings, by day; of nobody. */
#ifndef GUICHET_CLINIC_FIGURE_H
#define GUICHET_CLINIC_FIGURE_H

#include "guichet/clinic/item.h"
#include "guichet/scribe/draft.h"

G_BEGIN_DECLS

typedef enum {
#define FATE(id, word, title) CLINIC_FATE_##id,
#include "clinic/fate.def"
#undef FATE
  CLINIC_FATE_N
} ClinicFate;

const char *clinic_fate_word(ClinicFate fate);
const char *clinic_fate_title(ClinicFate fate); /* translated */

/* Whose words were decided on.  Numbers are stored: add at the end. */
typedef enum {
  CLINIC_WRITING_DRAFT,  /* the engine's, unchanged */
  CLINIC_WRITING_EDITED, /* the engine's, changed by a person */
  CLINIC_WRITING_PERSON, /* no engine drafted it: a letter, an amendment */
  CLINIC_WRITING_NONE,   /* there was no text yet, or it can be read no more */
  CLINIC_WRITING_N
} ClinicWriting;

const char *clinic_writing_word(ClinicWriting writing);

/* Of one engine, or of the texts that no engine drafted. */
typedef struct {
  char *name; /* "builtin", "chat MODEL"; NULL: none */
  gint64 n_signed[CLINIC_WRITING_N], n_rejected;
  gint64 fates[CLINIC_FATE_N];
} ClinicFigureEngine;

/* Counted are notes, letters, replies and forms, by the decision that stands: one that was undone
 * is in no figure, and an item is in one day's alone.  An item is counted since the clinic has this
 * table; earlier ones never. */
typedef struct {
  gint64 from, to; /* days (clinic/contract.h), both counted */
  gint64 first;    /* the first day of which there is a figure; 0 none */
  gint64 n_signed[CLINIC_WRITING_N];
  gint64 n_rejected[CLINIC_REASON_N];
  gint64 median_wait; /* microseconds from draft to signature; -1 unknown */
  gint64 findings[SCRIBE_FINDING_N][SCRIBE_SEVERITY_BLOCK + 1][CLINIC_FATE_N];
  GPtrArray *engines; /* of ClinicFigureEngine, by name, none last */
} ClinicFigures;

/* Asks CLINIC_POWER_FIGURES_SEE.  There is no name of anybody in it, so that reading it leaves no
 * event. */
gboolean clinic_figure_read(ClinicSession *session, gint64 from, gint64 to, ClinicFigures **ret,
                            GError **error);
void clinic_figure_free(ClinicFigures *figures);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicFigures, clinic_figure_free)

G_END_DECLS
#endif
