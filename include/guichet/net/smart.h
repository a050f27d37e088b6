/* SMART Backend Services: access tokens for a service without a person at it.
 *
 * A client assertion (JWT, RS384 or ES384, a key of our own) is exchanged for a token, which is
 * kept until shortly before it ends. */
#ifndef GUICHET_NET_SMART_H
#define GUICHET_NET_SMART_H

#include "guichet/net/http.h"

G_BEGIN_DECLS

typedef struct NetSmart NetSmart;

typedef struct {
  const char *token_url;
  const char *client_id, *scope;
  const char *private_key; /* PEM: RSA of 2048 bits at least is signed by RS384, P-384 by ES384 */
  const char *key_id;      /* kid, as the service knows the public key */
  const char *ca_file, *pin, *cert_file, *key_file; /* of the connection; NULL: none */
} NetSmartClient;

/* BASE_ERROR_CONFIG: something is missing, or the key cannot sign. */
gboolean net_smart_new(NetHttp *http, const NetSmartClient *client, NetSmart **ret, GError **error);
/* Who waits for a token is told that it was called off. */
void net_smart_free(NetSmart *smart);

/* `done` once, at once where a token is at hand: `token` is good until the callback returns.
 * BASE_ERROR_DENIED: the service refuses this client; BASE_ERROR_UNAVAILABLE: it does not answer.
 */
typedef void (*NetSmartDone)(const char *token, const GError *error, gpointer data);
void net_smart_token(NetSmart *smart, NetSmartDone done, gpointer data);
/* Nobody waits any more with this `data`; its `done` is not called. */
void net_smart_leave(NetSmart *smart, gpointer data);
/* The token was refused: the next one is asked for anew. */
void net_smart_forget(NetSmart *smart);

/* The assertion alone.  Caller frees.  `now` in microseconds. */
gboolean net_smart_assertion(const NetSmartClient *client, const char *unique, gint64 now,
                             char **ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetSmart, net_smart_free)

G_END_DECLS
#endif
