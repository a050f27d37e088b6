#include "guichet/clinic/mail.h"

#include <string.h>

#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/base/template.h"
#include "guichet/clinic/certificate.h"
#include "guichet/clinic/choice.h"
#include "guichet/clinic/destination.h"
#include "guichet/store/choice.h"
#include "guichet/store/patient.h"
#include "guichet/vault/chain.h"
#include "guichet/wire/mail.h"
#include "guichet/wire/smime.h"

enum { MAIL_TEMPLATE_CAP = 64 * 1024, MAIL_TOKEN_LETTERS = 13 };

/* Without letters that are taken for others (Crockford's base 32), in the case that mail servers
 * keep. */
static const char TOKEN_LETTERS[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* What is known of a mail before it is written. */
typedef struct {
  const ClinicMail *mail;
  StorePatient *patient; /* NULL where it goes to somebody else */
  const char *to;        /* the recipient's bare address */
  char *to_name;
  const char *language;
  gboolean notice;
} Ready;

static void
ready_clear(Ready *ready)
{
  store_patient_free(ready->patient);
  g_free(ready->to_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ready, ready_clear)

static gboolean
is_set(const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
refuse(GError **error, int code, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, code, why);
  return FALSE;
}

/* --- tokens */

char *
clinic_mail_token(gint64 item)
{
  char letters[MAIL_TOKEN_LETTERS + 1] = "";
  guint64 left = (guint64)item;
  for (guint i = MAIL_TOKEN_LETTERS; i-- > 0; left >>= 5)
    letters[i] = TOKEN_LETTERS[left & 31];
  return g_strconcat("i", letters, NULL);
}

gboolean
clinic_mail_token_parse(const char *token, gint64 *ret)
{
  guint64 item = 0;
  if (token == NULL || strlen(token) != MAIL_TOKEN_LETTERS + 1 || g_ascii_tolower(*token) != 'i')
    return FALSE;
  for (const char *p = token + 1; *p != '\0'; p++) {
    const char *at = strchr(TOKEN_LETTERS, g_ascii_tolower(*p));
    if (at == NULL || item >> 59 != 0)
      return FALSE;
    item = item << 5 | (guint64)(at - TOKEN_LETTERS);
  }
  if (item == 0 || item > G_MAXINT64)
    return FALSE;
  *ret = (gint64)item;
  return TRUE;
}

/* --- to whom, and how much */

/* "*.mssante.fr direct.example": a domain, or all below one. */
static gboolean
domain_fits(const char *domain, const char *listed)
{
  if (g_str_has_prefix(listed, "*."))
    return g_str_has_suffix(domain, listed + 1) && strlen(domain) > strlen(listed + 1);
  return g_ascii_strcasecmp(domain, listed) == 0;
}

gboolean
clinic_mail_is_secure(ClinicSession *session, const char *address)
{
  const char *domains = base_conf_text(clinic_session_conf(session), BASE_CONF_OUTBOX_SECURE);
  const char *at = strrchr(address, '@');
  g_autofree char *domain = at == NULL ? NULL : g_ascii_strdown(at + 1, -1);
  g_auto(GStrv) list = g_strsplit_set(domains, " ,", -1);
  for (char **one = list; domain != NULL && *one != NULL; one++)
    if (**one != '\0' && domain_fits(domain, *one))
      return TRUE;
  return FALSE;
}

static gboolean
patient_choice(ClinicSession *session, const StorePatient *patient, gboolean *ret_chosen,
               GError **error)
{
  g_autoptr(StoreChoice) row = NULL;
  if (!store_choice_last(clinic_session_store(session), patient->id, &row, error))
    return FALSE;
  const ClinicChoice choice = {.chosen = row != NULL && row->chosen,
                               .address = row != NULL ? row->address : NULL};
  *ret_chosen = choice.chosen && clinic_choice_holds(&choice, patient->mail);
  return TRUE;
}

static gboolean
ready_patient(ClinicSession *session, Ready *ready, GError **error)
{
  const ClinicMail *mail = ready->mail;
  gboolean chosen = FALSE;
  if (!store_patient_load(clinic_session_store(session), mail->patient, &ready->patient, error) ||
      !patient_choice(session, ready->patient, &chosen, error))
    return FALSE;
  const StorePatient *patient = ready->patient;
  if (*patient->mail == '\0')
    return refuse(error, BASE_ERROR_DATA, _("The patient's record has no mail address."));
  if (*patient->channel != '\0' && strcmp(patient->channel, "mail") != 0)
    return refuse(error, BASE_ERROR_DENIED,
                  _("The patient does not want mail: their record says how to reach them."));
  ready->to = patient->mail;
  ready->to_name = g_strstrip(g_strdup_printf("%s %s", patient->given, patient->family));
  ready->notice = mail->kind != CLINIC_KIND_REMINDER && !chosen;
  return TRUE;
}

static gboolean
ready_other(ClinicSession *session, Ready *ready, GError **error)
{
  const ClinicMail *mail = ready->mail;
  if (!wire_mail_address_check(mail->to_address, error))
    return FALSE;
  if (!clinic_mail_is_secure(session, mail->to_address)) {
    const char *at = strrchr(mail->to_address, '@');
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                _("%s is no domain of secure mail: clinical text goes there only when [outbox] "
                  "secure_domains names it"),
                at + 1);
    return FALSE;
  }
  ready->to = mail->to_address;
  ready->to_name = g_strdup(mail->to_name != NULL ? mail->to_name : "");
  return TRUE;
}

static gboolean
ready_make(ClinicSession *session, const ClinicMail *mail, Ready *ready, GError **error)
{
  ready->mail = mail;
  gboolean ok = is_set(mail->to_address) ? ready_other(session, ready, error)
                                         : ready_patient(session, ready, error);
  if (!ok)
    return FALSE;
  ready->language = is_set(mail->language) ? mail->language
                    : ready->patient != NULL && *ready->patient->language != '\0'
                        ? ready->patient->language
                        : base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_LANGUAGE);
  return TRUE;
}

gboolean
clinic_mail_is_notice(ClinicSession *session, const ClinicMail *mail, gboolean *ret, GError **error)
{
  g_auto(Ready) ready = {0};
  if (!ready_make(session, mail, &ready, error))
    return FALSE;
  *ret = ready.notice;
  return TRUE;
}

/* --- words of the clinic */

static char *
template_path(ClinicSession *session, const char *name)
{
  g_autofree char *own =
      g_build_filename(clinic_session_folder(session), "templates", "mail", name, NULL);
  if (g_file_test(own, G_FILE_TEST_EXISTS))
    return g_steal_pointer(&own);
  g_autofree char *shipped = g_build_filename("templates", "mail", name, NULL);
  return base_file_data(shipped);
}

/* In the mail's language where there is such a template, else in English. */
static char *
template_find(ClinicSession *session, const char *what, const char *language)
{
  g_autofree char *name = g_strdup_printf("%s.%.3s.txt", what, language);
  char *path = template_path(session, name);
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return path;
  g_free(path);
  g_autofree char *english = g_strdup_printf("%s.en.txt", what);
  return template_path(session, english);
}

static gboolean
template_fill(ClinicSession *session, const char *path, const char *text, char **ret,
              GError **error)
{
  static const char *const FIELDS[] = {"clinic", "clinic_phone", NULL};
  const BaseConf *conf = clinic_session_conf(session);
  g_autoptr(BaseTemplate) template = NULL;
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(values, (gpointer)(gintptr) "clinic",
                      (gpointer)(gintptr)base_conf_text(conf, BASE_CONF_CLINIC_NAME));
  if (*base_conf_text(conf, BASE_CONF_CLINIC_PHONE) != '\0')
    g_hash_table_insert(values, (gpointer)(gintptr) "clinic_phone",
                        (gpointer)(gintptr)base_conf_text(conf, BASE_CONF_CLINIC_PHONE));
  return base_template_parse(path, text, FIELDS, &template, error) &&
         base_template_render(template, values, ret, error);
}

/* A template's first line is "Subject: …", then an empty one, then the text. */
static gboolean
template_words(ClinicSession *session, const char *what, const char *language, char **ret_subject,
               char **ret_text, GError **error)
{
  g_autofree char *path = template_find(session, what, language);
  g_autofree char *source = NULL, *filled = NULL;
  gsize length = 0;
  if (!base_file_read(path, MAIL_TEMPLATE_CAP, &source, &length, error) ||
      !template_fill(session, path, source, &filled, error))
    return FALSE;
  const char *body = strstr(filled, "\n\n");
  if (!g_str_has_prefix(filled, "Subject: ") || body == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                _("%s:1: a mail's template begins with \"Subject: …\" and an empty line"), path);
    return FALSE;
  }
  *ret_subject =
      g_strndup(filled + strlen("Subject: "), strcspn(filled + strlen("Subject: "), "\n"));
  *ret_text = g_strdup(body + 2);
  return TRUE;
}

/* What the mail says, by how much it may. */
static gboolean
ready_words(ClinicSession *session, const Ready *ready, char **ret_subject, char **ret_text,
            GError **error)
{
  const ClinicMail *mail = ready->mail;
  g_autofree char *subject = NULL, *text = NULL;
  if (!template_words(session, "notice", ready->language, &subject, &text, error))
    return FALSE;
  gboolean own = !ready->notice && is_set(mail->subject);
  *ret_subject = own ? g_strdup(mail->subject) : g_steal_pointer(&subject);
  *ret_text = ready->notice ? g_steal_pointer(&text) : g_strdup(mail->text);
  return TRUE;
}

/* --- addresses of the clinic */

static const char *
clinic_address(ClinicSession *session)
{
  return base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_MAIL);
}

/* With a token, where the clinic's mail server takes one. */
static char *
address_with(ClinicSession *session, const char *address, const char *token)
{
  gboolean plus = base_conf_bool(clinic_session_conf(session), BASE_CONF_OUTBOX_TOKENS);
  char *made = plus ? wire_mail_address_plus(address, token) : NULL;
  return made != NULL ? made : g_strdup(address);
}

/* What makes this mail another than any other, so that its Message-ID is its own. */
static char *
mail_digest(const ClinicMail *mail, const char *to, const char *subject, const char *text)
{
  VaultHash hash;
  g_autofree char *head =
      g_strdup_printf("%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s\n%s\n%s\n%s", mail->item,
                      mail->at, to, subject, text, is_set(mail->html) ? mail->html : "");
  GByteArray *bytes = g_byte_array_new();
  g_byte_array_append(bytes, (const guint8 *)head, (guint)strlen(head) + 1);
  if (mail->ics != NULL)
    g_byte_array_append(bytes, g_bytes_get_data(mail->ics, NULL),
                        (guint)g_bytes_get_size(mail->ics));
  vault_chain_digest(bytes->data, bytes->len, &hash);
  g_byte_array_unref(bytes);
  return vault_chain_hex(hash.bytes, 10);
}

static gboolean
mail_write(ClinicSession *session, const Ready *ready, GBytes **ret, GError **error)
{
  const ClinicMail *mail = ready->mail;
  g_autofree char *subject = NULL, *text = NULL;
  if (!ready_words(session, ready, &subject, &text, error))
    return FALSE;
  g_autofree char *own = clinic_mail_token(mail->item);
  g_autofree char *digest = mail_digest(mail, ready->to, subject, text);
  g_autofree char *id = g_strdup_printf("%s.%s", own, digest);
  g_autofree char *answers =
      address_with(session, clinic_address(session), is_set(mail->token) ? mail->token : own);
  const WireMail made = {
      .from = {base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_NAME),
               clinic_address(session)},
      .to = {ready->to_name, ready->to},
      .reply_to = strcmp(answers, clinic_address(session)) == 0 ? "" : answers,
      .subject = subject,
      .text = text,
      .html = ready->notice ? NULL : mail->html,
      .language = ready->language,
      .invite = ready->notice ? NULL : mail->ics,
      .method = mail->method,
      .at = mail->at,
      .id = id,
      .automatic = ready->notice || mail->kind == CLINIC_KIND_REMINDER,
  };
  return wire_mail_make(&made, ret, error);
}

/* Where the recipient has a certificate on file the mail says of itself that it goes encrypted. */
static gboolean
mail_protect(ClinicSession *session, const char *to, GBytes *plain, GBytes **ret, GError **error)
{
  g_autoptr(ClinicCertificate) certificate = NULL;
  if (!clinic_certificate_of(session, to, &certificate, error))
    return FALSE;
  if (certificate != NULL)
    return wire_smime_protect(plain, ret, error);
  *ret = g_bytes_ref(plain);
  return TRUE;
}

gboolean
clinic_mail_make(ClinicSession *session, const ClinicMail *mail, GBytes **ret, char **ret_name,
                 GError **error)
{
  g_auto(Ready) ready = {0};
  g_autoptr(GBytes) plain = NULL;
  if (!ready_make(session, mail, &ready, error) || !mail_write(session, &ready, &plain, error) ||
      !mail_protect(session, ready.to, plain, ret, error))
    return FALSE;
  *ret_name =
      g_strdup_printf("%s-%" G_GINT64_FORMAT ".eml", clinic_kind_word(mail->kind), mail->item);
  return TRUE;
}

gboolean
clinic_mail_envelope(ClinicSession *session, const ClinicMail *mail, char **ret_sender,
                     char **ret_recipient, GError **error)
{
  const char *word = base_conf_text(clinic_session_conf(session), BASE_CONF_OUTBOX_MAIL);
  g_auto(Ready) ready = {0};
  g_autoptr(ClinicDestination) to = NULL;
  if (!ready_make(session, mail, &ready, error) ||
      !clinic_destination_find(session, word, &to, error))
    return FALSE;
  const char *sender = *to->sender != '\0' ? to->sender : clinic_address(session);
  g_autofree char *token = clinic_mail_token(mail->item);
  if (!wire_mail_address_check(sender, error))
    return FALSE;
  *ret_sender = address_with(session, sender, token);
  *ret_recipient = g_strdup(ready.to);
  return TRUE;
}
