#include <string.h>

#include "guichet/base/error.h"
#include "wire/hl7.h"

#define WRITER_CHARSET_FIELD 18u

typedef struct {
  char segment[4];
  guint field, most;
} Limit;

struct WireHl7Writer {
  WireHl7Charset charset;
  GString *bytes;
  char segment[4];   /* "" before the first */
  guint number;      /* of segments */
  WireHl7Place last; /* where the last text stands */
  GArray *limits;    /* of Limit */
  GError *error;     /* the first thing that went wrong */
};

WireHl7Writer *
wire_hl7_writer_new(WireHl7Charset charset)
{
  WireHl7Writer *writer = g_new0(WireHl7Writer, 1);
  writer->charset = charset;
  writer->bytes = g_string_new(NULL);
  writer->limits = g_array_new(FALSE, FALSE, sizeof(Limit));
  return writer;
}

void
wire_hl7_writer_free(WireHl7Writer *writer)
{
  if (writer == NULL)
    return;
  g_string_free(writer->bytes, TRUE);
  g_array_unref(writer->limits);
  g_clear_error(&writer->error);
  g_free(writer);
}

static gboolean
writer_is_head(const WireHl7Writer *writer)
{
  return strcmp(writer->segment, "MSH") == 0;
}

static void
writer_fail(WireHl7Writer *writer, WireHl7Place at, const char *why)
{
  if (writer->error == NULL)
    writer->error = g_error_new(BASE_ERROR, BASE_ERROR_DATA,
                                "the HL7 message was not made: %s-%u (segment %u) %s",
                                writer->segment, at.field, writer->number, why);
}

static WireHl7Place
place_full(WireHl7Place at)
{
  return (WireHl7Place){at.field, MAX(at.repetition, 1), MAX(at.component, 1),
                        MAX(at.subcomponent, 1)};
}

static void
append_times(GString *into, char c, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    g_string_append_c(into, c);
}

/* Goes on from the last place; FALSE where this one does not come after it. */
static gboolean
writer_advance(WireHl7Writer *writer, WireHl7Place at)
{
  WireHl7Place last = writer->last;
  const WireHl7Place first = {at.field, 1, 1, 1};
  if (at.field < last.field)
    return FALSE;
  append_times(writer->bytes, '|', last.field, at.field);
  if (at.field > last.field)
    last = first;
  else if (at.repetition < last.repetition ||
           (at.repetition == last.repetition &&
            (at.component < last.component ||
             (at.component == last.component && at.subcomponent <= last.subcomponent))))
    return FALSE;
  append_times(writer->bytes, '~', last.repetition, at.repetition);
  if (at.repetition > last.repetition)
    last.component = last.subcomponent = 1;
  append_times(writer->bytes, '^', last.component, at.component);
  if (at.component > last.component)
    last.subcomponent = 1;
  append_times(writer->bytes, '&', last.subcomponent, at.subcomponent);
  writer->last = at;
  return TRUE;
}

void
wire_hl7_writer_limit(WireHl7Writer *writer, const char *segment, guint field, guint most)
{
  Limit limit = {.field = field, .most = most};
  g_strlcpy(limit.segment, segment, sizeof limit.segment);
  g_array_append_val(writer->limits, limit);
}

static gboolean
writer_fits(const WireHl7Writer *writer, guint field, const char *text)
{
  for (guint i = 0; i < writer->limits->len; i++) {
    const Limit *limit = &g_array_index(writer->limits, Limit, i);
    if (limit->field == field && strcmp(limit->segment, writer->segment) == 0 &&
        g_utf8_strlen(text, -1) > (glong)limit->most)
      return FALSE;
  }
  return TRUE;
}

static void
writer_put(WireHl7Writer *writer, WireHl7Place place, const char *text)
{
  WireHl7Place at = place_full(place);
  if (strcmp(text, "\"\"") == 0) /* the sign for "delete what you have" */
    text = "\" \"";
  g_autoptr(GString) escaped = g_string_new(NULL);
  if (writer->segment[0] == '\0' || place.field == 0 || !writer_advance(writer, at))
    writer_fail(writer, at, "was written out of its order");
  else if (!g_utf8_validate(text, -1, NULL) || !wire_hl7_escape_make(text, escaped))
    writer_fail(writer, at, "has a control character, or is not UTF-8");
  else if (!writer_fits(writer, at.field, text))
    writer_fail(writer, at, "is longer than the receiver takes; shorten it, or change the lengths");
  else if (!wire_hl7_charset_encode(writer->charset, escaped->str, writer->bytes))
    writer_fail(writer, at,
                "has a letter that 8859/1 cannot carry; set the channel to UNICODE UTF-8");
}

static void
writer_declare(WireHl7Writer *writer)
{
  if (writer_is_head(writer) && writer->last.field < WRITER_CHARSET_FIELD)
    writer_put(writer, (WireHl7Place){.field = WRITER_CHARSET_FIELD},
               wire_hl7_charset_word(writer->charset));
}

void
wire_hl7_writer_segment(WireHl7Writer *writer, const char *name)
{
  gboolean first = writer->number == 0;
  writer_declare(writer);
  if (!first)
    g_string_append_c(writer->bytes, '\r');
  g_strlcpy(writer->segment, name, sizeof writer->segment);
  writer->number++;
  writer->last = (WireHl7Place){0, 1, 1, 1};
  if (strlen(name) != 3 || first != writer_is_head(writer))
    writer_fail(writer, writer->last, "is not where this segment may stand");
  g_string_append(writer->bytes, first ? "MSH|^~\\&" : name);
  if (first)
    writer->last.field = 2;
}

void
wire_hl7_writer_set(WireHl7Writer *writer, WireHl7Place place, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  if (place.field >= WRITER_CHARSET_FIELD)
    writer_declare(writer);
  writer_put(writer, place, text);
}

void
wire_hl7_writer_printf(WireHl7Writer *writer, WireHl7Place place, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  wire_hl7_writer_set(writer, place, text);
}

void
wire_hl7_writer_time(WireHl7Writer *writer, WireHl7Place place, gint64 at)
{
  g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(at / G_USEC_PER_SEC);
  g_autofree char *text = when == NULL ? NULL : g_date_time_format(when, "%Y%m%d%H%M%S+0000");
  wire_hl7_writer_set(writer, place, text);
}

gboolean
wire_hl7_writer_end(WireHl7Writer *writer, GBytes **ret, GError **error)
{
  writer_declare(writer);
  g_string_append_c(writer->bytes, '\r');
  if (writer->number == 0)
    writer_fail(writer, writer->last, "is missing");
  if (writer->error == NULL && writer->bytes->len > WIRE_HL7_CAP)
    writer_fail(writer, writer->last, "makes it larger than 4 MiB");
  if (writer->error != NULL) {
    g_propagate_error(error, g_steal_pointer(&writer->error));
    return FALSE;
  }
  *ret = g_bytes_new(writer->bytes->str, writer->bytes->len);
  return TRUE;
}
