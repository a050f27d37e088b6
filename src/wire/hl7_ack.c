#include "guichet/wire/hl7_ack.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "wire/hl7.h"
#include "wire/said.h"

#define ACK_WORDS 300u

static const struct {
  const char *word, *meaning;
} CODES[WIRE_HL7_ACK_N] = {
    {"AA", N_("The receiver has filed it (AA).")},
    {"AE", N_("The receiver could not file it and says it is in error (AE).")},
    {"AR", N_("The receiver refused it (AR).")},
    {"CA", N_("The receiver has taken it in (CA).")},
    {"CE", N_("The receiver could not take it in and says it is in error (CE).")},
    {"CR", N_("The receiver refused to take it in (CR).")},
};

void
wire_hl7_ack_free(WireHl7Ack *ack)
{
  if (ack == NULL)
    return;
  g_free(ack->control);
  g_free(ack->words);
  g_free(ack);
}

const char *
wire_hl7_ack_word(WireHl7AckCode code)
{
  return CODES[code].word;
}

const char *
wire_hl7_ack_meaning(WireHl7AckCode code)
{
  return CODES[code].meaning;
}

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_PROTOCOL, "the HL7 receiver's answer %s", why);
  return FALSE;
}

static void
words_add(GString *words, const WireHl7 *message, guint segment, guint field, guint component)
{
  g_autofree char *text =
      wire_hl7_text(message, segment, (WireHl7Place){.field = field, .component = component});
  if (text == NULL || *text == '\0' || strstr(words->str, text) != NULL)
    return;
  g_string_append_printf(words, "%s%s", words->len > 0 ? "; " : "", text);
}

/* MSA-3, and of each ERR what is meant for people: ERR-8, ERR-7, the text of ERR-3, of ERR-5. */
static char *
words_of(const WireHl7 *message, guint msa)
{
  static const struct {
    guint field, component;
  } said[] = {{8, 0}, {7, 0}, {3, 2}, {5, 2}};
  g_autoptr(GString) words = g_string_new(NULL);
  words_add(words, message, msa, 3, 0);
  for (guint at = 0; wire_hl7_find(message, "ERR", at, &at) && words->len < ACK_WORDS * 4; at++)
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++)
      words_add(words, message, at, said[i].field, said[i].component);
  return wire_said_plain(words->str, ACK_WORDS);
}

static gboolean
code_parse(const char *word, WireHl7AckCode *ret)
{
  for (guint i = 0; word != NULL && i < WIRE_HL7_ACK_N; i++)
    if (g_ascii_strcasecmp(word, CODES[i].word) == 0) {
      *ret = (WireHl7AckCode)i;
      return TRUE;
    }
  return FALSE;
}

gboolean
wire_hl7_ack_read(const char *bytes, gsize length, WireHl7Ack **ret, GError **error)
{
  g_autoptr(WireHl7) message = NULL;
  guint msa = 0;
  WireHl7AckCode code;
  if (!wire_hl7_read(bytes, length, &message, NULL))
    return refuse(error, "is not an HL7 v2 message");
  if (!wire_hl7_find(message, "MSA", 0, &msa))
    return refuse(error, "is no acknowledgement (it has no MSA)");
  g_autofree char *word = wire_hl7_text(message, msa, (WireHl7Place){.field = 1});
  g_autofree char *control = wire_hl7_text(message, msa, (WireHl7Place){.field = 2});
  if (!code_parse(word, &code))
    return refuse(error, "has no code that is known (MSA-1)");
  if (control == NULL || *control == '\0')
    return refuse(error, "does not say which message it answers (MSA-2)");
  WireHl7Ack *ack = g_new0(WireHl7Ack, 1);
  ack->code = code;
  ack->control = g_steal_pointer(&control);
  ack->words = words_of(message, msa);
  *ret = ack;
  return TRUE;
}

/* AL always, ER on an error, SU on success, NE never. */
static gboolean
condition_holds(const char *condition, gboolean good)
{
  if (g_strcmp0(condition, "AL") == 0)
    return TRUE;
  return g_strcmp0(condition, good ? "SU" : "ER") == 0;
}

guint
wire_hl7_ack_wanted(const WireHl7 *message, gboolean good, gboolean refused, WireHl7AckCode ret[2])
{
  static const WireHl7AckCode accept[] = {WIRE_HL7_CA, WIRE_HL7_CE, WIRE_HL7_CR};
  static const WireHl7AckCode apply[] = {WIRE_HL7_AA, WIRE_HL7_AE, WIRE_HL7_AR};
  g_autofree char *first = wire_hl7_text(message, 0, (WireHl7Place){.field = 15});
  g_autofree char *second = wire_hl7_text(message, 0, (WireHl7Place){.field = 16});
  guint which = good ? 0 : refused ? 2 : 1, n = 0;
  if (first == NULL && second == NULL) {
    ret[n++] = apply[which];
    return n;
  }
  if (condition_holds(first, good))
    ret[n++] = accept[which];
  /* what was not taken in is not filed either, and one answer says so */
  if (condition_holds(second, good) && (good || n == 0))
    ret[n++] = apply[which];
  return n;
}

static void
ack_put(WireHl7Writer *writer, guint field, guint component, const char *text)
{
  wire_hl7_writer_set(writer, (WireHl7Place){.field = field, .component = component}, text);
}

/* A party of the message (application or facility) at another place. */
static void
ack_turn(WireHl7Writer *writer, const WireHl7 *message, guint from, guint to)
{
  for (guint component = 1; component <= 3; component++)
    for (guint part = 1; part <= 3; part++) {
      g_autofree char *text = wire_hl7_text(message, 0, (WireHl7Place){from, 1, component, part});
      wire_hl7_writer_set(writer, (WireHl7Place){to, 1, component, part}, text);
    }
}

static void
ack_head(WireHl7Writer *writer, const WireHl7 *message, const char *control, gint64 at)
{
  g_autofree char *event = wire_hl7_text(message, 0, (WireHl7Place){.field = 9, .component = 2});
  g_autofree char *processing =
      wire_hl7_text(message, 0, (WireHl7Place){.field = 11, .component = 1});
  g_autofree char *version = wire_hl7_text(message, 0, (WireHl7Place){.field = 12, .component = 1});
  wire_hl7_writer_segment(writer, "MSH");
  ack_turn(writer, message, 5, 3);
  ack_turn(writer, message, 6, 4);
  ack_turn(writer, message, 3, 5);
  ack_turn(writer, message, 4, 6);
  wire_hl7_writer_time(writer, (WireHl7Place){.field = 7}, at);
  ack_put(writer, 9, 1, "ACK");
  ack_put(writer, 9, 2, event);
  ack_put(writer, 9, 3, event != NULL ? "ACK" : NULL);
  ack_put(writer, 10, 0, control);
  ack_put(writer, 11, 0, processing != NULL ? processing : "P");
  ack_put(writer, 12, 0, version != NULL ? version : "2.5");
}

gboolean
wire_hl7_ack_make(const WireHl7 *message, WireHl7AckCode code, const char *control, gint64 at,
                  const char *words, GBytes **ret, GError **error)
{
  g_autoptr(WireHl7Writer) writer = wire_hl7_writer_new(WIRE_HL7_UTF8);
  g_autofree char *theirs = wire_hl7_text(message, 0, (WireHl7Place){.field = 10});
  ack_head(writer, message, control, at);
  wire_hl7_writer_segment(writer, "MSA");
  ack_put(writer, 1, 0, CODES[code].word);
  ack_put(writer, 2, 0, theirs);
  ack_put(writer, 3, 0, words);
  return wire_hl7_writer_end(writer, ret, error);
}

gboolean
wire_hl7_ack_reject(const char *control, gint64 at, const char *words, GBytes **ret, GError **error)
{
  g_autoptr(WireHl7Writer) writer = wire_hl7_writer_new(WIRE_HL7_UTF8);
  wire_hl7_writer_segment(writer, "MSH");
  wire_hl7_writer_time(writer, (WireHl7Place){.field = 7}, at);
  ack_put(writer, 9, 1, "ACK");
  ack_put(writer, 10, 0, control);
  ack_put(writer, 11, 0, "P");
  ack_put(writer, 12, 0, "2.5");
  wire_hl7_writer_segment(writer, "MSA");
  ack_put(writer, 1, 0, CODES[WIRE_HL7_AR].word);
  ack_put(writer, 3, 0, words);
  return wire_hl7_writer_end(writer, ret, error);
}
