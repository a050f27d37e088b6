#include "guichet/wire/dav.h"

#include <string.h>

#include <libxml/xmlreader.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

enum { DEPTH_MOST = 32, HREF_MOST = 8192, TOKEN_MOST = 4096, STATUS_OK = 200 };

#define NS_DAV "DAV:"
#define NS_CALDAV "urn:ietf:params:xml:ns:caldav"

/* --- where in the answer we are */

typedef enum {
  PLACE_OTHER, /* of no interest, and so all within it */
  PLACE_TOP,
  PLACE_MULTI,
  PLACE_RESPONSE,
  PLACE_HREF,
  PLACE_STATUS,
  PLACE_PROPSTAT,
  PLACE_PROP,
  PLACE_PROP_STATUS,
  PLACE_ETAG,
  PLACE_DATA,
  PLACE_TOKEN,
  PLACE_TYPE,
  PLACE_COLLECTION,
  PLACE_CALENDAR,
  PLACE_NAME,
  PLACE_PRINCIPAL,
  PLACE_PRINCIPAL_HREF,
  PLACE_HOME,
  PLACE_HOME_HREF,
  PLACE_KINDS,
  PLACE_KIND,
  PLACE_SYNC,
  PLACE_FAULT,
  PLACE_BAD_TOKEN,
  PLACE_N
} Place;

static const struct {
  Place in;
  const char *space, *name;
  Place place;
} STEPS[] = {
    {PLACE_TOP, NS_DAV, "multistatus", PLACE_MULTI},
    {PLACE_TOP, NS_DAV, "error", PLACE_FAULT},
    {PLACE_FAULT, NS_DAV, "valid-sync-token", PLACE_BAD_TOKEN},
    {PLACE_MULTI, NS_DAV, "response", PLACE_RESPONSE},
    {PLACE_MULTI, NS_DAV, "sync-token", PLACE_SYNC},
    {PLACE_RESPONSE, NS_DAV, "href", PLACE_HREF},
    {PLACE_RESPONSE, NS_DAV, "status", PLACE_STATUS},
    {PLACE_RESPONSE, NS_DAV, "propstat", PLACE_PROPSTAT},
    {PLACE_PROPSTAT, NS_DAV, "status", PLACE_PROP_STATUS},
    {PLACE_PROPSTAT, NS_DAV, "prop", PLACE_PROP},
    {PLACE_PROP, NS_DAV, "getetag", PLACE_ETAG},
    {PLACE_PROP, NS_DAV, "sync-token", PLACE_TOKEN},
    {PLACE_PROP, NS_DAV, "resourcetype", PLACE_TYPE},
    {PLACE_PROP, NS_CALDAV, "calendar-data", PLACE_DATA},
    {PLACE_PROP, NS_DAV, "displayname", PLACE_NAME},
    {PLACE_PROP, NS_DAV, "current-user-principal", PLACE_PRINCIPAL},
    {PLACE_PRINCIPAL, NS_DAV, "href", PLACE_PRINCIPAL_HREF},
    {PLACE_PROP, NS_CALDAV, "calendar-home-set", PLACE_HOME},
    {PLACE_HOME, NS_DAV, "href", PLACE_HOME_HREF},
    {PLACE_PROP, NS_CALDAV, "supported-calendar-component-set", PLACE_KINDS},
    {PLACE_KINDS, NS_CALDAV, "comp", PLACE_KIND},
    {PLACE_TYPE, NS_DAV, "collection", PLACE_COLLECTION},
    {PLACE_TYPE, NS_CALDAV, "calendar", PLACE_CALENDAR},
};

/* Those whose text counts. */
static const gboolean TEXTS[PLACE_N] = {
    [PLACE_HREF] = TRUE,        [PLACE_STATUS] = TRUE, [PLACE_SYNC] = TRUE,
    [PLACE_PROP_STATUS] = TRUE, [PLACE_ETAG] = TRUE,   [PLACE_DATA] = TRUE,
    [PLACE_TOKEN] = TRUE,       [PLACE_NAME] = TRUE,   [PLACE_PRINCIPAL_HREF] = TRUE,
    [PLACE_HOME_HREF] = TRUE};

typedef struct {
  WireDavAnswer *answer;
  Place stack[DEPTH_MOST];
  guint depth;
  GString *text;
  GPtrArray *hrefs;       /* of this response */
  WireDavResource now;    /* of this response */
  WireDavResource inside; /* of this propstat: counts when its status is good */
  gboolean kinds, events; /* this propstat names kinds of components; one is VEVENT */
} Read;

static void
resource_clear(WireDavResource *r)
{
  g_free(r->href);
  g_free(r->path);
  g_free(r->etag);
  g_free(r->data);
  g_free(r->token);
  g_free(r->name);
  g_free(r->principal);
  g_free(r->home);
  *r = (WireDavResource){.status = STATUS_OK};
}

static void
resource_free(gpointer data)
{
  resource_clear(data);
  g_free(data);
}

static void
read_clear(Read *read)
{
  wire_dav_free(read->answer);
  g_string_free(read->text, TRUE);
  g_ptr_array_unref(read->hrefs);
  resource_clear(&read->now);
  resource_clear(&read->inside);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Read, read_clear)

void
wire_dav_free(WireDavAnswer *answer)
{
  if (answer == NULL)
    return;
  g_ptr_array_unref(answer->resources);
  g_free(answer->token);
  g_free(answer);
}

static gboolean
refuse(const char *why, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
              _("the calendar server's answer cannot be read: %s"), why);
  return FALSE;
}

/* --- elements */

/* "HTTP/1.1 404 Not Found" */
static guint
status_of(const char *line)
{
  const char *space = strchr(line, ' ');
  guint64 status = space == NULL ? 0 : g_ascii_strtoull(space + 1, NULL, 10);
  return status >= 100 && status <= 999 ? (guint)status : 0;
}

static void
take(char **into, char **from)
{
  if (*from == NULL)
    return;
  g_free(*into);
  *into = g_steal_pointer(from);
}

static void
end_propstat(Read *read)
{
  WireDavResource *in = &read->inside, *now = &read->now;
  if (in->status >= 200 && in->status <= 299) {
    take(&now->etag, &in->etag);
    take(&now->data, &in->data);
    take(&now->token, &in->token);
    take(&now->name, &in->name);
    take(&now->principal, &in->principal);
    take(&now->home, &in->home);
    now->no_events = now->no_events || in->no_events;
    now->collection = now->collection || in->collection;
    now->calendar = now->calendar || in->calendar;
  }
  resource_clear(in);
}

static char *
copy(const char *text)
{
  return g_strdup(text != NULL ? text : "");
}

/* A response may name several resources that share one status. */
static gboolean
end_response(Read *read, GError **error)
{
  WireDavResource *now = &read->now;
  for (guint i = 0; i < read->hrefs->len; i++) {
    const char *href = read->hrefs->pdata[i];
    const WireDavResource made = {
        .href = g_strdup(href),
        .path = wire_dav_path(href),
        .etag = copy(now->etag),
        .token = copy(now->token),
        .name = copy(now->name),
        .principal = copy(now->principal),
        .home = copy(now->home),
        .data = i == 0 ? g_steal_pointer(&now->data) : NULL,
        .status = now->status,
        .collection = now->collection,
        .calendar = now->calendar,
        .no_events = now->no_events,
    };
    g_ptr_array_add(read->answer->resources, g_memdup2(&made, sizeof made));
  }
  resource_clear(now);
  g_ptr_array_set_size(read->hrefs, 0);
  return read->answer->resources->len <= WIRE_DAV_MOST ||
         refuse(_("it has more resources than we take"), error);
}

static char *
text_taken(Read *read, gsize most)
{
  g_autofree char *text = g_strndup(read->text->str, read->text->len);
  g_strstrip(text);
  return strlen(text) > most ? g_strdup("") : g_steal_pointer(&text);
}

static gboolean
end_element(Read *read, Place place, GError **error)
{
  char **const words[PLACE_N] = {
      [PLACE_ETAG] = &read->inside.etag,      [PLACE_TOKEN] = &read->inside.token,
      [PLACE_NAME] = &read->inside.name,      [PLACE_PRINCIPAL_HREF] = &read->inside.principal,
      [PLACE_HOME_HREF] = &read->inside.home, [PLACE_SYNC] = &read->answer->token};
  if (words[place] != NULL) {
    g_free(*words[place]);
    *words[place] = text_taken(read, TOKEN_MOST);
  } else if (place == PLACE_HREF) {
    g_autofree char *href = text_taken(read, HREF_MOST);
    if (*href != '\0')
      g_ptr_array_add(read->hrefs, g_steal_pointer(&href));
  } else if (place == PLACE_STATUS || place == PLACE_PROP_STATUS) {
    g_autofree char *line = text_taken(read, TOKEN_MOST);
    (place == PLACE_STATUS ? &read->now : &read->inside)->status = status_of(line);
  } else if (place == PLACE_DATA) {
    g_free(read->inside.data);
    read->inside.data = g_strndup(read->text->str, read->text->len);
  } else if (place == PLACE_KINDS) {
    read->inside.no_events = read->kinds && !read->events;
  } else if (place == PLACE_PROPSTAT) {
    end_propstat(read);
  } else if (place == PLACE_RESPONSE) {
    return end_response(read, error);
  }
  return TRUE;
}

/* One of supported-calendar-component-set. */
static void
note_kind(Read *read, xmlTextReader *reader)
{
  if (xmlTextReaderMoveToAttribute(reader, (const xmlChar *)"name") != 1)
    return;
  const char *kind = (const char *)xmlTextReaderConstValue(reader);
  read->kinds = TRUE;
  read->events = read->events || g_strcmp0(kind, "VEVENT") == 0;
  xmlTextReaderMoveToElement(reader);
}

static Place
step(Place in, const char *space, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(STEPS); i++)
    if (STEPS[i].in == in && g_strcmp0(space, STEPS[i].space) == 0 &&
        strcmp(name, STEPS[i].name) == 0)
      return STEPS[i].place;
  return PLACE_OTHER;
}

static gboolean
begin_element(Read *read, xmlTextReader *reader, GError **error)
{
  const char *space = (const char *)xmlTextReaderConstNamespaceUri(reader);
  const char *name = (const char *)xmlTextReaderConstLocalName(reader);
  Place place = step(read->depth == 0 ? PLACE_TOP : read->stack[read->depth - 1], space, name);
  if (read->depth == DEPTH_MOST)
    return refuse(_("it is nested too deep"), error);
  if (read->depth == 0 && place == PLACE_OTHER)
    return refuse(_("it is no multistatus"), error);
  if (TEXTS[place])
    g_string_truncate(read->text, 0);
  read->inside.collection = read->inside.collection || place == PLACE_COLLECTION;
  read->inside.calendar = read->inside.calendar || place == PLACE_CALENDAR;
  if (place == PLACE_KINDS)
    read->kinds = read->events = FALSE;
  else if (place == PLACE_KIND)
    note_kind(read, reader);
  read->answer->bad_token = read->answer->bad_token || place == PLACE_BAD_TOKEN;
  if (xmlTextReaderIsEmptyElement(reader) == 1)
    return end_element(read, place, error);
  read->stack[read->depth++] = place;
  return TRUE;
}

static gboolean
on_node(Read *read, xmlTextReader *reader, GError **error)
{
  switch (xmlTextReaderNodeType(reader)) {
  case XML_READER_TYPE_ELEMENT:
    return begin_element(read, reader, error);
  case XML_READER_TYPE_END_ELEMENT:
    read->depth--;
    return end_element(read, read->stack[read->depth], error);
  case XML_READER_TYPE_TEXT:
  case XML_READER_TYPE_CDATA:
  case XML_READER_TYPE_WHITESPACE:
  case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
    if (read->depth > 0 && TEXTS[read->stack[read->depth - 1]])
      g_string_append(read->text, (const char *)xmlTextReaderConstValue(reader));
    return TRUE;
  case XML_READER_TYPE_DOCUMENT_TYPE:
  case XML_READER_TYPE_ENTITY_REFERENCE:
    return refuse(_("it declares a document type or an entity"), error);
  default:
    return TRUE;
  }
}

static gpointer
begin_library(gpointer data)
{
  (void)data;
  xmlInitParser();
  return NULL;
}

gboolean
wire_dav_read(const char *bytes, gsize length, WireDavAnswer **ret, GError **error)
{
  static GOnce once = G_ONCE_INIT;
  g_once(&once, begin_library, NULL);
  g_auto(Read) read = {.answer = g_new0(WireDavAnswer, 1),
                       .text = g_string_new(NULL),
                       .hrefs = g_ptr_array_new_with_free_func(g_free),
                       .now.status = STATUS_OK,
                       .inside.status = STATUS_OK};
  read.answer->resources = g_ptr_array_new_with_free_func(resource_free);
  read.answer->token = g_strdup("");
  xmlTextReader *reader =
      length == 0 || length > G_MAXINT
          ? NULL
          : xmlReaderForMemory(bytes, (int)length, NULL, NULL,
                               XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (reader == NULL)
    return refuse(_("it is empty"), error);
  gboolean ok = TRUE;
  int more = 1;
  while (ok && (more = xmlTextReaderRead(reader)) == 1)
    ok = on_node(&read, reader, error);
  xmlFreeTextReader(reader);
  if (!ok)
    return FALSE;
  if (more != 0)
    return refuse(_("it is no XML, or it breaks off"), error);
  *ret = g_steal_pointer(&read.answer);
  return TRUE;
}

char *
wire_dav_path(const char *href)
{
  const char *colons = strstr(href, "://");
  const char *path = colons == NULL ? href : strchr(colons + 3, '/');
  g_autofree char *plain = g_uri_unescape_string(path != NULL ? path : "/", NULL);
  if (plain == NULL || !g_utf8_validate(plain, -1, NULL)) {
    g_free(plain);
    plain = g_strdup(path != NULL ? path : "/");
  }
  gsize length = strlen(plain);
  while (length > 1 && plain[length - 1] == '/')
    plain[--length] = '\0';
  return g_steal_pointer(&plain);
}

/* --- requests */

#define HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
#define SPACES " xmlns:d=\"" NS_DAV "\" xmlns:c=\"" NS_CALDAV "\""

char *
wire_dav_ask_about(void)
{
  return g_strdup(HEAD "<d:propfind" SPACES
                       "><d:prop><d:resourcetype/><d:sync-token/><d:displayname/>"
                       "<d:current-user-principal/><c:calendar-home-set/>"
                       "<c:supported-calendar-component-set/></d:prop></d:propfind>");
}

char *
wire_dav_ask_changes(const char *token)
{
  g_autofree char *safe = g_markup_escape_text(token, -1);
  return g_strconcat(HEAD "<d:sync-collection" SPACES "><d:sync-token>", safe,
                     "</d:sync-token><d:sync-level>1</d:sync-level>"
                     "<d:prop><d:getetag/></d:prop></d:sync-collection>",
                     NULL);
}

char *
wire_dav_ask_list(void)
{
  return g_strdup(HEAD "<c:calendar-query" SPACES "><d:prop><d:getetag/></d:prop><c:filter>"
                       "<c:comp-filter name=\"VCALENDAR\"><c:comp-filter name=\"VEVENT\"/>"
                       "</c:comp-filter></c:filter></c:calendar-query>");
}

char *
wire_dav_ask_data(const char *const *hrefs, guint n)
{
  GString *body = g_string_new(HEAD "<c:calendar-multiget" SPACES "><d:prop><d:getetag/>"
                                    "<c:calendar-data/></d:prop>");
  for (guint i = 0; i < n; i++) {
    g_autofree char *safe = g_markup_escape_text(hrefs[i], -1);
    g_string_append_printf(body, "<d:href>%s</d:href>", safe);
  }
  g_string_append(body, "</c:calendar-multiget>");
  return g_string_free(body, FALSE);
}
