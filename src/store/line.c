#include "store/line.h"

VaultPlace
store_line_place(gint64 seq)
{
  return (VaultPlace){.table = "audit", .column = "detail", .id = seq, .version = 1};
}

static void
add_number(GByteArray *bytes, guint64 number)
{
  guint64 big = GUINT64_TO_BE(number);
  g_byte_array_append(bytes, (const guint8 *)&big, sizeof big);
}

static void
add_column(GByteArray *bytes, gint64 number)
{
  add_number(bytes, sizeof number);
  add_number(bytes, (guint64)number);
}

void
store_line_link(const VaultKey *chain, const DbAudit *line, VaultHash *last)
{
  g_autoptr(GByteArray) bytes = g_byte_array_sized_new(256);
  add_column(bytes, line->seq);
  add_column(bytes, line->at);
  add_column(bytes, line->actor);
  add_column(bytes, line->action);
  add_column(bytes, line->subject);
  add_column(bytes, line->patient);
  if (line->detail == NULL) {
    add_number(bytes, G_MAXUINT64); /* no detail is not the same as an empty one */
  } else {
    gsize length = 0;
    const guint8 *detail = g_bytes_get_data(line->detail, &length);
    add_number(bytes, length);
    g_byte_array_append(bytes, detail, (guint)length);
  }
  VaultHash next;
  vault_chain_link(chain, last, bytes->data, bytes->len, &next);
  *last = next;
}
