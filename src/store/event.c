#include "guichet/base/i18n.h"
#include "guichet/store/tx.h"

static const struct {
  const char *word, *help;
} EVENTS[] = {
#define EVENT(id, word, help) {word, help},
#include "store/event.def"
#undef EVENT
};

const char *
store_event_word(StoreEventKind kind)
{
  return (guint)kind < STORE_EVENT_N ? EVENTS[kind].word : "";
}

const char *
store_event_help(StoreEventKind kind)
{
  return (guint)kind < STORE_EVENT_N ? _(EVENTS[kind].help) : "";
}
