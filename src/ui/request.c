#include "guichet/ui/request.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "ui/key.h"

static const UiRequestRow REQUESTS[] = {
#define REQ(id, name, context, keys, needs, help, hint)                                            \
  {name, keys, help, hint, UI_CONTEXT_##context, needs},
#include "ui/request.def"
#undef REQ
};

const UiRequestRow *
ui_request_row(UiRequest request)
{
  return request < UI_REQUEST_N ? &REQUESTS[request] : NULL;
}

static const struct {
  const char *word, *title;
} REQUEST_CONTEXTS[] = {
    {"any", N_("Everywhere")},
    {"move", N_("Lists and texts")},
    {"queue", N_("Queue")},
    {"review", N_("Review")},
    {"outbox", N_("Outbox")},
    {"patients", N_("Patients")},
    {"editor", N_("Editor")},
    {"login", N_("Login")},
    {"pager", N_("Reading")},
    {"findings", N_("Findings")},
    {"reminders", N_("Reminders")},
    {"agenda", N_("Agenda")},
    {"replies", N_("Answers by mail")},
};

const char *
ui_request_context_word(UiContext context)
{
  return REQUEST_CONTEXTS[context].word;
}

const char *
ui_request_context_title(UiContext context)
{
  return _(REQUEST_CONTEXTS[context].title);
}

const char *
ui_request_need_words(UiNeed need)
{
  switch (need) {
  case UI_NEED_ROW:
    return _("Nothing is selected: the list is empty.");
  case UI_NEED_HELD:
    return _("You are only reading this item; it cannot be changed here now.");
  case UI_NEED_FINDING:
    return _("No finding is shown: n goes to the next one.");
  }
  return "";
}

/* key → request for each context, made once from the rows. */
static GHashTable *
request_map(UiContext context)
{
  static GHashTable *maps[UI_CONTEXT_N];
  static gsize made;
  if (g_once_init_enter(&made)) {
    for (guint i = 0; i < UI_CONTEXT_N; i++)
      maps[i] = g_hash_table_new(NULL, NULL);
    for (guint r = 0; r < UI_REQUEST_N; r++) {
      g_auto(GStrv) names = g_strsplit(REQUESTS[r].keys, " ", -1);
      for (char **name = names; *name != NULL; name++)
        g_hash_table_insert(maps[REQUESTS[r].context], GUINT_TO_POINTER(ui_key_parse(*name)),
                            GUINT_TO_POINTER(r + 1));
    }
    g_once_init_leave(&made, 1);
  }
  return maps[context];
}

static UiRequest
request_in(UiContext context, guint32 key)
{
  guint found = GPOINTER_TO_UINT(g_hash_table_lookup(request_map(context), GUINT_TO_POINTER(key)));
  return found > 0 ? (UiRequest)(found - 1) : UI_REQUEST_NONE;
}

UiRequest
ui_request_find(UiContext context, gboolean moves, guint32 key)
{
  UiRequest found = request_in(context, key);
  if (found == UI_REQUEST_NONE && moves)
    found = request_in(UI_CONTEXT_MOVE, key);
  return found == UI_REQUEST_NONE && context != UI_CONTEXT_EDITOR ? request_in(UI_CONTEXT_ANY, key)
                                                                  : found;
}

static void
request_hint(GString *line, guint cells, const UiRequestRow *row)
{
  g_autofree char *key = g_strndup(row->keys, strcspn(row->keys, " "));
  g_autofree char *word = g_strdup_printf("%s%s %s", line->len > 0 ? "  " : "", key, _(row->hint));
  if (base_text_width(line->str) + base_text_width(word) <= cells)
    g_string_append(line, word);
}

char *
ui_request_hints(UiContext context, gboolean moves, guint cells)
{
  GString *line = g_string_new(NULL);
  const UiContext order[] = {context, UI_CONTEXT_ANY, UI_CONTEXT_MOVE};
  for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
    if ((order[i] == UI_CONTEXT_MOVE && !moves) ||
        (order[i] == UI_CONTEXT_ANY && context == UI_CONTEXT_EDITOR))
      continue;
    for (guint r = 0; r < UI_REQUEST_N; r++)
      if (REQUESTS[r].context == order[i] && *REQUESTS[r].hint != '\0')
        request_hint(line, cells, &REQUESTS[r]);
  }
  return g_string_free(line, FALSE);
}
