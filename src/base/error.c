#include "guichet/base/error.h"

G_DEFINE_QUARK(guichet - error - quark, base_error)

int
base_error_exit(const GError *error)
{
  if (error == NULL)
    return 0;
  if (error->domain != BASE_ERROR)
    return BASE_ERROR_INTERNAL;
  switch (error->code) {
  case BASE_ERROR_CONFLICT:
  case BASE_ERROR_CANCELLED:
    return BASE_ERROR_TRY_AGAIN;
  case BASE_ERROR_AMBIGUOUS:
    return BASE_ERROR_UNAVAILABLE;
  default:
    return error->code;
  }
}
