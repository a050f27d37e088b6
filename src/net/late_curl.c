/* libcurl, loaded at its first call (guichet/base/library.h). */
#include <curl/curl.h>
#include <stdarg.h>

#include "config.h" /* GUICHET_SONAME_… */
#include "guichet/base/library.h"

static BaseLibrary library = {GUICHET_SONAME_CURL, 0};

#undef curl_easy_setopt
#undef curl_easy_getinfo

BASE_LIBRARY_VOID(library, curl_easy_cleanup, (CURL * a), (a))
BASE_LIBRARY(library, CURLHcode, curl_easy_header,
             (CURL * a, const char *b, size_t c, unsigned int d, int e, struct curl_header **f),
             (a, b, c, d, e, f))
BASE_LIBRARY(library, CURL *, curl_easy_init, (void), ())
BASE_LIBRARY_VOID(library, curl_easy_reset, (CURL * a), (a))
BASE_LIBRARY(library, const char *, curl_easy_strerror, (CURLcode a), (a))
BASE_LIBRARY(library, CURLcode, curl_global_init, (long a), (a))
BASE_LIBRARY(library, CURLMcode, curl_multi_add_handle, (CURLM * a, CURL *b), (a, b))
BASE_LIBRARY(library, CURLMcode, curl_multi_cleanup, (CURLM * a), (a))
BASE_LIBRARY(library, CURLMsg *, curl_multi_info_read, (CURLM * a, int *b), (a, b))
BASE_LIBRARY(library, CURLM *, curl_multi_init, (void), ())
BASE_LIBRARY(library, CURLMcode, curl_multi_perform, (CURLM * a, int *b), (a, b))
BASE_LIBRARY(library, CURLMcode, curl_multi_poll,
             (CURLM * a, struct curl_waitfd *b, unsigned int c, int d, int *e), (a, b, c, d, e))
BASE_LIBRARY(library, CURLMcode, curl_multi_remove_handle, (CURLM * a, CURL *b), (a, b))
BASE_LIBRARY(library, CURLMcode, curl_multi_wakeup, (CURLM * a), (a))
BASE_LIBRARY(library, struct curl_slist *, curl_slist_append,
             (struct curl_slist * a, const char *b), (a, b))
BASE_LIBRARY_VOID(library, curl_slist_free_all, (struct curl_slist * a), (a))

/* The kind of an option's value is in its number (curl/curl.h, CURLOPTTYPE_…). */
static CURLcode
setopt(CURL *curl, CURLoption option, va_list *list)
{
  BASE_LIBRARY_CALL(library, curl_easy_setopt);
  if (option < CURLOPTTYPE_OBJECTPOINT)
    return real.call(curl, option, va_arg(*list, long));
  if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
    return real.call(curl, option, va_arg(*list, curl_off_t));
  return real.call(curl, option, va_arg(*list, void *));
}

CURLcode
curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
  va_list list;
  va_start(list, option);
  CURLcode code = setopt(curl, option, &list);
  va_end(list);
  return code;
}

/* Its value is always a pointer. */
CURLcode
curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
  BASE_LIBRARY_CALL(library, curl_easy_getinfo);
  va_list list;
  va_start(list, info);
  CURLcode code = real.call(curl, info, va_arg(list, void *));
  va_end(list);
  return code;
}
