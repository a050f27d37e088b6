#include "unit/certificates.h"

#include <sys/stat.h>

#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/net/smime.h"

static char *dir; /* of the group */

static NetCertificate *
read_named(const char *name)
{
  g_autofree char *file = g_strconcat(name, ".pem", NULL);
  gsize length = 0;
  g_autofree char *text = certificates_text(dir, file, &length);
  NetCertificate *read = NULL;
  g_autoptr(GError) error = NULL;
  net_certificate_read(text, length, &read, &error);
  assert_no_error(error);
  return read;
}

static char *
path_of(const char *name)
{
  return g_build_filename(dir, name, NULL);
}

static void
test_reads(void **state)
{
  g_autoptr(NetCertificate) ana = read_named("ana");
  g_autoptr(NetCertificate) again = NULL;
  gsize length = 0;
  (void)state;
  assert_string_equal(ana->subject, "O = Tests, CN = ana");
  assert_string_equal(ana->issuer, "CN = ca");
  assert_string_equal(ana->mails[0], "ana@direct.example");
  assert_null(ana->mails[1]);
  assert_null(ana->domains[0]);
  assert_int_equal(strlen(ana->fingerprint), 64);
  assert_in_range((ana->last - ana->first) / BASE_CLOCK_DAY, 364, 366);
  const void *der = g_bytes_get_data(ana->der, &length);
  assert_true(net_certificate_read(der, length, &again, NULL));
  assert_string_equal(again->fingerprint, ana->fingerprint);
}

static void
refused_bytes(const void *bytes, gsize length)
{
  NetCertificate *none = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(net_certificate_read(bytes, length, &none, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  assert_null(none);
}

/* Cut anywhere, or with one byte more, it is none; and so is what is too long. */
static void
test_garbage(void **state)
{
  g_autoptr(NetCertificate) ana = read_named("ana");
  gsize length = 0, n_key = 0;
  const guint8 *der = g_bytes_get_data(ana->der, &length);
  g_autofree guint8 *more = g_malloc0(70 * 1024);
  g_autofree char *key = certificates_text(dir, "ana.key", &n_key);
  (void)state;
  refused_bytes("", 0);
  refused_bytes("no certificate", 14);
  refused_bytes(key, n_key);
  for (gsize n = 0; n < length; n++)
    refused_bytes(der, n);
  memcpy(more, der, length);
  refused_bytes(more, length + 1);
  refused_bytes(more, 70 * 1024);
}

static void
test_checks(void **state)
{
  static const struct {
    const char *name, *address, *ca, *why; /* why: NULL it is good */
    gint64 days;
  } ROWS[] = {
      {"ana", "ana@direct.example", "ca.pem", NULL, 1},
      {"ana", "ANA@direct.EXAMPLE", "ca.pem", NULL, 1},
      {"eva", "eva@direct.example", "ca.pem", NULL, 1},
      {"org", "anybody@direct.example", "ca.pem", NULL, 1},
      {"ana", "ana@direct.example", "ca-list.pem", NULL, 1},
      {"gone", "gone@direct.example", "ca.pem", NULL, 1},
      {"gone", "gone@direct.example", "ca-list.pem", "revoked", 1},
      {"ana", "bob@direct.example", "ca.pem", "another address", 1},
      {"org", "anybody@sub.direct.example", "ca.pem", "another address", 1},
      {"ana", "ana@direct.example.evil.example", "ca.pem", "another address", 1},
      {"ana", "ana@direct.example", "ca.pem", "expired on", 400},
      {"ana", "ana@direct.example", "ca.pem", "valid from", -10},
      {"stranger", "ana@direct.example", "ca.pem", "not one of an authority", 1},
      {"ana", "ana@direct.example", "other.pem", "not one of an authority", 1},
      {"web", "desk@direct.example", "ca.pem", "not for the encryption of mail", 1},
      {"sign", "ana@direct.example", "ca.pem", "not for the encryption of mail", 1},
      {"weak", "ana@direct.example", "ca.pem", "too weak", 1},
      {"ana", "ana@direct.example", "ana.key", "cannot be read as a file of authorities", 1},
      {"ana", "ana@direct.example", "nowhere", "cannot be read as a file of authorities", 1},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    g_autoptr(NetCertificate) one = read_named(ROWS[i].name);
    g_autofree char *ca = path_of(ROWS[i].ca);
    g_autoptr(GError) error = NULL;
    const NetCertificateAsk ask = {ROWS[i].address, ca, one->first + ROWS[i].days * BASE_CLOCK_DAY};
    gboolean good = net_certificate_check(one, &ask, &error);
    print_message("# %s for %s: %s\n", ROWS[i].name, ROWS[i].address,
                  good ? "good" : error->message);
    assert_int_equal(good, ROWS[i].why == NULL);
    if (!good)
      assert_non_null(strstr(error->message, ROWS[i].why));
  }
}

static NetSmimeKey *
key_of(const char *certificate, const char *key, GError **error)
{
  gsize n_open = 0, n_secret = 0;
  g_autofree char *open = certificates_text(dir, certificate, &n_open);
  g_autofree char *secret = certificates_text(dir, key, &n_secret);
  NetSmimeKey *read = NULL;
  net_smime_key_read(open, n_open, secret, n_secret, &read, error);
  return read;
}

static void
test_key(void **state)
{
  g_autoptr(GError) wrong = NULL, none = NULL, late = NULL, other = NULL, use = NULL;
  g_autoptr(NetSmimeKey) desk = key_of("desk.pem", "desk.key", NULL);
  g_autoptr(NetSmimeKey) ana = key_of("ana.pem", "ana.key", NULL);
  (void)state;
  assert_non_null(desk);
  gint64 now = net_smime_key_certificate(desk)->first + BASE_CLOCK_DAY;
  assert_true(net_smime_key_check(desk, "desk@clinic.example", now, NULL));
  assert_null(key_of("desk.pem", "ana.key", &wrong));
  assert_non_null(strstr(wrong->message, "not the one of the certificate"));
  assert_null(key_of("desk.pem", "desk.pem", &none));
  assert_non_null(strstr(none->message, "cannot be read"));
  assert_false(net_smime_key_check(desk, "desk@clinic.example", now + 400 * BASE_CLOCK_DAY, &late));
  assert_non_null(strstr(late->message, "has expired"));
  assert_false(net_smime_key_check(desk, "other@clinic.example", now, &other));
  assert_non_null(strstr(other->message, "not for the address"));
  assert_false(net_smime_key_check(ana, "ana@direct.example", now, &use));
  assert_non_null(strstr(use->message, "not for the signing"));
}

static void
put(const char *name, GBytes *bytes)
{
  g_autofree char *path = path_of(name);
  gsize length = 0;
  const char *data = g_bytes_get_data(bytes, &length);
  assert_true(g_file_set_contents(path, data, (gssize)length, NULL));
}

/* The openssl program reads what was made, and gives back the very bytes. */
static void
test_openssl_reads(void **state)
{
  static const char CONTENT[] = "Subject: caf\xc3\xa9\r\n\r\nbare\nand CR LF\r\n\r\n";
  static const char *const TO[] = {"ana", "eva"};
  g_autoptr(NetSmimeKey) desk = key_of("desk.pem", "desk.key", NULL);
  g_autoptr(GBytes) content = g_bytes_new_static(CONTENT, sizeof CONTENT - 1);
  g_autoptr(GBytes) signature = NULL;
  (void)state;
  put("content", content);
  assert_true(net_smime_sign(desk, content, &signature, NULL));
  put("signature", signature);
  assert_true(certificates_run(
      dir, "openssl cms -verify -binary -inform DER -in signature -content content "
           "-CAfile ca.pem -purpose any -out back && cmp back content"));
  assert_false(
      certificates_run(dir, "echo >>content; openssl cms -verify -binary -inform DER -in signature "
                            "-content content -CAfile ca.pem -purpose any -out back"));
  put("content", content);
  for (gsize i = 0; i < G_N_ELEMENTS(TO); i++)
    for (guint cipher = 0; cipher < 2; cipher++) {
      g_autoptr(NetCertificate) to = read_named(TO[i]);
      g_autoptr(GBytes) encrypted = NULL;
      g_autoptr(GError) error = NULL;
      net_smime_encrypt(to, (NetSmimeCipher)cipher, content, &encrypted, &error);
      assert_no_error(error);
      put("encrypted", encrypted);
      g_autofree char *script =
          g_strdup_printf("openssl cms -decrypt -binary -inform DER -in encrypted -inkey %s.key "
                          "-recip %s.pem -out back && "
                          "cmp back content && ! openssl cms -decrypt -binary -inform DER -in "
                          "encrypted -inkey org.key "
                          "-recip org.pem -out other",
                          TO[i], TO[i]);
      assert_true(certificates_run(dir, script));
    }
}

static int
setup(void **state)
{
  (void)state;
  dir = g_dir_make_tmp("guichet-certificate-XXXXXX", NULL);
  certificates_make(dir);
  return 0;
}

static int
teardown(void **state)
{
  (void)state;
  g_autoptr(GDir) listing = g_dir_open(dir, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name(listing)) != NULL) {
    g_autofree char *path = path_of(name);
    g_unlink(path);
  }
  g_rmdir(dir);
  g_free(dir);
  return 0;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads),         cmocka_unit_test(test_garbage),
      cmocka_unit_test(test_checks),        cmocka_unit_test(test_key),
      cmocka_unit_test(test_openssl_reads),
  };
  if (!certificates_there()) {
    printf("1..0 # SKIP needs openssl\n");
    return 0;
  }
  return cmocka_run_group_tests(tests, setup, teardown);
}
