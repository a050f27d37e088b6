/* Contracts: what allows data to leave, what is refused, and what the refusal says. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/contract.h"
#include "guichet/clinic/user.h"
#include "guichet/store/line.h"

#define PASSWORD "four plain words here"
#define NOON_2026_11_24 (G_GINT64_CONSTANT(1795521600) * BASE_CLOCK_SECOND)

typedef struct {
  char *top, *dir;
  ClinicSession *admin, *doctor, *worker;
} House;

static void
remove_all(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_all(child);
  }
  g_remove(path);
}

static void
write_zone(const char *dir, const char *zone)
{
  g_autofree char *path = g_build_filename(dir, "guichet.conf", NULL);
  g_autofree char *text = g_strdup_printf("[clinic]\nname=Test\nzone=%s\n", zone);
  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
house_open(void **state)
{
  House *house = g_new0(House, 1);
  g_autoptr(GError) error = NULL;
  base_clock_freeze(NOON_2026_11_24);
  house->top = g_dir_make_tmp("guichet-XXXXXX", &error);
  assert_no_error(error);
  house->dir = g_build_filename(house->top, "clinic", NULL);
  clinic_user_found(house->dir, "Test", "root", "Root", PASSWORD, TRUE, &error);
  assert_no_error(error);
  write_zone(house->dir, "Europe/Paris");
  clinic_session_login(house->dir, "root", PASSWORD, &house->admin, &error);
  assert_no_error(error);
  clinic_user_add(house->admin, "ines", "Dr Ines", CLINIC_ROLE_CLINICIAN, PASSWORD, TRUE, NULL,
                  &error);
  assert_no_error(error);
  clinic_session_login(house->dir, "ines", PASSWORD, &house->doctor, &error);
  assert_no_error(error);
  clinic_session_host(house->dir, &house->worker, &error);
  assert_no_error(error);
  *state = house;
  return 0;
}

static int
house_close(void **state)
{
  House *house = *state;
  clinic_session_close(house->admin);
  clinic_session_close(house->doctor);
  clinic_session_close(house->worker);
  base_clock_thaw();
  remove_all(house->top);
  g_free(house->top);
  g_free(house->dir);
  g_free(house);
  return 0;
}

static gint64
day(const char *text)
{
  gint64 made = 0;
  assert_true(clinic_contract_day_parse(text, &made, NULL));
  return made;
}

typedef struct {
  const char *reference, *party, *covers, *place;
  guint classes;
  gint64 first, last;
} Wanted;

static gboolean
try_add(const House *house, const Wanted *wanted, GError **error)
{
  g_autoptr(ClinicContract) contract = g_new0(ClinicContract, 1);
  contract->reference = g_strdup(wanted->reference);
  contract->kind = CLINIC_CONTRACT_HDS;
  contract->party = g_strdup(wanted->party);
  contract->covers = g_strsplit(wanted->covers, "|", 0);
  contract->classes = wanted->classes;
  contract->jurisdictions = g_strsplit(wanted->place, " ", 0);
  contract->first = wanted->first;
  contract->last = wanted->last;
  return clinic_contract_add(house->admin, contract, NULL, error);
}

static void
add(const House *house, const char *reference, const char *covers, guint classes, const char *first,
    const char *last)
{
  g_autoptr(GError) error = NULL;
  const Wanted wanted = {reference, "Hébergeur de santé", covers,   "FR EU",
                         classes,   day(first),           day(last)};
  try_add(house, &wanted, &error);
  assert_no_error(error);
}

#define CONTACT (1u << CLINIC_DATA_CONTACT)
#define RECORD (1u << CLINIC_DATA_RECORD)

static void
assert_refused(const House *house, const char *where, ClinicDataClass data, const char *word)
{
  g_autoptr(GError) error = NULL;
  assert_false(clinic_contract_allow(house->worker, where, data, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  if (strstr(error->message, word) == NULL)
    fail_msg("\"%s\" does not say \"%s\"", error->message, word);
}

static void
assert_allowed(const House *house, const char *where, ClinicDataClass data)
{
  g_autoptr(GError) error = NULL;
  clinic_contract_allow(house->worker, where, data, &error);
  assert_no_error(error);
}

static void
test_none(void **state)
{
  const House *house = *state;
  assert_refused(house, "smtp.example.org", CLINIC_DATA_CONTACT, "smtp.example.org");
  assert_refused(house, "https://API.example.org:8443/v1", CLINIC_DATA_VISIT, "api.example.org");
  assert_refused(house, "127.0.0.1.example.org", CLINIC_DATA_VISIT, "127.0.0.1.example.org");
  assert_refused(house, "localhost.example.org", CLINIC_DATA_VISIT, "localhost.example.org");
  assert_refused(house, "http://127.0.0.1@example.org/", CLINIC_DATA_VISIT, "example.org");
}

static void
test_loopback(void **state)
{
  const House *house = *state;
  static const char *const HERE[] = {
      "localhost",  "127.0.0.1",        "127.9.9.9", "::1", "[::1]", "http://127.0.0.1:8080/v1",
      "LOCALHOST.", "smtp://[::1]:2525"};
  g_autoptr(GError) error = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(HERE); i++)
    assert_allowed(house, HERE[i], CLINIC_DATA_VISIT);
  /* unless the destination's settings name one */
  const ClinicContractAsk ask = {.host = "127.0.0.1", .name = "relay", .reference = "BAA-1"};
  assert_false(clinic_contract_allow_as(house->worker, &ask, CLINIC_DATA_CONTACT, &error));
  assert_non_null(strstr(error->message, "BAA-1"));
  g_clear_error(&error);
  add(house, "BAA-1", "relay", CONTACT, "2026-01-01", "2027-12-31");
  assert_true(clinic_contract_allow_as(house->worker, &ask, CLINIC_DATA_CONTACT, &error));
}

static void
test_covers(void **state)
{
  const House *house = *state;
  add(house, "HDS-7", "*.Sante.example.fr", CONTACT, "2026-01-01", "2027-12-31");
  assert_allowed(house, "smtp.sante.example.fr", CLINIC_DATA_CONTACT);
  assert_allowed(house, "SMTP.SANTE.EXAMPLE.FR.", CLINIC_DATA_CONTACT);
  assert_refused(house, "sante.example.fr", CLINIC_DATA_CONTACT, "no contract");
  assert_refused(house, "smtpsante.example.fr", CLINIC_DATA_CONTACT, "no contract");
  assert_refused(house, "smtp.sante.example.fr.evil.org", CLINIC_DATA_CONTACT, "no contract");
  assert_refused(house, "smtp.sante.example.fr", CLINIC_DATA_RECORD, "HDS-7");
  assert_refused(house, "smtp.sante.example.fr", CLINIC_DATA_RECORD, "record");
}

/* The clinic is in Paris: its 1 December begins at 23:00 UTC. */
static void
test_days(void **state)
{
  const House *house = *state;
  add(house, "HDS-7", "ehr.example.fr", RECORD, "2026-11-25", "2026-11-30");
  assert_refused(house, "ehr.example.fr", CLINIC_DATA_RECORD, "begins on 2026-11-25");
  base_clock_freeze(NOON_2026_11_24 + 11 * BASE_CLOCK_HOUR);
  assert_allowed(house, "ehr.example.fr", CLINIC_DATA_RECORD);
  base_clock_freeze(NOON_2026_11_24 + 6 * BASE_CLOCK_DAY + 11 * BASE_CLOCK_HOUR - 1);
  assert_allowed(house, "ehr.example.fr", CLINIC_DATA_RECORD);
  base_clock_step(1);
  assert_refused(house, "ehr.example.fr", CLINIC_DATA_RECORD, "ended on 2026-11-30");
  assert_refused(house, "ehr.example.fr", CLINIC_DATA_RECORD, "HDS-7");
}

static void
assert_standing(const House *house, const char *at, ClinicContractStanding wanted)
{
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  base_clock_freeze(day(at) * BASE_CLOCK_DAY + 12 * BASE_CLOCK_HOUR);
  clinic_contract_list(house->admin, &all, &error);
  assert_no_error(error);
  assert_int_equal(all->len, 1);
  assert_int_equal(clinic_contract_standing(house->admin, g_ptr_array_index(all, 0), NULL), wanted);
}

static guint
warnings(const House *house, const char *word)
{
  g_autoptr(GPtrArray) said = NULL;
  g_autoptr(GError) error = NULL;
  clinic_contract_warnings(house->doctor, &said, &error);
  assert_no_error(error);
  if (said->len > 0)
    assert_non_null(strstr(g_ptr_array_index(said, 0), word));
  return said->len;
}

static void
test_warnings(void **state)
{
  const House *house = *state;
  add(house, "HDS-7", "ehr.example.fr", RECORD, "2026-01-01", "2026-12-31");
  assert_standing(house, "2026-11-01", CLINIC_CONTRACT_ENDS_60);
  assert_int_equal(warnings(house, "60 days"), 1);
  assert_standing(house, "2026-10-31", CLINIC_CONTRACT_IN_FORCE);
  assert_int_equal(warnings(house, ""), 0);
  assert_standing(house, "2026-12-01", CLINIC_CONTRACT_ENDS_30);
  assert_standing(house, "2026-11-30", CLINIC_CONTRACT_ENDS_60);
  assert_standing(house, "2026-12-24", CLINIC_CONTRACT_ENDS_7);
  assert_standing(house, "2026-12-31", CLINIC_CONTRACT_ENDS_7);
  assert_int_equal(warnings(house, "today"), 1);
  assert_standing(house, "2027-01-01", CLINIC_CONTRACT_EXPIRED);
  assert_int_equal(warnings(house, "1 day ago"), 1);
  assert_standing(house, "2025-12-31", CLINIC_CONTRACT_TO_COME);
}

static guint
events(const House *house, StoreEventKind kind)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StoreHandle) store = NULL;
  g_autoptr(GPtrArray) lines = NULL;
  guint n = 0;
  assert_true(store_handle_open(house->dir, &store, &error));
  assert_true(store_handle_unlock_host(store, &error));
  assert_true(store_line_page(store, 0, 0, 0, 1000, &lines, &error));
  for (guint i = 0; i < lines->len; i++)
    n += ((StoreLine *)g_ptr_array_index(lines, i))->kind == kind;
  return n;
}

static void
test_renew_and_end(void **state)
{
  const House *house = *state;
  g_autoptr(GError) error = NULL;
  add(house, "HDS-7", "ehr.example.fr", RECORD, "2025-01-01", "2026-11-01");
  assert_refused(house, "ehr.example.fr", CLINIC_DATA_RECORD, "ended on 2026-11-01");
  assert_false(clinic_contract_renew(house->admin, "HDS-7", day("2026-11-01"), &error));
  assert_int_equal(error->code, BASE_ERROR_USAGE);
  g_clear_error(&error);
  assert_false(clinic_contract_renew(house->admin, "HDS-8", day("2027-11-01"), &error));
  assert_int_equal(error->code, BASE_ERROR_NO_INPUT);
  g_clear_error(&error);
  assert_true(clinic_contract_renew(house->admin, "HDS-7", day("2027-11-01"), &error));
  assert_allowed(house, "ehr.example.fr", CLINIC_DATA_RECORD);
  assert_true(clinic_contract_end(house->admin, "HDS-7", "moved elsewhere", &error));
  assert_refused(house, "ehr.example.fr", CLINIC_DATA_RECORD, "ended on 2026-11-24");
  assert_false(clinic_contract_renew(house->admin, "HDS-7", day("2028-11-01"), &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  assert_int_equal(events(house, STORE_EVENT_CONTRACT_ADD), 1);
  assert_int_equal(events(house, STORE_EVENT_CONTRACT_RENEW), 1);
  assert_int_equal(events(house, STORE_EVENT_CONTRACT_END), 1);
}

/* Two for one host: the one that fits is enough, and a refusal speaks of the nearest. */
static void
test_several(void **state)
{
  const House *house = *state;
  add(house, "OLD", "ehr.example.fr", RECORD, "2024-01-01", "2024-12-31");
  add(house, "MAIL", "ehr.example.fr", CONTACT, "2026-01-01", "2027-12-31");
  assert_allowed(house, "ehr.example.fr", CLINIC_DATA_CONTACT);
  assert_refused(house, "ehr.example.fr", CLINIC_DATA_RECORD, "MAIL");
  add(house, "NEW", "ehr.example.fr", RECORD, "2026-01-01", "2027-12-31");
  assert_allowed(house, "ehr.example.fr", CLINIC_DATA_RECORD);
}

static void
test_jurisdiction(void **state)
{
  const House *house = *state;
  g_autoptr(GError) error = NULL;
  ClinicContractAsk ask = {.host = "ehr.example.fr", .name = "ehr", .jurisdiction = "US"};
  add(house, "HDS-7", "ehr.example.fr", RECORD, "2026-01-01", "2027-12-31");
  assert_false(clinic_contract_allow_as(house->worker, &ask, CLINIC_DATA_RECORD, &error));
  assert_non_null(strstr(error->message, "US"));
  g_clear_error(&error);
  ask.jurisdiction = "EU";
  assert_true(clinic_contract_allow_as(house->worker, &ask, CLINIC_DATA_RECORD, &error));
}

static void
test_powers(void **state)
{
  const House *house = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) all = NULL;
  add(house, "HDS-7", "ehr.example.fr", RECORD, "2026-01-01", "2027-12-31");
  assert_true(clinic_contract_list(house->doctor, &all, &error));
  assert_false(clinic_contract_end(house->doctor, "HDS-7", "no", &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  g_clear_error(&error);
  assert_false(clinic_contract_list(house->worker, &all, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
}

/* One thing wrong in each. */
static void
test_bad(void **state)
{
  const House *house = *state;
  static const Wanted BAD[] = {
      {"X", "Y", "", "FR", RECORD, 1, 30000},
      {"X", "Y", "*.org", "FR", RECORD, 1, 30000},
      {"X", "Y", "*", "FR", RECORD, 1, 30000},
      {"X", "Y", "a b", "FR", RECORD, 1, 30000},
      {"X", "Y", "https://example.org", "FR", RECORD, 1, 30000},
      {"X", "Y", "-x.example.org", "FR", RECORD, 1, 30000},
      {"X", "Y", "exämple.org", "FR", RECORD, 1, 30000},
      {"X\x1b[2J", "Y", "a.example.org", "FR", RECORD, 1, 30000},
      {"X", "", "a.example.org", "FR", RECORD, 1, 30000},
      {"X", "Y", "a.example.org", "France", RECORD, 1, 30000},
      {"X", "Y", "a.example.org", "", RECORD, 1, 30000},
      {"X", "Y", "a.example.org", "FR", 0, 1, 30000},
      {"X", "Y", "a.example.org", "FR", 1u << CLINIC_DATA_N, 1, 30000},
      {"X", "Y", "a.example.org", "FR", RECORD, 30001, 30000},
  };
  const Wanted good = {"X", "Y", "a.example.org|2001:db8::1", "FR", RECORD, 30000, 30000};
  g_autoptr(GError) error = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(BAD); i++) {
    g_autoptr(GError) why = NULL;
    if (try_add(house, &BAD[i], &why))
      fail_msg("row %zu was taken", i);
    assert_int_equal(why->code, BASE_ERROR_USAGE);
  }
  try_add(house, &good, &error);
  assert_no_error(error);
  assert_false(try_add(house, &good, &error));
  assert_int_equal(error->code, BASE_ERROR_CANT_CREATE);
}

static void
test_day_texts(void **state)
{
  (void)state;
  static const char *const BAD[] = {"2026-02-29",  "2026-13-01", "26-01-01", "2026-1-01",
                                    "2026-01-01x", "+026-01-01", ""};
  gint64 made = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(BAD); i++)
    assert_false(clinic_contract_day_parse(BAD[i], &made, NULL));
  assert_true(clinic_contract_day_parse("2028-02-29", &made, NULL));
  g_autofree char *back = clinic_contract_day_text(made);
  assert_string_equal(back, "2028-02-29");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_none, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_loopback, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_covers, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_days, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_warnings, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_renew_and_end, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_several, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_jurisdiction, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_powers, house_open, house_close),
      cmocka_unit_test_setup_teardown(test_bad, house_open, house_close),
      cmocka_unit_test(test_day_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
