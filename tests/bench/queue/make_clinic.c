/* Makes a clinic with N items in its queue, through the store's own rows, for the benches.
 *
 *     make_clinic FOLDER N PASSWORD
 *
 * The user is `bench`, a senior clinician, whose password is stretched like a generated one: what
 * the stretching costs is measured apart, and it is noise here.  There are 500 patients; states,
 * findings and ages are spread as in a clinic that has run for some years. */
#include <stdio.h>
#include <stdlib.h>

#include "guichet/base/clock.h"
#include "guichet/clinic/item.h"
#include "guichet/clinic/user.h"
#include "guichet/store/item.h"
#include "guichet/store/patient.h"
#include "guichet/store/tx.h"
#include "guichet/vault/process.h"

#define PATIENTS 500u
#define BATCH 20000u

static void
check(gboolean ok, GError **error)
{
  if (ok)
    return;
  fprintf(stderr, "make_clinic: %s\n", (*error)->message);
  exit(1);
}

static void
commit(StoreHandle *store, StoreEventKind kind, gint64 subject)
{
  g_autoptr(GError) error = NULL;
  store_tx_event(store, &(StoreEvent){.kind = kind, .actor = -1, .subject = subject});
  check(store_tx_commit(store, &error), &error);
}

static void
add_patients(StoreHandle *store, gint64 *ids)
{
  static char FAMILY[][12] = {"Moreau", "Okafor", "Nguyen", "Harper", "Lefèvre",
                              "Rivera", "Bauer",  "Sharma", "Brooks", "Gauthier"};
  static char GIVEN[][12] = {"Nora", "Daniel", "Minh", "Inès", "Étienne", "Sofia", "Klaus"};
  static char SEX[][8] = {"female", "male"}, NONE[] = "", LANGUAGE[] = "en", CHANNEL[] = "mail";
  g_autoptr(GError) error = NULL;
  check(store_tx_begin(store, &error), &error);
  for (guint i = 0; i < PATIENTS; i++) {
    g_autofree char *record = g_strdup_printf("B%04u", i);
    g_autofree char *birth =
        g_strdup_printf("19%02u-%02u-%02u", 30 + i % 69, 1 + i % 12, 1 + i % 28);
    StorePatient patient = {.id = ids[i] = vault_process_id(),
                            .family = FAMILY[i % G_N_ELEMENTS(FAMILY)],
                            .given = GIVEN[i % G_N_ELEMENTS(GIVEN)],
                            .birth = birth,
                            .sex = SEX[i % 2],
                            .record = record,
                            .phone = NONE,
                            .mail = NONE,
                            .language = LANGUAGE,
                            .channel = CHANNEL};
    check(store_patient_add(store, &patient, &error), &error);
  }
  commit(store, STORE_EVENT_PATIENT_ADD, 0);
}

static StoreItem
item_of(guint i, guint n, const gint64 *patients, gint64 clinician, gint64 now)
{
  static const ClinicState STATES[] = {CLINIC_STATE_READY,     CLINIC_STATE_READY,
                                       CLINIC_STATE_READY,     CLINIC_STATE_ESCALATED,
                                       CLINIC_STATE_DELIVERED, CLINIC_STATE_REJECTED};
  ClinicState state = STATES[i % G_N_ELEMENTS(STATES)];
  gint64 at = now - (gint64)(n - i) * 10 * BASE_CLOCK_SECOND;
  return (StoreItem){.id = vault_process_id(),
                     .kind = CLINIC_KIND_NOTE,
                     .state = state,
                     .open = state == CLINIC_STATE_READY || state == CLINIC_STATE_ESCALATED,
                     .patient = patients[(i * 7) % PATIENTS],
                     .clinician = clinician,
                     .created = at,
                     .since = at,
                     .n_block = i % 23 == 0,
                     .n_warn = i % 5 == 0 ? 1 + i % 3 : 0,
                     .confidence = 300 + (i * 37) % 700};
}

static void
add_items(StoreHandle *store, guint n, const gint64 *patients, gint64 clinician)
{
  g_autoptr(GError) error = NULL;
  gint64 now = base_clock_now();
  for (guint i = 0; i < n;) {
    check(store_tx_begin(store, &error), &error);
    for (guint end = MIN(n, i + BATCH); i < end; i++) {
      StoreItem item = item_of(i, n, patients, clinician, now);
      check(store_item_add(store, &item, &error), &error);
    }
    commit(store, STORE_EVENT_ITEM_ADD, 0);
  }
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) admin = NULL;
  g_autoptr(StoreHandle) store = NULL;
  gint64 patients[PATIENTS], user = 0;
  if (argc != 4) {
    fprintf(stderr, "make_clinic FOLDER N PASSWORD\n");
    return 64;
  }
  check(vault_process_harden(&error), &error);
  check(clinic_user_found(argv[1], "Bench", "root", "Root", argv[3], TRUE, &error), &error);
  check(clinic_session_login(argv[1], "root", argv[3], &admin, &error), &error);
  check(
      clinic_user_add(admin, "bench", "Dr Bench", CLINIC_ROLE_SENIOR, argv[3], TRUE, &user, &error),
      &error);
  check(store_handle_open(argv[1], &store, &error), &error);
  check(store_handle_unlock_host(store, &error), &error);
  add_patients(store, patients);
  add_items(store, (guint)g_ascii_strtoull(argv[2], NULL, 10), patients, user);
  return 0;
}
