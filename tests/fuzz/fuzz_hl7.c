/* HL7 v2: what comes over the line is read, answered and written again. */
#include <stdint.h>
#include <string.h>

#include "guichet/wire/hl7_ack.h"
#include "guichet/wire/hl7_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every text that is read is UTF-8, and comes back from a message of ours as it went in. */
static void
travel(const char *text)
{
  g_autoptr(WireHl7Writer) writer = wire_hl7_writer_new(WIRE_HL7_UTF8);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(WireHl7) back = NULL;
  gsize n = 0;
  g_assert(g_utf8_validate(text, -1, NULL));
  wire_hl7_writer_segment(writer, "MSH");
  wire_hl7_writer_segment(writer, "ZZZ");
  wire_hl7_writer_set(writer, (WireHl7Place){2, 2, 2, 2}, text);
  if (*text == '\0' || !wire_hl7_writer_end(writer, &bytes, NULL))
    return;
  const char *p = g_bytes_get_data(bytes, &n);
  g_assert(wire_hl7_read(p, n, &back, NULL));
  g_autofree char *again = wire_hl7_text(back, 1, (WireHl7Place){2, 2, 2, 2});
  if (strchr(text, '\r') == NULL && strcmp(text, "\"\"") != 0)
    g_assert_cmpstr(again, ==, text);
}

static void
look(const WireHl7 *message)
{
  guint segments = MIN(wire_hl7_segments(message), 50);
  for (guint s = 0; s < segments; s++)
    for (guint f = 1; f < 20; f++) {
      guint n = MIN(wire_hl7_repetitions(message, s, f), 3);
      g_autofree char *whole = wire_hl7_text(message, s, (WireHl7Place){.field = f});
      if (whole != NULL)
        travel(whole);
      for (guint r = 1; r <= n; r++) {
        g_autofree char *part = wire_hl7_text(message, s, (WireHl7Place){f, r, 2, 1});
        if (part != NULL)
          travel(part);
      }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(WireHl7) message = NULL;
  g_autoptr(WireHl7Event) event = NULL;
  g_autoptr(WireHl7Ack) ack = NULL;
  g_autoptr(GBytes) answer = NULL;
  const char *bytes = (const char *)data;
  if (wire_hl7_ack_read(bytes, size, &ack, NULL))
    g_assert(*ack->control != '\0' && g_utf8_strlen(ack->words, -1) <= 300);
  if (!wire_hl7_read(bytes, size, &message, NULL))
    return 0;
  look(message);
  wire_hl7_event_read(message, NULL, &event, NULL);
  if (wire_hl7_ack_make(message, WIRE_HL7_AA, "1", 0, "filed", &answer, NULL)) {
    g_autoptr(WireHl7) back = NULL;
    gsize n = 0;
    const char *p = g_bytes_get_data(answer, &n);
    g_assert(wire_hl7_read(p, n, &back, NULL));
  }
  return 0;
}
