#include "guichet/wire/dsn.h"

#include <string.h>

#include <gmime/gmime.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "wire/mime.h"

enum {
  DSN_DEPTH_MOST = 12, /* of parts in parts */
  DSN_PARTS_MOST = 100,
  DSN_NAMES_MOST = 64, /* ids, and addresses */
  DSN_NAME_MOST = 320, /* bytes of one */
  DSN_WORDS_MOST = 300,
  DSN_TEXT_MOST = 8000,
};

typedef struct {
  GPtrArray *ids, *addresses;            /* of char * */
  gboolean report;                       /* multipart/report; report-type=delivery-status */
  gboolean receipt;                      /* another report: it was read, or a complaint */
  gboolean said[WIRE_DSN_DELIVERED + 1]; /* kinds that a delivery-status has named */
  GString *status, *words;               /* of the worst recipient */
  char *envelope_id;
  char *text; /* the first plain text */
  guint parts;
} Reader;

void
wire_dsn_free(WireDsn *dsn)
{
  if (dsn == NULL)
    return;
  char *const texts[] = {dsn->status, dsn->words,   dsn->envelope_id,
                         dsn->from,   dsn->subject, dsn->text};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_strfreev(dsn->ids);
  g_strfreev(dsn->addresses);
  g_free(dsn);
}

const char *
wire_dsn_kind_word(WireDsnKind kind)
{
  static const char *const WORDS[] = {"mail", "automatic", "failed", "delayed", "delivered"};
  return (guint)kind < G_N_ELEMENTS(WORDS) ? WORDS[kind] : "?";
}

/* --- small readers */

static char *
safe_text(const char *text, gsize most, gboolean lines)
{
  g_autofree char *safe = base_text_disarm(text != NULL ? text : "", -1, lines);
  if (strlen(safe) > most) {
    const char *end = g_utf8_find_prev_char(safe, safe + most + 1);
    safe[end != NULL ? end - safe : 0] = '\0';
  }
  return g_strdup(g_strstrip(safe));
}

static void
name_add(GPtrArray *names, const char *text, gsize length)
{
  if (length < 3 || length > DSN_NAME_MOST || names->len >= DSN_NAMES_MOST ||
      !g_utf8_validate(text, (gssize)length, NULL))
    return;
  g_autofree char *name = g_strndup(text, length);
  for (const char *p = name; *p != '\0'; p++)
    if ((guchar)*p <= ' ' || *p == 127)
      return;
  if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
    g_ptr_array_add(names, g_steal_pointer(&name));
}

/* "<a@b> <c@d>": what stands between angles. */
static void
ids_read(GPtrArray *ids, const char *text)
{
  const char *open = text != NULL ? strchr(text, '<') : NULL;
  while (open != NULL) {
    const char *close = strpbrk(open + 1, "<>");
    if (close != NULL && *close == '>')
      name_add(ids, open + 1, (gsize)(close - open - 1));
    open = strchr(open + 1, '<');
  }
}

/* Every word with an @ in it. */
static void
addresses_read(GPtrArray *addresses, const char *text)
{
  static const char ENDS[] = " \t\r\n<>,;:\"()[]";
  for (const char *p = text; p != NULL && *p != '\0';) {
    gsize n = strcspn(p, ENDS);
    if (n > 0 && memchr(p, '@', n) != NULL)
      name_add(addresses, p, n);
    p += n;
    p += strspn(p, ENDS);
  }
}

/* "Name: value", any case, at the beginning of a line; the value with its folded lines as one.
 * *rest goes behind it. */
static gboolean
field_next(const char **rest, char **ret_name, char **ret_value)
{
  const char *p = *rest, *colon = p + strcspn(p, ":\r\n");
  if (*colon != ':' || colon == p)
    return FALSE;
  GString *value = g_string_new(NULL);
  const char *line = colon + 1;
  for (;;) {
    gsize n = strcspn(line, "\r\n");
    if (value->len < WIRE_DSN_MOST)
      g_string_append_len(value, line, (gssize)n);
    line += n;
    line += *line == '\r';
    line += *line == '\n';
    if (*line != ' ' && *line != '\t')
      break;
  }
  *ret_name = g_ascii_strdown(p, (gssize)(colon - p));
  *ret_value = g_strstrip(g_string_free(value, FALSE));
  *rest = line;
  return TRUE;
}

/* --- the status of recipients */

static const struct {
  const char *word;
  WireDsnKind kind;
} ACTIONS[] = {{"failed", WIRE_DSN_FAILED},
               {"delayed", WIRE_DSN_DELAYED},
               {"delivered", WIRE_DSN_DELIVERED},
               {"relayed", WIRE_DSN_DELIVERED},
               {"expanded", WIRE_DSN_DELIVERED}};

typedef struct {
  char *action, *status, *diagnostic;
} Recipient;

static void
recipient_clear(Recipient *one)
{
  g_clear_pointer(&one->action, g_free);
  g_clear_pointer(&one->status, g_free);
  g_clear_pointer(&one->diagnostic, g_free);
}

static WireDsnKind
recipient_kind(const Recipient *one)
{
  for (gsize i = 0; one->action != NULL && i < G_N_ELEMENTS(ACTIONS); i++)
    if (g_ascii_strncasecmp(one->action, ACTIONS[i].word, strlen(ACTIONS[i].word)) == 0)
      return ACTIONS[i].kind;
  if (one->action != NULL || one->status == NULL)
    return WIRE_DSN_AUTOMATIC;
  return *one->status == '5'   ? WIRE_DSN_FAILED
         : *one->status == '4' ? WIRE_DSN_DELAYED
                               : WIRE_DSN_AUTOMATIC;
}

/* The first that failed says why; before it any that said something. */
static void
recipient_end(Reader *reader, Recipient *one)
{
  WireDsnKind kind = recipient_kind(one);
  if (kind != WIRE_DSN_AUTOMATIC && !reader->said[WIRE_DSN_FAILED]) {
    g_string_assign(reader->status, one->status != NULL ? one->status : "");
    g_string_assign(reader->words, one->diagnostic != NULL ? one->diagnostic : "");
  }
  reader->said[kind] = TRUE;
  recipient_clear(one);
}

static void
status_field(Reader *reader, Recipient *one, const char *name, char *value)
{
  char **into = strcmp(name, "action") == 0                 ? &one->action
                : strcmp(name, "status") == 0               ? &one->status
                : strcmp(name, "diagnostic-code") == 0      ? &one->diagnostic
                : strcmp(name, "original-envelope-id") == 0 ? &reader->envelope_id
                                                            : NULL;
  if (into == NULL || *into != NULL)
    return;
  const char *type = strchr(value, ';'); /* "smtp; 550 no" */
  gboolean typed = into == &one->diagnostic && type != NULL && type - value < 20;
  *into = g_strdup(typed ? type + 1 : value);
  g_strstrip(*into);
}

static void
status_read(Reader *reader, const char *text)
{
  Recipient one = {0};
  gboolean any = FALSE;
  for (const char *p = text; *p != '\0';) {
    g_autofree char *name = NULL, *value = NULL;
    if (*p == '\r' || *p == '\n') { /* the end of a group */
      if (any && (one.action != NULL || one.status != NULL))
        recipient_end(reader, &one);
      any = FALSE;
      p++;
    } else if (field_next(&p, &name, &value)) {
      status_field(reader, &one, name, value);
      any = TRUE;
    } else {
      p += strcspn(p, "\n");
    }
  }
  if (one.action != NULL || one.status != NULL)
    recipient_end(reader, &one);
  recipient_clear(&one);
}

/* --- parts */

static char *
part_text(GMimePart *part)
{
  GMimeDataWrapper *content = g_mime_part_get_content(part);
  const char *charset = g_mime_content_type_get_parameter(
      g_mime_object_get_content_type(GMIME_OBJECT(part)), "charset");
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  if (content == NULL)
    return g_strdup("");
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
  g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
  g_mime_data_wrapper_write_to_stream(content, stream);
  g_object_unref(stream);
  const char *raw = (const char *)bytes->data;
  gsize length = bytes->len;
  if (length == 0)
    return g_strdup("");
  if (!g_utf8_validate(raw, (gssize)length, NULL) && charset != NULL && strlen(charset) < 40) {
    char *made =
        g_convert_with_fallback(raw, (gssize)length, "UTF-8", charset, "?", NULL, NULL, NULL);
    if (made != NULL)
      return made;
  }
  g_autofree char *ended = g_strndup(raw, length);
  return g_utf8_make_valid(ended, -1);
}

/* The message-ids of headers that were sent back, or of a text that quotes them. */
static void
quoted_ids(Reader *reader, const char *text)
{
  static const char NAME[] = "message-id:";
  for (const char *p = text; *p != '\0'; p += strcspn(p, "\n"), p += *p == '\n') {
    const char *line = p + strspn(p, " \t>");
    if (g_ascii_strncasecmp(line, NAME, strlen(NAME)) != 0)
      continue;
    gsize n = strcspn(line, "\n");
    if (memchr(line, '<', n) == NULL && line[n] == '\n') /* folded */
      n += 1 + strcspn(line + n + 1, "\n");
    g_autofree char *own = g_strndup(line, n);
    ids_read(reader->ids, own);
  }
}

static void
leaf_read(Reader *reader, GMimePart *part)
{
  GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
  g_autofree char *text = NULL;
  if (g_mime_content_type_is_type(type, "message", "delivery-status") ||
      g_mime_content_type_is_type(type, "message", "global-delivery-status")) {
    text = part_text(part);
    status_read(reader, text);
  } else if (g_mime_content_type_is_type(type, "text", "plain") ||
             g_mime_content_type_is_type(type, "text", "rfc822-headers") ||
             g_mime_content_type_is_type(type, "message", "global-headers")) {
    text = part_text(part);
    quoted_ids(reader, text);
    if (reader->text == NULL && g_mime_content_type_is_type(type, "text", "plain"))
      reader->text = g_steal_pointer(&text);
  }
}

static void
returned_read(Reader *reader, GMimeMessage *message)
{
  if (message != NULL)
    ids_read(reader->ids, g_mime_object_get_header(GMIME_OBJECT(message), "Message-ID"));
}

static void
report_read(Reader *reader, GMimeContentType *type)
{
  const char *of = g_mime_content_type_get_parameter(type, "report-type");
  gboolean delivery = of != NULL && g_ascii_strcasecmp(of, "delivery-status") == 0;
  reader->report = reader->report || delivery;
  reader->receipt = reader->receipt || !delivery;
}

static void
part_read(Reader *reader, GMimeObject *part, guint depth)
{
  if (part == NULL || depth > DSN_DEPTH_MOST || reader->parts++ > DSN_PARTS_MOST)
    return;
  if (GMIME_IS_MULTIPART(part)) {
    GMimeContentType *type = g_mime_object_get_content_type(part);
    if (depth == 0 && g_mime_content_type_is_type(type, "multipart", "report"))
      report_read(reader, type);
    int n = g_mime_multipart_get_count(GMIME_MULTIPART(part));
    for (int i = 0; i < n; i++)
      part_read(reader, g_mime_multipart_get_part(GMIME_MULTIPART(part), i), depth + 1);
  } else if (GMIME_IS_MESSAGE_PART(part)) {
    returned_read(reader, g_mime_message_part_get_message(GMIME_MESSAGE_PART(part)));
  } else if (GMIME_IS_PART(part)) {
    leaf_read(reader, GMIME_PART(part));
  }
}

/* --- what it is */

typedef struct {
  GMimeObject *head;
  const Reader *reader;
  const char *from; /* its bare address */
} Look;

static const char *
header(const Look *look, const char *name)
{
  const char *value = g_mime_object_get_header(look->head, name);
  return value != NULL ? value : "";
}

static gboolean
begins(const char *text, const char *word)
{
  return g_ascii_strncasecmp(text, word, strlen(word)) == 0;
}

static gboolean
is_daemon(const Look *look)
{
  static const char *const NAMES[] = {"mailer-daemon@", "mailerdaemon@", "mail-daemon@",
                                      "postmaster@", "mdaemon@"};
  g_autofree char *path = g_strstrip(g_strdup(header(look, "Return-Path")));
  if (strcmp(path, "<>") == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(NAMES); i++)
    if (begins(look->from, NAMES[i]))
      return TRUE;
  return FALSE;
}

/* RFC 3834, section 5, and what was in use before and beside it. */
static gboolean
is_automatic(const Look *look)
{
  static const char *const THERE[] = {
      "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Autogenerated", "List-Id",
      "List-Unsubscribe",         "Feedback-ID"};
  static const char *const PRECEDENCE[] = {"bulk", "junk", "list", "auto"};
  const char *submitted = header(look, "Auto-Submitted");
  submitted += strspn(submitted, " \t");
  if (look->reader->receipt || (*submitted != '\0' && !begins(submitted, "no")))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(THERE); i++)
    if (*header(look, THERE[i]) != '\0')
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(PRECEDENCE); i++)
    if (begins(header(look, "Precedence"), PRECEDENCE[i]))
      return TRUE;
  return is_daemon(look);
}

static gboolean
holds_any(const char *text, const char *const *words)
{
  g_autofree char *folded = base_text_fold(text);
  for (; *words != NULL; words++)
    if (strstr(folded, *words) != NULL)
      return TRUE;
  return FALSE;
}

/* A bounce of a server that writes no delivery-status: it must come from a daemon, and say so. */
static WireDsnKind
plain_kind(const Look *look)
{
  static const char *const LATER[] = {
      "will continue to try",   "will keep trying",
      "has been delayed",       "delivery is delayed",
      "delivery delayed",       "no action is required on your part",
      "not yet been delivered", NULL};
  static const char *const NEVER[] = {"permanent error",
                                      "permanent fatal error",
                                      "permanent failure",
                                      "i've given up",
                                      "wasn't able to deliver",
                                      "could not be delivered",
                                      "couldn't be delivered",
                                      "undeliverable",
                                      "delivery failed",
                                      "delivery to the following recipient failed",
                                      "delivery to the following recipients failed",
                                      "n'a pas pu etre remis",
                                      NULL};
  const char *text = look->reader->text != NULL ? look->reader->text : "";
  if (!is_daemon(look))
    return WIRE_DSN_AUTOMATIC;
  if (holds_any(text, LATER) || begins(header(look, "Subject"), "Warning:"))
    return WIRE_DSN_DELAYED;
  gboolean failed = *header(look, "X-Failed-Recipients") != '\0' || holds_any(text, NEVER);
  return failed ? WIRE_DSN_FAILED : WIRE_DSN_AUTOMATIC;
}

static WireDsnKind
kind_of(const Look *look)
{
  static const WireDsnKind WORST[] = {WIRE_DSN_FAILED, WIRE_DSN_DELAYED, WIRE_DSN_DELIVERED};
  if (look->reader->report)
    for (gsize i = 0; i < G_N_ELEMENTS(WORST); i++)
      if (look->reader->said[WORST[i]])
        return WORST[i];
  if (!is_automatic(look))
    return WIRE_DSN_MAIL;
  return look->reader->receipt ? WIRE_DSN_AUTOMATIC : plain_kind(look);
}

static gboolean
is_vacation(const char *subject)
{
  static const char *const WORDS[] = {"out of office",   "automatic reply", "auto reply",
                                      "auto-reply",      "autoreply",       "vacation",
                                      "reponse automat", "absence",         "absent du bureau",
                                      "abwesenheit",     "away from",       NULL};
  return holds_any(subject, WORDS);
}

/* The status and words of a bounce without a report: its first lines that hold a code. */
static void
plain_words(Reader *reader)
{
  g_auto(GStrv) lines = g_strsplit(reader->text != NULL ? reader->text : "", "\n", 400);
  for (char **line = lines; *line != NULL; line++) {
    const char *p = *line + strspn(*line, " \t>");
    for (const char *at = p; *at != '\0'; at++) {
      gboolean edge = at == p || strchr(" \t(#:<[", at[-1]) != NULL;
      if (edge && (*at == '5' || *at == '4') && at[1] == '.' && g_ascii_isdigit(at[2])) {
        gsize n = strspn(at, "0123456789.");
        while (n > 0 && at[n - 1] == '.')
          n--;
        g_string_assign(reader->status, "");
        g_string_append_len(reader->status, at, (gssize)MIN(n, 12));
        g_string_assign(reader->words, p);
        return;
      }
    }
  }
}

/* What a person wrote, before what they quote. */
static char *
own_text(const char *text)
{
  GString *own = g_string_new(NULL);
  g_auto(GStrv) lines = g_strsplit(text, "\n", 2000);
  for (char **line = lines; *line != NULL; line++) {
    g_strchomp(*line);
    if (**line == '>' || strcmp(*line, "-- ") == 0 || strcmp(*line, "--") == 0)
      break;
    g_string_append_printf(own, "%s\n", *line);
  }
  char *safe = safe_text(own->str, DSN_TEXT_MOST, TRUE);
  g_string_free(own, TRUE);
  return safe;
}

/* --- a mail */

static char **
names_end(GPtrArray *names)
{
  g_ptr_array_add(names, NULL);
  return (char **)g_ptr_array_free(names, FALSE);
}

static void
head_read(Reader *reader, GMimeObject *head)
{
  static const char *const TO[] = {"To",          "Cc",           "Delivered-To", "X-Original-To",
                                   "Envelope-To", "X-Envelope-To"};
  static const char *const IDS[] = {"In-Reply-To", "References", "Original-Message-ID"};
  for (gsize i = 0; i < G_N_ELEMENTS(TO); i++)
    addresses_read(reader->addresses, g_mime_object_get_header(head, TO[i]));
  for (gsize i = 0; i < G_N_ELEMENTS(IDS); i++)
    ids_read(reader->ids, g_mime_object_get_header(head, IDS[i]));
}

/* "rfc822;<a>" and "abc>": what net/smtp has to write at the end of a parameter. */
static char *
envelope_clean(const char *id)
{
  char *clean = safe_text(id, DSN_NAME_MOST, FALSE);
  gsize n = strlen(clean);
  if (n > 0 && clean[n - 1] == '>')
    clean[n - 1] = '\0';
  return clean;
}

static WireDsn *
dsn_from(Reader *reader, GMimeObject *head)
{
  g_autoptr(GPtrArray) from = g_ptr_array_new_with_free_func(g_free);
  addresses_read(from, g_mime_object_get_header(head, "From"));
  const char *sender = from->len > 0 ? g_ptr_array_index(from, from->len - 1) : "";
  const Look look = {head, reader, sender};
  WireDsn *dsn = g_new0(WireDsn, 1);
  dsn->kind = kind_of(&look);
  dsn->subject = safe_text(header(&look, "Subject"), DSN_NAME_MOST, FALSE);
  dsn->hint = dsn->kind == WIRE_DSN_MAIL && is_vacation(dsn->subject);
  if ((dsn->kind == WIRE_DSN_FAILED || dsn->kind == WIRE_DSN_DELAYED) && reader->words->len == 0)
    plain_words(reader);
  dsn->status = safe_text(reader->status->str, 12, FALSE);
  dsn->words = safe_text(reader->words->str, DSN_WORDS_MOST, FALSE);
  dsn->envelope_id = envelope_clean(reader->envelope_id);
  dsn->from = safe_text(sender, DSN_NAME_MOST, FALSE);
  dsn->text =
      dsn->kind == WIRE_DSN_MAIL && reader->text != NULL ? own_text(reader->text) : g_strdup("");
  return dsn;
}

static void
reader_clear(Reader *reader)
{
  g_clear_pointer(&reader->ids, g_ptr_array_unref);
  g_clear_pointer(&reader->addresses, g_ptr_array_unref);
  g_string_free(reader->status, TRUE);
  g_string_free(reader->words, TRUE);
  g_free(reader->envelope_id);
  g_free(reader->text);
}

static GMimeMessage *
message_parse(const void *data, gsize length)
{
  wire_mime_start();
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data, length);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  return message;
}

gboolean
wire_dsn_read(GBytes *mail, WireDsn **ret, GError **error)
{
  gsize length = 0;
  const void *data = g_bytes_get_data(mail, &length);
  GMimeMessage *message =
      length > 0 && length <= WIRE_DSN_MOST ? message_parse(data, length) : NULL;
  if (message == NULL) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        "what lies in the mailbox is no mail, or larger than a report can be; look "
                        "at it there");
    return FALSE;
  }
  Reader reader = {.ids = g_ptr_array_new_with_free_func(g_free),
                   .addresses = g_ptr_array_new_with_free_func(g_free),
                   .status = g_string_new(NULL),
                   .words = g_string_new(NULL)};
  GMimeObject *head = GMIME_OBJECT(message);
  head_read(&reader, head);
  part_read(&reader, g_mime_message_get_mime_part(message), 0);
  WireDsn *dsn = dsn_from(&reader, head);
  dsn->ids = names_end(g_steal_pointer(&reader.ids));
  dsn->addresses = names_end(g_steal_pointer(&reader.addresses));
  reader_clear(&reader);
  g_object_unref(message);
  *ret = dsn;
  return TRUE;
}
