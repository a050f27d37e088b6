/* Slow work beside the screen (a password's Argon2id): one thread, which draws nothing and shares
 * nothing but its own data until it is done. */
#ifndef GUICHET_UI_TASK_H
#define GUICHET_UI_TASK_H

#include <glib.h>

#include "ui/screen.h"

G_BEGIN_DECLS

typedef struct UiTask UiTask;

typedef void (*UiTaskWork)(gpointer data);              /* in the thread */
typedef guint (*UiTaskDone)(UiApp *app, gpointer data); /* on the screen's; screen flags */

/* `notice` is shown with a moving mark while it runs. */
UiTask *ui_task_new(const char *notice, UiTaskWork work, UiTaskDone done, gpointer data_taken,
                    GDestroyNotify free_data);
/* Starts it; a byte is written to `wake_fd` at its end. */
void ui_task_start(UiTask *task, int wake_fd);
gboolean ui_task_ended(const UiTask *task);
/* Waits, calls done, frees the task.  Returns its flags. */
guint ui_task_finish(UiTask *task, UiApp *app);
/* Waits and frees, without done. */
void ui_task_free(UiTask *task);
const char *ui_task_notice(const UiTask *task);

G_END_DECLS
#endif
