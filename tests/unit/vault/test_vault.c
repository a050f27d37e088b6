/* Sealing, wrapping, tags and the chain: what must not open does not. */
#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/key.h"
#include "guichet/vault/process.h"
#include "guichet/vault/tag.h"

static const VaultPlace here = {"revision", "text", 42, 3};

static gboolean
opens(const VaultKey *key, const VaultPlace *place, GBytes *box)
{
  char untouched, *opened = &untouched;
  gsize length = 4711;
  g_autoptr(GError) error = NULL;
  if (vault_seal_open(key, place, box, &opened, &length, &error)) {
    assert_null(error);
    vault_seal_forget(opened, length);
    return TRUE;
  }
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CORRUPT));
  assert_non_null(strstr(error->message, place->table));
  assert_ptr_equal(opened, &untouched);
  assert_int_equal(length, 4711);
  return FALSE;
}

static void
test_round_trip(void **state)
{
  (void)state;
  static const gsize sizes[] = {0, 1, 15, 16, 17, 4096, 1 << 20};
  g_autoptr(VaultKey) key = vault_key_new();
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree char *plain = g_malloc(sizes[i] + 1);
    memset(plain, 'x', sizes[i]);
    g_autoptr(GBytes) box = vault_seal_close(key, &here, plain, sizes[i]);
    assert_int_equal(g_bytes_get_size(box), sizes[i] + VAULT_SEAL_OVERHEAD);
    char *opened = NULL;
    gsize length = 0;
    g_autoptr(GError) error = NULL;
    assert_true(vault_seal_open(key, &here, box, &opened, &length, &error));
    assert_no_error(error);
    assert_int_equal(length, sizes[i]);
    assert_memory_equal(opened, plain, length);
    assert_int_equal(opened[length], '\0');
    vault_seal_forget(opened, length);
  }
  vault_seal_forget(NULL, 0);
}

static void
test_fresh_nonce(void **state)
{
  (void)state;
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(GBytes) a = vault_seal_close(key, &here, "same", 4);
  g_autoptr(GBytes) b = vault_seal_close(key, &here, "same", 4);
  assert_false(g_bytes_equal(a, b));
}

static void
test_moved_box_stays_shut(void **state)
{
  (void)state;
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(GBytes) box = vault_seal_close(key, &here, "text", 4);
  static const VaultPlace elsewhere[] = {
      {"revisio", "text", 42, 3},  {"revisions", "text", 42, 3}, {"revision", "tex", 42, 3},
      {"revisiont", "ext", 42, 3}, {"revision", "text", 43, 3},  {"revision", "text", -42, 3},
      {"revision", "text", 42, 2}, {"revision", "text", 42, 4},  {"revision", "text", 3, 42},
      {"text", "revision", 42, 3},
  };
  assert_true(opens(key, &here, box));
  for (guint i = 0; i < G_N_ELEMENTS(elsewhere); i++)
    assert_false(opens(key, &elsewhere[i], box));
}

static void
test_wrong_key(void **state)
{
  (void)state;
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(VaultKey) other = vault_key_new();
  g_autoptr(VaultKey) copy = vault_key_copy(key);
  g_autoptr(GBytes) box = vault_seal_close(key, &here, "text", 4);
  assert_false(opens(other, &here, box));
  assert_true(opens(copy, &here, box));
  assert_true(vault_key_equal(copy, key));
  assert_false(vault_key_equal(other, key));
}

static void
test_cut_or_changed(void **state)
{
  (void)state;
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(GBytes) box = vault_seal_close(key, &here, "some words", 10);
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data(box, &size);
  for (gsize length = 0; length < size; length++) {
    g_autoptr(GBytes) cut = g_bytes_new(bytes, length);
    assert_false(opens(key, &here, cut));
  }
  for (gsize bit = 0; bit < 8 * size; bit++) {
    g_autofree guint8 *flip = g_memdup2(bytes, size);
    flip[bit / 8] ^= (guint8)(1u << (bit % 8));
    g_autoptr(GBytes) changed = g_bytes_new(flip, size);
    assert_false(opens(key, &here, changed));
  }
  g_autofree guint8 *more = g_malloc0(size + 1);
  memcpy(more, bytes, size);
  g_autoptr(GBytes) longer = g_bytes_new(more, size + 1);
  assert_false(opens(key, &here, longer));
  assert_false(opens(key, &here, NULL));
}

static void
test_wrap(void **state)
{
  (void)state;
  g_autoptr(VaultKey) with = vault_key_new();
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(VaultKey) back = NULL;
  g_autoptr(VaultKey) none = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) wrapped = vault_key_wrap(with, key, &here);
  assert_true(vault_key_unwrap(with, wrapped, &here, &back, &error));
  assert_no_error(error);
  assert_true(vault_key_equal(back, key));
  assert_false(vault_key_unwrap(key, wrapped, &here, &none, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CORRUPT));
  g_clear_error(&error);
  g_autoptr(GBytes) no_key = vault_seal_close(with, &here, "short", 5);
  assert_false(vault_key_unwrap(with, no_key, &here, &none, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CORRUPT));
  assert_null(none);
}

static void
test_derive(void **state)
{
  (void)state;
  g_autoptr(VaultKey) parent = vault_key_new();
  g_autoptr(VaultKey) one = vault_key_derive(parent, VAULT_PURPOSE_TAG, 1);
  g_autoptr(VaultKey) again = vault_key_derive(parent, VAULT_PURPOSE_TAG, 1);
  g_autoptr(VaultKey) two = vault_key_derive(parent, VAULT_PURPOSE_TAG, 2);
  g_autoptr(VaultKey) chain = vault_key_derive(parent, VAULT_PURPOSE_CHAIN, 1);
  assert_true(vault_key_equal(one, again));
  assert_false(vault_key_equal(one, two));
  assert_false(vault_key_equal(one, chain));
  assert_false(vault_key_equal(one, parent));
}

static void
test_tag(void **state)
{
  (void)state;
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(VaultKey) other = vault_key_new();
  VaultTag a, b;
  vault_tag_make(key, "patient.name", "eleonore", &a);
  vault_tag_make(key, "patient.name", "eleonore", &b);
  assert_memory_equal(a.bytes, b.bytes, VAULT_TAG_BYTES);
  vault_tag_make(key, "patient.mail", "eleonore", &b);
  assert_memory_not_equal(a.bytes, b.bytes, VAULT_TAG_BYTES);
  vault_tag_make(key, "patient.nam", "eeleonore", &b);
  assert_memory_not_equal(a.bytes, b.bytes, VAULT_TAG_BYTES);
  vault_tag_make(other, "patient.name", "eleonore", &b);
  assert_memory_not_equal(a.bytes, b.bytes, VAULT_TAG_BYTES);
  vault_tag_make(key, "patient.name", "", &b);
  assert_memory_not_equal(a.bytes, b.bytes, VAULT_TAG_BYTES);
}

static void
test_chain_link(void **state)
{
  (void)state;
  g_autoptr(VaultKey) key = vault_key_new();
  g_autoptr(VaultKey) other = vault_key_new();
  VaultHash zero = {{0}}, first, second, changed;
  vault_chain_link(key, &zero, "one", 3, &first);
  vault_chain_link(key, &first, "two", 3, &second);
  vault_chain_link(key, &zero, "two", 3, &changed);
  assert_false(vault_chain_equal(&second, &changed));
  vault_chain_link(other, &first, "two", 3, &changed);
  assert_false(vault_chain_equal(&second, &changed));
  vault_chain_link(key, &first, "tw", 2, &changed);
  assert_false(vault_chain_equal(&second, &changed));
  vault_chain_link(key, &first, "two", 3, &changed);
  assert_true(vault_chain_equal(&second, &changed));
  vault_chain_link(key, &first, NULL, 0, &changed);
  assert_false(vault_chain_equal(&first, &changed));
}

static void
test_chain_digest(void **state)
{
  (void)state;
  /* BLAKE2b-256 of "abc", RFC 7693's function at 32 bytes */
  VaultHash hash, back;
  vault_chain_digest("abc", 3, &hash);
  g_autofree char *hex = vault_chain_hex(hash.bytes, sizeof hash.bytes);
  assert_string_equal(hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  assert_true(vault_chain_unhex(hex, back.bytes, sizeof back.bytes));
  assert_true(vault_chain_equal(&hash, &back));
  static const char *const bad[] = {
      "",
      "bd",
      "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d5231",
      "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d5231g",
      "BDDD813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319",
      " ddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"};
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_false(vault_chain_unhex(bad[i], back.bytes, sizeof back.bytes));
}

static void
test_anchor(void **state)
{
  (void)state;
  g_autoptr(VaultKey) seed = vault_key_new();
  g_autoptr(VaultKey) other = vault_key_new();
  VaultHash mine, theirs;
  guint8 signature[VAULT_CHAIN_SIGNATURE];
  vault_chain_public(seed, &mine);
  vault_chain_public(other, &theirs);
  vault_chain_sign(seed, "anchor", 6, signature);
  assert_true(vault_chain_verify(&mine, "anchor", 6, signature));
  assert_false(vault_chain_verify(&mine, "anchoR", 6, signature));
  assert_false(vault_chain_verify(&theirs, "anchor", 6, signature));
  signature[5] ^= 1;
  assert_false(vault_chain_verify(&mine, "anchor", 6, signature));
}

static void
test_ids(void **state)
{
  (void)state;
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < 10000; i++) {
    gint64 id = vault_process_id();
    assert_true(id > 0);
    assert_true(g_hash_table_add(seen, g_memdup2(&id, sizeof id)));
    assert_true(vault_process_random(7) < 7);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_fresh_nonce),
      cmocka_unit_test(test_moved_box_stays_shut),
      cmocka_unit_test(test_wrong_key),
      cmocka_unit_test(test_cut_or_changed),
      cmocka_unit_test(test_wrap),
      cmocka_unit_test(test_derive),
      cmocka_unit_test(test_tag),
      cmocka_unit_test(test_chain_link),
      cmocka_unit_test(test_chain_digest),
      cmocka_unit_test(test_anchor),
      cmocka_unit_test(test_ids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
