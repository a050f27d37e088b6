/* Reviewing: reading an item against its evidence, editing it, settling its findings, signing it.
 */
#ifndef GUICHET_CLINIC_REVIEW_H
#define GUICHET_CLINIC_REVIEW_H

#include "guichet/clinic/amendment.h"
#include "guichet/clinic/item.h"
#include "guichet/clinic/letter.h"
#include "guichet/clinic/patient.h"
#include "guichet/scribe/draft.h"
#include "guichet/scribe/transcript.h"

G_BEGIN_DECLS

/* A finding and what became of it. */
typedef struct {
  ScribeFinding *finding;
  char *override_reason; /* NULL: open */
  gint64 override_by, override_at;
  gboolean looked; /* an unsupported statement: this user looked at it, in these words */
} ClinicFinding;

typedef struct {
  ClinicItem *item;
  ClinicPatient *patient;       /* NULL for an item of nobody */
  ClinicLetter *letter;         /* to whom it goes; NULL for what is no letter */
  ClinicAmendment *amendment;   /* what it does to one before it; NULL */
  ScribeTranscript *transcript; /* NULL where there is none, or its key was destroyed */
  ScribeDraft *draft;           /* what the engine proposed: sections, statements, evidence */
  char *text;                   /* the newest revision */
  gint64 revision;              /* its id */
  guint seq;                    /* 1 is the engine's own */
  GPtrArray *findings;          /* of ClinicFinding, on `text`, by start */
} ClinicReview;

/* Opens an item: an audit event.  With `hold` it is also taken (OPEN of item.def) under a lease of
 * five minutes, renewed by clinic_review_renew(); held by another is BASE_ERROR_CONFLICT naming
 * who, and it may still be opened without `hold`.  A role without BODY_SEE is refused. */
gboolean clinic_review_open(ClinicSession *session, gint64 id, gboolean hold, ClinicReview **ret,
                            GError **error);
gboolean clinic_review_renew(ClinicSession *session, const ClinicReview *review, GError **error);
gboolean clinic_review_release(ClinicSession *session, const ClinicReview *review, GError **error);

/* Reads it anew after a change: item, findings, text. */
gboolean clinic_review_refresh(ClinicSession *session, ClinicReview *review, GError **error);

/* Stores a new revision, with the checks run on it (always); overrides of findings that are still
 * there, word for word, stay.  `review` is brought up to date.  Text that is the same as before
 * changes nothing. */
gboolean clinic_review_save(ClinicSession *session, ClinicReview *review, const char *text,
                            GError **error);

/* The checks alone, on a text that is not saved yet: GPtrArray of ScribeFinding.  Beside the
 * screen: clinic/recheck.h. */
gboolean clinic_review_check(ClinicSession *session, const ClinicReview *review, const char *text,
                             GPtrArray **ret, GError **error);

/* Overrides finding `index` of review->findings, with a reason (three letters at least).  A block
 * asks CLINIC_POWER_OVERRIDE_BLOCK. */
gboolean clinic_review_override(ClinicSession *session, ClinicReview *review, guint index,
                                const char *reason, GError **error);

/* Statements that nothing said carries (findings of the kind `unsupported` that were not
 * overridden) are signed only by who has looked at each: how many this user has not.  What was
 * looked at is kept with the item, for this user, until its words change. */
guint clinic_review_look_unseen(const ClinicReview *review);
/* Those with shown[index of review->findings] were before this user's eyes: an audit event, where
 * there are any for the first time.  Only for who has the item open. */
gboolean clinic_review_look(ClinicSession *session, ClinicReview *review, const gboolean *shown,
                            GError **error);
/* The user says to have read them all, where no screen can tell: an audit event that says so. */
gboolean clinic_review_look_attest(ClinicSession *session, ClinicReview *review, GError **error);

/* Signs exactly review->text: what is attested is the digest of text, findings and overrides,
 * transcript, engine, model and template; the payload for the outbox is made now and sent as it is,
 * byte for byte.  Refused while a block is open or an unsupported statement was not looked at, when
 * somebody else changed it, or when the proof is stale. */
gboolean clinic_review_sign(ClinicSession *session, ClinicReview *review, const ClinicProof *proof,
                            GError **error);

/* Revisions, oldest first. */
typedef struct {
  gint64 id, at, author; /* author 0: an engine */
  guint seq;
  char *author_name, *text;
} ClinicRevision;
gboolean clinic_review_history(ClinicSession *session, gint64 item, GPtrArray **ret,
                               GError **error);
void clinic_revision_free(ClinicRevision *revision);

/* The editor's journal: unsaved typing, sealed, one for each user and item; survives a crash. */
gboolean clinic_journal_save(ClinicSession *session, gint64 item, const char *text, GError **error);
gboolean clinic_journal_load(ClinicSession *session, gint64 item, char **ret, gint64 *ret_at,
                             GError **error);
gboolean clinic_journal_clear(ClinicSession *session, gint64 item, GError **error);

void clinic_review_free(ClinicReview *review);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicReview, clinic_review_free)

G_END_DECLS
#endif
