/* Where signed things go: a [destination NAME] of guichet.conf, or "directory:PATH" and
 * "maildir:PATH" for short. */
#ifndef GUICHET_CLINIC_DESTINATION_H
#define GUICHET_CLINIC_DESTINATION_H

#include "guichet/clinic/contract.h"

G_BEGIN_DECLS

typedef struct {
  char *name;    /* as the outbox keeps it: NAME, or "directory:PATH" */
  char *channel; /* "directory", "maildir", "smtp", "fhir", "mllp" */
  char *url;     /* of a folder: its absolute path */
  char *host;    /* lower case; "" for a folder */
  /* The rest as guichet.conf has it; "" where it says nothing; paths are absolute. */
  char *contract, *jurisdiction, *ca_file, *pin, *user, *secret_file, *auth, *sender;
  guint connections, per_minute, seconds, hours, failures;
  gboolean dsn;
  const BaseConf *conf; /* for what only one channel knows: base_conf_named_text(conf, name, …) */
} ClinicDestination;

/* A word of the outbox: BASE_ERROR_CONFIG where guichet.conf has no such destination. */
gboolean clinic_destination_find(ClinicSession *session, const char *word, ClinicDestination **ret,
                                 GError **error);
/* Those of guichet.conf, and those that [outbox] ehr and mail name in short: GPtrArray of
 * ClinicDestination, free function set. */
gboolean clinic_destination_list(ClinicSession *session, GPtrArray **ret, GError **error);

/* May data of this class go there?  By contract; this host is a class of its own. */
gboolean clinic_destination_allow(ClinicSession *session, const ClinicDestination *destination,
                                  ClinicDataClass data, GError **error);

/* What secret_file holds, without its last line's end; *ret is "" where none is set.  A file that
 * others can read is refused.  Free with clinic_destination_forget(). */
gboolean clinic_destination_secret(const ClinicDestination *destination, char **ret,
                                   GError **error);
void clinic_destination_forget(char *secret);

void clinic_destination_free(ClinicDestination *destination);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicDestination, clinic_destination_free)

G_END_DECLS
#endif
