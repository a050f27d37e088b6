#include "net/multi.h"

#include <poll.h>

struct NetMulti {
  CURLM *multi;
  GHashTable *carried; /* number → Carried */
  GHashTable *watched; /* number → Watched */
  GArray *doomed;      /* numbers cancelled while libcurl was at work */
  guint64 last_id;
  gboolean inside; /* libcurl is at work: it may not be asked to remove a handle */
  gint woken;
};

typedef struct {
  guint64 id;
  CURL *easy;
  NetMultiDone done;
  gpointer data;
} Carried;

typedef struct {
  guint64 id;
  int fd;
  short events;
  NetMultiReady ready;
  gpointer data;
} Watched;

NetMulti *
net_multi_new(void)
{
  static gsize once;
  if (g_once_init_enter(&once)) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    g_once_init_leave(&once, 1);
  }
  NetMulti *multi = g_new0(NetMulti, 1);
  multi->multi = curl_multi_init();
  if (multi->multi == NULL)
    g_error("libcurl cannot start: no memory or no descriptor is left"); /* nothing else works */
  multi->carried = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
  multi->watched = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
  multi->doomed = g_array_new(FALSE, FALSE, sizeof(guint64));
  return multi;
}

static void
carried_end(NetMulti *multi, Carried *one, CURLcode code)
{
  g_hash_table_steal(multi->carried, &one->id);
  curl_multi_remove_handle(multi->multi, one->easy);
  one->done(one->easy, code, one->data);
  g_free(one);
}

void
net_multi_free(NetMulti *multi)
{
  GHashTableIter at;
  gpointer one;
  if (multi == NULL)
    return;
  while (g_hash_table_iter_init(&at, multi->carried), g_hash_table_iter_next(&at, NULL, &one))
    carried_end(multi, one, CURLE_ABORTED_BY_CALLBACK);
  g_hash_table_unref(multi->carried);
  g_hash_table_unref(multi->watched);
  g_array_unref(multi->doomed);
  curl_multi_cleanup(multi->multi);
  g_free(multi);
}

guint64
net_multi_add(NetMulti *multi, CURL *easy, NetMultiDone done, gpointer data)
{
  Carried *one = g_new0(Carried, 1);
  *one = (Carried){++multi->last_id, easy, done, data};
  curl_easy_setopt(easy, CURLOPT_PRIVATE, one);
  curl_multi_add_handle(multi->multi, easy);
  g_hash_table_insert(multi->carried, &one->id, one);
  return one->id;
}

void
net_multi_cancel(NetMulti *multi, guint64 id)
{
  Carried *one = g_hash_table_lookup(multi->carried, &id);
  if (one == NULL)
    return;
  if (multi->inside)
    g_array_append_val(multi->doomed, id);
  else
    carried_end(multi, one, CURLE_ABORTED_BY_CALLBACK);
}

gboolean
net_multi_busy(const NetMulti *multi)
{
  return g_hash_table_size(multi->carried) > 0 || g_hash_table_size(multi->watched) > 0;
}

void
net_multi_wake(NetMulti *multi)
{
  g_atomic_int_set(&multi->woken, 1);
  curl_multi_wakeup(multi->multi);
}

gboolean
net_multi_woken(NetMulti *multi)
{
  return g_atomic_int_exchange(&multi->woken, 0) != 0;
}

/* --- sockets of others */

guint64
net_multi_watch(NetMulti *multi, int fd, short events, NetMultiReady ready, gpointer data)
{
  Watched *one = g_new0(Watched, 1);
  *one = (Watched){++multi->last_id, fd, events, ready, data};
  g_hash_table_insert(multi->watched, &one->id, one);
  return one->id;
}

void
net_multi_expect(NetMulti *multi, guint64 watch, short events)
{
  Watched *one = g_hash_table_lookup(multi->watched, &watch);
  if (one != NULL)
    one->events = events;
}

void
net_multi_unwatch(NetMulti *multi, guint64 watch)
{
  g_hash_table_remove(multi->watched, &watch);
}

/* libcurl knows three of poll's words, by names of its own, and reports a closed socket as
 * readable. */
static short
wait_words(short events)
{
  return (short)((events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                 (events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
                 (events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
}

static struct curl_waitfd *
watched_list(NetMulti *multi, guint64 **ret_ids, guint *ret_n)
{
  GHashTableIter at;
  gpointer value;
  guint n = 0, most = g_hash_table_size(multi->watched);
  struct curl_waitfd *list = g_new0(struct curl_waitfd, most);
  *ret_ids = g_new(guint64, most);
  g_hash_table_iter_init(&at, multi->watched);
  while (g_hash_table_iter_next(&at, NULL, &value)) {
    const Watched *one = value;
    (*ret_ids)[n] = one->id;
    list[n].fd = one->fd;
    list[n++].events = wait_words(one->events);
  }
  *ret_n = n;
  return list;
}

/* A callback may have taken another watch away. */
static void
watched_tell(NetMulti *multi, const struct curl_waitfd *list, const guint64 *ids, guint n)
{
  for (guint i = 0; i < n; i++) {
    const Watched *one = g_hash_table_lookup(multi->watched, &ids[i]);
    struct pollfd now = {list[i].fd, one != NULL ? one->events : 0, 0};
    if (one != NULL && poll(&now, 1, 0) > 0)
      one->ready(now.revents, one->data);
  }
}

/* --- a step */

static void
multi_perform(NetMulti *multi)
{
  int running = 0;
  multi->inside = TRUE;
  curl_multi_perform(multi->multi, &running);
  multi->inside = FALSE;
}

static void
multi_tell_done(NetMulti *multi)
{
  const CURLMsg *message;
  int left = 0;
  while ((message = curl_multi_info_read(multi->multi, &left)) != NULL) {
    char *private = NULL;
    CURLcode code = message->data.result; /* gone with the handle */
    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
    carried_end(multi, (Carried *)(gpointer) private, code);
  }
}

static void
multi_end_doomed(NetMulti *multi)
{
  while (multi->doomed->len > 0) {
    guint64 id = g_array_index(multi->doomed, guint64, 0);
    g_array_remove_index(multi->doomed, 0);
    net_multi_cancel(multi, id);
  }
}

void
net_multi_step(NetMulti *multi, guint wait_ms)
{
  guint n = 0;
  g_autofree guint64 *ids = NULL;
  multi_perform(multi);
  g_autofree struct curl_waitfd *list = watched_list(multi, &ids, &n);
  curl_multi_poll(multi->multi, list, n, (int)MIN(wait_ms, (guint)G_MAXINT), NULL);
  multi_perform(multi);
  multi_end_doomed(multi);
  multi_tell_done(multi);
  watched_tell(multi, list, ids, n);
}
