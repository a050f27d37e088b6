/* What every cmocka program includes first. */
#ifndef GUICHET_TESTS_UNIT_H
#define GUICHET_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

/* Fails with the error's own words. */
#define assert_no_error(error)                                                                     \
  do {                                                                                             \
    if ((error) != NULL)                                                                           \
      fail_msg("unexpected error: %s", (error)->message);                                          \
  } while (0)

#endif
