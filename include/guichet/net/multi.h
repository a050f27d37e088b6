/* One libcurl multi handle: it carries the transfers of every protocol, many at once, driven by one
 * thread.  net/http and its like begin transfers on it; whoever owns it steps it.
 *
 *     NetMulti *multi = net_multi_new();
 *     NetHttp *http = net_http_new_on(multi);        // … and others
 *     for (;;)
 *       net_multi_step(multi, 1000);                 // callbacks run inside */
#ifndef GUICHET_NET_MULTI_H
#define GUICHET_NET_MULTI_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct NetMulti NetMulti;

NetMulti *net_multi_new(void);
/* Transfers still under way end as cancelled (their callbacks are called).  After all that was made
 * on it.  NULL is fine. */
void net_multi_free(NetMulti *multi);

/* Moves bytes, waiting at most `wait_ms` for something to happen, whether or not anything is under
 * way.  A signal or net_multi_wake() ends the wait. */
void net_multi_step(NetMulti *multi, guint wait_ms);
/* Something is under way. */
gboolean net_multi_busy(const NetMulti *multi);
/* Ends the wait of net_multi_step(), or of the next one; from any thread. */
void net_multi_wake(NetMulti *multi);
/* It was woken since this was last asked. */
gboolean net_multi_woken(NetMulti *multi);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetMulti, net_multi_free)

G_END_DECLS
#endif
