/* What the files of this room share of a session. */
#ifndef GUICHET_CLINIC_SESSION_PRIVATE_H
#define GUICHET_CLINIC_SESSION_PRIVATE_H

#include "guichet/clinic/session.h"
#include "guichet/scribe/check.h"
#include "guichet/store/tx.h"

struct ClinicSession {
  StoreHandle *store;
  gint64 user; /* 0 the worker */
  char *name, *title;
  ClinicRole role;
  gint64 serial;    /* random: a proof belongs to one session */
  gint64 opened_at; /* monotonic */
  guint failures;
  gint64 last_failed;
  GHashTable *titles;     /* user id → title; user.c */
  GHashTable *names;      /* patient id → name; patient.c */
  gint64 cached_at;       /* clinic_session_version() of both */
  gint64 checked_at;      /* the version at which `role` was read */
  GMutex lexicon_lock;    /* a recheck may ask for it from its own thread */
  ScribeLexicon *lexicon; /* check.c; NULL until it is asked for; never changed after */
  gint64 reminded_at;     /* monotonic: when reading reminders left its last event; 0 never */
  gboolean gone;          /* disabled since */
  gboolean announced;     /* its login is in the chain, so its end will be too */
};

StoreHandle *clinic_session_store(ClinicSession *session);

/* Adds an event by this user to the open transaction. */
void clinic_session_event(ClinicSession *session, StoreEventKind kind, gint64 subject,
                          gint64 patient, const char *detail);

/* Empties the caches of names when anybody has written since.  clinic_session_require() comes
 * before store_tx_begin(): a refusal is a transaction of its own. */
void clinic_session_refresh(ClinicSession *session);

#endif
