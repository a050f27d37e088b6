/* See calendar/property.h. */
#include "calendar/property.h"

#include <string.h>

typedef struct {
  const char *name;
  gsize length;
  CalendarPropertyKind kind;
} Known;

#define KNOWN(name, kind)                                                                          \
  {                                                                                                \
    name, sizeof name - 1, CALENDAR_PROPERTY_##kind                                                \
  }

static const Known KNOWN_NAMES[] = {
    KNOWN("ATTENDEE", ATTENDEE),
    KNOWN("BEGIN", BEGIN),
    KNOWN("CATEGORIES", CATEGORIES),
    KNOWN("COLOR", COLOR),
    KNOWN("CONFERENCE", CONFERENCE),
    KNOWN("DESCRIPTION", DESCRIPTION),
    KNOWN("DTEND", DTEND),
    KNOWN("DTSTAMP", DTSTAMP),
    KNOWN("DTSTART", DTSTART),
    KNOWN("DURATION", DURATION),
    KNOWN("END", END),
    KNOWN("EXDATE", EXDATE),
    KNOWN("EXRULE", EXRULE),
    KNOWN("LAST-MODIFIED", LAST_MODIFIED),
    KNOWN("LOCATION", LOCATION),
    KNOWN("METHOD", METHOD),
    KNOWN("NAME", NAME),
    KNOWN("ORGANIZER", ORGANIZER),
    KNOWN("RDATE", RDATE),
    KNOWN("RECURRENCE-ID", RECURRENCE_ID),
    KNOWN("RRULE", RRULE),
    KNOWN("SEQUENCE", SEQUENCE),
    KNOWN("STATUS", STATUS),
    KNOWN("SUMMARY", SUMMARY),
    KNOWN("TZID", TZID),
    KNOWN("TZOFFSETFROM", TZOFFSETFROM),
    KNOWN("TZOFFSETTO", TZOFFSETTO),
    KNOWN("UID", UID),
    KNOWN("URL", URL),
    KNOWN("X-GUICHET-PATIENT-ID", PATIENT_ID),
    KNOWN("X-PATIENT-ID", PATIENT_ID),
    KNOWN("X-WR-CALNAME", NAME),
    KNOWN("X-WR-TIMEZONE", ZONE_NAME),
};

CalendarPropertyKind
calendar_property_kind(const char *line, gsize length)
{
  char first = g_ascii_toupper(line[0]);
  for (gsize i = 0; i < G_N_ELEMENTS(KNOWN_NAMES); i++) {
    const Known *k = &KNOWN_NAMES[i];
    if (k->name[0] == first && length > k->length &&
        (line[k->length] == ':' || line[k->length] == ';') &&
        g_ascii_strncasecmp(line, k->name, k->length) == 0)
      return k->kind;
  }
  return CALENDAR_PROPERTY_OTHER;
}

/* RFC 6868: ^n ^^ ^' in a parameter, in place. */
static void
undo_carets(char *text)
{
  char *to = text;
  for (const char *p = text; *p != '\0'; p++) {
    char next = p[0] == '^' ? p[1] : '\0';
    if (next == 'n' || next == '^' || next == '\'') {
      *to++ = next == 'n' ? '\n' : next == '^' ? '^' : '"';
      p++;
    } else {
      *to++ = *p;
    }
  }
  *to = '\0';
}

/* Reads one parameter's value from p, quotes off, and ends it; answers what follows. */
static char *
read_parameter(char *p, char **ret_value, char *ret_stop)
{
  char *to = p;
  gboolean quoted = FALSE;
  *ret_value = p;
  for (; *p != '\0' && (quoted || (*p != ';' && *p != ':')); p++) {
    if (*p == '"')
      quoted = !quoted;
    else
      *to++ = *p;
  }
  *ret_stop = *p;
  char *rest = *p != '\0' ? p + 1 : p;
  *to = '\0';
  return rest;
}

gboolean
calendar_property_split(char *line, CalendarProperty *ret)
{
  static const char *const NAMES[] = {"TZID", "CN", "PARTSTAT", "RANGE"};
  char *p = line + strcspn(line, ";:"), stop = *p;
  *ret = (CalendarProperty){.kind = calendar_property_kind(line, strlen(line)), .name = line};
  if (stop == '\0' || p == line)
    return FALSE;
  *p++ = '\0';
  while (stop == ';') {
    char *name = p, *value;
    p += strcspn(p, "=;:");
    if (*p != '=') /* no value: passed over */
      p = read_parameter(p, &value, &stop);
    else {
      *p++ = '\0';
      p = read_parameter(p, &value, &stop);
      const char **slots[] = {&ret->tzid, &ret->cn, &ret->partstat, &ret->range};
      for (gsize i = 0; i < G_N_ELEMENTS(NAMES); i++)
        if (g_ascii_strcasecmp(name, NAMES[i]) == 0) {
          undo_carets(value);
          *slots[i] = value;
        }
    }
  }
  ret->value = p;
  return stop == ':';
}

char *
calendar_property_text(char *value)
{
  char *to = strchr(value, '\\');
  if (to == NULL)
    return value;
  for (const char *p = to; *p != '\0'; p++) {
    if (*p == '\\' && p[1] != '\0') {
      p++;
      *to++ = *p == 'n' || *p == 'N' ? '\n' : *p;
    } else {
      *to++ = *p;
    }
  }
  *to = '\0';
  return value;
}

char *
calendar_property_next(char **rest, char separator)
{
  char *from = *rest, *p = from;
  if (from == NULL)
    return NULL;
  for (; *p != '\0' && *p != separator; p++)
    if (*p == '\\' && p[1] != '\0')
      p++;
  *rest = *p != '\0' ? p + 1 : NULL;
  *p = '\0';
  return from;
}
