/* The audit trail. */
#ifndef GUICHET_CLINIC_AUDIT_H
#define GUICHET_CLINIC_AUDIT_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef struct {
  gint64 lines;   /* verified */
  gint64 anchors; /* compared */
  gint64 bad_seq; /* the first line that is wrong; 0 none */
  char *bad_why;  /* changed, removed, reordered, inserted, cut off (past which anchor); NULL */
} ClinicAuditReport;

/* Walks the chain from its first line and compares each anchor.  TRUE with bad_seq set when
 * something is wrong; FALSE when it could not look.  `progress` may be NULL; it returns FALSE to
 * cancel. */
gboolean clinic_audit_verify(ClinicSession *session,
                             gboolean (*progress)(gint64 done, gint64 all, gpointer data),
                             gpointer data, ClinicAuditReport **ret, GError **error);
void clinic_audit_report_free(ClinicAuditReport *report);

/* Writes today's anchor (once a day, and at the end of `init`): DIR/anchors/2026-11-24.anchor with
 * seq, link and an Ed25519 signature; DIR/anchors/public.key beside it. */
gboolean clinic_audit_anchor(ClinicSession *session, GError **error);

typedef struct {
  gint64 seq, at, actor, subject, patient;
  const char *what; /* the event's word */
  char *actor_name, *detail;
} ClinicAuditLine;

/* Lines after `after`, at most `most`; `patient` or `actor` other than 0 narrows.  GPtrArray of
 * ClinicAuditLine. */
gboolean clinic_audit_list(ClinicSession *session, gint64 after, gint64 patient, gint64 actor,
                           guint most, GPtrArray **ret, GError **error);
void clinic_audit_line_free(ClinicAuditLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicAuditReport, clinic_audit_report_free)

G_END_DECLS
#endif
