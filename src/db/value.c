#include "db/value.h"

DbValue
db_value_null(void)
{
  return (DbValue){.kind = DB_VALUE_NULL};
}

DbValue
db_value_int(gint64 number)
{
  return (DbValue){.kind = DB_VALUE_INT, .number = number};
}

DbValue
db_value_tag(const guint8 tag[16])
{
  return (DbValue){.kind = DB_VALUE_TAG, .bytes = tag, .length = DB_VALUE_TAG_BYTES};
}

DbValue
db_value_sealed(GBytes *box)
{
  if (box == NULL)
    return db_value_null();
  DbValue value = {.kind = DB_VALUE_SEALED};
  value.bytes = g_bytes_get_data(box, &value.length);
  return value;
}

DbValue
db_value_hash(const guint8 hash[32])
{
  return (DbValue){.kind = DB_VALUE_HASH, .bytes = hash, .length = DB_VALUE_HASH_BYTES};
}

const char *
db_value_misfit(const DbValue *value, char letter)
{
  if (value->kind == DB_VALUE_NULL)
    return g_ascii_isupper(letter) ? NULL : "it may not be NULL";
  switch (g_ascii_tolower(letter)) {
  case 'i':
    return value->kind == DB_VALUE_INT ? NULL : "it takes an integer";
  case 't':
    return value->kind == DB_VALUE_TAG && value->bytes != NULL ? NULL : "it takes a look-up tag";
  case 'h':
    return value->kind == DB_VALUE_HASH && value->bytes != NULL ? NULL : "it takes a hash";
  case 's':
    if (value->kind != DB_VALUE_SEALED)
      return "it takes a sealed box";
    return value->length >= DB_VALUE_SEALED_LEAST && value->bytes[0] == DB_VALUE_SEALED_VERSION
               ? NULL
               : "what it was given is not a sealed box";
  default:
    return "its letter is unknown";
  }
}
