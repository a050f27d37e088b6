#include "guichet/net/imap.h"

#include <string.h>

#include <curl/curl.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "guichet/net/http.h"
#include "net/multi.h"

enum {
  IMAP_TOTAL_MS = 100000,
  IMAP_WORDS_MOST = 300,
  IMAP_LINE_MOST = 512 * 1024, /* libcurl cuts longer ones off at half of its buffer */
};

struct NetImap {
  NetMulti *multi;
  char *url, *ca_file, *pin, *user, *secret, *auth;
  guint total_ms;
  guint64 id; /* of what is under way; 0 nothing */
  gboolean asking;
  GByteArray *lines;
  gsize cap;
  gboolean over;
  char refusal[256]; /* the last NO, BAD or BYE */
  char words[CURL_ERROR_SIZE];
  void (*done)(const NetImapAnswer *, gpointer);
  gpointer data;
};

static gboolean
is_set(const char *text)
{
  return text != NULL && *text != '\0';
}

/* --- a server */

gboolean
net_imap_check(const NetImapTo *to, GError **error)
{
  static const char *const WAYS[] = {"plain", "login", "xoauth2", NULL};
  g_autoptr(GUri) uri = g_uri_parse(to->url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri == NULL ? "" : g_uri_get_scheme(uri);
  const char *path = uri == NULL ? "" : g_uri_get_path(uri);
  const char *why =
      uri == NULL || !is_set(g_uri_get_host(uri)) || g_uri_get_userinfo(uri) != NULL ||
              (*path != '\0' && strcmp(path, "/") != 0) ||
              (strcmp(scheme, "imap") != 0 && strcmp(scheme, "imaps") != 0)
          ? "a mailbox's url is imaps://HOST:993 or imap://HOST:143 (STARTTLS), without a user or "
            "a path"
      : is_set(to->auth) && !g_strv_contains(WAYS, to->auth)
          ? "auth is plain, login or xoauth2, or empty for what the server offers"
      : is_set(to->pin) && !g_str_has_prefix(to->pin, "sha256//") ? "pin is sha256//BASE64"
      : !is_set(to->user) ? "a mailbox needs a user and a secret_file"
                          : NULL;
  if (why != NULL)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG, why);
  return why == NULL;
}

gboolean
net_imap_new_on(NetMulti *multi, const NetImapTo *to, NetImap **ret, GError **error)
{
  if (!net_imap_check(to, error))
    return FALSE;
  NetImap *imap = g_new0(NetImap, 1);
  imap->multi = multi;
  imap->url = g_strdup(to->url);
  for (gsize n = strlen(imap->url); n > 0 && imap->url[n - 1] == '/';)
    imap->url[--n] = '\0';
  imap->ca_file = g_strdup(is_set(to->ca_file) ? to->ca_file : NULL);
  imap->pin = g_strdup(is_set(to->pin) ? to->pin : NULL);
  imap->user = g_strdup(to->user);
  imap->secret = g_strdup(to->secret != NULL ? to->secret : "");
  imap->auth = g_strdup(to->auth != NULL ? to->auth : "");
  imap->total_ms = to->total_ms != 0 ? to->total_ms : IMAP_TOTAL_MS;
  imap->lines = g_byte_array_new();
  *ret = imap;
  return TRUE;
}

void
net_imap_cancel(NetImap *imap)
{
  if (imap->asking)
    net_multi_cancel(imap->multi, imap->id);
}

void
net_imap_free(NetImap *imap)
{
  if (imap == NULL)
    return;
  net_imap_cancel(imap);
  explicit_bzero(imap->secret, strlen(imap->secret));
  char *const texts[] = {imap->url, imap->ca_file, imap->pin, imap->user, imap->secret, imap->auth};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_byte_array_unref(imap->lines);
  g_free(imap);
}

/* --- what libcurl calls */

/* "A003 NO [AUTHENTICATIONFAILED] …", "* BYE …". */
static void
keep_refusal(NetImap *imap, const char *bytes, gsize length)
{
  static const char *const WORDS[] = {"NO ", "BAD ", "BYE "};
  const char *blank = memchr(bytes, ' ', MIN(length, 12));
  for (gsize i = 0; blank != NULL && i < G_N_ELEMENTS(WORDS); i++) {
    gsize n = strlen(WORDS[i]), at = (gsize)(blank + 1 - bytes);
    if (length - at > n && g_ascii_strncasecmp(blank + 1, WORDS[i], n) == 0) {
      gsize whole = MIN(length - at, sizeof imap->refusal - 1);
      memcpy(imap->refusal, blank + 1, whole);
      imap->refusal[whole] = '\0';
    }
  }
}

/* Every line of the server comes here, those of a literal too. */
static size_t
on_line(char *bytes, size_t size, size_t count, void *data)
{
  NetImap *imap = data;
  gsize length = size * count;
  keep_refusal(imap, bytes, length);
  imap->over = imap->over || imap->lines->len + length > imap->cap;
  if (imap->over)
    return 0;
  g_byte_array_append(imap->lines, (const guint8 *)bytes, (guint)length);
  return length;
}

/* The same once more, as a body. */
static size_t
on_body(char *bytes, size_t size, size_t count, void *data)
{
  (void)bytes;
  (void)data;
  return size * count;
}

static char *
words_of(const NetImap *imap, CURLcode code)
{
  const char *what =
      imap->over                          ? "the answer is larger than it may be"
      : code == CURLE_ABORTED_BY_CALLBACK ? "it was called off"
      : code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH
          ? "its certificate is not one that is trusted here; see ca_file and pin"
      : imap->refusal[0] != '\0' ? imap->refusal
      : imap->words[0] != '\0'   ? imap->words
                                 : curl_easy_strerror(code);
  g_autofree char *safe = base_text_disarm(what, -1, FALSE);
  return base_text_ellipsize(g_strchomp(safe), IMAP_WORDS_MOST);
}

static void
on_done(CURL *easy, CURLcode code, gpointer data)
{
  NetImap *imap = data;
  g_autofree char *words = code == CURLE_OK ? g_strdup("") : words_of(imap, code);
  g_autoptr(GBytes) lines = g_bytes_new(imap->lines->data, imap->lines->len);
  const NetImapAnswer answer = {.ok = code == CURLE_OK,
                                .login = code == CURLE_LOGIN_DENIED,
                                .renewed = code == CURLE_REMOTE_FILE_NOT_FOUND,
                                .words = words,
                                .lines = lines};
  curl_easy_cleanup(easy);
  imap->asking = FALSE;
  imap->done(&answer, imap->data); /* it may ask again, or free this */
}

/* --- asking */

static void
set_safety(const NetImap *imap, CURL *easy)
{
  gboolean here = net_http_is_loopback(imap->url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imap,imaps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(imap->total_ms / 1000 + 1));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)imap->total_ms);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)IMAP_LINE_MOST);
  if (imap->ca_file != NULL) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, imap->ca_file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  }
  if (imap->pin != NULL)
    curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, imap->pin);
}

static void
set_login(const NetImap *imap, CURL *easy)
{
  static const struct {
    const char *word, *options;
  } WAYS[] = {{"plain", "AUTH=PLAIN"}, {"login", "AUTH=LOGIN"}, {"xoauth2", "AUTH=XOAUTH2"}};
  curl_easy_setopt(easy, CURLOPT_USERNAME, imap->user);
  curl_easy_setopt(easy,
                   strcmp(imap->auth, "xoauth2") == 0 ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD,
                   imap->secret);
  for (gsize i = 0; i < G_N_ELEMENTS(WAYS); i++)
    if (strcmp(WAYS[i].word, imap->auth) == 0)
      curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, WAYS[i].options);
}

static char *
url_of(const NetImap *imap, const NetImapAsk *ask)
{
  if (ask->mailbox == NULL)
    return g_strdup(imap->url);
  g_autofree char *name = g_uri_escape_string(ask->mailbox, NULL, FALSE);
  return ask->validity == 0
             ? g_strdup_printf("%s/%s", imap->url, name)
             : g_strdup_printf("%s/%s;UIDVALIDITY=%u", imap->url, name, ask->validity);
}

gboolean
net_imap_ask(NetImap *imap, const NetImapAsk *ask, GError **error)
{
  if (imap->asking || strpbrk(ask->command, "\r\n") != NULL) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                        "a mailbox is asked one thing at a time, in one line");
    return FALSE;
  }
  CURL *easy = curl_easy_init();
  g_autofree char *url = url_of(imap, ask);
  g_byte_array_set_size(imap->lines, 0);
  imap->cap = ask->cap;
  imap->over = FALSE;
  imap->refusal[0] = imap->words[0] = '\0';
  imap->done = ask->done;
  imap->data = ask->data;
  set_safety(imap, easy);
  set_login(imap, easy);
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, ask->command);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, imap->words);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, imap);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  imap->asking = TRUE;
  imap->id = net_multi_add(imap->multi, easy, on_done, imap);
  return TRUE;
}

/* --- readers of answers */

char *
net_imap_quote(const char *mailbox)
{
  GString *quoted = g_string_new("\"");
  for (const char *p = mailbox; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c(quoted, '\\');
    g_string_append_c(quoted, *p);
    if ((guchar)*p < ' ' || (guchar)*p > 126 || quoted->len > 500)
      return g_string_free(quoted, TRUE);
  }
  g_string_append_c(quoted, '"');
  return g_string_free(quoted, FALSE);
}

static guint32
number_at(const char *p, const char *end)
{
  guint64 n = 0;
  for (; p < end && g_ascii_isdigit(*p) && n <= G_MAXUINT32; p++)
    n = n * 10 + (guint64)(*p - '0');
  return n <= G_MAXUINT32 ? (guint32)n : 0;
}

guint32
net_imap_number(GBytes *lines, const char *word)
{
  gsize length = 0;
  const char *text = g_bytes_get_data(lines, &length);
  const char *at = length == 0 ? NULL : g_strstr_len(text, (gssize)length, word);
  if (at == NULL)
    return 0;
  at += strlen(word);
  while (at < text + length && *at == ' ')
    at++;
  return number_at(at, text + length);
}

static int
number_compare(gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;
  return x < y ? -1 : x > y;
}

GArray *
net_imap_found(GBytes *lines, guint32 after)
{
  static const char HEAD[] = "* SEARCH";
  gsize length = 0;
  const char *text = g_bytes_get_data(lines, &length);
  const char *end = text + length;
  GArray *found = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (const char *p = length == 0 ? NULL : g_strstr_len(text, (gssize)length, HEAD); p != NULL;
       p = g_strstr_len(p, end - p, HEAD))
    for (p += strlen(HEAD); p < end && *p == ' ';) {
      p++;
      guint32 n = number_at(p, end);
      if (n > after)
        g_array_append_val(found, n);
      while (p < end && g_ascii_isdigit(*p))
        p++;
    }
  g_array_sort(found, number_compare);
  return found;
}

/* "* 3 FETCH (UID 7 BODY[]<0> {1234}" and so many bytes. */
GBytes *
net_imap_literal(GBytes *lines)
{
  gsize length = 0;
  const char *text = g_bytes_get_data(lines, &length);
  const char *end = text + length;
  const char *body = length == 0 ? NULL : g_strstr_len(text, (gssize)length, "BODY[");
  const char *line = body == NULL ? NULL : memchr(body, '\n', (gsize)(end - body));
  const char *open = line == NULL ? NULL : g_strrstr_len(body, line - body, "{");
  if (open == NULL)
    return NULL;
  gsize n = number_at(open + 1, end);
  if (n > (gsize)(end - line - 1))
    return NULL;
  return g_bytes_new_from_bytes(lines, (gsize)(line + 1 - text), n);
}
