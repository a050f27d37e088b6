/* guichet doctor: the listener for a hospital's messages. */
#include <gio/gio.h>

#include "cli/doctor.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/feed.h"

enum { FEED_CONNECT_S = 3 };

/* Does something take connections there?  All addresses are asked as this host. */
static gboolean
is_open(const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
  g_autoptr(GSocketClient) client = g_socket_client_new();
  if (uri == NULL || g_uri_get_host(uri) == NULL || g_uri_get_port(uri) <= 0)
    return FALSE;
  const char *host = g_uri_get_host(uri);
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
  if (address != NULL && g_inet_address_get_is_any(address))
    host = g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 ? "::1" : "127.0.0.1";
  g_socket_client_set_timeout(client, FEED_CONNECT_S);
  g_autoptr(GSocketConnection) line =
      g_socket_client_connect_to_host(client, host, (guint16)g_uri_get_port(uri), NULL, NULL);
  return line != NULL;
}

static void
say_count(CliDoctor *doctor, const ClinicFeedCount *count)
{
  g_autofree char *heard = base_clock_iso(count->heard_at);
  g_autofree char *taken = g_strdup_printf("%" G_GINT64_FORMAT, count->taken);
  g_autofree char *refused = g_strdup_printf("%" G_GINT64_FORMAT, count->refused);
  if (count->heard_at == 0)
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, "%s", _("no message has come yet"));
  else if (count->refused_at == count->heard_at)
    cli_doctor_say(doctor, CLI_DOCTOR_WARN,
                   _("the last message, at %s, was refused: %s; %s taken, %s refused"), heard,
                   count->why, taken, refused);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("the last message at %s; %s taken, %s refused"),
                   heard, taken, refused);
  cli_doctor_figures(doctor, json_pack("{s:I,s:I}", "taken", (json_int_t)count->taken, "refused",
                                       (json_int_t)count->refused));
}

void
cli_doctor_feed_look(CliDoctor *doctor)
{
  const BaseConf *conf = cli_doctor_conf(doctor);
  const char *url = conf == NULL ? "" : base_conf_text(conf, BASE_CONF_HL7_LISTEN);
  ClinicSession *session = *url == '\0' ? NULL : cli_doctor_session(doctor);
  g_auto(ClinicFeedCount) count = {0};
  g_autoptr(GError) error = NULL;
  if (*url == '\0') {
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, "%s", _("none is set"));
    return;
  }
  if (is_open(url))
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("listens at %s"), url);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, _("nothing listens at %s: is guichet worker running?"),
                   url);
  if (session == NULL || !clinic_feed_count(session, &count, &error))
    cli_doctor_say(doctor, CLI_DOCTOR_UNASKED, "%s",
                   error != NULL ? error->message : _("the clinic cannot be opened"));
  else
    say_count(doctor, &count);
}
