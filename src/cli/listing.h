/* Items as the command line names and prints them. */
#ifndef GUICHET_CLI_LISTING_H
#define GUICHET_CLI_LISTING_H

#include <jansson.h>

#include "guichet/clinic/queue.h"

/* Calls `each` for every item that the limit expression (NULL: the open ones) lets through, page by
 * page, in order; it returns FALSE to stop.  The item is lent. */
typedef gboolean (*CliListingEach)(const ClinicItem *item, gpointer data);
gboolean cli_listing_walk(ClinicSession *session, const char *limit, ClinicSort sort,
                          gboolean descending, CliListingEach each, gpointer data, GError **error);

/* "age", "since", "findings", "confidence". */
gboolean cli_listing_sort(const char *word, ClinicSort *ret, GError **error);

/* The ids that stand in argv after argv[0], and those of the limit where it is not NULL; at least
 * one way of the two must be used.  GArray of gint64. */
gboolean cli_listing_ids(ClinicSession *session, int argc, char **argv, const char *limit,
                         GArray **ret, GError **error);

/* All that the queue shows of an item, for --json.  Caller decrefs. */
json_t *cli_listing_json(const ClinicItem *item);

/* "3 h", "2 d": how long ago.  Caller frees. */
char *cli_listing_age(gint64 since);

#endif
