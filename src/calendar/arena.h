/* Memory that is given back all at once. */
#ifndef GUICHET_SRC_CALENDAR_ARENA_H
#define GUICHET_SRC_CALENDAR_ARENA_H

#include "guichet/calendar/event.h"

typedef struct CalendarArena CalendarArena;

CalendarArena *calendar_arena_new(void);
void calendar_arena_free(CalendarArena *arena);
void *calendar_arena_take(CalendarArena *arena, gsize size);
const char *calendar_arena_text(CalendarArena *arena, const char *text); /* NULL stays NULL */

/* All of it but the description, which no list of occurrences needs. */
const CalendarDetail *calendar_arena_detail(CalendarArena *arena, const CalendarDetail *detail);

#endif
