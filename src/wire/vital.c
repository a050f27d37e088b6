#include "wire/vital.h"

#include <string.h>

static const char *
text_of(const json_t *field, const char *key)
{
  const char *text = json_string_value(json_object_get(field, key));
  return text != NULL && *text != '\0' ? text : NULL;
}

/* "38,5" is 38.5: one comma, no point. */
static gboolean
number_read(const char *text, const char **ret_end, double *ret)
{
  char room[32];
  char *end = NULL;
  gsize n = strspn(text, "0123456789.,");
  if (n == 0 || n >= sizeof room || !g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[n - 1]))
    return FALSE;
  memcpy(room, text, n);
  room[n] = '\0';
  char *comma = strchr(room, ',');
  if (comma != NULL)
    *comma = '.';
  *ret = g_ascii_strtod(room, &end);
  *ret_end = text + n;
  return *end == '\0';
}

static void
vital_number(WireVital *vital, double value)
{
  vital->is_number = TRUE;
  vital->value = value;
  g_ascii_formatd(vital->text, sizeof vital->text, "%.10g", value);
}

/* Systolic and diastolic. */
static guint
vital_split(const WireCodes *codes, const WireVital *whole, double first, double second,
            WireVital ret[2])
{
  static const char *const parts[] = {"systolic blood pressure", "diastolic blood pressure"};
  const double values[] = {first, second};
  for (guint i = 0; i < 2; i++) {
    ret[i] = *whole;
    ret[i].code = wire_code_find(codes, WIRE_CODE_VITAL, parts[i]);
    ret[i].name = parts[i];
    vital_number(&ret[i], values[i]);
  }
  return 2;
}

guint
wire_vital_read(const WireCodes *codes, const json_t *field, WireVital ret[2])
{
  const json_t *number = json_object_get(field, "value");
  const char *text = text_of(field, "value"), *end = NULL, *rest = NULL;
  WireVital whole = {.name = text_of(field, "name"), .unit = text_of(field, "unit")};
  double first = 0, second = 0;
  if (whole.name == NULL || (text == NULL && !json_is_number(number)))
    return 0;
  whole.code = wire_code_find(codes, WIRE_CODE_VITAL, whole.name);
  const WireCode *unit = wire_code_find(codes, WIRE_CODE_UNIT, whole.unit);
  if (unit != NULL)
    whole.ucum = unit->code;
  else if (whole.unit == NULL && whole.code != NULL && *whole.code->unit != '\0')
    whole.ucum = whole.code->unit;
  if (json_is_number(number)) {
    vital_number(&whole, json_number_value(number));
  } else if (number_read(text, &end, &first) && *end == '\0') {
    vital_number(&whole, first);
  } else if (end != NULL && *end == '/' && number_read(end + 1, &rest, &second) && *rest == '\0' &&
             whole.code != NULL && strcmp(whole.code->code, "85354-9") == 0) {
    return vital_split(codes, &whole, first, second, ret);
  } else {
    g_strlcpy(whole.text, text, sizeof whole.text);
    const char *bad = NULL;
    if (!g_utf8_validate(whole.text, -1, &bad))
      whole.text[bad - whole.text] = '\0';
  }
  ret[0] = whole;
  return 1;
}
