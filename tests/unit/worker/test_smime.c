/* What leaves for an address with a certificate: read by the openssl program, byte for byte what
 * was signed; and what may not leave does not. */
#include "peers/smtp_house.h"
#include "unit/certificates.h"

#include "guichet/clinic/certificate.h"
#include "guichet/net/certificate.h"
#include "worker/smime.h"

static char *files; /* certificates of the group */

typedef struct {
  House *house;
  NetMulti *multi;
  WorkerRun *run;
  ClinicDestination *to;
} Desk;

static Desk
desk_open(const char *more)
{
  g_autofree char *settings = g_strdup_printf(
      "[clinic]\nmail=desk@clinic.example\n"
      "[outbox]\nundo_seconds=0\nsecure_domains=direct.example\nmail=post\n"
      "[destination post]\nchannel=smtp\nurl=smtp://127.0.0.1:1\nsmime_ca_file=%s/ca.pem\n%s",
      files, more);
  Desk desk = {.house = house_open(settings), .multi = net_multi_new()};
  g_autoptr(GError) error = NULL;
  base_clock_freeze(base_clock_now() + BASE_CLOCK_MINUTE);
  desk.run = worker_run_new(desk.house->worker, desk.multi, NULL, NULL, NULL);
  clinic_destination_find(desk.house->worker, "post", &desk.to, &error);
  assert_no_error(error);
  return desk;
}

static Desk
desk_keyed(const char *more)
{
  g_autofree char *all = g_strdup_printf(
      "smime_cert_file=%s/desk.pem\nsmime_key_file=%s/desk.key\n%s", files, files, more);
  return desk_open(all);
}

static void
desk_close(Desk *desk)
{
  clinic_destination_free(desk->to);
  worker_run_free(desk->run);
  net_multi_free(desk->multi);
  house_close(desk->house);
}

static ClinicSession *
admin_of(const Desk *desk)
{
  ClinicSession *root = NULL;
  g_autoptr(GError) error = NULL;
  clinic_session_login(desk->house->dir, "root", HOUSE_PASSWORD, &root, &error);
  assert_no_error(error);
  return root;
}

static void
file_put(const Desk *desk, const char *name, char *address)
{
  g_autoptr(ClinicSession) root = admin_of(desk);
  g_autoptr(NetCertificate) read = NULL;
  g_autoptr(GError) error = NULL;
  gsize length = 0;
  g_autofree char *text = certificates_text(files, name, &length);
  net_certificate_read(text, length, &read, &error);
  assert_no_error(error);
  const ClinicCertificate made = {.address = address,
                                  .subject = read->subject,
                                  .issuer = read->issuer,
                                  .fingerprint = read->fingerprint,
                                  .first = read->first,
                                  .last = read->last,
                                  .der = read->der};
  clinic_certificate_add(root, &made, &error);
  assert_no_error(error);
}

/* What would leave for a signed letter; NULL with the reason in *ret_why. */
static GBytes *
wrapped(const Desk *desk, gint64 item, const char *to, char **ret_why)
{
  g_autofree char *name = NULL;
  g_autoptr(GBytes) bytes = house_payload(desk->house, item, &name);
  const ClinicParcel parcel = {.item = item, .bytes = bytes, .recipient = (char *)(gintptr)to};
  WorkerSmime *smime = NULL;
  GBytes *out = NULL;
  g_autoptr(GError) error = NULL;
  if (worker_smime_open(desk->run, desk->to, &smime, &error))
    worker_smime_wrap(smime, desk->run, &parcel, &out, &error);
  worker_smime_close(smime);
  if (out == NULL)
    *ret_why = g_strdup(error->message);
  return out;
}

static void
put(const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename(files, name, NULL);
  gsize length = 0;
  const char *data = g_bytes_get_data(bytes, &length);
  assert_true(g_file_set_contents(path, data, (gssize)length, NULL));
}

static gboolean
holds(GBytes *bytes, const char *text)
{
  gsize length = 0;
  const char *data = g_bytes_get_data(bytes, &length);
  return g_strstr_len(data, (gssize)length, text) != NULL;
}

static gint64
letter_to(const Desk *desk, const char *to)
{
  return letter(desk->house, "p1", to, 3000);
}

static void
test_encrypted(void **state)
{
  static const struct {
    const char *settings, *type, *name, *to;
  } ROWS[] = {
      {"", "smime-type=enveloped-data", "ana", "ana@direct.example"},
      {"smime_cipher=aes256-gcm\n", "smime-type=authEnveloped-data", "ana", "ana@direct.example"},
      {"", "smime-type=enveloped-data", "eva", "eva@direct.example"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    Desk desk = desk_keyed(ROWS[i].settings);
    g_autofree char *why = NULL, *sent_as = NULL;
    g_autofree char *pem = g_strconcat(ROWS[i].name, ".pem", NULL);
    file_put(&desk, pem, (char *)(gintptr)ROWS[i].to);
    gint64 item = letter_to(&desk, ROWS[i].to);
    g_autoptr(GBytes) out = wrapped(&desk, item, ROWS[i].to, &why);
    g_autoptr(GBytes) payload = house_payload(desk.house, item, &sent_as);
    if (out == NULL)
      fail_msg("%s", why);
    put("sent.eml", out);
    put("payload", payload);
    g_autofree char *script =
        g_strdup_printf("openssl cms -decrypt -in sent.eml -inkey %s.key -recip %s.pem -out "
                        "inner.eml && openssl cms -verify "
                        "-in inner.eml -CAfile ca.pem -purpose any -signer who.pem -out "
                        "back && cmp back payload && "
                        "openssl x509 -in who.pem -noout -subject | grep -q desk",
                        ROWS[i].name, ROWS[i].name);
    assert_true(certificates_run(files, script));
    assert_true(holds(out, ROWS[i].type));
    assert_true(holds(out, "Subject: [...]\r\n"));
    assert_false(holds(out, "A letter"));
    assert_false(holds(out, "Dear colleague"));
    assert_true(holds(payload, "Subject: A letter\r\n"));
    assert_true(holds(payload, "hp=\"cipher\""));
    assert_true(holds(payload, "HP-Outer: Subject: [...]\r\n"));
    assert_true(holds(payload, "HP-Outer: From: "));
    desk_close(&desk);
  }
}

/* Within secure_domains, and no certificate on file: signed, readable, the subject as it is. */
static void
test_signed_only(void **state)
{
  Desk desk = desk_keyed("");
  g_autofree char *why = NULL, *sent_as = NULL;
  gint64 item = letter_to(&desk, "bob@direct.example");
  g_autoptr(GBytes) out = wrapped(&desk, item, "bob@direct.example", &why);
  g_autoptr(GBytes) payload = house_payload(desk.house, item, &sent_as);
  (void)state;
  assert_non_null(out);
  put("sent.eml", out);
  put("payload", payload);
  assert_true(certificates_run(files,
                               "openssl cms -verify -in sent.eml -CAfile ca.pem -purpose any "
                               "-out back && cmp back payload"));
  assert_true(holds(out, "Subject: A letter\r\n"));
  assert_false(holds(payload, "hp="));
  desk_close(&desk);
}

static void
test_plain(void **state)
{
  Desk desk = desk_open("");
  g_autofree char *why = NULL, *sent_as = NULL;
  gint64 item = letter_to(&desk, "bob@direct.example");
  g_autoptr(GBytes) out = wrapped(&desk, item, "bob@direct.example", &why);
  g_autoptr(GBytes) payload = house_payload(desk.house, item, &sent_as);
  (void)state;
  assert_true(g_bytes_equal(out, payload));
  desk_close(&desk);
}

static void
refused(const Desk *desk, gint64 item, const char *to, const char *wanted)
{
  g_autofree char *why = NULL;
  g_autoptr(GBytes) out = wrapped(desk, item, to, &why);
  assert_null(out);
  print_message("# %s\n", why);
  assert_non_null(strstr(why, wanted));
}

/* An address with a certificate gets it encrypted or not at all. */
static void
test_refused(void **state)
{
  static const struct {
    const char *file, *why;
  } ROWS[] = {{"stranger.pem", "not one of an authority"},
              {"web.pem", "not for the encryption of mail"},
              {"eva.pem", "for another address"}};
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    Desk desk = desk_keyed("");
    char address[] = "ana@direct.example";
    file_put(&desk, ROWS[i].file, address);
    refused(&desk, letter_to(&desk, address), address, ROWS[i].why);
    desk_close(&desk);
  }
}

static void
test_refused_later(void **state)
{
  Desk desk = desk_keyed("");
  char address[] = "ana@direct.example";
  g_autoptr(GError) error = NULL;
  (void)state;
  file_put(&desk, "ana.pem", address);
  gint64 item = letter_to(&desk, address);
  base_clock_step(400 * BASE_CLOCK_DAY);
  refused(&desk, item, address, "expired on");
  base_clock_step(-400 * BASE_CLOCK_DAY);
  g_autoptr(ClinicSession) root = admin_of(&desk);
  assert_true(clinic_certificate_remove(root, address, &error));
  refused(&desk, item, address, "taken off the file");
  assert_false(clinic_certificate_remove(root, address, NULL));
  desk_close(&desk);
}

static void
test_settings(void **state)
{
  char address[] = "ana@direct.example";
  g_autofree char *open_key = g_build_filename(files, "open.key", NULL);
  g_autofree char *shared =
      g_strdup_printf("smime_cert_file=%s/desk.pem\nsmime_key_file=%s\n", files, open_key);
  g_autofree char *lent =
      g_strdup_printf("smime_cert_file=%s/desk.pem\nsmime_key_file=credential:nothing\n", files);
  g_autofree char *keyless = g_strdup_printf("smime_cert_file=%s/desk.pem\n", files);
  const struct {
    const char *settings, *why;
  } rows[] = {{"", "none of the clinic's"},
              {keyless, "no smime_key_file"},
              {shared, "chmod 600"},
              {lent, "no credential of that name"}};
  (void)state;
  assert_true(certificates_run(files, "cp desk.key open.key && chmod 644 open.key"));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Desk desk = desk_open(rows[i].settings);
    file_put(&desk, "ana.pem", address);
    refused(&desk, letter_to(&desk, address), address, rows[i].why);
    desk_close(&desk);
  }
}

/* As systemd lends it. */
static void
test_credential(void **state)
{
  g_autofree char *settings =
      g_strdup_printf("smime_cert_file=credential:desk.pem\nsmime_key_file=credential:desk.key\n");
  Desk desk = desk_open(settings);
  g_autofree char *why = NULL;
  (void)state;
  g_setenv("CREDENTIALS_DIRECTORY", files, TRUE);
  gint64 item = letter_to(&desk, "bob@direct.example");
  g_autoptr(GBytes) out = wrapped(&desk, item, "bob@direct.example", &why);
  g_unsetenv("CREDENTIALS_DIRECTORY");
  assert_non_null(out);
  assert_true(holds(out, "multipart/signed"));
  desk_close(&desk);
}

static int
setup(void **state)
{
  files = g_dir_make_tmp("guichet-smime-XXXXXX", NULL);
  certificates_make(files);
  return house_setup(state);
}

static int
teardown(void **state)
{
  house_sweep(files);
  g_free(files);
  return house_teardown(state);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_encrypted),     cmocka_unit_test(test_signed_only),
      cmocka_unit_test(test_plain),         cmocka_unit_test(test_refused),
      cmocka_unit_test(test_refused_later), cmocka_unit_test(test_settings),
      cmocka_unit_test(test_credential),
  };
  if (!certificates_there()) {
    printf("1..0 # SKIP needs openssl\n");
    return 0;
  }
  return cmocka_run_group_tests(tests, setup, teardown);
}
