/* See calendar/arena.h. */
#include "calendar/arena.h"

#include <string.h>

enum { BLOCK = 1 << 16, RECENT = 4096 };

struct CalendarArena {
  GPtrArray *blocks;
  char *at;
  gsize left;
  const char *recent[RECENT]; /* texts put here lately: places and people come again and again */
};

CalendarArena *
calendar_arena_new(void)
{
  CalendarArena *arena = g_new0(CalendarArena, 1);
  arena->blocks = g_ptr_array_new_with_free_func(g_free);
  return arena;
}

void
calendar_arena_free(CalendarArena *arena)
{
  if (arena == NULL)
    return;
  g_ptr_array_unref(arena->blocks);
  g_free(arena);
}

void *
calendar_arena_take(CalendarArena *arena, gsize size)
{
  size = (size + 7) & ~(gsize)7;
  if (size > BLOCK / 4) { /* a giant gets a block of its own */
    void *alone = g_malloc(size);
    g_ptr_array_add(arena->blocks, alone);
    return alone;
  }
  if (size > arena->left) {
    arena->at = g_malloc(BLOCK);
    arena->left = BLOCK;
    g_ptr_array_add(arena->blocks, arena->at);
  }
  void *taken = arena->at;
  arena->at += size;
  arena->left -= size;
  return taken;
}

const char *
calendar_arena_text(CalendarArena *arena, const char *text)
{
  if (text == NULL)
    return NULL;
  const char **recent = &arena->recent[g_str_hash(text) % RECENT];
  if (*recent != NULL && strcmp(*recent, text) == 0)
    return *recent;
  gsize size = strlen(text) + 1;
  return *recent = memcpy(calendar_arena_take(arena, size), text, size);
}

static const char *const *
copy_categories(CalendarArena *arena, const char *const *list)
{
  gsize n = 0;
  while (list != NULL && list[n] != NULL)
    n++;
  if (n == 0)
    return NULL;
  const char **copy = calendar_arena_take(arena, (n + 1) * sizeof *copy);
  for (gsize i = 0; i < n; i++)
    copy[i] = calendar_arena_text(arena, list[i]);
  copy[n] = NULL;
  return copy;
}

const CalendarDetail *
calendar_arena_detail(CalendarArena *arena, const CalendarDetail *detail)
{
  CalendarDetail *d = calendar_arena_take(arena, sizeof *d);
  *d = *detail;
  d->description = NULL;
  const char **texts[] = {&d->uid,        &d->summary, &d->location,   &d->organizer,
                          &d->patient_id, &d->url,     &d->conference, &d->color};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i] = calendar_arena_text(arena, *texts[i]);
  d->categories = copy_categories(arena, detail->categories);
  CalendarAttendee *attendees =
      calendar_arena_take(arena, MAX(detail->n_attendees, 1) * sizeof *attendees);
  for (gsize i = 0; i < detail->n_attendees; i++) {
    attendees[i].mail = calendar_arena_text(arena, detail->attendees[i].mail);
    attendees[i].name = calendar_arena_text(arena, detail->attendees[i].name);
    attendees[i].partstat = calendar_arena_text(arena, detail->attendees[i].partstat);
  }
  d->attendees = attendees;
  return d;
}
