/* A draft: what an engine proposes; sections of statements, each with its evidence; and the
 * findings that the checks made of it.  The JSON form is "guichet.draft/1".
 *
 * Offsets are Unicode code points: a finding's and a statement's count from the start of the
 * draft's text, an evidence's from the start of its turn's text.  Turns count from 0.  Ends are
 * exclusive. */
#ifndef GUICHET_SCRIBE_DRAFT_H
#define GUICHET_SCRIBE_DRAFT_H

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

typedef struct {
  guint turn, start, end;
} ScribeEvidence;

typedef struct {
  char *text;
  guint start, end;  /* where it stands in the draft's text */
  GArray *evidence;  /* of ScribeEvidence */
  double confidence; /* 0 to 1, calibrated: of statements at 0.9, nine in ten are right */
} ScribeStatement;

typedef struct {
  char *id; /* "cc", "hpi", "pmh", "medications", "allergies", "ros", "vitals", "exam", "results",
               "plan", … */
  char *title;           /* in the draft's language */
  GPtrArray *statements; /* of ScribeStatement */
} ScribeSection;

typedef enum {
#define FINDING(id, word, help) SCRIBE_FINDING_##id,
#include "scribe/finding.def"
#undef FINDING
  SCRIBE_FINDING_N
} ScribeFindingKind;

typedef enum { SCRIBE_SEVERITY_INFO, SCRIBE_SEVERITY_WARN, SCRIBE_SEVERITY_BLOCK } ScribeSeverity;

typedef struct {
  ScribeFindingKind kind;
  ScribeSeverity severity;
  guint start, end; /* code points of the text that was checked; equal where something is missing */
  char *
      message; /* one sentence for a person, in the draft's language; it may quote the transcript */
  GArray *evidence; /* of ScribeEvidence */
} ScribeFinding;

typedef struct {
  char *kind;     /* "note", "letter", … */
  char *template; /* "soap", … */
  char *language; /* "en", "fr" */
  char *engine_name, *engine_version;
  char *model, *prompt_hash; /* NULL for the builtin engine */
  char *text;                /* the whole note as plain text */
  GPtrArray *sections;       /* of ScribeSection */
  /* {"problems":[…],"medications":[{"name","dose","route","frequency","status"}…],"allergies":[{"substance",
   * "reaction"}…],"vitals":[{"name","value","unit"}…],"orders":[…],"plan":[…]}: each entry is an
   * object with at least "text" (or name/substance) and "evidence":[{"turn","start","end"}]. */
  json_t *fields;
  GPtrArray *findings; /* of ScribeFinding, by start */
} ScribeDraft;

ScribeDraft *scribe_draft_new(const char *kind, const char *template, const char *language);
void scribe_draft_free(ScribeDraft *draft);

ScribeSection *scribe_draft_add_section(ScribeDraft *draft, const char *id, const char *title);
ScribeStatement *scribe_draft_add_statement(ScribeSection *section, const char *text,
                                            double confidence);
void scribe_draft_add_evidence(ScribeStatement *statement, guint turn, guint start, guint end);

/* Makes `text` from the sections (title line, then statements; a blank line between sections) and
 * sets each statement's start and end in it. */
void scribe_draft_compose(ScribeDraft *draft);

/* "guichet.draft/1"; `id` is copied into it, NULL for null.  Caller decrefs. */
json_t *scribe_draft_to_json(const ScribeDraft *draft, const json_t *id);

/* Reads it back; everything is checked (types, offsets inside the text).  BASE_ERROR_DATA names the
 * field. */
gboolean scribe_draft_from_json(const json_t *json, ScribeDraft **ret, GError **error);

ScribeFinding *scribe_finding_new(ScribeFindingKind kind, ScribeSeverity severity, guint start,
                                  guint end, char *message_taken);
void scribe_finding_free(ScribeFinding *finding);
void scribe_finding_add_evidence(ScribeFinding *finding, guint turn, guint start, guint end);
json_t *scribe_finding_to_json(const ScribeFinding *finding);
gboolean scribe_finding_from_json(const json_t *json, ScribeFinding **ret, GError **error);

/* "dose" and so on; "block", "warn", "info". */
const char *scribe_finding_kind_word(ScribeFindingKind kind);
const char *scribe_finding_severity_word(ScribeSeverity severity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeDraft, scribe_draft_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeFinding, scribe_finding_free)

G_END_DECLS
#endif
