#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "ui/review_state.h"

/* Where it goes, and what it does to one before it. */
static char *
sign_way(ClinicSession *session, const ClinicReview *review)
{
  const BaseConf *conf = clinic_session_conf(session);
  gboolean note = review->item->kind == CLINIC_KIND_NOTE;
  g_autofree char *way =
      review->letter != NULL
          ? clinic_letter_outlook(session, review->item->patient, review->letter)
          : g_strdup_printf(_("to %s"), base_conf_text(conf, note ? BASE_CONF_OUTBOX_EHR
                                                                  : BASE_CONF_OUTBOX_MAIL));
  g_autofree char *sentence =
      review->amendment != NULL ? clinic_amendment_sentence(review->amendment) : NULL;
  return sentence != NULL ? g_strdup_printf("%s (%s)", way, sentence) : g_steal_pointer(&way);
}

char *
ui_review_sign_words(const UiReviewState *state)
{
  const ClinicReview *review = state->review;
  ClinicSession *session = state->super.app->session;
  const BaseConf *conf = clinic_session_conf(session);
  g_autofree char *way = sign_way(session, review);
  guint overridden = 0;
  for (guint i = 0; i < review->findings->len; i++)
    overridden +=
        ((const ClinicFinding *)g_ptr_array_index(review->findings, i))->override_reason != NULL;
  return g_strdup_printf(
      _("You sign as %s: this %s of %s, revision %u, %ld characters, exactly as it stands above; "
        "%u warnings left, %u findings overridden.\nIt goes %s, %d seconds after the signature; "
        "until then u takes it back."),
      clinic_session_title(session), clinic_kind_title(review->item->kind),
      review->item->patient_name, review->seq, g_utf8_strlen(review->text, -1),
      review->item->n_warn, overridden, way, (int)base_conf_int(conf, BASE_CONF_OUTBOX_UNDO));
}

typedef struct {
  UiReviewState *state;
  const ClinicSession *session;
  char *password;
  ClinicProof *proof;
  GError *error;
} SignTask;

static void
sign_task_free(gpointer data)
{
  SignTask *task = data;
  memset(task->password, 0, strlen(task->password));
  g_free(task->password);
  clinic_proof_free(task->proof);
  g_clear_error(&task->error);
  g_free(task);
}

static void
sign_work(gpointer data)
{
  SignTask *task = data;
  clinic_session_confirm(task->session, task->password, &task->proof, &task->error);
}

static guint
sign_done(UiApp *app, gpointer data)
{
  SignTask *task = data;
  UiReviewState *state = task->state;
  state->signing = FALSE;
  if (task->proof == NULL ||
      !clinic_review_sign(app->session, state->review, task->proof, &task->error)) {
    ui_app_trouble(app, g_steal_pointer(&task->error));
    return UI_RECALC;
  }
  state->held = FALSE;
  state->stale = TRUE;
  ui_app_say(app, UI_STYLE_GOOD,
             _("Signed. It leaves in %d seconds; u takes it back. N: the next, q: the queue."),
             (int)base_conf_int(clinic_session_conf(app->session), BASE_CONF_OUTBOX_UNDO));
  if (app->worker != NULL)
    worker_thread_wake(app->worker);
  return UI_RECALC;
}

static guint
sign_password(UiScreen *screen, const char *password)
{
  UiReviewState *state = (UiReviewState *)screen;
  if (password == NULL || *password == '\0') {
    state->signing = FALSE;
    ui_app_say(screen->app, UI_STYLE_NORMAL, _("Nothing was signed."));
    return UI_DRAW;
  }
  SignTask *task = g_new0(SignTask, 1);
  task->state = state;
  task->session = screen->app->session;
  task->password = g_strdup(password);
  ui_app_start(screen->app,
               ui_task_new(_("Checking the password"), sign_work, sign_done, task, sign_task_free));
  return UI_DRAW;
}

guint
ui_review_sign_start(UiReviewState *state)
{
  UiApp *app = state->super.app;
  g_autoptr(GError) error = NULL;
  guint unseen = clinic_review_look_unseen(state->review);
  if (unseen > 0) {
    ui_app_say(app, UI_STYLE_WARN,
               ngettext("%u unsupported statement was not looked at yet: n goes to it.",
                        "%u unsupported statements were not looked at yet: n goes to them.",
                        unseen),
               unseen);
    return UI_DRAW;
  }
  if (!clinic_item_can(app->session, state->review->item, CLINIC_ACTION_SIGN, &error)) {
    ui_app_trouble(app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  state->signing = TRUE;
  ui_app_ask(app, ui_prompt_password(_("Your password, to sign:"), sign_password));
  return UI_DRAW;
}
