/* What stretching a password costs, in milliseconds: for one that was generated, for one that was
 * chosen; the median of eleven, of five. */
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "guichet/vault/password.h"
#include "guichet/vault/process.h"

static int
by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
median(VaultPasswordOrigin origin, guint n)
{
  double ms[16];
  VaultPasswordParams params;
  vault_password_params(origin, &params);
  for (guint i = 0; i < n; i++) {
    g_autoptr(VaultKey) key = NULL;
    gint64 began = g_get_monotonic_time();
    if (!vault_password_key("some words to stretch", &params, &key, NULL))
      exit(1);
    ms[i] = (double)(g_get_monotonic_time() - began) / 1000;
  }
  qsort(ms, n, sizeof *ms, by_value);
  return ms[n / 2];
}

int
main(void)
{
  if (!vault_process_harden(NULL))
    return 1;
  printf("%.2f %.2f\n", median(VAULT_PASSWORD_GENERATED, 11), median(VAULT_PASSWORD_CHOSEN, 5));
  return 0;
}
