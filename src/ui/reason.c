#include "ui/reason.h"

void
ui_reason_ask(UiApp *app, const char *question, UiPromptAnswer answer)
{
  char **choices = g_new0(char *, CLINIC_REASON_N);
  for (guint i = 1; i < CLINIC_REASON_DONE;
       i++) /* the last: a task's, which has a key of its own */
    choices[i - 1] = g_strdup_printf("%u %s", i, clinic_reason_title((ClinicReason)i));
  ui_app_ask(app, ui_prompt_choice(question, choices, answer));
}

ClinicReason
ui_reason_of(const char *answer)
{
  guint i = g_ascii_isdigit(*answer) ? (guint)(*answer - '0') : 0;
  return i < CLINIC_REASON_DONE ? (ClinicReason)i : CLINIC_REASON_NONE;
}
