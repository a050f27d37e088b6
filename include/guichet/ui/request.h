/* Requests: what a person can ask of a screen (src/ui/request.def). */
#ifndef GUICHET_UI_REQUEST_H
#define GUICHET_UI_REQUEST_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  UI_CONTEXT_ANY,  /* every screen that is no text field */
  UI_CONTEXT_MOVE, /* lists and texts */
  UI_CONTEXT_QUEUE,
  UI_CONTEXT_REVIEW,
  UI_CONTEXT_OUTBOX,
  UI_CONTEXT_PATIENTS,
  UI_CONTEXT_EDITOR,
  UI_CONTEXT_LOGIN, /* no rows: a text field */
  UI_CONTEXT_PAGER, /* no rows of its own */
  UI_CONTEXT_FINDINGS,
  UI_CONTEXT_REMINDERS,
  UI_CONTEXT_AGENDA,
  UI_CONTEXT_REPLIES,
  UI_CONTEXT_N
} UiContext;

/* What must be so for a request; see ui_request_need_words(). */
typedef enum {
  UI_NEED_ROW = 1,    /* something is selected */
  UI_NEED_HELD = 2,   /* the item is open for this person to change */
  UI_NEED_FINDING = 4 /* a finding is shown */
} UiNeed;

typedef enum {
#define REQ(id, name, context, keys, needs, help, hint) UI_REQUEST_##id,
#include "ui/request.def"
#undef REQ
  UI_REQUEST_N,
  UI_REQUEST_NONE = UI_REQUEST_N
} UiRequest;

/* One row of the table, for the help screen and the manual page.  help and hint are not translated
 * yet: pass them to gettext; hint may be "". */
typedef struct {
  const char *name, *keys, *help, *hint;
  UiContext context;
  guint needs;
} UiRequestRow;

const UiRequestRow *ui_request_row(UiRequest request);

/* "queue", "review", …; and for people, translated. */
const char *ui_request_context_word(UiContext context);
const char *ui_request_context_title(UiContext context);

/* Why a request cannot be done while `need` does not hold, translated. */
const char *ui_request_need_words(UiNeed need);

/* The request of a key on a screen: its own rows, then MOVE where `moves`, then ANY. */
UiRequest ui_request_find(UiContext context, gboolean moves, guint32 key);

/* "Enter open  / search …" as far as `cells` go, for the rows of a screen.  Caller frees. */
char *ui_request_hints(UiContext context, gboolean moves, guint cells);

G_END_DECLS
#endif
