/* Answers of DAV servers, as they write them and as nobody should. */
#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/wire/dav.h"

#define OPEN                                                                                       \
  "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\" "                                        \
  "xmlns:c=\"urn:ietf:params:xml:ns:caldav\">"
#define CLOSE "</d:multistatus>"

static WireDavAnswer *
read_all(const char *text)
{
  WireDavAnswer *answer = NULL;
  GError *error = NULL;
  assert_true(wire_dav_read(text, strlen(text), &answer, &error));
  assert_null(error);
  return answer;
}

static void
assert_refused(const char *text, gsize length)
{
  WireDavAnswer *answer = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(wire_dav_read(text, length, &answer, &error));
  assert_null(answer);
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
}

/* Properties count by their own status, whichever comes first; the namespace decides, not the
 * prefix. */
static void
test_properties(void **state)
{
  (void)state;
  g_autoptr(WireDavAnswer) answer = read_all(
      "<multistatus xmlns=\"DAV:\" xmlns:x=\"urn:ietf:params:xml:ns:caldav\"><response>"
      "<href>/a/c%20d.ics</href><propstat><status>HTTP/1.1 200 "
      "OK</status><prop><getetag>\"1&amp;2\""
      "</getetag><x:calendar-data>BEGIN&#13;\nx &lt;<![CDATA[&y]]></x:calendar-data></prop>"
      "</propstat><propstat><prop><sync-token>no</sync-token></prop><status>HTTP/1.1 404 Not "
      "Found</status></propstat></response><sync-token> t/7 </sync-token></multistatus>");
  assert_int_equal(answer->resources->len, 1);
  const WireDavResource *one = answer->resources->pdata[0];
  assert_string_equal(one->href, "/a/c%20d.ics");
  assert_string_equal(one->path, "/a/c d.ics");
  assert_string_equal(one->etag, "\"1&2\"");
  assert_string_equal(one->data, "BEGIN\r\nx <&y");
  assert_string_equal(one->token, "");
  assert_int_equal(one->status, 200);
  assert_string_equal(answer->token, "t/7");
  assert_false(answer->bad_token);
}

static void
test_statuses(void **state)
{
  (void)state;
  g_autoptr(WireDavAnswer) answer = read_all(
      OPEN
      "<d:response><d:href>https://host.example/x/a.ics</d:href><d:href>/x/b.ics</d:href>"
      "<d:status>HTTP/1.1 404 Not Found</d:status></d:response><d:response><d:href>/x/</d:href>"
      "<d:propstat><d:prop><d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
      "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
      "<x xmlns=\"other\"><d:response><d:href>/no</d:href></d:response></x>" CLOSE);
  assert_int_equal(answer->resources->len, 3);
  const WireDavResource *a = answer->resources->pdata[0], *b = answer->resources->pdata[1],
                        *all = answer->resources->pdata[2];
  assert_string_equal(a->path, "/x/a.ics");
  assert_int_equal(a->status, 404);
  assert_int_equal(b->status, 404);
  assert_false(b->calendar);
  assert_string_equal(all->path, "/x");
  assert_true(all->collection);
  assert_true(all->calendar);
  assert_int_equal(all->status, 200);
}

/* Where else to look; what is told as not found does not count. */
static void
test_ways(void **state)
{
  (void)state;
#define KINDS(comps)                                                                               \
  "<c:supported-calendar-component-set>" comps "</c:supported-calendar-component-set>"
  g_autoptr(WireDavAnswer) answer = read_all(
      OPEN
      "<d:response><d:href>/</d:href><d:propstat><d:prop><d:current-user-principal><d:href> /me/ "
      "</d:href></d:current-user-principal><d:displayname>Visits &amp; more</d:displayname>"
      "<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set></d:prop>"
      "<d:status>HTTP/1.1 200 OK</d:status></d:propstat><d:propstat><d:prop>" KINDS(
          "") "</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>"
              "<d:response><d:href>/a/</d:href><d:propstat><d:prop><d:current-user-principal>"
              "<d:unauthenticated/></d:current-user-principal>" KINDS(
                  "<c:comp name=\"VTODO\"/>") "</d:prop></d:propstat></d:response>"
                                              "<d:response><d:href>/b/</"
                                              "d:href><d:propstat><d:prop>" KINDS(
                                                  "<c:comp name=\"VTODO\"/><c:comp "
                                                  "name=\"VEVENT\"/><c:comp/>") "</d:prop></"
                                                                                "d:propstat></"
                                                                                "d:"
                                                                                "response>" CLOSE);
  assert_int_equal(answer->resources->len, 3);
  const WireDavResource *top = answer->resources->pdata[0], *a = answer->resources->pdata[1],
                        *b = answer->resources->pdata[2];
  assert_string_equal(top->path, "/");
  assert_string_equal(top->principal, "/me/");
  assert_string_equal(top->home, "/home/");
  assert_string_equal(top->name, "Visits & more");
  assert_false(top->no_events);
  assert_string_equal(a->principal, "");
  assert_true(a->no_events);
  assert_false(b->no_events);
}

static void
test_bad_token(void **state)
{
  (void)state;
  g_autoptr(WireDavAnswer) bad = read_all("<error xmlns=\"DAV:\"><valid-sync-token/></error>");
  g_autoptr(WireDavAnswer) other = read_all("<error xmlns=\"DAV:\"><supported-report/></error>");
  assert_true(bad->bad_token);
  assert_false(other->bad_token);
}

static void
test_refused(void **state)
{
  static const char *const BAD[] = {
      "",
      "Please log in",
      "<html/>",
      "<multistatus/>",
      OPEN "<d:response><d:href>/a</d:href>",
      OPEN "&nobody;" CLOSE,
      "<!DOCTYPE d [<!ENTITY a \"b\">]>" OPEN CLOSE,
      "<!DOCTYPE d [<!ENTITY a \"b\">]>" OPEN
      "<d:response><d:href>/&a;</d:href></d:response>" CLOSE,
      "<!DOCTYPE d SYSTEM \"file:///etc/passwd\">" OPEN CLOSE,
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(BAD); i++)
    assert_refused(BAD[i], strlen(BAD[i]));
  assert_refused(OPEN "\0" CLOSE, sizeof OPEN CLOSE);
  GString *deep = g_string_new(OPEN);
  for (int i = 0; i < 100; i++)
    g_string_append(deep, "<x>");
  for (int i = 0; i < 100; i++)
    g_string_append(deep, "</x>");
  g_string_append(deep, CLOSE);
  assert_refused(deep->str, deep->len);
  g_string_free(deep, TRUE);
}

/* Every cut of a good answer is refused, and none is read past its end. */
static void
test_cut(void **state)
{
  static const char WHOLE[] =
      OPEN "<d:response><d:href>/x/\303\251.ics</d:href><d:propstat><d:prop><d:getetag>\"1\""
           "</d:getetag><c:calendar-data><![CDATA[BEGIN:VCALENDAR]]></c:calendar-data></d:prop>"
           "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>" CLOSE;
  (void)state;
  for (gsize length = 0; length + 1 < sizeof WHOLE; length++) {
    char *exact = g_memdup2(WHOLE, MAX(length, 1));
    assert_refused(exact, length);
    g_free(exact);
  }
  g_autoptr(WireDavAnswer) answer = read_all(WHOLE);
  assert_int_equal(answer->resources->len, 1);
}

static void
test_paths(void **state)
{
  static const char *const PATHS[][2] = {
      {"/a/b%20c.ics", "/a/b c.ics"},
      {"https://host:8443/a/", "/a"},
      {"https://host", "/"},
      {"/", "/"},
      {"/a%2Fb/", "/a/b"},
      {"/a%ff", "/a%ff"},
      {"/a%zz", "/a%zz"},
      {"/a%00b", "/a%00b"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(PATHS); i++) {
    g_autofree char *path = wire_dav_path(PATHS[i][0]);
    assert_string_equal(path, PATHS[i][1]);
  }
}

/* What is asked is well-formed, whatever a server gave us to say. */
static void
test_requests(void **state)
{
  const char *const hrefs[] = {"/a&<b>.ics", "/c.ics"};
  (void)state;
  g_autofree char *changes = wire_dav_ask_changes("t<&>\"7");
  g_autofree char *data = wire_dav_ask_data(hrefs, 2);
  assert_non_null(strstr(changes, "<d:sync-token>t&lt;&amp;&gt;&quot;7</d:sync-token>"));
  assert_non_null(strstr(data, "<d:href>/a&amp;&lt;b&gt;.ics</d:href><d:href>/c.ics</d:href>"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_properties), cmocka_unit_test(test_statuses),
      cmocka_unit_test(test_bad_token),  cmocka_unit_test(test_refused),
      cmocka_unit_test(test_cut),        cmocka_unit_test(test_paths),
      cmocka_unit_test(test_requests),   cmocka_unit_test(test_ways),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
