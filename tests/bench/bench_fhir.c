/* Notes to a FHIR server: what the program's own client costs beside bare libcurl that keeps its
 * connection and posts the same bytes to the same server. */
#include "ehr/peer.h"

#include <curl/curl.h>

#define worker_channel_done trip_done
#define worker_channel_fhir trip_channel_fhir
extern const WorkerChannel trip_channel_fhir;
#include "worker/channel_fhir.c"
#undef worker_channel_done

enum { NOTES = 20, TURNS = 6 };

static Peer peer;

static GPtrArray *
bundles_made(void)
{
  GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  json_t *fields = peer_fields();
  for (gint64 i = 0; i < NOTES; i++) {
    WireNote note = peer_note(1000 + i * 10, fields, NULL);
    char *bytes = NULL;
    gsize n = 0;
    g_assert(wire_fhir_note(&note, &bytes, &n, NULL));
    g_ptr_array_add(all, g_bytes_new_take(bytes, n));
  }
  json_decref(fields);
  return all;
}

static size_t
swallow(char *bytes, size_t size, size_t count, void *data)
{
  (void)bytes;
  (void)data;
  return size * count;
}

static double
bare(CURL *curl, const char *url, const GPtrArray *bundles)
{
  struct curl_slist *headers =
      curl_slist_append(NULL, "Content-Type: application/fhir+json; charset=utf-8");
  headers = curl_slist_append(headers, "Expect:");
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
  gint64 began = g_get_monotonic_time();
  for (guint i = 0; i < bundles->len; i++) {
    gsize n = 0;
    const void *bytes = g_bytes_get_data(bundles->pdata[i], &n);
    long status = 0;
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes);
    g_assert(curl_easy_perform(curl) == CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    g_assert(status == 200);
  }
  curl_slist_free_all(headers);
  return (double)(g_get_monotonic_time() - began) / 1e6;
}

static void
on_posted(const WorkerFhirReply *reply, gpointer data)
{
  g_assert(reply->status == 200);
  *(gboolean *)data = TRUE;
}

static double
own(Rig *rig, const GPtrArray *bundles)
{
  const Server *server = rig->state;
  gint64 began = g_get_monotonic_time();
  for (guint i = 0; i < bundles->len; i++) {
    gboolean over = FALSE;
    guint64 id = 0;
    worker_fhir_peer_ask(server->peer,
                         &(WorkerFhirAsk){.method = "POST",
                                          .path = "",
                                          .body = bundles->pdata[i],
                                          .done = on_posted,
                                          .data = &over},
                         &id);
    while (!over)
      net_multi_step(rig->run.multi, 1000);
  }
  return (double)(g_get_monotonic_time() - began) / 1e6;
}

/* All that the channel does: the transaction, and reading it back. */
static double
whole(Rig *rig, const GPtrArray *bundles)
{
  gint64 began = g_get_monotonic_time();
  for (guint i = 0; i < bundles->len; i++)
    g_assert(trip_make(rig, bundles->pdata[i], 1, NULL) == WORKER_DELIVERED);
  return (double)(g_get_monotonic_time() - began) / 1e6;
}

int
main(void)
{
  const char *missing = peer_missing();
  double spent[3] = {0};
  Rig rig;
  if (missing != NULL || !peer_start(&peer, "fhir.mjs", NULL)) {
    printf("bench-fhir: %s\n", missing != NULL ? missing : "the peer does not start");
    return missing != NULL ? 0 : 1;
  }
  peer.desk = g_strdup_printf("http://127.0.0.1:%s/control", peer.said);
  g_autofree char *base = g_strdup_printf("http://127.0.0.1:%s/fhir", peer.said);
  g_autoptr(GPtrArray) bundles = bundles_made();
  rig_open(&rig, &trip_channel_fhir, base, "", NULL, "");
  CURL *curl = curl_easy_init();
  for (int turn = 0; turn < TURNS + 1; turn++)
    for (int who = 0; who < 3; who++) { /* in turns, each on an empty server */
      peer_tell(&peer, "{\"reset\":true,\"faults\":{\"validate\":false}}");
      double s = who == 0   ? bare(curl, base, bundles)
                 : who == 1 ? own(&rig, bundles)
                            : whole(&rig, bundles);
      spent[who] += turn == 0 ? 0 : s; /* the first turn warms up */
    }
  double n = NOTES * TURNS;
  printf("FHIR, notes a second: bare libcurl %.1f, own client %.1f (%.2fx), with read-back %.1f "
         "(%.2fx)\n",
         n / spent[0], n / spent[1], spent[0] / spent[1], n / spent[2], spent[0] / spent[2]);
  curl_easy_cleanup(curl);
  rig_close(&rig);
  peer_stop(&peer);
  return spent[0] / spent[1] < 0.9;
}
