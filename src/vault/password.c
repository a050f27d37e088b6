#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/vault/password.h"
#include "guichet/vault/process.h"
#include "vault/key.h"

#define PASSWORD_PASSES_MOST 64
#define PASSWORD_MEMORY_MOST (G_GINT64_CONSTANT(4) << 30)

G_STATIC_ASSERT(VAULT_PASSWORD_SALT == crypto_pwhash_SALTBYTES);

/* The stems that most passwords of ten characters and more are made from (public lists of leaked
 * passwords, English and French, and what stands on a clinic's door).  Kept folded. */
/* clang-format off */
static const char *const password_stems[] = {
    "password",   "passwort",  "motdepasse",  "passe",      "qwerty",       "qwertyuiop",
    "azerty",     "azertyuiop", "qwertz",     "welcome",    "bienvenue",    "bonjour",
    "letmein",    "admin",     "administrator", "administrateur", "iloveyou", "jetaime",
    "monkey",     "dragon",    "football",    "baseball",   "basketball",   "princess",
    "princesse",  "sunshine",  "superman",    "batman",     "starwars",     "pokemon",
    "whatever",   "trustno",   "chocolate",   "chocolat",   "liverpool",    "marseille",
    "changeme",   "changemoi", "default",     "secret",     "summer",       "winter",
    "spring",     "autumn",    "printemps",   "automne",    "january",      "february",
    "september",  "october",   "november",    "december",   "septembre",    "octobre",
    "novembre",   "decembre",  "guichet",     "clinic",     "clinique",     "hospital",
    "hopital",    "doctor",    "docteur",     "nurse",      "infirmiere",   "medical",
    "reception",  "frontdesk", "accueil",     "secretariat", "computer",    "internet",
    "michael",    "jennifer",  "charlie",     "mohammed",   "nicolas",      "doudou",
    "loulou",     "soleil",    "passwordpassword", "correcthorsebatterystaple",
};
/* clang-format on */

void
vault_password_params(VaultPasswordOrigin origin, VaultPasswordParams *ret)
{
  gboolean chosen = origin == VAULT_PASSWORD_CHOSEN;
  randombytes_buf(ret->salt, sizeof ret->salt);
  ret->passes = chosen ? crypto_pwhash_OPSLIMIT_MODERATE : crypto_pwhash_OPSLIMIT_INTERACTIVE;
  ret->memory = chosen ? crypto_pwhash_MEMLIMIT_MODERATE : crypto_pwhash_MEMLIMIT_INTERACTIVE;
}

static gboolean
check_params(const VaultPasswordParams *params, GError **error)
{
  gboolean passes = params->passes >= (gint64)crypto_pwhash_OPSLIMIT_MIN &&
                    params->passes <= PASSWORD_PASSES_MOST;
  gboolean memory = params->memory >= (gint64)crypto_pwhash_MEMLIMIT_MIN &&
                    params->memory <= PASSWORD_MEMORY_MOST;
  if (passes && memory)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
              "the password's limits are out of bounds (%" G_GINT64_FORMAT
              " passes, %" G_GINT64_FORMAT " bytes); restore keys.db from a backup",
              params->passes, params->memory);
  return FALSE;
}

/* One spelling (NFKC) for terminals that compose accents and those that do not.  In locked memory;
 * bytes that are not UTF-8 stay as they are, and match nothing that was accepted. */
static char *
normalise(const char *password)
{
  gsize length = strlen(password);
  char *other = g_str_is_ascii(password)
                    ? NULL
                    : g_utf8_normalize(password, (gssize)length, G_NORMALIZE_ALL_COMPOSE);
  const char *from = other != NULL ? other : password;
  char *safe = vault_key_memory(strlen(from) + 1);
  memcpy(safe, from, strlen(from));
  vault_seal_forget(other, other != NULL ? strlen(other) : 0);
  return safe;
}

gboolean
vault_password_key(const char *password, const VaultPasswordParams *params, VaultKey **ret,
                   GError **error)
{
  if (!check_params(params, error))
    return FALSE;
  if (strlen(password) > VAULT_PASSWORD_MOST) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, "a password has at most %u bytes",
                VAULT_PASSWORD_MOST);
    return FALSE;
  }
  char *safe = normalise(password);
  VaultKey *key = vault_key_memory(sizeof *key);
  int failed =
      crypto_pwhash(key->bytes, sizeof key->bytes, safe, strlen(safe), params->salt,
                    (guint64)params->passes, (gsize)params->memory, crypto_pwhash_ALG_ARGON2ID13);
  sodium_free(safe);
  if (failed != 0) {
    vault_key_free(key);
    g_set_error(error, BASE_ERROR, BASE_ERROR_OS,
                "a password needs %" G_GINT64_FORMAT " MiB of memory for a moment; close something "
                "and try again",
                params->memory >> 20);
    return FALSE;
  }
  *ret = key;
  return TRUE;
}

/* Lower case, "p@ssw0rd" read as letters, with digits and signs at both ends dropped and spaces
 * closed. */
static char *
stem_of(const char *password)
{
  static const char from[] = "@4831!05$7", to[] = "aabeliosst";
  const char *start = password, *end = password + strlen(password);
  while (start < end && g_ascii_isprint(*start) && !g_ascii_isalpha(*start) && *start != '@')
    start++;
  while (end > start && g_ascii_isprint(end[-1]) && !g_ascii_isalpha(end[-1]))
    end--;
  char *stem = g_ascii_strdown(start, end - start), *to_here = stem;
  for (const char *p = stem; *p != '\0'; p++) {
    const char *hit = strchr(from, *p);
    char c = hit != NULL ? to[hit - from] : *p;
    if (c != ' ' && c != '-' && c != '_' && c != '.')
      *to_here++ = c;
  }
  *to_here = '\0';
  return stem;
}

static void
forget(char *text)
{
  vault_seal_forget(text, strlen(text));
}

/* "aaaaaaaaaa", "1234567890", "abcabcabcabc", "qwertyuiop": few decisions, however long. */
static gboolean
is_pattern(const char *password)
{
  gsize length = strlen(password);
  for (gsize step = 1; step <= 4; step++) {
    gsize same = 0;
    for (gsize i = step; i < length; i++)
      same += password[i] == password[i - step];
    if (same == length - step)
      return TRUE;
  }
  gsize runs = 0;
  for (gsize i = 1; i < length; i++) {
    int by = password[i] - password[i - 1];
    runs += by == 1 || by == -1 || by == -9 || by == 9;
  }
  return runs + 1 == length;
}

static gboolean
is_common(const char *password)
{
  char *stem = stem_of(password);
  gboolean found = is_pattern(password);
  for (guint i = 0; i < G_N_ELEMENTS(password_stems) && !found; i++)
    found = strcmp(stem, password_stems[i]) == 0;
  forget(stem);
  return found;
}

static gboolean
is_name(const char *password, const char *user_name)
{
  if (user_name == NULL || strlen(user_name) < 3)
    return FALSE;
  char *word = g_utf8_casefold(password, -1);
  g_autofree char *name = g_utf8_casefold(user_name, -1);
  gboolean found = FALSE;
  const char *hit = strstr(word, name);
  /* the name with little added; a long phrase may well hold it */
  if (hit != NULL)
    found = g_utf8_strlen(word, -1) - g_utf8_strlen(name, -1) < (glong)VAULT_PASSWORD_LEAST;
  forget(word);
  return found;
}

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, "this password will not do: %s", why);
  return FALSE;
}

gboolean
vault_password_accept(const char *password, const char *user_name, GError **error)
{
  g_autofree char *most = g_strdup_printf("it is longer than %u bytes", VAULT_PASSWORD_MOST);
  g_autofree char *least = g_strdup_printf("it needs %u characters or more; a few words make a "
                                           "good one",
                                           VAULT_PASSWORD_LEAST);
  if (strlen(password) > VAULT_PASSWORD_MOST)
    return refuse(error, most);
  if (!g_utf8_validate(password, -1, NULL))
    return refuse(error, "it is not UTF-8");
  if (g_utf8_strlen(password, -1) < (glong)VAULT_PASSWORD_LEAST)
    return refuse(error, least);
  if (is_common(password))
    return refuse(error, "it is among the commonest, or a pattern");
  if (is_name(password, user_name))
    return refuse(error, "it is the user's own name");
  return TRUE;
}

char *
vault_password_random(void)
{
  /* 32 letters and digits: five bits each, no l and o beside 1 and 0 */
  static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
  G_STATIC_ASSERT(sizeof letters - 1 == 32);
  GString *text = g_string_sized_new(20);
  for (guint i = 0; i < 16; i++) {
    if (i > 0 && i % 4 == 0)
      g_string_append_c(text, '-');
    g_string_append_c(text, letters[vault_process_random(sizeof letters - 1)]);
  }
  return g_string_free(text, FALSE);
}

char *
vault_password_memory(void)
{
  return vault_key_memory(VAULT_PASSWORD_MOST + 1);
}

/* Byte by byte, so that the lines behind this one stay for whoever reads next. */
static gboolean
read_line(int fd, char *to, gsize *ret_length, GError **error)
{
  gsize length = 0;
  for (;;) {
    char c;
    ssize_t n = read(fd, &c, 1);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_IO, "cannot read the password: %s",
                  g_strerror(errno));
      return FALSE;
    }
    if (n == 0 && length == 0) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, "there is no password to read");
      return FALSE;
    }
    if (n == 0 || c == '\n')
      break;
    if (c == '\0')
      return refuse(error, "it holds a NUL byte");
    if (length == VAULT_PASSWORD_MOST)
      return refuse(error, "it is too long");
    to[length++] = c;
    sodium_memzero(&c, 1);
  }
  *ret_length = length;
  return TRUE;
}

gboolean
vault_password_read(int fd, char **ret, GError **error)
{
  char *line = vault_password_memory();
  gsize length = 0;
  if (!read_line(fd, line, &length, error)) {
    vault_password_forget(line);
    return FALSE;
  }
  if (length > 0 && line[length - 1] == '\r')
    line[length - 1] = '\0';
  *ret = line;
  return TRUE;
}

void
vault_password_forget(char *password)
{
  sodium_free(password);
}
