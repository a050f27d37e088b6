/* A clinic whose letters go to submission servers of the tests (smtp_faulty.py), each in a folder
 * of its own: its plan, what it has accepted and heard. */
#ifndef GUICHET_TESTS_PEERS_SMTP_HOUSE_H
#define GUICHET_TESTS_PEERS_SMTP_HOUSE_H

#include "unit/worker/house.h"

#include "clinic/proof.h"
#include "guichet/base/log.h"
#include "guichet/clinic/contract.h"
#include "guichet/clinic/letter.h"
#include "guichet/store/line.h"
#include "guichet/store/tx.h"

/* --- the server's side */

static inline void
plan(const char *folder, const char *words)
{
  g_autofree char *path = g_build_filename(folder, "plan", NULL);
  assert_true(g_file_set_contents(path, words, -1, NULL));
}

static inline guint
count_lines(const char *folder, const char *name, const char *head)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *text = NULL;
  guint n = 0;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return 0;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    n += g_str_has_prefix(*line, head);
  return n;
}

static inline guint
copies(const char *folder, const char *to)
{
  g_autofree char *head = g_strconcat(to, " ", NULL);
  return count_lines(folder, "accepted", head);
}

static inline void
forget(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_unlink(path);
}

/* --- the clinic's side */

static inline void
contract(const House *house)
{
  g_autoptr(ClinicSession) root = NULL;
  g_autoptr(GError) error = NULL;
  char *covers[] = {(char *)(gintptr) "post", NULL};
  char *where[] = {(char *)(gintptr) "FR", NULL};
  gint64 id = 0;
  clinic_session_login(house->dir, "root", HOUSE_PASSWORD, &root, &error);
  assert_no_error(error);
  gint64 today = clinic_contract_day_today(root);
  const ClinicContract made = {.reference = (char *)(gintptr) "BAA-1",
                               .kind = 0,
                               .party = (char *)(gintptr) "Post",
                               .covers = covers,
                               .classes = ~0u >> (32 - CLINIC_DATA_N),
                               .jurisdictions = where,
                               .first = today - 1,
                               .last = today + 400};
  clinic_contract_add(root, &made, &id, &error);
  assert_no_error(error);
}

/* A letter to `to`, signed: its item.  Each patient gets one. */
static inline gint64
letter(const House *house, const char *patient_name, const char *to, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicPatient) patient = clinic_patient_new();
  g_autoptr(ClinicLetter) aim = NULL;
  g_autoptr(ClinicReview) review = NULL;
  g_autoptr(ClinicProof) proof = clinic_proof_new(house->ines, base_clock_monotonic());
  GString *text = g_string_new("Dear colleague, thank you for seeing us.\n");
  gint64 id = 0, item = 0;
  while (text->len < size)
    g_string_append(text, "All of this is well known and has been said before, at length.\n");
  g_free(patient->family);
  patient->family = g_strdup(HOUSE_CANARY);
  g_free(patient->given);
  patient->given = g_strdup(patient_name);
  g_free(patient->birth);
  patient->birth = g_strdup("1968-04-30");
  g_free(patient->record);
  patient->record = g_strdup(patient_name);
  clinic_patient_find_or_add(house->ines, patient, &id, &error);
  assert_no_error(error);
  clinic_letter_aim(to, NULL, "A letter", NULL, &aim, &error);
  assert_no_error(error);
  clinic_letter_add(house->ines, id, aim, text->str, &item, &error);
  assert_no_error(error);
  clinic_review_open(house->ines, item, TRUE, &review, &error);
  assert_no_error(error);
  clinic_review_sign(house->ines, review, proof, &error);
  assert_no_error(error);
  g_string_free(text, TRUE);
  return item;
}

static inline void
run(const House *house)
{
  g_autoptr(GError) error = NULL;
  guint done = 0;
  worker_run_once(house->worker, NULL, NULL, NULL, &done, &error);
  assert_no_error(error);
}

static inline ClinicOutboxRow *
shown(const House *house, gint64 item)
{
  g_autoptr(GError) error = NULL;
  ClinicOutboxRow *row = NULL;
  clinic_outbox_show(house->ines, item, &row, &error);
  assert_no_error(error);
  return row;
}

static inline ClinicState
state_of(const House *house, gint64 item)
{
  g_autoptr(ClinicOutboxRow) row = shown(house, item);
  return row->state;
}

static inline void
act(const House *house, gint64 item, ClinicAction action)
{
  g_autoptr(GError) error = NULL;
  clinic_item_act(house->ines, item, 0, action, CLINIC_REASON_NONE, "looked", &error);
  assert_no_error(error);
}

/* The audit trail of an item from its signature on: "take fail take deliver". */
static inline char *
trail(const House *house, gint64 item)
{
  GString *words = g_string_new(NULL);
  gint64 after = 0;
  for (gboolean more = TRUE; more;) {
    g_autoptr(GPtrArray) lines = NULL;
    g_autoptr(GError) error = NULL;
    store_line_page(house->store, after, 0, 0, 500, &lines, &error);
    assert_no_error(error);
    for (guint i = 0; i < lines->len; i++) {
      const StoreLine *line = g_ptr_array_index(lines, i);
      const char *word = store_event_word(line->kind);
      after = line->seq;
      if (line->subject == item && g_str_has_prefix(word, "outbox-"))
        g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", word + strlen("outbox-"));
    }
    more = lines->len > 0;
  }
  return g_string_free(words, FALSE);
}

#endif
