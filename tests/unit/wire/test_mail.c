/* A mail as it leaves: read back by GMime, and by python3's email where it is. */
#include "unit.h"

#include <string.h>

#include <gio/gio.h>
#include <gmime/gmime.h>
#include <jansson.h>

#include "guichet/base/error.h"
#include "guichet/wire/mail.h"

#define PYTHON "/usr/bin/python3"
#define NAME "Centre médical de l’Île-Saint-Denis, cabinet du docteur Éléonore Châtelain-Müller"
#define TO "DUPONT, Éléonore \"Nono\""
#define SUBJECT                                                                                    \
  "Votre rendez-vous du 12 décembre à 14 h 30 chez le docteur Châtelain\302\240: merci de le "  \
  "confirmer par téléphone, s’il vous plaît"
#define FILE_NAME "Résumé de la consultation de Madame Éléonore Dupont — très long nom; et (un).pdf"

static const char ICS[] = "BEGIN:VCALENDAR\r\nSUMMARY:Rendez-vous à l’accueil\r\nEND:VCALENDAR\r\n";

static WireMail
mail_plain(void)
{
  return (WireMail){.from = {"Port Clinic", "desk@clinic.example"},
                    .to = {"Ann Lee", "ann@example.org"},
                    .subject = "Your appointment",
                    .text = "Hello.\n",
                    .at = G_GINT64_CONSTANT(1700000000) * G_USEC_PER_SEC,
                    .id = "k7.0123456789abcdef"};
}

static char *
made(const WireMail *mail, gsize *ret_length)
{
  g_autoptr(GError) error = NULL;
  GBytes *bytes = NULL;
  gboolean ok = wire_mail_make(mail, &bytes, &error);
  assert_no_error(error);
  assert_true(ok);
  char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  if (ret_length != NULL)
    *ret_length = g_bytes_get_size(bytes);
  g_bytes_unref(bytes);
  return text;
}

static void
assert_refused(const WireMail *mail, const char *field)
{
  g_autoptr(GError) error = NULL;
  GBytes *bytes = NULL;
  assert_false(wire_mail_make(mail, &bytes, &error));
  assert_null(bytes);
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  assert_non_null(strstr(error->message, field));
}

/* --- the same bytes, and their form */

static void
test_exact(void **state)
{
  (void)state;
  WireMail mail = mail_plain();
  mail.reply_to = "desk+k7@clinic.example";
  mail.language = "en";
  mail.automatic = TRUE;
  g_autofree char *first = made(&mail, NULL), *second = made(&mail, NULL);
  assert_string_equal(first, second);
  assert_string_equal(first, "From: Port Clinic <desk@clinic.example>\r\n"
                             "Reply-To: desk+k7@clinic.example\r\n"
                             "To: Ann Lee <ann@example.org>\r\n"
                             "Subject: Your appointment\r\n"
                             "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
                             "Message-Id: <k7.0123456789abcdef@clinic.example>\r\n"
                             "Auto-Submitted: auto-generated\r\n"
                             "Content-Language: en\r\n"
                             "MIME-Version: 1.0\r\n"
                             "Content-Type: text/plain; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: quoted-printable\r\n"
                             "\r\n"
                             "Hello.\r\n");
}

static void
test_lines(void **state)
{
  (void)state;
  WireMail mail = mail_plain();
  GString *text = g_string_new("one\r\ntwo\rthree\n.\n.dot\nFrom here\nblank at the end \n");
  for (guint i = 0; i < 400; i++)
    g_string_append(text, "long é word ");
  for (guint i = 0; i < 3000; i++)
    g_string_append_c(text, 'x');
  mail.text = text->str;
  mail.subject = SUBJECT;
  mail.from.name = NAME;
  g_autofree char *bytes = made(&mail, NULL);
  g_auto(GStrv) lines = g_strsplit(bytes, "\r\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    assert_true(strlen(*line) <= 78);
    assert_null(strpbrk(*line, "\r\n"));
    assert_true(g_str_is_ascii(*line));
  }
  g_string_free(text, TRUE);
}

/* --- read back */

static GMimeMessage *
parsed(const char *bytes, gsize length)
{
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  g_object_unref(parser);
  g_object_unref(stream);
  assert_non_null(message);
  return message;
}

static char *
content_of(GMimeObject *part)
{
  GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
  GMimeStream *stream = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, stream);
  GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
  char *text = g_strndup((const char *)bytes->data, bytes->len);
  g_object_unref(stream);
  return text;
}

static WireMail
mail_full(const WireMailFile *file, GBytes *ics)
{
  WireMail mail = mail_plain();
  mail.from.name = NAME;
  mail.to = (WireMailbox){TO, "e.dupont@exämple.org"};
  mail.subject = SUBJECT;
  mail.text = "Bonjour,\n\nÀ bientôt.\n";
  mail.html = "<p>À bientôt.</p>\n";
  mail.invite = ics;
  mail.method = "REQUEST";
  mail.files = file;
  mail.n_files = 1;
  return mail;
}

static void
look_mailbox(GMimeMessage *message, GMimeAddressType type, const char *name, const char *address)
{
  InternetAddressList *list = g_mime_message_get_addresses(message, type);
  assert_int_equal(internet_address_list_length(list), 1);
  InternetAddress *one = internet_address_list_get_address(list, 0);
  g_autofree char *unfolded = g_strdup(internet_address_get_name(one));
  g_auto(GStrv) words = g_strsplit(g_strdelimit(unfolded, "\r\n\t", ' '), "   ", -1);
  g_autofree char *read = g_strjoinv(" ", words); /* GMime keeps where a line was folded */
  assert_string_equal(read, name);
  assert_string_equal(internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(one)),
                      address);
}

static void
look_parts(GMimeMessage *message)
{
  GMimeMultipart *mixed = GMIME_MULTIPART(g_mime_message_get_mime_part(message));
  assert_int_equal(g_mime_multipart_get_count(mixed), 2);
  GMimeMultipart *forms = GMIME_MULTIPART(g_mime_multipart_get_part(mixed, 0));
  GMimeObject *pdf = g_mime_multipart_get_part(mixed, 1);
  assert_int_equal(g_mime_multipart_get_count(forms), 3);
  g_autofree char *text = content_of(g_mime_multipart_get_part(forms, 0));
  g_autofree char *html = content_of(g_mime_multipart_get_part(forms, 1));
  g_autofree char *ics = content_of(g_mime_multipart_get_part(forms, 2));
  g_autofree char *file = content_of(pdf);
  assert_string_equal(text, "Bonjour,\r\n\r\nÀ bientôt.\r\n");
  assert_string_equal(html, "<p>À bientôt.</p>\r\n");
  assert_string_equal(ics, ICS);
  assert_string_equal(file, "%PDF-1.4 x");
  assert_string_equal(g_mime_part_get_filename(GMIME_PART(pdf)), FILE_NAME);
  GMimeContentType *type = g_mime_object_get_content_type(g_mime_multipart_get_part(forms, 2));
  assert_true(g_mime_content_type_is_type(type, "text", "calendar"));
  assert_string_equal(g_mime_content_type_get_parameter(type, "method"), "REQUEST");
}

static void
test_gmime(void **state)
{
  (void)state;
  const WireMailFile file = {"application/pdf", FILE_NAME, g_bytes_new_static("%PDF-1.4 x", 10),
                             NULL};
  GBytes *ics = g_bytes_new_static(ICS, strlen(ICS));
  WireMail mail = mail_full(&file, ics);
  gsize length = 0;
  g_autofree char *bytes = made(&mail, &length);
  GMimeMessage *message = parsed(bytes, length);
  look_mailbox(message, GMIME_ADDRESS_TYPE_FROM, NAME, "desk@clinic.example");
  look_mailbox(message, GMIME_ADDRESS_TYPE_TO, TO, "e.dupont@xn--exmple-cua.org");
  assert_string_equal(g_mime_message_get_subject(message), SUBJECT);
  assert_string_equal(g_mime_message_get_message_id(message), "k7.0123456789abcdef@clinic.example");
  look_parts(message);
  g_object_unref(message);
  g_bytes_unref(ics);
  g_bytes_unref(file.bytes);
}

static const char SCRIPT[] =
    "import email,email.policy,json,sys\n"
    "m=email.message_from_bytes(sys.stdin.buffer.read(),policy=email.policy.default)\n"
    "def parts(p):\n"
    "  return [q for s in p.iter_parts() for q in parts(s)] if p.is_multipart() else [p]\n"
    "json.dump({'defects':[str(d) for p in m.walk() for d in p.defects],\n"
    " 'from':m['from'].addresses[0].display_name,'to':m['to'].addresses[0].display_name,\n"
    " 'subject':str(m['subject']),'types':[p.get_content_type() for p in parts(m)],\n"
    " 'method':parts(m)[2].get_param('method'),'text':parts(m)[0].get_content(),\n"
    " 'file':parts(m)[3].get_filename()},sys.stdout,ensure_ascii=False)\n";

static char *
python_says(const char *bytes, gsize length)
{
  const char *argv[] = {PYTHON, "-X", "utf8", "-c", SCRIPT, NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) python = g_subprocess_newv(
      argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  assert_no_error(error);
  g_autoptr(GBytes) in = g_bytes_new(bytes, length), out = NULL;
  g_subprocess_communicate(python, in, NULL, &out, NULL, &error);
  assert_no_error(error);
  return g_strndup(g_bytes_get_data(out, NULL), g_bytes_get_size(out));
}

static void
assert_says(json_t *said, const char *key, const char *words)
{
  assert_string_equal(json_string_value(json_object_get(said, key)), words);
}

static void
test_python(void **state)
{
  (void)state;
  if (!g_file_test(PYTHON, G_FILE_TEST_IS_EXECUTABLE))
    skip();
  const WireMailFile file = {"application/pdf", FILE_NAME, g_bytes_new_static("%PDF-1.4 x", 10),
                             NULL};
  GBytes *ics = g_bytes_new_static(ICS, strlen(ICS));
  WireMail mail = mail_full(&file, ics);
  gsize length = 0;
  g_autofree char *bytes = made(&mail, &length);
  g_autofree char *answer = python_says(bytes, length);
  json_t *said = json_loads(answer, 0, NULL);
  assert_non_null(said);
  assert_int_equal(json_array_size(json_object_get(said, "defects")), 0);
  assert_says(said, "from", NAME);
  assert_says(said, "to", TO);
  assert_says(said, "subject", SUBJECT);
  assert_says(said, "method", "REQUEST");
  assert_says(said, "text", "Bonjour,\r\n\r\nÀ bientôt.\r\n");
  assert_says(said, "file", FILE_NAME);
  assert_int_equal(json_array_size(json_object_get(said, "types")), 4);
  json_decref(said);
  g_bytes_unref(ics);
  g_bytes_unref(file.bytes);
}

/* --- what is refused */

static void
test_injection(void **state)
{
  static const char *const BAD[] = {
      "a\r\nBcc: x@evil.example", "a\nb",     "a\rb", "a\tb", "a\302\205b",
      "a\342\200\250b",           "a\033[2Jb"};
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
    WireMail from = mail_plain(), to = mail_plain(), subject = mail_plain(), named = mail_plain();
    const WireMailFile file = {"application/pdf", BAD[i], g_bytes_new_static("x", 1), NULL};
    from.from.name = to.to.name = subject.subject = BAD[i];
    named.files = &file;
    named.n_files = 1;
    assert_refused(&from, "mail.from");
    assert_refused(&to, "mail.to");
    assert_refused(&subject, "mail.subject");
    assert_refused(&named, "mail.file");
    g_bytes_unref(file.bytes);
  }
  WireMail answer = mail_plain(), id = mail_plain();
  answer.in_reply_to = "<a@b>\r\nBcc: <x@y>";
  assert_refused(&answer, "in_reply_to");
  id.id = "a@b>\r\nX: <";
  assert_refused(&id, "mail.id");
}

static void
test_addresses(void **state)
{
  static const char *const GOOD[] = {"a@b.example", "a.b+c-d_e@b-c.example", "é@exämple.org",
                                     "o'neil@x.example"};
  static const char *const BAD[] = {
      "",        "a",      "@b",   "a@",   "a b@c",  "a@b c", "a@b\r\nX: y",  "a@b,c@d", "<a@b>",
      "\"a\"@b", "a..b@c", ".a@b", "a@.b", "a@b..c", "a@b>",  "a\302\240b@c", "a@b\n"};
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(GOOD); i++)
    assert_true(wire_mail_address_check(GOOD[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
    g_autoptr(GError) error = NULL;
    WireMail mail = mail_plain();
    assert_false(wire_mail_address_check(BAD[i], &error));
    mail.to.address = BAD[i];
    assert_refused(&mail, "mail.address");
  }
}

static void
test_plus(void **state)
{
  (void)state;
  g_autofree char *plus = wire_mail_address_plus("desk@clinic.example", "k7-x");
  assert_string_equal(plus, "desk+k7-x@clinic.example");
  assert_null(wire_mail_address_plus("desk@clinic.example", ""));
  assert_null(wire_mail_address_plus("desk@clinic.example", "a b"));
  assert_null(wire_mail_address_plus("desk@clinic.example", "a@b"));
  assert_null(wire_mail_address_plus("desk", "k7"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exact),     cmocka_unit_test(test_lines),
      cmocka_unit_test(test_gmime),     cmocka_unit_test(test_python),
      cmocka_unit_test(test_injection), cmocka_unit_test(test_addresses),
      cmocka_unit_test(test_plus),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
