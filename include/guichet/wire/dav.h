/* WebDAV and CalDAV as XML: what we ask (RFC 4791, RFC 6578), and the multistatus that comes back
 * (RFC 4918).  Pure: bytes in, values out.
 *
 * What comes from a server is read with no DTD, no entity of its own, nothing fetched, and bounded
 * depth and number. */
#ifndef GUICHET_WIRE_DAV_H
#define GUICHET_WIRE_DAV_H

#include <glib.h>

G_BEGIN_DECLS

#define WIRE_DAV_MOST 500000u /* resources of one answer */

typedef struct {
  char *href;             /* as the server wrote it */
  char *path;             /* the same without host and escapes: what names the resource */
  char *etag;             /* "" */
  char *data;             /* calendar-data; NULL where there was none */
  char *token;            /* sync-token, of a collection; "" */
  char *name;             /* displayname; "" */
  char *principal, *home; /* hrefs: current-user-principal, calendar-home-set; "" */
  guint status;           /* 200, 404, … */
  gboolean collection, calendar;
  gboolean no_events; /* a calendar that takes other things alone, such as tasks */
} WireDavResource;

typedef struct {
  GPtrArray *resources; /* of WireDavResource */
  char *token;          /* sync-token of the answer; "" */
  gboolean bad_token;   /* it is an error: our token is no longer good */
} WireDavAnswer;

/* A multistatus, or a DAV error.  Anything else, or broken: BASE_ERROR_DATA. */
gboolean wire_dav_read(const char *bytes, gsize length, WireDavAnswer **ret, GError **error);
void wire_dav_free(WireDavAnswer *answer);

/* Bodies of requests; callers free. */
/* PROPFIND: what is it, its token, and where else to look (RFC 6764) */
char *wire_dav_ask_about(void);
char *wire_dav_ask_changes(const char *token); /* REPORT sync-collection; "": everything */
char *wire_dav_ask_list(void); /* REPORT calendar-query, Depth: 1: ETags of events */
char *wire_dav_ask_data(const char *const *hrefs, guint n); /* REPORT calendar-multiget */

/* The path of an href or URL, without escapes and without a slash at its end; caller frees. */
char *wire_dav_path(const char *href);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireDavAnswer, wire_dav_free)

G_END_DECLS
#endif
