#include "guichet/wire/mail.h"

#include <string.h>

#include <gmime/gmime.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "wire/mime.h"

enum {
  MAIL_ADDRESS_MOST = 254,
  MAIL_LOCAL_MOST = 64,
  MAIL_TOKEN_MOST = 40,
  MAIL_LINE_MOST = 400, /* bytes of a name, a subject, a file's name */
  MAIL_TEXT_MOST = 1024 * 1024,
  MAIL_FILES_MOST = 20 * 1024 * 1024, /* all of them together */
};

static gboolean
is_set(const char *text)
{
  return text != NULL && *text != '\0';
}

/* --- what may stand in a header */

static gboolean
refuse(GError **error, const char *what, const char *why)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "mail.%s: %s", what, why);
  return FALSE;
}

/* One line: no control characters, those of C1 and the separators of lines and paragraphs among
 * them. */
static gboolean
line_accept(const char *what, const char *text, GError **error)
{
  if (!is_set(text))
    return TRUE;
  if (strlen(text) > MAIL_LINE_MOST)
    return refuse(error, what, _("is longer than 400 bytes"));
  if (!g_utf8_validate(text, -1, NULL))
    return refuse(error, what, _("is not UTF-8"));
  for (const char *p = text; *p != '\0'; p = g_utf8_find_next_char(p, NULL)) {
    gunichar c = g_utf8_get_char(p);
    if (g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029)
      return refuse(error, what, _("holds a line break or another control character"));
  }
  return TRUE;
}

static gboolean
local_accept(const char *local, gsize length)
{
  static const char ATOM[] = "!#$%&'*+-/=?^_`{|}~.";
  if (length == 0 || length > MAIL_LOCAL_MOST || local[0] == '.' || local[length - 1] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    guchar c = (guchar)local[i];
    if (c < 0x80 && !g_ascii_isalnum((char)c) && strchr(ATOM, (char)c) == NULL)
      return FALSE;
    if (c == '.' && local[i + 1] == '.')
      return FALSE;
  }
  return TRUE;
}

static gboolean
domain_accept(const char *domain)
{
  gsize length = strlen(domain);
  if (length == 0 || *domain == '.' || *domain == '-' || strstr(domain, "..") != NULL ||
      domain[length - 1] == '.')
    return FALSE;
  for (const char *p = domain; *p != '\0'; p++)
    if ((guchar)*p < 0x80 && !g_ascii_isalnum(*p) && *p != '-' && *p != '.')
      return FALSE;
  return TRUE;
}

/* The address as it goes onto the wire: its domain in ASCII.  NULL where it is none. */
static char *
address_ready(const char *address)
{
  const char *at = address == NULL ? NULL : strrchr(address, '@');
  if (at == NULL || strlen(address) > MAIL_ADDRESS_MOST || !g_utf8_validate(address, -1, NULL) ||
      !local_accept(address, (gsize)(at - address)) || !domain_accept(at + 1))
    return NULL;
  for (const char *p = address; *p != '\0'; p = g_utf8_find_next_char(p, NULL))
    if (!g_unichar_isgraph(g_utf8_get_char(p)))
      return NULL;
  g_autofree char *domain = g_hostname_to_ascii(at + 1);
  g_autofree char *local = g_strndup(address, (gsize)(at - address));
  return domain == NULL || !domain_accept(domain) ? NULL : g_strconcat(local, "@", domain, NULL);
}

gboolean
wire_mail_address_check(const char *address, GError **error)
{
  g_autofree char *ready = address_ready(address);
  return ready != NULL ||
         refuse(error, "address",
                _("cannot be used: correct it where the patient or the clinic has it"));
}

static gboolean
word_accept(const char *word, const char *also, gsize most)
{
  gsize length = strlen(word);
  if (length == 0 || length > most)
    return FALSE;
  for (const char *p = word; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && strchr(also, *p) == NULL)
      return FALSE;
  return TRUE;
}

char *
wire_mail_address_plus(const char *address, const char *token)
{
  g_autofree char *ready = address_ready(address);
  if (ready == NULL || token == NULL || !word_accept(token, "-", MAIL_TOKEN_MOST))
    return NULL;
  const char *at = strrchr(ready, '@');
  return g_strdup_printf("%.*s+%s%s", (int)(at - ready), ready, token, at);
}

static gboolean
body_accept(const char *what, const char *text, GError **error)
{
  if (!is_set(text))
    return TRUE;
  if (strlen(text) > MAIL_TEXT_MOST)
    return refuse(error, what, _("is longer than a megabyte"));
  return g_utf8_validate(text, -1, NULL) || refuse(error, what, _("is not UTF-8"));
}

static gboolean
files_accept(const WireMail *mail, GError **error)
{
  gsize all = mail->invite == NULL ? 0 : g_bytes_get_size(mail->invite);
  if (mail->invite != NULL && !(is_set(mail->method) && word_accept(mail->method, "-", 32)))
    return refuse(error, "method", _("is no word"));
  for (guint i = 0; i < mail->n_files; i++) {
    const WireMailFile *file = &mail->files[i];
    const char *slash = strchr(file->type, '/');
    all += g_bytes_get_size(file->bytes);
    if (slash == NULL || !word_accept(file->type, "/.+-", 100) || strchr(slash + 1, '/') != NULL ||
        slash == file->type || slash[1] == '\0')
      return refuse(error, "file", _("has no type such as application/pdf"));
    if (!is_set(file->name) || strpbrk(file->name, "/\\") != NULL)
      return refuse(error, "file", _("has no name that a file can have"));
    if (!line_accept("file", file->name, error))
      return FALSE;
    if (is_set(file->method) && !word_accept(file->method, "-", 32))
      return refuse(error, "method", _("is no word"));
  }
  return all <= MAIL_FILES_MOST || refuse(error, "file", _("longer than 20 megabytes together"));
}

/* "<left@right>", as it came. */
static gboolean
reference_accept(const char *id)
{
  gsize length = strlen(id);
  return length > 4 && length < MAIL_LINE_MOST && id[0] == '<' && id[length - 1] == '>' &&
         g_str_is_ascii(id) && strpbrk(id, " \t\r\n\"") == NULL && strchr(id, '@') != NULL &&
         strchr(id + 1, '<') == NULL && strchr(id, '>') == id + length - 1;
}

static gboolean
mail_accept(const WireMail *mail, GError **error)
{
  if (!is_set(mail->text))
    return refuse(error, "text", _("is empty"));
  if (!is_set(mail->subject))
    return refuse(error, "subject", _("is empty"));
  if (!is_set(mail->id) || !word_accept(mail->id, ".-", 100))
    return refuse(error, "id", _("is no word"));
  if (is_set(mail->host) && !(g_str_is_ascii(mail->host) && domain_accept(mail->host)))
    return refuse(error, "host", _("is no name of a host"));
  if (is_set(mail->language) && !word_accept(mail->language, "-", 35))
    return refuse(error, "language", _("is not a language such as en or fr"));
  if (is_set(mail->in_reply_to) && !reference_accept(mail->in_reply_to))
    return refuse(error, "in_reply_to", _("is no Message-ID"));
  return line_accept("from", mail->from.name, error) && line_accept("to", mail->to.name, error) &&
         line_accept("subject", mail->subject, error) &&
         wire_mail_address_check(mail->from.address, error) &&
         wire_mail_address_check(mail->to.address, error) &&
         (!is_set(mail->reply_to) || wire_mail_address_check(mail->reply_to, error)) &&
         body_accept("text", mail->text, error) && body_accept("html", mail->html, error) &&
         files_accept(mail, error);
}

/* --- parts */

/* Lines ended by LF alone: GMime makes CR LF of them. */
static char *
lines_plain(const char *text)
{
  GString *plain = g_string_sized_new(strlen(text) + 1);
  for (const char *p = text; *p != '\0'; p++)
    if (*p != '\r')
      g_string_append_c(plain, *p);
    else if (p[1] != '\n')
      g_string_append_c(plain, '\n');
  if (plain->len > 0 && plain->str[plain->len - 1] != '\n')
    g_string_append_c(plain, '\n');
  return g_string_free(plain, FALSE);
}

static GMimePart *
part_new(const char *type, const char *subtype, const void *bytes, gsize length,
         GMimeContentEncoding encoding)
{
  GMimePart *part = g_mime_part_new_with_type(type, subtype);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
  GMimeDataWrapper *content =
      g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
  g_mime_part_set_content(part, content);
  g_mime_part_set_content_encoding(part, encoding);
  g_object_unref(content);
  g_object_unref(stream);
  return part;
}

static GMimeObject *
part_text(const char *subtype, const char *text)
{
  g_autofree char *plain = lines_plain(text);
  GMimePart *part =
      part_new("text", subtype, plain, strlen(plain), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
  return GMIME_OBJECT(part);
}

static void
part_calendar(GMimePart *part, const char *method)
{
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "method", method);
}

static GMimeObject *
part_invite(const WireMail *mail)
{
  gsize length = 0;
  const void *bytes = g_bytes_get_data(mail->invite, &length);
  GMimePart *part = part_new("text", "calendar", bytes, length, GMIME_CONTENT_ENCODING_BASE64);
  part_calendar(part, mail->method);
  return GMIME_OBJECT(part);
}

static GMimeObject *
part_file(const WireMailFile *file)
{
  gsize length = 0;
  const void *bytes = g_bytes_get_data(file->bytes, &length);
  const char *slash = strchr(file->type, '/');
  g_autofree char *type = g_strndup(file->type, (gsize)(slash - file->type));
  GMimePart *part = part_new(type, slash + 1, bytes, length, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
  g_mime_part_set_filename(part, file->name);
  if (is_set(file->method))
    part_calendar(part, file->method);
  return GMIME_OBJECT(part);
}

static GMimeMultipart *
multipart_new(const char *subtype, const WireMail *mail, guint number)
{
  /* "=_" never begins a line of quoted-printable or base64 (RFC 2045, 6.7) */
  g_autofree char *boundary = g_strdup_printf("=_%.48s_%u", mail->id, number);
  GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(subtype);
  g_mime_multipart_set_boundary(multipart, boundary);
  return multipart;
}

static void
multipart_take(GMimeMultipart *multipart, GMimeObject *part_taken)
{
  g_mime_multipart_add(multipart, part_taken);
  g_object_unref(part_taken);
}

/* The text in all its forms, the plainest first. */
static GMimeObject *
body_text(const WireMail *mail)
{
  GMimeObject *text = part_text("plain", mail->text);
  if (!is_set(mail->html) && mail->invite == NULL)
    return text;
  GMimeMultipart *forms = multipart_new("alternative", mail, 1);
  multipart_take(forms, text);
  if (is_set(mail->html))
    multipart_take(forms, part_text("html", mail->html));
  if (mail->invite != NULL)
    multipart_take(forms, part_invite(mail));
  return GMIME_OBJECT(forms);
}

static GMimeObject *
body_new(const WireMail *mail)
{
  GMimeObject *text = body_text(mail);
  if (mail->n_files == 0)
    return text;
  GMimeMultipart *mixed = multipart_new("mixed", mail, 0);
  multipart_take(mixed, text);
  for (guint i = 0; i < mail->n_files; i++)
    multipart_take(mixed, part_file(&mail->files[i]));
  return GMIME_OBJECT(mixed);
}

/* --- the message */

static void
mailbox_add(GMimeMessage *message, GMimeAddressType type, const WireMailbox *mailbox)
{
  g_autofree char *address = address_ready(mailbox->address);
  InternetAddress *one =
      internet_address_mailbox_new(is_set(mailbox->name) ? mailbox->name : NULL, address);
  internet_address_set_charset(one, "utf-8");
  internet_address_list_add(g_mime_message_get_addresses(message, type), one);
  g_object_unref(one);
}

static void
headers_set(GMimeMessage *message, const WireMail *mail)
{
  const WireMailbox answers = {NULL, mail->reply_to};
  g_autofree char *from = address_ready(mail->from.address);
  g_autofree char *id =
      g_strdup_printf("%s@%s", mail->id, is_set(mail->host) ? mail->host : strrchr(from, '@') + 1);
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(mail->at / G_USEC_PER_SEC);
  mailbox_add(message, GMIME_ADDRESS_TYPE_FROM, &mail->from);
  if (is_set(mail->reply_to))
    mailbox_add(message, GMIME_ADDRESS_TYPE_REPLY_TO, &answers);
  mailbox_add(message, GMIME_ADDRESS_TYPE_TO, &mail->to);
  g_mime_message_set_subject(message, mail->subject, "utf-8");
  g_mime_message_set_date(message, date);
  g_mime_message_set_message_id(message, id);
  if (is_set(mail->in_reply_to)) {
    g_mime_object_set_header(GMIME_OBJECT(message), "In-Reply-To", mail->in_reply_to, NULL);
    g_mime_object_set_header(GMIME_OBJECT(message), "References", mail->in_reply_to, NULL);
  }
  if (mail->automatic)
    g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
  if (is_set(mail->language))
    g_mime_object_set_header(GMIME_OBJECT(message), "Content-Language", mail->language, NULL);
}

/* What GMime wrote is what RFC 5322 asks for: no bare CR or LF, no line over 998 bytes. */
static gboolean
lines_sound(const GByteArray *bytes)
{
  guint line = 0;
  for (guint i = 0; i < bytes->len; i++) {
    guint8 c = bytes->data[i];
    if (c == '\n' && (i == 0 || bytes->data[i - 1] != '\r'))
      return FALSE;
    if (c == '\r' && (i + 1 == bytes->len || bytes->data[i + 1] != '\n'))
      return FALSE;
    line = c == '\n' ? 0 : line + 1;
    if (c == '\0' || line > 999) /* its CR counted */
      return FALSE;
  }
  return TRUE;
}

static GByteArray *
message_write(GMimeMessage *message)
{
  GByteArray *bytes = g_byte_array_new();
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
  GMimeFormatOptions *options = g_mime_format_options_new();
  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
  g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
  g_mime_format_options_set_param_encoding_method(options, GMIME_PARAM_ENCODING_METHOD_RFC2231);
  g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
  g_mime_format_options_free(options);
  g_object_unref(stream);
  return bytes;
}

gboolean
wire_mail_make(const WireMail *mail, GBytes **ret, GError **error)
{
  if (!mail_accept(mail, error))
    return FALSE;
  wire_mime_start();
  GMimeMessage *message = g_mime_message_new(FALSE);
  GMimeObject *body = body_new(mail);
  headers_set(message, mail);
  g_mime_message_set_mime_part(message, body);
  g_object_unref(body);
  GByteArray *bytes = message_write(message);
  g_object_unref(message);
  if (!lines_sound(bytes)) {
    g_byte_array_unref(bytes);
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                        "a mail was built with a line that no mail may have; it was not kept");
    return FALSE;
  }
  *ret = g_byte_array_free_to_bytes(bytes);
  return TRUE;
}
