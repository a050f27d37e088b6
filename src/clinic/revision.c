#include <string.h>

#include "guichet/clinic/review.h"
#include "guichet/vault/seal.h"

void
clinic_revision_free(ClinicRevision *revision)
{
  if (revision == NULL)
    return;
  if (revision->text != NULL)
    vault_seal_forget(revision->text, strlen(revision->text));
  g_free(revision->author_name);
  g_free(revision);
}
