#include "guichet/wire/smime.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

enum { SMIME_BASE64_LINE = 76 };

/* Others see these, as they stand in the mail; the subject is replaced where it is encrypted. */
static const char *const OUTSIDE[] = {"From",       "Reply-To",    "To",         "Date",
                                      "Message-ID", "In-Reply-To", "References", NULL};
#define SUBJECT_HIDDEN "Subject: [...]\r\n"
#define PROTECTED "; hp=\"cipher\""

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA, why);
  return FALSE;
}

/* --- header fields, folded as they are */

/* The field that begins at `at`, its line end included; 0 at the end of the header. */
static gsize
field_length(const char *at, gsize left)
{
  gsize n = 0;
  if (left == 0 || *at == '\r' || *at == '\n')
    return 0;
  do {
    const char *end = memchr(at + n, '\n', left - n);
    if (end == NULL)
      return 0;
    n = (gsize)(end - at) + 1;
  } while (n < left && (at[n] == ' ' || at[n] == '\t'));
  return n;
}

static gboolean
field_is(const char *at, gsize length, const char *name)
{
  gsize n = strlen(name);
  return length > n && g_ascii_strncasecmp(at, name, n) == 0 && at[n] == ':';
}

/* The field of that name; NULL where there is none. */
static const char *
field_find(GBytes *mail, const char *name, gsize *ret_length)
{
  gsize left = 0, n;
  const char *at = g_bytes_get_data(mail, &left);
  for (; (n = field_length(at, left)) > 0; at += n, left -= n)
    if (field_is(at, n, name)) {
      *ret_length = n;
      return at;
    }
  return NULL;
}

/* What others see, each line behind `before`. */
static void
outside_add(GByteArray *into, GBytes *mail, const char *before, gboolean hide)
{
  for (const char *const *name = OUTSIDE; *name != NULL; name++) {
    gsize length = 0;
    const char *field = field_find(mail, *name, &length);
    if (field == NULL)
      continue;
    g_byte_array_append(into, (const guint8 *)before, (guint)strlen(before));
    g_byte_array_append(into, (const guint8 *)field, (guint)length);
  }
  gsize length = strlen(SUBJECT_HIDDEN);
  const char *subject = hide ? SUBJECT_HIDDEN : field_find(mail, "Subject", &length);
  if (subject == NULL)
    return;
  g_byte_array_append(into, (const guint8 *)before, (guint)strlen(before));
  g_byte_array_append(into, (const guint8 *)subject, (guint)length);
}

static void
text_add(GByteArray *into, const char *text)
{
  g_byte_array_append(into, (const guint8 *)text, (guint)strlen(text));
}

static void
bytes_add(GByteArray *into, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data(bytes, &length);
  g_byte_array_append(into, data, (guint)length);
}

static void
base64_add(GByteArray *into, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data(bytes, &length);
  g_autofree char *text = g_base64_encode(data, length);
  gsize left = strlen(text);
  for (const char *at = text; left > 0;) {
    gsize n = MIN(left, (gsize)SMIME_BASE64_LINE);
    g_byte_array_append(into, (const guint8 *)at, (guint)n);
    text_add(into, "\r\n");
    at += n;
    left -= n;
  }
}

/* --- a mail that will be encrypted */

gboolean
wire_smime_is_protected(GBytes *mail)
{
  gsize length = 0;
  const char *type = field_find(mail, "Content-Type", &length);
  return type != NULL && g_strstr_len(type, (gssize)length, PROTECTED) != NULL;
}

gboolean
wire_smime_protect(GBytes *mail, GBytes **ret, GError **error)
{
  gsize all = 0, length = 0;
  const char *bytes = g_bytes_get_data(mail, &all);
  const char *type = field_find(mail, "Content-Type", &length);
  if (type == NULL || length < 2 || type[length - 2] != '\r' || wire_smime_is_protected(mail))
    return refuse(error, _("this is no mail that can be encrypted"));
  const char *end = type + length - 2;
  g_autoptr(GByteArray) made = g_byte_array_new();
  outside_add(made, mail, "HP-Outer: ", TRUE);
  g_byte_array_append(made, (const guint8 *)bytes, (guint)(end - bytes));
  text_add(made, PROTECTED);
  g_byte_array_append(made, (const guint8 *)end, (guint)(bytes + all - end));
  *ret = g_byte_array_free_to_bytes(g_steal_pointer(&made));
  return TRUE;
}

/* --- putting together */

/* Of the Message-ID, so that the same mail gives the same bytes. */
static char *
boundary_of(GBytes *mail)
{
  gsize length = 0;
  const char *id = field_find(mail, "Message-ID", &length);
  g_autofree char *sum = g_compute_checksum_for_data(
      G_CHECKSUM_SHA256, (const guint8 *)(id != NULL ? id : ""), id != NULL ? length : 0);
  return g_strdup_printf("=_smime_%.32s", sum);
}

gboolean
wire_smime_signed(GBytes *mail, GBytes *signature, GBytes **ret, GError **error)
{
  gsize length = 0;
  const char *bytes = g_bytes_get_data(mail, &length);
  g_autofree char *boundary = boundary_of(mail);
  if (g_strstr_len(bytes, (gssize)length, boundary) != NULL)
    return refuse(error, _("the mail holds what is to stand between its parts"));
  g_autofree char *head = g_strdup_printf(
      "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n"
      "\tmicalg=sha-256; boundary=\"%s\"\r\n\r\n--%s\r\n",
      boundary, boundary);
  g_autofree char *middle =
      g_strdup_printf("\r\n--%s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
                      "Content-Transfer-Encoding: base64\r\n"
                      "Content-Disposition: attachment; filename=smime.p7s\r\n\r\n",
                      boundary);
  g_autofree char *tail = g_strdup_printf("\r\n--%s--\r\n", boundary);
  g_autoptr(GByteArray) made = g_byte_array_new();
  text_add(made, head);
  bytes_add(made, mail);
  text_add(made, middle);
  base64_add(made, signature);
  text_add(made, tail);
  *ret = g_byte_array_free_to_bytes(g_steal_pointer(&made));
  return TRUE;
}

GBytes *
wire_smime_enveloped(GBytes *encrypted, gboolean authenticated)
{
  g_autofree char *head =
      g_strdup_printf("Content-Type: application/pkcs7-mime; smime-type=%s; name=smime.p7m\r\n"
                      "Content-Transfer-Encoding: base64\r\n"
                      "Content-Disposition: attachment; filename=smime.p7m\r\n\r\n",
                      authenticated ? "authEnveloped-data" : "enveloped-data");
  g_autoptr(GByteArray) made = g_byte_array_new();
  text_add(made, head);
  base64_add(made, encrypted);
  return g_byte_array_free_to_bytes(g_steal_pointer(&made));
}

gboolean
wire_smime_message(GBytes *mail, GBytes *part, gboolean hide, GBytes **ret, GError **error)
{
  gsize length = 0;
  if (field_find(mail, "From", &length) == NULL || field_find(mail, "To", &length) == NULL ||
      field_find(mail, "Message-ID", &length) == NULL)
    return refuse(error, _("this is no mail: it has no sender, recipient or Message-ID"));
  g_autoptr(GByteArray) made = g_byte_array_new();
  outside_add(made, mail, "", hide);
  text_add(made, "MIME-Version: 1.0\r\n");
  bytes_add(made, part);
  *ret = g_byte_array_free_to_bytes(g_steal_pointer(&made));
  return TRUE;
}
