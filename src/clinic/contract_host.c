#include <string.h>

#include "clinic/contract.h"

char *
clinic_contract_host_of(const char *host_or_url)
{
  g_autoptr(GUri) uri =
      strstr(host_or_url, "://") != NULL ? g_uri_parse(host_or_url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
  g_autofree char *bare = g_strdup(host != NULL ? host : host_or_url);
  gsize length = strlen(bare);
  if (length > 2 && bare[0] == '[' && bare[length - 1] == ']') {
    memmove(bare, bare + 1, length - 2);
    bare[length - 2] = '\0';
  } else if (length > 1 && bare[length - 1] == '.') {
    bare[length - 1] = '\0'; /* a name may end with the root's dot */
  }
  return g_ascii_strdown(bare, -1);
}

gboolean
clinic_contract_host_is_loopback(const char *host_or_url)
{
  g_autofree char *host = clinic_contract_host_of(host_or_url);
  if (strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0)
    return TRUE;
  return g_hostname_is_ip_address(host) && strchr(host, ':') == NULL &&
         g_str_has_prefix(host, "127.");
}

static gboolean
row_covers(const char *row, const char *host, const char *name)
{
  if (g_str_has_prefix(row, "*."))
    return strlen(host) > strlen(row) - 1 && g_str_has_suffix(host, row + 1);
  return (*host != '\0' && strcmp(row, host) == 0) || (*name != '\0' && strcmp(row, name) == 0);
}

gboolean
clinic_contract_host_covers(char *const *covers, const char *host, const char *name)
{
  g_autofree char *low = g_ascii_strdown(name, -1);
  for (; *covers != NULL; covers++) {
    g_autofree char *row = clinic_contract_host_of(*covers);
    if (row_covers(row, host, low))
      return TRUE;
  }
  return FALSE;
}

/* Letters, digits, dots, dashes, underscores, and an IPv6 address's colons; "*." may come first,
 * and then a domain of two labels at least: "*.org" is no contract with anybody. */
gboolean
clinic_contract_host_accept(const char *text)
{
  gboolean wild = g_str_has_prefix(text, "*.");
  const char *rest = wild ? text + 2 : text;
  gsize length = strlen(rest);
  if (length == 0 || length > 253 || !g_ascii_isalnum(rest[0] == ':' ? 'a' : rest[0]) ||
      (wild && strchr(rest, '.') == NULL))
    return FALSE;
  for (const char *p = rest; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && strchr(".-_:", *p) == NULL)
      return FALSE;
  return TRUE;
}
