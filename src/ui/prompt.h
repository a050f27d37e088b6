/* The prompt in the message line: a line of text, a password that is not shown, a typed y, or one
 * of a few choices.  Enter answers, Escape gives up.  Nothing is answered by a paste but text. */
#ifndef GUICHET_UI_PROMPT_H
#define GUICHET_UI_PROMPT_H

#include "ui/screen.h"

G_BEGIN_DECLS

typedef enum { UI_PROMPT_TEXT, UI_PROMPT_PASSWORD, UI_PROMPT_YES, UI_PROMPT_CHOICE } UiPromptKind;

typedef struct UiPrompt UiPrompt;

/* `answer` is NULL when it was given up; a password is wiped after the call; of a choice it is the
 * letter.  Returns screen flags.  `change` is called while a text is typed (incremental search). */
typedef guint (*UiPromptAnswer)(UiScreen *screen, const char *answer);

UiPrompt *ui_prompt_text(const char *question, const char *initial, UiPromptAnswer answer);
UiPrompt *ui_prompt_typing(const char *question, UiPromptAnswer change, UiPromptAnswer answer);
UiPrompt *ui_prompt_password(const char *question, UiPromptAnswer answer);
UiPrompt *ui_prompt_yes(const char *question, UiPromptAnswer answer);
/* `choices`: a string vector, each "1 invented content": its first letter chooses it. */
UiPrompt *ui_prompt_choice(const char *question, char **choices_taken, UiPromptAnswer answer);
void ui_prompt_free(UiPrompt *prompt);

/* Lines that it takes from the bottom of a canvas so wide: 1, or more where choices need them. */
guint ui_prompt_rows(const UiPrompt *prompt, guint columns);
void ui_prompt_draw(const UiPrompt *prompt, UiCanvas *canvas, guint row, guint column, guint width);

typedef enum { UI_PROMPT_STAYS, UI_PROMPT_ANSWERED, UI_PROMPT_GIVEN_UP } UiPromptResult;
UiPromptResult ui_prompt_key(UiPrompt *prompt, UiKey key);
/* A paste: its text up to the first newline, disarmed; a typed y or a choice takes none (FALSE). */
gboolean ui_prompt_paste(UiPrompt *prompt, const char *text);
const char *ui_prompt_value(const UiPrompt *prompt);
UiPromptKind ui_prompt_kind(const UiPrompt *prompt);
UiPromptAnswer ui_prompt_answer(const UiPrompt *prompt);
UiPromptAnswer ui_prompt_change(const UiPrompt *prompt); /* or NULL */
void ui_prompt_wipe(UiPrompt *prompt);

G_END_DECLS
#endif
