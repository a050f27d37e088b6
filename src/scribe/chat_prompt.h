/* The chat engine's prompts: templates/prompts/NAME.LANGUAGE.txt, a clinic's own before ours, and
 * the form of the answer. */
#ifndef GUICHET_SCRIBE_CHAT_PROMPT_PRIVATE_H
#define GUICHET_SCRIBE_CHAT_PROMPT_PRIVATE_H

#include <glib.h>
#include <jansson.h>

typedef enum {
#define CHAT_SECTION(id, word, most, english, french) SCRIBE_CHAT_##id,
#include "scribe/chat_section.def"
#undef CHAT_SECTION
  SCRIBE_CHAT_SECTION_N
} ScribeChatSection;

#define SCRIBE_CHAT_ALL ((1u << SCRIBE_CHAT_SECTION_N) - 1u)
#define SCRIBE_CHAT_TEXT_MOST 400u /* characters of one statement */
#define SCRIBE_CHAT_TURNS_MOST 8u  /* turns that one statement may name */

const char *scribe_chat_prompt_section(ScribeChatSection section);
const char *scribe_chat_prompt_title(ScribeChatSection section, gboolean french);

typedef struct ScribeChatPrompt ScribeChatPrompt;

/* `own` is a folder or NULL.  A template that cannot be read or names a field that there is not:
 * BASE_ERROR_DATA, with file and line. */
gboolean scribe_chat_prompt_load(const char *own, const char *language, ScribeChatPrompt **ret,
                                 GError **error);
void scribe_chat_prompt_free(ScribeChatPrompt *prompt);

typedef struct {
  const char *template; /* of the note: "soap", … */
  const char *style;    /* lines, or NULL */
  guint sections;       /* of 1u << ScribeChatSection */
  gboolean part;        /* of a longer visit */
  const char *turns, *mark;
} ScribeChatFill;

gboolean scribe_chat_prompt_system(const ScribeChatPrompt *prompt, const ScribeChatFill *fill,
                                   char **ret, GError **error);
gboolean scribe_chat_prompt_user(const ScribeChatPrompt *prompt, const ScribeChatFill *fill,
                                 char **ret, GError **error);
gboolean scribe_chat_prompt_repair(const ScribeChatPrompt *prompt, const ScribeChatFill *fill,
                                   char **ret, GError **error);

/* One key a section, each a list of {"text","turns"}; turns are from `first` to `last`. */
json_t *scribe_chat_prompt_schema(guint sections, guint first, guint last);

const char *scribe_chat_prompt_hash(const ScribeChatPrompt *prompt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeChatPrompt, scribe_chat_prompt_free)

#endif
