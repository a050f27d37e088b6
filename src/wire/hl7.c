#include "wire/hl7.h"

#include <string.h>

#include "guichet/base/error.h"

enum { HL7_NAME = 3, HL7_DELIMITERS = 5 };

/* A piece of the text: segment, field, repetition … */
typedef struct {
  gsize start, end;
} Span;

struct WireHl7 {
  char *text;       /* all of it, as UTF-8 */
  GArray *segments; /* of Span */
  WireHl7Delimiters by;
};

void
wire_hl7_free(WireHl7 *message)
{
  if (message == NULL)
    return;
  g_free(message->text);
  g_array_unref(message->segments);
  g_free(message);
}

static gboolean
refuse(GError **error, const char *what)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA, what);
  return FALSE;
}

/* MSH, the separator, and up to five more: ^~\& and, since 2.7, #. */
static gboolean
delimiters_read(const char *bytes, gsize length, WireHl7Delimiters *ret, GError **error)
{
  char seen[HL7_DELIMITERS + 1] = {0};
  gsize n = 0;
  if (length < HL7_NAME + 2 || memcmp(bytes, "MSH", HL7_NAME) != 0)
    return refuse(error, "this is not an HL7 v2 message: it does not begin with MSH");
  seen[n++] = bytes[HL7_NAME];
  for (gsize at = HL7_NAME + 1; at < length; at++) {
    if (bytes[at] == seen[0] || bytes[at] == '\r' || bytes[at] == '\n')
      break;
    if (n == G_N_ELEMENTS(seen))
      return refuse(error, "the message's MSH-2 has more than five delimiters");
    seen[n++] = bytes[at];
  }
  if (n == 1) /* left out: the ones that everybody uses */
    memcpy(seen + n, "^~\\&", 4), n += 4;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_ispunct(seen[i]) || memchr(seen + i + 1, seen[i], n - i - 1) != NULL)
      return refuse(error, "the message's delimiters (MSH-1 and MSH-2) are not five different "
                           "signs");
  *ret = (WireHl7Delimiters){seen[0], seen[1], seen[2], seen[3], seen[4]};
  return TRUE;
}

/* The index-th part of [start, end) cut at `by`, from 0; nothing is cut at '\0'. */
static gboolean
span_part(const char *text, Span whole, char by, guint index, Span *ret)
{
  for (;;) {
    const char *cut = by == '\0' ? NULL : memchr(text + whole.start, by, whole.end - whole.start);
    if (index == 0 || cut == NULL) {
      if (index != 0)
        return FALSE;
      *ret = (Span){whole.start, cut == NULL ? whole.end : (gsize)(cut - text)};
      return TRUE;
    }
    whole.start = (gsize)(cut - text) + 1;
    index--;
  }
}

static Span
line_of(const char *text, gsize length, gsize start)
{
  Span line = {start, start};
  while (line.end < length && text[line.end] != '\r' && text[line.end] != '\n')
    line.end++;
  return line;
}

/* The word of MSH-18 in the bytes as they came; "" where there is none. */
static char *
charset_word(const char *bytes, gsize length, const WireHl7Delimiters *by)
{
  Span field, first;
  if (!span_part(bytes, line_of(bytes, length, 0), by->field, 17, &field) ||
      !span_part(bytes, field, by->repetition, 0, &first))
    return g_strdup("");
  return g_strndup(bytes + first.start, MIN(first.end - first.start, 64));
}

static gboolean
line_is_segment(const WireHl7 *message, Span line)
{
  const char *at = message->text + line.start;
  gsize length = line.end - line.start;
  return length >= HL7_NAME && g_ascii_isupper(at[0]) &&
         (g_ascii_isupper(at[1]) || g_ascii_isdigit(at[1])) &&
         (g_ascii_isupper(at[2]) || g_ascii_isdigit(at[2])) &&
         (length == HL7_NAME || at[HL7_NAME] == message->by.field);
}

/* `soft`: a lone LF stood before this line: it may be a line break that the sender did not escape.
 */
static gboolean
line_take(WireHl7 *message, Span line, gboolean soft, GError **error)
{
  GArray *segments = message->segments;
  if (line.start == line.end)
    return TRUE;
  if (line_is_segment(message, line)) {
    if (segments->len > 0 && strncmp(message->text + line.start, "MSH", HL7_NAME) == 0)
      return refuse(error, "what came holds more than one HL7 message; send them one by one");
    if (segments->len == WIRE_HL7_SEGMENTS)
      return refuse(error, "the message has more than 10000 segments");
    g_array_append_val(segments, line);
    return TRUE;
  }
  if (soft) {
    g_array_index(segments, Span, segments->len - 1).end = line.end;
    return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
              "what follows segment %u of the message has no segment's name", segments->len);
  return FALSE;
}

static gboolean
segments_read(WireHl7 *message, GError **error)
{
  gsize length = strlen(message->text);
  gboolean soft = FALSE;
  for (gsize at = 0; at < length;) {
    Span line = line_of(message->text, length, at);
    if (!line_take(message, line, soft && message->segments->len > 0, error))
      return FALSE;
    at = line.end;
    soft = message->text[at] == '\n';
    at += message->text[at] == '\r' && message->text[at + 1] == '\n' ? 2 : 1;
  }
  return TRUE;
}

gboolean
wire_hl7_read(const char *bytes, gsize length, WireHl7 **ret, GError **error)
{
  g_autoptr(WireHl7) message = g_new0(WireHl7, 1);
  message->segments = g_array_new(FALSE, FALSE, sizeof(Span));
  if (length > WIRE_HL7_CAP)
    return refuse(error, "the HL7 message is larger than 4 MiB");
  if (memchr(bytes, '\0', length) != NULL)
    return refuse(error, "the HL7 message has a NUL in it");
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
    bytes += 3, length -= 3;
  while (length > 0 && (*bytes == '\r' || *bytes == '\n'))
    bytes++, length--;
  if (!delimiters_read(bytes, length, &message->by, error))
    return FALSE;
  g_autofree char *word = charset_word(bytes, length, &message->by);
  if (!wire_hl7_charset_decode(word, bytes, length, &message->text, error) ||
      !segments_read(message, error))
    return FALSE;
  *ret = g_steal_pointer(&message);
  return TRUE;
}

guint
wire_hl7_segments(const WireHl7 *message)
{
  return message->segments->len;
}

static Span
segment_span(const WireHl7 *message, guint segment)
{
  return g_array_index(message->segments, Span, segment);
}

const char *
wire_hl7_name(const WireHl7 *message, guint segment)
{
  static const char none[] = "";
  if (segment >= message->segments->len)
    return none;
  return message->text + segment_span(message, segment).start;
}

gboolean
wire_hl7_find(const WireHl7 *message, const char *name, guint from, guint *ret_segment)
{
  for (guint i = from; i < message->segments->len; i++)
    if (strncmp(wire_hl7_name(message, i), name, HL7_NAME) == 0) {
      *ret_segment = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
field_span(const WireHl7 *message, guint segment, guint field, Span *ret)
{
  if (segment >= message->segments->len || field == 0)
    return FALSE;
  /* MSH-1 is the separator itself, so MSH counts one less */
  guint part = segment == 0 ? field - 1 : field;
  return part > 0 &&
         span_part(message->text, segment_span(message, segment), message->by.field, part, ret);
}

guint
wire_hl7_repetitions(const WireHl7 *message, guint segment, guint field)
{
  Span whole;
  guint n = 1;
  if (!field_span(message, segment, field, &whole) || whole.start == whole.end)
    return 0;
  for (gsize i = whole.start; i < whole.end; i++)
    n += message->by.repetition != '\0' && message->text[i] == message->by.repetition;
  return n;
}

/* MSH-1 and MSH-2 are what they are: nothing in them is cut or escaped. */
static char *
delimiter_text(const WireHl7 *message, guint field)
{
  const WireHl7Delimiters *by = &message->by;
  const char others[] = {by->component, by->repetition, by->escape, by->subcomponent, '\0'};
  return field == 1 ? g_strndup(&by->field, 1) : g_strdup(others);
}

char *
wire_hl7_text(const WireHl7 *message, guint segment, WireHl7Place place)
{
  Span at;
  if (segment == 0 && (place.field == 1 || place.field == 2))
    return delimiter_text(message, place.field);
  if (!field_span(message, segment, place.field, &at) ||
      !span_part(message->text, at, message->by.repetition,
                 place.repetition > 0 ? place.repetition - 1 : 0, &at) ||
      (place.component > 0 &&
       !span_part(message->text, at, message->by.component, place.component - 1, &at)) ||
      (place.subcomponent > 0 &&
       !span_part(message->text, at, message->by.subcomponent, place.subcomponent - 1, &at)) ||
      at.start == at.end)
    return NULL;
  gsize length = at.end - at.start;
  if (length == 2 && memcmp(message->text + at.start, "\"\"", 2) == 0)
    return g_strdup("");
  return wire_hl7_escape_undo(message->text + at.start, length, &message->by);
}
