/* guichet certificate: whom clinical mail is encrypted for. */
#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/certificate.h"
#include "guichet/clinic/destination.h"
#include "guichet/net/certificate.h"

enum { CERTIFICATE_FILE_MOST = 64 * 1024 };

/* The authorities of the mail destination; "" where none are set. */
static gboolean
authorities_of(ClinicSession *session, char **ret, GError **error)
{
  const BaseConf *conf = clinic_session_conf(session);
  g_autoptr(ClinicDestination) to = NULL;
  if (!clinic_destination_find(session, base_conf_text(conf, BASE_CONF_OUTBOX_MAIL), &to, error))
    return FALSE;
  const char *file = base_conf_named_text(conf, to->name, BASE_CONF_DEST_SMIME_CA);
  *ret =
      *file == '\0' ? g_strdup("") : g_canonicalize_filename(file, clinic_session_folder(session));
  return TRUE;
}

static gboolean
file_check(ClinicSession *session, const char *address, const char *path, NetCertificate **ret,
           GError **error)
{
  g_autofree char *bytes = NULL, *ca_file = NULL;
  g_autoptr(NetCertificate) read = NULL;
  gsize length = 0;
  if (!base_file_read(path, CERTIFICATE_FILE_MOST, &bytes, &length, error) ||
      !authorities_of(session, &ca_file, error))
    return FALSE;
  const NetCertificateAsk ask = {address, ca_file, base_clock_now()};
  if (!net_certificate_read(bytes, length, &read, error) ||
      !net_certificate_check(read, &ask, error)) {
    g_prefix_error(error, "%s: ", path);
    return FALSE;
  }
  *ret = g_steal_pointer(&read);
  return TRUE;
}

static gboolean
add(ClinicSession *session, char *address, const char *path, ClinicCertificate **ret,
    GError **error)
{
  g_autoptr(NetCertificate) read = NULL;
  if (!file_check(session, address, path, &read, error))
    return FALSE;
  const ClinicCertificate made = {.address = address,
                                  .subject = read->subject,
                                  .issuer = read->issuer,
                                  .fingerprint = read->fingerprint,
                                  .first = read->first,
                                  .last = read->last,
                                  .der = read->der};
  return clinic_certificate_add(session, &made, error) &&
         clinic_certificate_of(session, address, ret, error);
}

static json_t *
certificate_json(const ClinicCertificate *c)
{
  g_autofree char *last = base_clock_local(c->last, "UTC", "%Y-%m-%d");
  g_autofree char *standing = clinic_certificate_standing(c);
  return json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:s}", "address", c->address, "subject", c->subject,
                   "issuer", c->issuer, "fingerprint", c->fingerprint, "until", last, "expired",
                   base_clock_now() > c->last, "standing", standing);
}

static void
certificate_print(const ClinicCertificate *c)
{
  g_autofree char *standing = clinic_certificate_standing(c);
  printf("%-32s  %-28s  %s\n  %s\n", c->address, standing, c->subject, c->fingerprint);
}

static int
run_add(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicCertificate) made = NULL;
  g_autoptr(GError) error = NULL;
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL, _("ADDRESS FILE"),
                       _("Puts the certificate (PEM or DER) of a mail address on file: "
                         "mail to it is then signed and encrypted.  It is checked against "
                         "smime_ca_file of the mail destination."),
                       &option);
  if (status >= 0)
    return status;
  if (argc != 3)
    return cli_option_usage(_("give one mail address, and the file with its certificate"));
  if (!cli_option_session(&option, &session, &error) ||
      !add(session, argv[1], argv[2], &made, &error))
    return cli_option_fail(error);
  if (option.json)
    return cli_option_print(certificate_json(made));
  certificate_print(made);
  return cli_option_flush();
}

static int
run_list(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL, NULL,
                                _("Lists the certificates that mail is encrypted for, the first to "
                                  "expire first."),
                                &option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("list takes no arguments"));
  if (!cli_option_session(&option, &session, &error) ||
      !clinic_certificate_list(session, &all, &error))
    return cli_option_fail(error);
  json_t *list = json_array();
  for (guint i = 0; i < all->len; i++) {
    if (option.json)
      json_array_append_new(list, certificate_json(g_ptr_array_index(all, i)));
    else
      certificate_print(g_ptr_array_index(all, i));
  }
  if (option.json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

static int
run_remove(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, NULL, _("ADDRESS"),
                                _("Takes the certificate of an address off the file."), &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("give one mail address"));
  return cli_option_session(&option, &session, &error) &&
                 clinic_certificate_remove(session, argv[1], &error)
             ? 0
             : cli_option_fail(error);
}

int
cli_certificate_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"add", run_add, N_("put the certificate of a mail address on file")},
      {"list", run_list, N_("list the certificates, the first to expire first")},
      {"remove", run_remove, N_("take a certificate off the file")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
