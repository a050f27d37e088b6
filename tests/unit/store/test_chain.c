/* The audit chain: what is done to its file by somebody without the keys is found, and named. */
#include "place.h"

#include "guichet/base/clock.h"
#include "guichet/base/file.h"
#include "guichet/store/anchor.h"
#include "guichet/store/chain.h"
#include "guichet/store/line.h"

#define LINES 12

static char *
anchors(const Place *place)
{
  return g_build_filename(place->dir, "anchors", NULL);
}

static void
write_anchor(Place *place, gint64 at)
{
  g_autofree char *folder = anchors(place);
  assert_done(store_anchor_write(place->store, folder, at, &why));
}

static void
write_lines(Place *place, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *detail = g_strdup_printf("line %u", i);
    StoreEvent event = {.kind = STORE_EVENT_PATIENT_READ,
                        .actor = 7,
                        .subject = (gint64)i + 1,
                        .patient = i % 3,
                        .detail = i % 2 == 0 ? detail : NULL};
    assert_done(store_tx_note(place->store, &event, &why));
  }
}

/* LINES lines and an anchor at the sixth. */
static int
chain_setup(void **state)
{
  if (place_setup(state) != 0)
    return 1;
  Place *place = *state;
  write_lines(place, 6);
  write_anchor(place, 20000 * BASE_CLOCK_DAY);
  write_lines(place, LINES - 6);
  return 0;
}

static StoreChainProof *
verify(Place *place)
{
  StoreChainProof *proof = NULL;
  g_autofree char *folder = anchors(place);
  place_reopen(place);
  assert_done(store_chain_verify(place->store, folder, NULL, NULL, &proof, &why));
  return proof;
}

static void
expect(Place *place, gint64 seq, const char *word)
{
  g_autoptr(StoreChainProof) proof = verify(place);
  if (proof->bad_seq != seq || (seq != 0 && strstr(proof->bad_why, word) == NULL))
    fail_msg("line %d, %s; expected line %d, %s", (int)proof->bad_seq,
             proof->bad_why != NULL ? proof->bad_why : "whole", (int)seq, word);
}

static void
tamper(Place *place, const char *sql, gint64 seq, const char *word)
{
  place_close(place);
  place_sql(place, "data.db", sql);
  expect(place, seq, word);
}

static void
test_whole(void **state)
{
  Place *place = *state;
  g_autoptr(StoreChainProof) proof = verify(place);
  assert_int_equal(proof->bad_seq, 0);
  assert_null(proof->bad_why);
  assert_int_equal(proof->lines, LINES);
  assert_int_equal(proof->anchors, 1);
}

static void
test_changed(void **state)
{
  Place *place = *state;
  static const char *const COLUMNS[] = {"at",      "actor", "action", "subject",
                                        "patient", "link",  "last",   "detail"};
  for (guint i = 0; i < G_N_ELEMENTS(COLUMNS); i++) {
    g_autofree char *sql =
        i < 5
            ? g_strdup_printf("UPDATE audit SET %s = %s + 1 WHERE seq = 5", COLUMNS[i], COLUMNS[i])
            : g_strdup_printf("UPDATE audit SET %s = (SELECT %s FROM audit WHERE seq = 3) "
                              "WHERE seq = 5",
                              COLUMNS[i], COLUMNS[i]);
    g_autofree char *data = g_build_filename(place->dir, "data.db", NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    place_close(place);
    assert_true(g_file_get_contents(data, &bytes, &length, NULL));
    tamper(place, sql, 5, "changed");
    place_close(place);
    assert_true(g_file_set_contents(data, bytes, (gssize)length, NULL));
    expect(place, 0, "");
  }
}

static void
test_detail_gone(void **state)
{
  tamper(*state, "UPDATE audit SET detail = NULL WHERE seq = 3", 3, "changed");
}

/* What no reader of the table would take. */
static void
test_not_a_line(void **state)
{
  tamper(*state, "UPDATE audit SET detail = 'none' WHERE seq = 9", 9, "changed");
}

static void
test_last_is_no_line(void **state)
{
  tamper(*state, "UPDATE audit SET detail = 'none' WHERE seq = 12", 12, "changed");
}

static void
test_removed(void **state)
{
  tamper(*state, "DELETE FROM audit WHERE seq = 4", 4, "removed");
}

static void
test_removed_first(void **state)
{
  tamper(*state, "DELETE FROM audit WHERE seq = 1", 1, "removed");
}

#define RENUMBER(from, by)                                                                         \
  "UPDATE audit SET seq = seq + 1000000 WHERE seq >= " from ";"                                    \
  "UPDATE audit SET seq = seq - 1000000 " by " WHERE seq >= 1000000;"

static void
test_removed_and_renumbered(void **state)
{
  tamper(*state, "DELETE FROM audit WHERE seq = 4;" RENUMBER("5", "- 1"), 4, "removed");
}

static void
test_all_removed(void **state)
{
  tamper(*state, "DELETE FROM audit", 1, "removed");
}

static void
test_reordered(void **state)
{
  tamper(*state,
         "UPDATE audit SET seq = 1000 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 8;"
         "UPDATE audit SET seq = 8 WHERE seq = 1000",
         4, "moved");
}

static void
test_inserted(void **state)
{
  tamper(*state,
         RENUMBER("4", "+ 1") "INSERT INTO audit(seq, at, actor, action, subject, patient, last, "
                              "link) SELECT 4, at, actor, action, subject, 5, link, "
                              "randomblob(32) FROM audit WHERE seq = 3",
         4, "inserted");
}

static void
test_cut(void **state)
{
  /* past the anchor nothing tells; before it, the anchor does */
  tamper(*state, "DELETE FROM audit WHERE seq > 5", 6, "cut off");
}

static void
test_cut_and_rewritten(void **state)
{
  Place *place = *state;
  place_close(place);
  place_sql(place, "data.db", "DELETE FROM audit WHERE seq > 4");
  place_reopen(place);
  write_lines(place, 5);
  expect(place, 6, "written anew");
}

static void
test_first_of_two(void **state)
{
  tamper(*state,
         "UPDATE audit SET actor = 9 WHERE seq = 10; UPDATE audit SET actor = 9 WHERE seq = 2", 2,
         "changed");
}

static void
test_anchor_changed(void **state)
{
  Place *place = *state;
  g_autofree char *folder = anchors(place);
  g_autofree char *path = g_build_filename(folder, "2024-10-04.anchor", NULL);
  g_autofree char *text = NULL;
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  char *seq = strstr(text, "seq 6");
  assert_non_null(seq);
  seq[4] = '5';
  assert_true(g_file_set_contents(path, text, -1, NULL));
  expect(place, 5, "signature is wrong");
}

static void
test_anchor_once_a_day(void **state)
{
  Place *place = *state;
  g_autofree char *folder = anchors(place);
  g_autofree char *path = g_build_filename(folder, "2024-10-04.anchor", NULL);
  g_autofree char *before = NULL, *after = NULL;
  assert_true(g_file_get_contents(path, &before, NULL, NULL));
  write_anchor(place, 20000 * BASE_CLOCK_DAY + BASE_CLOCK_HOUR);
  assert_true(g_file_get_contents(path, &after, NULL, NULL));
  assert_string_equal(before, after);
  write_anchor(place, 20001 * BASE_CLOCK_DAY);
  g_autoptr(StoreChainProof) proof = verify(place);
  assert_int_equal(proof->anchors, 2);
  assert_int_equal(proof->bad_seq, 0);
}

static gboolean
stop(gint64 done, gint64 all, gpointer data)
{
  (void)done;
  (void)all;
  *(guint *)data += 1;
  return FALSE;
}

static void
test_cancelled(void **state)
{
  Place *place = *state;
  StoreChainProof *proof = NULL;
  guint asked = 0;
  g_autofree char *folder = anchors(place);
  /* the walk asks each thousand lines */
  assert_done(store_tx_begin(place->store, &why));
  for (guint i = 0; i < 1100; i++)
    store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_LOCK, .actor = 1});
  assert_done(store_tx_commit(place->store, &why));
  assert_refused(store_chain_verify(place->store, folder, stop, &asked, &proof, &why),
                 BASE_ERROR_CANCELLED);
  assert_int_equal(asked, 1);
  assert_null(proof);
}

static void
test_page(void **state)
{
  Place *place = *state;
  g_autoptr(GPtrArray) lines = NULL, of_patient = NULL, rest = NULL;
  assert_done(store_line_page(place->store, 0, 0, 0, 5, &lines, &why));
  assert_int_equal(lines->len, 5);
  const StoreLine *first = lines->pdata[0], *second = lines->pdata[1];
  assert_int_equal(first->seq, 1);
  assert_string_equal(first->detail, "line 0");
  assert_string_equal(second->detail, "");
  assert_string_equal(store_event_word(first->kind), "patient-read");
  assert_done(store_line_page(place->store, 10, 0, 7, 50, &rest, &why));
  assert_int_equal(rest->len, LINES - 10);
  assert_done(store_line_page(place->store, 0, 2, 0, 50, &of_patient, &why));
  assert_int_equal(of_patient->len, LINES / 3);
  for (guint i = 0; i < of_patient->len; i++)
    assert_int_equal(((const StoreLine *)of_patient->pdata[i])->patient, 2);
}

#define CHAIN_TEST(test) cmocka_unit_test_setup_teardown(test, chain_setup, place_teardown)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      CHAIN_TEST(test_whole),
      CHAIN_TEST(test_changed),
      CHAIN_TEST(test_detail_gone),
      CHAIN_TEST(test_not_a_line),
      CHAIN_TEST(test_last_is_no_line),
      CHAIN_TEST(test_removed),
      CHAIN_TEST(test_removed_first),
      CHAIN_TEST(test_removed_and_renumbered),
      CHAIN_TEST(test_all_removed),
      CHAIN_TEST(test_reordered),
      CHAIN_TEST(test_inserted),
      CHAIN_TEST(test_cut),
      CHAIN_TEST(test_cut_and_rewritten),
      CHAIN_TEST(test_first_of_two),
      CHAIN_TEST(test_anchor_changed),
      CHAIN_TEST(test_anchor_once_a_day),
      CHAIN_TEST(test_cancelled),
      CHAIN_TEST(test_page),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
