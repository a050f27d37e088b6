/* What the protocols of this room put on a multi handle. */
#ifndef GUICHET_NET_MULTI_PRIVATE_H
#define GUICHET_NET_MULTI_PRIVATE_H

#include <curl/curl.h>

#include "guichet/net/multi.h"

/* Once, at the end: the handle has left the multi handle and is the callee's to clean up.  A
 * cancelled one comes with CURLE_ABORTED_BY_CALLBACK.  It may begin and cancel others. */
typedef void (*NetMultiDone)(CURL *easy, CURLcode code, gpointer data);

/* Begins the transfer of a handle that is set up.  Returns its number, never 0. */
guint64 net_multi_add(NetMulti *multi, CURL *easy, NetMultiDone done, gpointer data);
/* Ends it now, its `done` included; from inside a callback of libcurl, as soon as that returns.  A
 * number that is over is fine. */
void net_multi_cancel(NetMulti *multi, guint64 id);

/* A socket that is not libcurl's: `ready` is called with what poll(2) said of it, in
 * net_multi_step(). */
typedef void (*NetMultiReady)(short happened, gpointer data);
guint64 net_multi_watch(NetMulti *multi, int fd, short events, NetMultiReady ready, gpointer data);
/* What is waited for from now on, POLLIN or POLLOUT or both. */
void net_multi_expect(NetMulti *multi, guint64 watch, short events);
void net_multi_unwatch(NetMulti *multi, guint64 watch);

#endif
