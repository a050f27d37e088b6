#include "guichet/net/mllp.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/net/http.h"
#include "net/mllp_frame.h"
#include "net/stream.h"

enum { MLLP_PORT = 2575 };

typedef struct {
  guint64 id;
  NetMllpMessage message; /* bytes NULL: only to connect */
  gboolean written;       /* handed to the stream */
} Waiting;

struct NetMllp {
  NetMulti *multi;
  char *host;
  guint port;
  NetTls *tls; /* NULL: plain */
  NetStream *stream;
  gboolean open;
  NetMllpFrame frame;
  GQueue queue; /* of Waiting; the head is under way */
  guint64 last_id, strays;
};

static void mllp_turn(NetMllp *mllp);

gboolean
net_mllp_address(const char *url, char **ret_host, guint *ret_port, gboolean *ret_tls,
                 GError **error)
{
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri == NULL ? NULL : g_uri_get_scheme(uri);
  const char *host = uri == NULL ? NULL : g_uri_get_host(uri);
  gboolean tls = g_strcmp0(scheme, "mllps") == 0;
  if (host == NULL || *host == '\0' || (!tls && g_strcmp0(scheme, "mllp") != 0)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        "an HL7 address is written mllps://HOST:PORT (or mllp:// on this host)");
    return FALSE;
  }
  if (!tls && !net_http_is_loopback(url)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        "plain mllp is for this host only; use mllps for another host");
    return FALSE;
  }
  *ret_host = g_strdup(host);
  *ret_port = g_uri_get_port(uri) < 0 ? MLLP_PORT : (guint)g_uri_get_port(uri);
  *ret_tls = tls;
  return TRUE;
}

gboolean
net_mllp_new(NetMulti *multi, const NetMllpTo *to, NetMllp **ret, GError **error)
{
  const NetTlsFiles files = {to->ca_file, to->pin, to->cert_file, to->key_file};
  g_autofree char *host = NULL;
  guint port = 0;
  gboolean secure = FALSE;
  NetTls *tls = NULL;
  if (!net_mllp_address(to->url, &host, &port, &secure, error))
    return FALSE;
  if (secure && (tls = net_tls_client(&files, error)) == NULL)
    return FALSE;
  NetMllp *mllp = g_new0(NetMllp, 1);
  mllp->multi = multi;
  mllp->host = g_steal_pointer(&host);
  mllp->port = port;
  mllp->tls = tls;
  net_mllp_frame_init(&mllp->frame, NET_MLLP_CAP);
  g_queue_init(&mllp->queue);
  *ret = mllp;
  return TRUE;
}

static void
mllp_hang_up(NetMllp *mllp)
{
  net_stream_free(g_steal_pointer(&mllp->stream));
  mllp->open = FALSE;
  mllp->strays += mllp->frame.strays;
  net_mllp_frame_clear(&mllp->frame);
  net_mllp_frame_init(&mllp->frame, NET_MLLP_CAP);
}

/* Takes the first one off the queue and tells it. */
static void
mllp_end_first(NetMllp *mllp, const GError *error)
{
  Waiting *first = g_queue_pop_head(&mllp->queue);
  first->message.done(error, first->message.data);
  g_clear_pointer(&first->message.bytes, g_bytes_unref);
  g_free(first);
}

/* Its last byte was taken by the system: the receiver may have it. */
static gboolean
mllp_has_left(const NetMllp *mllp, const Waiting *one)
{
  return one->written && mllp->stream != NULL && net_stream_is_flushed(mllp->stream);
}

/* What became of the first one when the line went; `why` may be NULL. */
static GError *
mllp_loss(NetMllp *mllp, const GError *why)
{
  const Waiting *first = g_queue_peek_head(&mllp->queue);
  const char *words = why != NULL ? why->message : "the receiver hung up";
  if (mllp_has_left(mllp, first))
    return g_error_new_literal(BASE_ERROR, BASE_ERROR_AMBIGUOUS, words);
  return g_error_new_literal(BASE_ERROR, BASE_ERROR_UNAVAILABLE, words);
}

static void
mllp_on_closed(const GError *error, gpointer data)
{
  NetMllp *mllp = data;
  gboolean waits = !g_queue_is_empty(&mllp->queue);
  g_autoptr(GError) loss = waits ? mllp_loss(mllp, error) : NULL;
  mllp_hang_up(mllp);
  if (!waits)
    return;
  mllp_end_first(mllp, loss);
  mllp_turn(mllp);
}

static gboolean
mllp_on_frame(const char *bytes, gsize n, gpointer data)
{
  NetMllp *mllp = data;
  const NetStream *stream = mllp->stream;
  Waiting *first = g_queue_peek_head(&mllp->queue);
  NetMllpVerdict verdict = first == NULL || !first->written
                               ? NET_MLLP_STRAY
                               : first->message.answer(bytes, n, first->message.data);
  if (verdict == NET_MLLP_STRAY)
    mllp->strays++;
  if (verdict == NET_MLLP_STRAY || verdict == NET_MLLP_MORE)
    return TRUE;
  if (verdict == NET_MLLP_DONE) {
    mllp_end_first(mllp, NULL);
    mllp_turn(mllp);
    return mllp->stream == stream;
  }
  g_autoptr(GError) broken = g_error_new_literal(BASE_ERROR, BASE_ERROR_AMBIGUOUS,
                                                 "what came back is no HL7 acknowledgement");
  mllp_hang_up(mllp);
  mllp_end_first(mllp, broken);
  mllp_turn(mllp);
  return FALSE;
}

static void
mllp_on_bytes(const guint8 *bytes, gsize n, gpointer data)
{
  NetMllp *mllp = data;
  NetStream *stream = mllp->stream;
  gboolean good = net_mllp_frame_feed(&mllp->frame, bytes, n, mllp_on_frame, mllp);
  if (!good && mllp->stream == stream) {
    g_autoptr(GError) why = g_error_new_literal(BASE_ERROR, BASE_ERROR_PROTOCOL,
                                                "the receiver's answer is larger than 4 MiB");
    mllp_on_closed(why, mllp);
  }
}

static void
mllp_on_open(gpointer data)
{
  NetMllp *mllp = data;
  mllp->open = TRUE;
  mllp_turn(mllp);
}

static void
mllp_connect(NetMllp *mllp)
{
  const NetStreamEvents events = {mllp_on_open, mllp_on_bytes, mllp_on_closed};
  mllp->stream = net_stream_connect(mllp->multi, mllp->host, mllp->port, mllp->tls, &events, mllp);
}

/* Writes the first one where the line stands; else calls the receiver. */
static void
mllp_turn(NetMllp *mllp)
{
  Waiting *first = g_queue_peek_head(&mllp->queue);
  if (first == NULL || first->written)
    return;
  if (mllp->open && !net_stream_is_alive(mllp->stream))
    mllp_hang_up(mllp); /* closed while it was idle: nothing of this one is on it */
  if (mllp->stream == NULL)
    mllp_connect(mllp);
  if (!mllp->open)
    return;
  if (first->message.bytes == NULL) {
    mllp_end_first(mllp, NULL);
    mllp_turn(mllp);
    return;
  }
  g_autoptr(GBytes) framed = net_mllp_frame_make(first->message.bytes);
  gsize n = 0;
  const void *bytes = g_bytes_get_data(framed, &n);
  first->written = TRUE;
  net_stream_write(mllp->stream, bytes, n);
}

/* The first one connects even where the line stands, so that nothing is called back from inside. */
static guint64
mllp_queue(NetMllp *mllp, const NetMllpMessage *message, GBytes *bytes)
{
  Waiting *one = g_new0(Waiting, 1);
  one->id = ++mllp->last_id;
  one->message = *message;
  one->message.bytes = bytes == NULL ? NULL : g_bytes_ref(bytes);
  g_queue_push_tail(&mllp->queue, one);
  if (bytes == NULL && mllp->open && g_queue_get_length(&mllp->queue) == 1)
    mllp_hang_up(mllp);
  mllp_turn(mllp);
  return one->id;
}

guint64
net_mllp_send(NetMllp *mllp, const NetMllpMessage *message)
{
  return mllp_queue(mllp, message, message->bytes);
}

guint64
net_mllp_knock(NetMllp *mllp, const NetMllpMessage *message)
{
  return mllp_queue(mllp, message, NULL);
}

static GError *
mllp_cancelled(const NetMllp *mllp, const Waiting *one)
{
  return mllp_has_left(mllp, one)
             ? g_error_new_literal(BASE_ERROR, BASE_ERROR_AMBIGUOUS, "no answer came in time")
             : g_error_new_literal(BASE_ERROR, BASE_ERROR_CANCELLED,
                                   "called off before the message had left");
}

void
net_mllp_cancel(NetMllp *mllp, guint64 id)
{
  guint n = g_queue_get_length(&mllp->queue), at = 0;
  while (at < n && ((Waiting *)g_queue_peek_nth(&mllp->queue, at))->id != id)
    at++;
  if (at == n)
    return;
  Waiting *one = g_queue_peek_nth(&mllp->queue, at);
  g_autoptr(GError) why = mllp_cancelled(mllp, one);
  if (at == 0) { /* its answer may still come: not on a line that the next one uses */
    mllp_hang_up(mllp);
    mllp_end_first(mllp, why);
    mllp_turn(mllp);
    return;
  }
  g_queue_remove(&mllp->queue, one);
  one->message.done(why, one->message.data);
  g_clear_pointer(&one->message.bytes, g_bytes_unref);
  g_free(one);
}

guint64
net_mllp_strays(const NetMllp *mllp)
{
  return mllp->strays + mllp->frame.strays;
}

void
net_mllp_free(NetMllp *mllp)
{
  if (mllp == NULL)
    return;
  Waiting *first = g_queue_peek_head(&mllp->queue);
  g_autoptr(GError) why = first == NULL ? NULL : mllp_cancelled(mllp, first);
  g_autoptr(GError) unsent = g_error_new_literal(BASE_ERROR, BASE_ERROR_CANCELLED,
                                                 "called off before the message had left");
  mllp_hang_up(mllp);
  for (gboolean head = TRUE; !g_queue_is_empty(&mllp->queue); head = FALSE)
    mllp_end_first(mllp, head ? why : unsent);
  net_mllp_frame_clear(&mllp->frame);
  net_tls_free(mllp->tls);
  g_free(mllp->host);
  g_free(mllp);
}
