/* What a FHIR R4 server answers: OperationOutcome, transaction-response, searchset, and its
 * CapabilityStatement. */
#ifndef GUICHET_WIRE_FHIR_ANSWER_H
#define GUICHET_WIRE_FHIR_ANSWER_H

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/* JSON of a FHIR resource of any type; NULL where it is none.  New reference. */
json_t *wire_fhir_answer_parse(const char *bytes, gsize length);

/* What went wrong, for a person: the issue in words of ours, where, and what the server says of it,
 * without what it quotes (a value may be a patient's).  One line, disarmed, at most 300 characters;
 * "" where there is no OperationOutcome with an error.  Caller frees. */
char *wire_fhir_answer_words(const json_t *resource);

/* A transaction-response: every entry has a 2xx status, and there are `entries` of them.
 * BASE_ERROR_PROTOCOL where it is none, BASE_ERROR_DATA where an entry failed. */
gboolean wire_fhir_answer_stored(const json_t *resource, guint entries, GError **error);

/* How the documents of a searchset stand to the text that was signed. */
typedef enum {
  WIRE_FHIR_ABSENT,
  WIRE_FHIR_SAME,    /* exactly one, and its text is the signed one */
  WIRE_FHIR_OTHER,   /* one is there with another text */
  WIRE_FHIR_SEVERAL, /* the same document stands there more than once */
  WIRE_FHIR_STANDING_N
} WireFhirStanding;
/* `text` is compared byte for byte, and its SHA-1 with the hash of an attachment without data.
 * *ret_reference: "DocumentReference/12" of the first; "" where none.  Caller frees it. */
gboolean wire_fhir_answer_document(const json_t *searchset, const char *identifier_system,
                                   const char *identifier_value, const char *text,
                                   WireFhirStanding *ret, char **ret_reference, GError **error);

/* The resources of a type in a searchset (or the one resource itself): new array of borrowed
 * json_t.  BASE_ERROR_PROTOCOL where it is neither. */
gboolean wire_fhir_answer_resources(const json_t *resource, const char *type, GPtrArray **ret,
                                    GError **error);

/* --- what the server can do */

typedef struct {
  char *software, *version; /* of the server; "" */
  char *token_url;          /* SMART's, from the oauth-uris extension; "" */
  gboolean transaction;
  GHashTable *creates;      /* types that may be created */
  GHashTable *conditional;  /* those of them with If-None-Exist */
  GHashTable *searches;     /* types that may be searched */
  GHashTable *parameters;   /* "Type", where it says by what one may search; "Type?name" each */
  GHashTable *interactions; /* "Type/patch" and so on */
  gboolean match;           /* Patient/$match */
} WireFhirServer;

/* BASE_ERROR_PROTOCOL where it is no CapabilityStatement, BASE_ERROR_CONFIG where it is not R4. */
gboolean wire_fhir_answer_server(const json_t *resource, WireFhirServer **ret, GError **error);
void wire_fhir_answer_server_free(WireFhirServer *server);

/* Does it do this with a type ("update", "patch", "read")?  NULL (it did not say what it can): yes.
 */
gboolean wire_fhir_answer_does(const WireFhirServer *server, const char *type, const char *code);
/* May a type be searched at all; by this parameter?  NULL (it did not say what it can): yes. */
gboolean wire_fhir_answer_searches(const WireFhirServer *server, const char *type);
gboolean wire_fhir_answer_searches_by(const WireFhirServer *server, const char *type,
                                      const char *parameter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireFhirServer, wire_fhir_answer_server_free)

G_END_DECLS
#endif
