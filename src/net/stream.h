/* A connection of our own on a multi handle: bytes both ways over TCP or TLS, never blocking.
 *
 * A callback may free the stream, or write to it. */
#ifndef GUICHET_NET_STREAM_H
#define GUICHET_NET_STREAM_H

#include "net/multi.h"
#include "net/tls.h"

G_BEGIN_DECLS

typedef struct NetStream NetStream;

typedef struct {
  void (*open)(gpointer data); /* connected, and the handshake is over */
  void (*bytes)(const guint8 *bytes, gsize n, gpointer data);
  /* Once: nothing more will come.  `error` NULL: the other side closed in order. */
  void (*closed)(const GError *error, gpointer data);
} NetStreamEvents;

/* Resolves (in a thread, where it takes a name server) and connects, to one address after the
 * other. `tls` NULL: plain; it must live as long as the stream. */
NetStream *net_stream_connect(NetMulti *multi, const char *host, guint port, NetTls *tls,
                              const NetStreamEvents *events, gpointer data);
/* On an accepted socket, which is then the stream's. */
NetStream *net_stream_accept(NetMulti *multi, int fd, NetTls *tls, const NetStreamEvents *events,
                             gpointer data);
/* Closes. */
void net_stream_free(NetStream *stream);

/* Queued, and sent as the line takes it. */
void net_stream_write(NetStream *stream, const void *bytes, gsize n);
/* All that was written has been taken by the system. */
gboolean net_stream_is_flushed(const NetStream *stream);
/* Open, and the other side has not closed meanwhile: asked of the system itself. */
gboolean net_stream_is_alive(const NetStream *stream);

G_END_DECLS
#endif
