#include "clinic/payload.h"

#include <string.h>

#include "clinic/finding.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

static char *
digest_of(const char *text)
{
  VaultHash hash;
  vault_chain_digest(text, strlen(text), &hash);
  return vault_chain_hex(hash.bytes, VAULT_CHAIN_BYTES);
}

static char *
digest_of_json(json_t *value_taken)
{
  g_autofree char *text = json_dumps(value_taken, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(value_taken);
  return digest_of(text);
}

/* To whom it goes is signed with it. */
static char *
digest_of_letter(const ClinicLetter *letter)
{
  if (letter == NULL)
    return NULL;
  return digest_of_json(json_pack("{s:i,s:s,s:s,s:s,s:s}", "to", (int)letter->to, "name",
                                  letter->name, "address", letter->address, "subject",
                                  letter->subject, "language", letter->language));
}

void
clinic_payload_attest(ClinicSession *session, const ClinicReview *review, gint64 at,
                      char **ret_attested, VaultHash *ret_digest)
{
  const ScribeDraft *draft = review->draft;
  g_autofree char *text = digest_of(review->text);
  g_autofree char *findings = digest_of_json(clinic_finding_to_json(review->findings));
  g_autofree char *transcript = review->transcript == NULL
                                    ? g_strdup("")
                                    : digest_of_json(scribe_transcript_to_json(review->transcript));
  g_autofree char *letter = digest_of_letter(review->letter);
  json_t *attested = json_pack(
      "{s:s,s:s,s:s,s:s,s:s,s:s,s:s?,s:s?,s:s,s:I,s:I,s:I,s:s*}", "format", "guichet.signature/1",
      "text", text, "findings", findings, "transcript", transcript, "engine",
      draft != NULL ? draft->engine_name : "", "engine_version",
      draft != NULL ? draft->engine_version : "", "model", draft != NULL ? draft->model : NULL,
      "prompt", draft != NULL ? draft->prompt_hash : NULL, "template",
      draft != NULL ? draft->template : "", "signer", (json_int_t)clinic_session_user(session),
      "at", (json_int_t)at, "item", (json_int_t)review->item->id, "letter", letter);
  if (review->amendment != NULL)
    json_object_set_new(attested, "amends",
                        json_pack("{s:I,s:s,s:s}", "item", (json_int_t)review->amendment->other,
                                  "does", clinic_amendment_word(review->amendment->does), "reason",
                                  review->amendment->reason));
  char *canonical = json_dumps(attested, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(attested);
  vault_chain_digest(canonical, strlen(canonical), ret_digest);
  *ret_attested = canonical;
}

void
clinic_payload_free(ClinicPayload *payload)
{
  if (payload == NULL)
    return;
  g_clear_pointer(&payload->bytes, g_bytes_unref);
  g_free(payload->name);
  g_free(payload->destination);
  g_free(payload->sender);
  g_free(payload->recipient);
  g_free(payload);
}

/* By what it is, and to whom it goes. */
static gboolean
goes_by_mail(const ClinicReview *review)
{
  ClinicKind kind = review->item->kind;
  return kind == CLINIC_KIND_REPLY || kind == CLINIC_KIND_REMINDER ||
         (kind == CLINIC_KIND_LETTER && review->letter != NULL &&
          review->letter->to != CLINIC_LETTER_EHR);
}

static gboolean
goes_to_ehr(const ClinicReview *review)
{
  return review->item->kind == CLINIC_KIND_NOTE || review->item->kind == CLINIC_KIND_LETTER;
}

gboolean
clinic_payload_make(ClinicSession *session, const ClinicReview *review, gint64 at,
                    const VaultHash *digest, ClinicPayload **ret, GError **error)
{
  g_autoptr(ClinicPayload) payload = g_new0(ClinicPayload, 1);
  gboolean mail = goes_by_mail(review);
  if (review->patient == NULL || !(mail || goes_to_ehr(review))) {
    g_set_error(
        error, BASE_ERROR, BASE_ERROR_DENIED,
        _("There is nowhere to send it: this is a %s, and only what is about a patient goes "
          "to the EHR or by mail."),
        clinic_kind_title(review->item->kind));
    return FALSE;
  }
  if (!(mail ? clinic_payload_mail(session, review, at, payload, error)
             : clinic_payload_note(session, review, at, digest, payload, error)))
    return FALSE;
  *ret = g_steal_pointer(&payload);
  return TRUE;
}
