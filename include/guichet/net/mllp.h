/* MLLP: HL7 v2 messages over TCP or TLS, on a multi handle.
 *
 * A sender keeps one connection to one receiver and has one message under way at a time, so that an
 * answer can only be that message's; what comes late finds its connection closed.  TLS is always
 * verified; plain TCP is for this host only. */
#ifndef GUICHET_NET_MLLP_H
#define GUICHET_NET_MLLP_H

#include "guichet/net/multi.h"

G_BEGIN_DECLS

#define NET_MLLP_CAP (4u * 1024u * 1024u) /* bytes of a message that comes in */

typedef struct NetMllp NetMllp;

typedef struct {
  const char *url; /* "mllps://HOST:PORT", or "mllp://HOST:PORT" on this host; the port may be left
                      out: 2575 */
  /* NULL or "" where not wanted; see src/net/tls.h */
  const char *ca_file, *pin, *cert_file, *key_file;
} NetMllpTo;

typedef enum {
  NET_MLLP_STRAY, /* not ours: dropped and counted */
  NET_MLLP_MORE,  /* ours, and another one is to come */
  NET_MLLP_DONE,
  NET_MLLP_BROKEN, /* no answer at all in this protocol: the connection is given up */
} NetMllpVerdict;

typedef struct {
  GBytes *bytes;
  /* Each frame that comes while the message is under way. */
  NetMllpVerdict (*answer)(const char *bytes, gsize n, gpointer data);
  /* Once.  `error` is NULL after NET_MLLP_DONE.  BASE_ERROR_UNAVAILABLE, BASE_ERROR_CANCELLED: it
   * has surely not arrived, its end never left.  BASE_ERROR_AMBIGUOUS: it left, and its answer did
   * not come. */
  void (*done)(const GError *error, gpointer data);
  gpointer data;
} NetMllpMessage;

/* BASE_ERROR_CONFIG: not such a URL, plain TCP to another host, files that cannot be used. */
gboolean net_mllp_new(NetMulti *multi, const NetMllpTo *to, NetMllp **ret, GError **error);
/* What is under way ends as cancelled. */
void net_mllp_free(NetMllp *mllp);

/* Behind those that wait; connects where there is no connection.  Never calls back from inside.
 * Returns its number. */
guint64 net_mllp_send(NetMllp *mllp, const NetMllpMessage *message);
/* Ends it now; its `done` is called.  A number that is over is fine. */
void net_mllp_cancel(NetMllp *mllp, guint64 id);
/* Only connects (and shakes hands): `done` with NULL when it stands.  For asking whether a receiver
 * is there; it is a message without bytes. */
guint64 net_mllp_knock(NetMllp *mllp, const NetMllpMessage *message);

/* Frames that answered nothing of ours, and bytes outside of frames. */
guint64 net_mllp_strays(const NetMllp *mllp);

/* HOST and PORT of such a URL; *ret_tls: mllps.  BASE_ERROR_CONFIG. */
gboolean net_mllp_address(const char *url, char **ret_host, guint *ret_port, gboolean *ret_tls,
                          GError **error);

/* --- listening */

typedef struct NetMllpListener NetMllpListener;

typedef struct {
  const char *url; /* as above: the address to bind; port 0 lets the system choose */
  /* For mllps; ca_file asks for a caller's certificate, and must be there for any address but this
   * host's own: who may write patients is known. */
  const char *cert_file, *key_file, *ca_file;
  guint connections; /* most at a time; 0: 16 */
  guint idle_ms;     /* a silent one is closed after; 0: 300 s */
  /* A message came: the answers to it, in order (GPtrArray of GBytes); NULL closes the connection
   * without a word, as when nothing could be recorded. */
  GPtrArray *(*message)(const char *bytes, gsize n, gpointer data);
  gpointer data;
} NetMllpListen;

/* BASE_ERROR_CONFIG: no such address, files that cannot be used, a network without ca_file;
 * BASE_ERROR_UNAVAILABLE: the address is taken, or not this host's. */
gboolean net_mllp_listen(NetMulti *multi, const NetMllpListen *at, NetMllpListener **ret,
                         GError **error);
/* Whether something takes connections there (within three seconds); an address that means all of
 * this host's is asked as this host. */
gboolean net_mllp_listen_answers(const char *url);
guint net_mllp_listen_port(const NetMllpListener *listener);
/* Closes what was silent for too long; a few times a minute. */
void net_mllp_listen_look(NetMllpListener *listener);
void net_mllp_listen_end(NetMllpListener *listener);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetMllp, net_mllp_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetMllpListener, net_mllp_listen_end)

G_END_DECLS
#endif
