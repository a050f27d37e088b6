#include "guichet/net/smtp.h"

#include <string.h>

#include <curl/curl.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "guichet/net/http.h"
#include "net/multi.h"

enum {
  SMTP_CONNECT_MS = 15000,
  SMTP_TOTAL_MS = 100000,
  SMTP_WORDS_MOST = 300,
  SMTP_ADDRESS_MOST = 254,
  SMTP_KEEP_MOST = 64, /* handles that wait to be used again */
};

struct NetSmtp {
  NetMulti *multi;
  char *url, *ca_file, *pin, *user, *secret, *auth;
  guint connect_ms, total_ms;
  GHashTable *sends; /* number → Send */
  GPtrArray *spare;  /* CURL *: setting one up anew costs more than the message */
  gboolean dsn;      /* its last EHLO offered DSN */
};

typedef struct {
  NetSmtp *smtp;
  guint64 id;
  CURL *easy;
  struct curl_slist *recipients[2]; /* as it is, and with the wish for reports */
  char *senders[2];
  GBytes *message;
  gsize at;       /* bytes that libcurl has taken */
  gboolean whole; /* it took the last one */
  long line_code; /* of the server's last line, and its words */
  char line[512];
  gboolean data_said;    /* 354 came: from here on bytes of the message leave */
  gboolean greeting;     /* 220 came: the next 250 answers EHLO */
  gboolean offers;       /* among its lines was DSN */
  gboolean hello, login; /* EHLO and the log-in were taken, in this transfer */
  char words[CURL_ERROR_SIZE];
  void (*done)(const NetSmtpAnswer *, gpointer);
  gpointer data;
} Send;

/* --- addresses */

static gboolean
address_accept(const char *address, gboolean empty, GError **error)
{
  gsize length = strlen(address);
  const char *at = strrchr(address, '@');
  gboolean ok = empty && length == 0;
  if (!ok && at != NULL && at != address && at[1] != '\0' && length <= SMTP_ADDRESS_MOST &&
      g_utf8_validate(address, -1, NULL)) {
    ok = TRUE;
    for (const char *p = address; *p != '\0'; p++)
      ok = ok && (guchar)*p > ' ' && *p != 127 && strchr("<>\"\\(),;", *p) == NULL;
  }
  if (!ok)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        "the mail address cannot be used: correct it where the patient or the "
                        "clinic has it");
  return ok;
}

static gboolean
url_accept(const char *url, GError **error)
{
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri == NULL ? NULL : g_uri_get_host(uri);
  const char *scheme = uri == NULL ? "" : g_uri_get_scheme(uri);
  const char *path = uri == NULL ? "" : g_uri_get_path(uri);
  if (host != NULL && *host != '\0' && g_uri_get_userinfo(uri) == NULL &&
      (*path == '\0' || strcmp(path, "/") == 0) &&
      (strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0))
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                      "a mail server's url is smtp://HOST:587 (STARTTLS) or smtps://HOST:465, "
                      "without a user or a path");
  return FALSE;
}

static gboolean
is_set(const char *text)
{
  return text != NULL && *text != '\0';
}

gboolean
net_smtp_check(const NetSmtpTo *to, GError **error)
{
  static const char *const WAYS[] = {"plain", "login", "xoauth2", NULL};
  if (!url_accept(to->url, error))
    return FALSE;
  if (is_set(to->auth) && !g_strv_contains(WAYS, to->auth)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        "auth is plain, login or xoauth2, or empty for what the server offers");
    return FALSE;
  }
  if (is_set(to->pin) && !g_str_has_prefix(to->pin, "sha256//")) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG, "pin is sha256//BASE64");
    return FALSE;
  }
  return TRUE;
}

/* --- a server */

gboolean
net_smtp_new_on(NetMulti *multi, const NetSmtpTo *to, NetSmtp **ret, GError **error)
{
  if (!net_smtp_check(to, error))
    return FALSE;
  NetSmtp *smtp = g_new0(NetSmtp, 1);
  smtp->multi = multi;
  smtp->url = g_strdup(to->url);
  smtp->ca_file = g_strdup(is_set(to->ca_file) ? to->ca_file : NULL);
  smtp->pin = g_strdup(is_set(to->pin) ? to->pin : NULL);
  smtp->user = g_strdup(is_set(to->user) ? to->user : NULL);
  smtp->secret = g_strdup(to->secret != NULL ? to->secret : "");
  smtp->auth = g_strdup(to->auth != NULL ? to->auth : "");
  smtp->connect_ms = to->connect_ms != 0 ? to->connect_ms : SMTP_CONNECT_MS;
  smtp->total_ms = to->total_ms != 0 ? to->total_ms : SMTP_TOTAL_MS;
  smtp->sends = g_hash_table_new(g_int64_hash, g_int64_equal);
  smtp->spare = g_ptr_array_new_with_free_func(curl_easy_cleanup);
  *ret = smtp;
  return TRUE;
}

void
net_smtp_free(NetSmtp *smtp)
{
  GHashTableIter at;
  gpointer send;
  if (smtp == NULL)
    return;
  while (g_hash_table_iter_init(&at, smtp->sends), g_hash_table_iter_next(&at, NULL, &send))
    net_multi_cancel(smtp->multi, ((Send *)send)->id);
  g_hash_table_unref(smtp->sends);
  g_ptr_array_unref(smtp->spare);
  explicit_bzero(smtp->secret, strlen(smtp->secret));
  g_free(smtp->secret);
  g_free(smtp->url);
  g_free(smtp->ca_file);
  g_free(smtp->pin);
  g_free(smtp->user);
  g_free(smtp->auth);
  g_free(smtp);
}

/* --- what libcurl calls */

static size_t
on_read(char *into, size_t size, size_t count, void *data)
{
  Send *send = data;
  gsize length = 0, room = size * count;
  const char *bytes = g_bytes_get_data(send->message, &length);
  gsize n = MIN(room, length - send->at);
  memcpy(into, bytes + send->at, n);
  send->at += n;
  send->whole = send->whole || send->at == length;
  return n;
}

static void
send_address(Send *send, gboolean dsn)
{
  guint which = dsn && send->recipients[1] != NULL ? 1 : 0;
  if (send->recipients[0] == NULL)
    return; /* only greets */
  curl_easy_setopt(send->easy, CURLOPT_MAIL_FROM, send->senders[which]);
  curl_easy_setopt(send->easy, CURLOPT_MAIL_RCPT, send->recipients[which]);
}

/* The stages that a line tells of.  libcurl looks at the addresses after EHLO: the wish for reports
 * can follow what it offers. */
static void
line_stage(Send *send, long code, const char *bytes, gsize length)
{
  if (code == 220) {
    send->greeting = TRUE;
    send->offers = FALSE;
  } else if (code == 250 && send->greeting) {
    send->offers = send->offers || (length >= 7 && g_ascii_strncasecmp(bytes + 4, "DSN", 3) == 0 &&
                                    (length == 7 || g_ascii_isspace(bytes[7])));
    if (bytes[3] != ' ')
      return;
    send->greeting = FALSE;
    send->hello = TRUE;
    send->smtp->dsn = send->offers;
    send_address(send, send->offers);
  } else if (code == 235) {
    send->login = TRUE;
  }
}

/* The server's lines: the first refusal is kept, to be shown; but what was refused before "354",
 * which says that the message begins to leave, is no word about it. */
static size_t
on_line(char *bytes, size_t size, size_t count, void *data)
{
  Send *send = data;
  gsize length = size * count;
  if (length < 4 || !g_ascii_isdigit(bytes[0]) || !g_ascii_isdigit(bytes[1]) ||
      !g_ascii_isdigit(bytes[2]))
    return length;
  long code = (bytes[0] - '0') * 100 + (bytes[1] - '0') * 10 + (bytes[2] - '0');
  line_stage(send, code, bytes, length);
  if ((send->line_code >= 400 && code != 354) || code == 221)
    return length; /* libcurl says QUIT after a refusal: that answer is about nothing */
  send->line_code = code;
  gsize n = MIN(length, sizeof send->line - 1);
  memcpy(send->line, bytes, n);
  send->line[n] = '\0';
  send->data_said = send->data_said || send->line_code == 354;
  return length;
}

/* --- what became of it */

static NetSmtpVerdict
verdict_of(const Send *send, CURLcode code)
{
  gboolean left = send->data_said && send->whole;
  if (code == CURLE_OK || (left && send->line_code >= 200 && send->line_code < 300))
    return NET_SMTP_ACCEPTED;
  if (send->line_code >= 500)
    return NET_SMTP_REFUSED;
  if (send->line_code >= 400)
    return NET_SMTP_LATER;
  return left ? NET_SMTP_DOUBT : NET_SMTP_LATER;
}

/* The envelope was asked for: what is refused from then on may be this message's fault. */
static gboolean
is_past_login(const Send *send)
{
  long connects = 0;
  curl_easy_getinfo(send->easy, CURLINFO_NUM_CONNECTS, &connects);
  return connects == 0 || (send->hello && (send->smtp->user == NULL || send->login));
}

/* Before the envelope was given, and whenever no answer came, it is the server's trouble. */
static gboolean
is_server_trouble(const Send *send, CURLcode code, NetSmtpVerdict verdict)
{
  static const long OURS[] = {450, 451, 452, 455, 501, 504, 550, 551, 552, 553, 554, 555, 556};
  if (verdict == NET_SMTP_ACCEPTED || code == CURLE_ABORTED_BY_CALLBACK)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(OURS); i++)
    if (send->line_code == OURS[i])
      return !is_past_login(send);
  return TRUE;
}

static char *
words_of(const Send *send, CURLcode code, NetSmtpVerdict verdict)
{
  const char *said = send->line_code >= 400 || verdict == NET_SMTP_ACCEPTED ? send->line : "";
  const char *what =
      *said != '\0'                       ? said
      : code == CURLE_ABORTED_BY_CALLBACK ? "it was called off"
      : code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH
          ? "its certificate is not one that is trusted here; see ca_file and pin"
      : send->words[0] != '\0' ? send->words
                               : curl_easy_strerror(code);
  g_autofree char *full =
      verdict == NET_SMTP_DOUBT
          ? g_strdup_printf("the message left, and the server's answer did not come: %s", what)
          : g_strdup(what);
  g_autofree char *safe = base_text_disarm(g_strchomp(full), -1, FALSE);
  return base_text_ellipsize(safe, SMTP_WORDS_MOST);
}

static void
send_free(Send *send)
{
  for (guint i = 0; i < G_N_ELEMENTS(send->recipients); i++) {
    curl_slist_free_all(send->recipients[i]);
    g_free(send->senders[i]);
  }
  g_clear_pointer(&send->message, g_bytes_unref);
  g_free(send);
}

static void
on_done(CURL *easy, CURLcode code, gpointer data)
{
  Send *send = data;
  NetSmtp *smtp = send->smtp;
  NetSmtpVerdict verdict = verdict_of(send, code);
  g_autofree char *words = words_of(send, code, verdict);
  const NetSmtpAnswer answer = {verdict, send->line_code, words,
                                is_server_trouble(send, code, verdict)};
  g_hash_table_remove(smtp->sends, &send->id);
  if (code == CURLE_OK && smtp->spare->len < SMTP_KEEP_MOST) {
    curl_easy_reset(easy);
    g_ptr_array_add(smtp->spare, easy);
  } else {
    curl_easy_cleanup(easy);
  }
  send->done(&answer, send->data);
  send_free(send);
}

/* --- sending */

static void
set_safety(const NetSmtp *smtp, CURL *easy)
{
  gboolean here = net_http_is_loopback(smtp->url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)smtp->connect_ms);
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(smtp->total_ms / 1000 + 1));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)smtp->total_ms);
  if (smtp->ca_file != NULL) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->ca_file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  }
  if (smtp->pin != NULL)
    curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, smtp->pin);
}

static void
set_login(const NetSmtp *smtp, CURL *easy)
{
  static const struct {
    const char *word, *options;
  } WAYS[] = {{"plain", "AUTH=PLAIN"}, {"login", "AUTH=LOGIN"}, {"xoauth2", "AUTH=XOAUTH2"}};
  if (smtp->user == NULL)
    return;
  curl_easy_setopt(easy, CURLOPT_USERNAME, smtp->user);
  if (strcmp(smtp->auth, "xoauth2") == 0)
    curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, smtp->secret);
  else
    curl_easy_setopt(easy, CURLOPT_PASSWORD, smtp->secret);
  for (gsize i = 0; i < G_N_ELEMENTS(WAYS); i++)
    if (strcmp(WAYS[i].word, smtp->auth) == 0)
      curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, WAYS[i].options);
}

/* RFC 3461, section 4: what may not stand in a parameter is written +XX. */
static char *
xtext(const char *text)
{
  GString *made = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p++)
    if (*p <= ' ' || *p == 127 || *p == '+' || *p == '=')
      g_string_append_printf(made, "+%02X", (guint)(guchar)*p);
    else
      g_string_append_c(made, *p);
  return g_string_free(made, FALSE);
}

/* libcurl closes whatever it is given by a ">": what follows the address must take one more at its
 * end.  ORCPT has its address in brackets so; ENVID is ours, and wire/dsn drops it.  Of letters
 * beyond ASCII ORCPT has no plain form: then no report is asked for. */
static void
set_reports(Send *send, const NetSmtpMessage *message)
{
  const char *id = is_set(message->envelope_id) ? message->envelope_id : "guichet";
  if (!message->dsn || *message->sender == '\0' || !g_str_is_ascii(message->sender) ||
      !g_str_is_ascii(message->recipient) || !g_str_is_ascii(id))
    return;
  g_autofree char *envelope = xtext(id);
  g_autofree char *original = xtext(message->recipient);
  g_autofree char *to =
      g_strdup_printf("%s> NOTIFY=FAILURE,DELAY ORCPT=rfc822;<%s", message->recipient, original);
  send->senders[1] = g_strdup_printf("%s> RET=HDRS ENVID=%s", message->sender, envelope);
  send->recipients[1] = curl_slist_append(NULL, to);
}

static void
set_envelope(Send *send, const NetSmtpMessage *message)
{
  g_autofree char *to = g_strdup_printf("<%s>", message->recipient);
  send->senders[0] = g_strdup_printf("<%s>", message->sender);
  send->recipients[0] = curl_slist_append(NULL, to);
  set_reports(send, message);
  send_address(send, send->smtp->dsn); /* of a connection that is used again; else EHLO says */
  curl_easy_setopt(send->easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(send->easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(send->easy, CURLOPT_READDATA, send);
  curl_easy_setopt(send->easy, CURLOPT_INFILESIZE_LARGE,
                   (curl_off_t)g_bytes_get_size(send->message));
}

static void
set_probe(Send *send)
{
  curl_easy_setopt(send->easy, CURLOPT_CUSTOMREQUEST, "NOOP");
  curl_easy_setopt(send->easy, CURLOPT_NOBODY, 1L);
}

gboolean
net_smtp_send(NetSmtp *smtp, const NetSmtpMessage *message, guint64 *ret_id, GError **error)
{
  if (message->message != NULL && (!address_accept(message->sender, TRUE, error) ||
                                   !address_accept(message->recipient, FALSE, error)))
    return FALSE;
  Send *send = g_new0(Send, 1);
  send->smtp = smtp;
  send->easy = smtp->spare->len > 0
                   ? g_ptr_array_steal_index_fast(smtp->spare, smtp->spare->len - 1)
                   : curl_easy_init();
  send->message = message->message != NULL ? g_bytes_ref(message->message) : NULL;
  send->done = message->done;
  send->data = message->data;
  set_safety(smtp, send->easy);
  set_login(smtp, send->easy);
  curl_easy_setopt(send->easy, CURLOPT_URL, smtp->url);
  curl_easy_setopt(send->easy, CURLOPT_ERRORBUFFER, send->words);
  curl_easy_setopt(send->easy, CURLOPT_HEADERFUNCTION, on_line);
  curl_easy_setopt(send->easy, CURLOPT_HEADERDATA, send);
  if (send->message != NULL)
    set_envelope(send, message);
  else
    set_probe(send);
  send->id = net_multi_add(smtp->multi, send->easy, on_done, send);
  g_hash_table_insert(smtp->sends, &send->id, send);
  if (ret_id != NULL)
    *ret_id = send->id;
  return TRUE;
}

void
net_smtp_cancel(NetSmtp *smtp, guint64 id)
{
  net_multi_cancel(smtp->multi, id);
}
