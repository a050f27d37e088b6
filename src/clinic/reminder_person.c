#include <string.h>

#include "clinic/patient.h"
#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/clinic/way.h"

static void
person_free(gpointer data)
{
  ClinicReminderPerson *person = data;
  if (person == NULL)
    return;
  clinic_patient_free(person->patient);
  g_clear_pointer(&person->ways, g_ptr_array_unref);
  g_free((gpointer)(guintptr)person->plan.addresses);
  g_free(person->id);
  g_free(person->household);
  g_free(person);
}

GHashTable *
clinic_reminder_person_table(void)
{
  return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, person_free);
}

/* The plan's view of the same. */
static ClinicReminderPerson *
person_make(ClinicPatient *patient_taken)
{
  ClinicReminderPerson *person = g_new0(ClinicReminderPerson, 1);
  person->patient = patient_taken;
  person->ways = clinic_way_list(patient_taken);
  person->id = g_strdup_printf("%" G_GINT64_FORMAT, patient_taken->id);
  CalendarAddress *addresses = g_new0(CalendarAddress, MAX(person->ways->len, 1));
  for (guint i = 0; i < person->ways->len; i++) {
    const ClinicWay *way = person->ways->pdata[i];
    addresses[i] = (CalendarAddress){way->channel, way->address};
  }
  if (person->ways->len > 0)
    person->household = clinic_way_fold(person->ways->pdata[0]);
  person->plan = (CalendarPatient){
      .id = person->id,
      .language = *patient_taken->language != '\0' ? patient_taken->language : NULL,
      .household = person->household,
      .addresses = addresses,
      .n_addresses = person->ways->len,
      .opted_out = clinic_way_opted_out(patient_taken),
      .restricted = strcmp(patient_taken->wording, "restricted") == 0};
  return person;
}

gboolean
clinic_reminder_person_find(ClinicSession *session, GHashTable *table, gint64 id,
                            const ClinicReminderPerson **ret, GError **error)
{
  gpointer found = NULL;
  GError *failed = NULL;
  ClinicPatient *patient = NULL;
  if (id == 0 || g_hash_table_lookup_extended(table, &id, NULL, &found)) {
    *ret = found;
    return TRUE;
  }
  if (!clinic_patient_read(session, id, &patient, &failed) &&
      !g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  g_clear_error(&failed);
  found = patient != NULL ? person_make(patient) : NULL;
  g_hash_table_insert(table, g_memdup2(&id, sizeof id), found);
  *ret = found;
  return TRUE;
}
