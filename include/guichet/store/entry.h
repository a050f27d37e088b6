/* What stands in a calendar, one VEVENT a row: its text sealed under its patient's key (the
 * clinic's while nobody knows the patient), its UID a look-up tag. */
#ifndef GUICHET_STORE_ENTRY_H
#define GUICHET_STORE_ENTRY_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, version, calendar;
  VaultTag series;   /* of the UID */
  VaultTag part;     /* of UID and RECURRENCE-ID: one row each in a calendar */
  VaultTag resource; /* of the file or href that holds it; with `in_resource` */
  VaultTag digest;   /* of the text */
  gint64 rank;       /* SEQUENCE and time stamp: what is larger is newer */
  gint64 patient;    /* 0 unknown */
  gboolean in_resource;
  gboolean recurs; /* a series, or one occurrence of a series */
  gboolean gone;   /* no longer in the calendar */
  gboolean stale;  /* its appointments do not follow it yet */
} StoreEntry;

/* The tags: of a UID; of a UID and what names the occurrence ("" the master); of a resource; of a
 * text as it is compared. */
void store_entry_series(StoreHandle *store, const char *uid, VaultTag *ret);
void store_entry_part(StoreHandle *store, const char *uid, const char *occurrence, VaultTag *ret);
void store_entry_resource(StoreHandle *store, const char *href, VaultTag *ret);
void store_entry_digest(StoreHandle *store, const char *text, VaultTag *ret);

/* Writers run inside a transaction.  entry->id 0 adds a row, and sets id and version; else it is
 * changed from entry->version, which then is one more: BASE_ERROR_CONFLICT where another is there.
 */
gboolean store_entry_put(StoreHandle *store, StoreEntry *entry, const char *text, GError **error);
/* Only `gone` and `stale`, as they stand in `entry`; the text stays. */
gboolean store_entry_mark(StoreHandle *store, const StoreEntry *entry, GError **error);
/* No entry of the series is stale any more. */
gboolean store_entry_fresh(StoreHandle *store, gint64 calendar, const VaultTag *series,
                           GError **error);
/* Every series of the calendar is stale: it must be spelt out further. */
gboolean store_entry_extend(StoreHandle *store, gint64 calendar, GError **error);

/* FALSE with no error set where there is none. */
gboolean store_entry_find(StoreHandle *store, gint64 calendar, const VaultTag *part,
                          StoreEntry *ret, GError **error);

/* Entries of a calendar after `after`; of one resource of it; of those stale: by id, at most
 * `most`.  GArray of StoreEntry. */
gboolean store_entry_page(StoreHandle *store, gint64 calendar, gint64 after, guint most,
                          GArray **ret, GError **error);
gboolean store_entry_held(StoreHandle *store, gint64 calendar, const VaultTag *resource,
                          gint64 after, guint most, GArray **ret, GError **error);
gboolean store_entry_behind(StoreHandle *store, gint64 calendar, guint most, GArray **ret,
                            GError **error);

/* Each entry of one series with its text, at most `most`; FALSE of `each` ends it.  A text whose
 * key was destroyed is NULL. */
typedef gboolean (*StoreEntryFunc)(const StoreEntry *entry, const char *text, gpointer data);
gboolean store_entry_each(StoreHandle *store, gint64 calendar, const VaultTag *series, guint most,
                          StoreEntryFunc each, gpointer data, GError **error);

G_END_DECLS
#endif
