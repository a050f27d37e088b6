/* Feeds bytes to the reader of .ics and expands what it finds.  `make fuzz-ics` runs it for as long
 * as one likes; without a fuzzer it replays tests/fuzz/corpus/ics, as TAP. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "guichet/base/clock.h"
#include "guichet/base/file.h"
#include "guichet/calendar/expander.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean
on_event(const CalendarEvent *event, gpointer data)
{
  calendar_expander_add(data, event);
  return TRUE;
}

/* Reads every field of every row, so that a bad pointer shows. */
static gsize
weigh(const CalendarOccurrence *rows, gsize n)
{
  gsize weight = 0;
  for (gsize i = 0; i < n; i++) {
    const CalendarDetail *d = rows[i].detail;
    weight += strlen(d->uid) + (d->summary != NULL ? strlen(d->summary) : 0);
    for (gsize k = 0; k < d->n_attendees; k++)
      weight += strlen(d->attendees[k].mail);
    for (gsize k = 0; d->categories != NULL && d->categories[k] != NULL; k++)
      weight += strlen(d->categories[k]);
    g_assert(g_utf8_validate(d->uid, -1, NULL));
    g_assert(d->summary == NULL || g_utf8_validate(d->summary, -1, NULL));
    g_assert(rows[i].end.instant >= rows[i].start.instant);
    g_assert(i == 0 || rows[i].start.instant >= rows[i - 1].start.instant);
  }
  return weight;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  /* 2026, and from time to time all of time */
  CalendarWindow window = {.from = 1767225600 * BASE_CLOCK_SECOND,
                           .to = 1798761600 * BASE_CLOCK_SECOND,
                           .overlap = size % 2 == 0};
  if (size % 7 == 0)
    window.from = -window.to;
  CalendarExpander *expander = calendar_expander_new(&window, NULL, NULL);
  CalendarReader *reader = calendar_reader_new(on_event, NULL, expander);
  do {
    gsize half = size / 3;
    if (calendar_reader_feed(reader, data, half, NULL))
      calendar_reader_feed(reader, data + half, size - half, NULL);
    calendar_reader_finish(reader, NULL);
  } while (calendar_expander_again(expander));
  gsize n = 0;
  const CalendarOccurrence *rows = calendar_expander_finish(expander, &n);
  volatile gsize weight = weigh(rows, n);
  (void)weight;
  calendar_expander_free(expander);
  calendar_reader_free(reader);
  return 0;
}

#ifndef FUZZING
int
main(void)
{
  const char *source = g_getenv("abs_top_srcdir");
  g_autofree char *folder =
      g_build_filename(source != NULL ? source : ".", "tests/fuzz/corpus/ics", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  guint n = 0;
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    gboolean good = base_file_read(path, 64 << 20, &bytes, &length, NULL);
    if (good)
      LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
    printf("%s %u - %s\n", good ? "ok" : "not ok", ++n, name);
  }
  if (n == 0)
    puts("not ok 1 - the corpus is empty");
  printf("1..%u\n", MAX(n, 1));
  return 0;
}
#endif
