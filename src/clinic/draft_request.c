#include "guichet/clinic/job.h"

void
clinic_draft_request_free(ClinicDraftRequest *request)
{
  if (request == NULL)
    return;
  scribe_transcript_free(request->transcript);
  g_free(request->template);
  g_free(request->language);
  g_free(request->sex);
  g_strfreev(request->allergies);
  g_strfreev(request->medications);
  g_strfreev(request->conditions);
  g_free(request->charted);
  g_strfreev(request->style);
  g_free(request);
}
