#include "guichet/clinic/outbox.h"

void
clinic_parcel_free(ClinicParcel *parcel)
{
  if (parcel == NULL)
    return;
  g_free(parcel->destination);
  g_free(parcel->name);
  g_free(parcel->sender);
  g_free(parcel->recipient);
  g_clear_pointer(&parcel->bytes, g_bytes_unref);
  g_free(parcel);
}
