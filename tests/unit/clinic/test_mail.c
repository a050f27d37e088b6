/* Mails of the clinic: who gets how much, in a real clinic in a temporary folder. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/choice.h"
#include "guichet/clinic/mail.h"
#include "guichet/clinic/outbox.h"
#include "guichet/clinic/review.h"
#include "guichet/clinic/user.h"

#define ADMIN "correct horse admin"
#define DOCTOR "correct horse doctor"
#define CANARY "Your biopsy of Tuesday shows melanoma."

static const char CONF[] = "[clinic]\n"
                           "name=Cabinet de l’Île\n"
                           "phone=01 23 45 67 89\n"
                           "mail=desk@clinic.example\n"
                           "[outbox]\n"
                           "secure_domains=direct.example *.mssante.fr\n";

typedef struct {
  char *dir;
  ClinicSession *doctor, *worker;
  gint64 patient;
} Place;

static void
text_set(char **at, const char *text)
{
  g_free(*at);
  *at = g_strdup(text);
}

static gint64
patient_add(ClinicSession *session, const char *family, const char *mail, const char *channel,
            const char *language)
{
  g_autoptr(ClinicPatient) patient = clinic_patient_new();
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  text_set(&patient->family, family);
  text_set(&patient->given, "Éléonore");
  text_set(&patient->record, family);
  text_set(&patient->mail, mail);
  text_set(&patient->channel, channel);
  text_set(&patient->language, language);
  clinic_patient_find_or_add(session, patient, &id, &error);
  assert_no_error(error);
  return id;
}

static int
place_make(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) admin = NULL;
  g_autofree char *top = g_dir_make_tmp("guichet-XXXXXX", &error);
  place->dir = g_build_filename(top, "clinic", NULL);
  base_clock_freeze(G_GINT64_CONSTANT(1800000000) * BASE_CLOCK_SECOND);
  clinic_user_found(place->dir, "Testing", "root", "Root", ADMIN, TRUE, &error);
  assert_no_error(error);
  g_autofree char *conf = g_build_filename(place->dir, "guichet.conf", NULL);
  assert_true(g_file_set_contents(conf, CONF, -1, NULL));
  assert_true(clinic_session_login(place->dir, "root", ADMIN, &admin, &error));
  clinic_user_add(admin, "doctor", "Dr Ada", CLINIC_ROLE_SENIOR, DOCTOR, TRUE, NULL, &error);
  assert_no_error(error);
  assert_true(clinic_session_login(place->dir, "doctor", DOCTOR, &place->doctor, &error));
  assert_true(clinic_session_host(place->dir, &place->worker, &error));
  place->patient = patient_add(place->doctor, "Dupont", "e.dupont@example.org", "", "fr");
  *state = place;
  return 0;
}

static void
remove_all(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_all(child);
  }
  g_remove(path);
}

static int
place_drop(void **state)
{
  Place *place = *state;
  clinic_session_close(place->doctor);
  clinic_session_close(place->worker);
  g_autofree char *top = g_path_get_dirname(place->dir);
  remove_all(top);
  g_free(place->dir);
  g_free(place);
  base_clock_thaw();
  return 0;
}

static ClinicMail
letter_to(gint64 patient)
{
  return (ClinicMail){.kind = CLINIC_KIND_LETTER,
                      .item = 42,
                      .patient = patient,
                      .subject = "Your result",
                      .text = CANARY,
                      .at = base_clock_now()};
}

static char *
made(ClinicSession *session, const ClinicMail *mail)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *name = NULL;
  GBytes *bytes = NULL;
  clinic_mail_make(session, mail, &bytes, &name, &error);
  assert_no_error(error);
  char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  g_bytes_unref(bytes);
  return text;
}

static void
assert_refused(ClinicSession *session, const ClinicMail *mail, int code, const char *words)
{
  g_autoptr(GError) error = NULL;
  GBytes *bytes = NULL;
  char *name = NULL;
  assert_false(clinic_mail_make(session, mail, &bytes, &name, &error));
  assert_int_equal(error->code, code);
  assert_non_null(strstr(error->message, words));
  assert_null(bytes);
  assert_null(name);
}

static void
test_notice(void **state)
{
  const Place *place = *state;
  ClinicMail mail = letter_to(place->patient);
  gboolean notice = FALSE;
  assert_true(clinic_mail_is_notice(place->worker, &mail, &notice, NULL));
  assert_true(notice);
  g_autofree char *text = made(place->worker, &mail), *again = made(place->worker, &mail);
  assert_string_equal(text, again);
  assert_null(strstr(text, "melanoma"));
  assert_null(strstr(text, "result"));
  assert_null(strstr(text, "Ada"));
  assert_non_null(strstr(text, "01 23 45 67 89"));
  assert_non_null(strstr(text, "Content-Language: fr\r\n"));
  assert_non_null(strstr(text, "Auto-Submitted: auto-generated\r\n"));
  assert_non_null(strstr(text, "<e.dupont@example.org>"));
  mail.language = "en";
  g_autofree char *english = made(place->worker, &mail);
  assert_non_null(strstr(english, "To protect your privacy"));
}

static void
choose(const Place *place, gboolean chosen, gboolean warned)
{
  g_autoptr(GError) error = NULL;
  clinic_choice_record(place->doctor, place->patient, chosen, warned, "spoken",
                       "yes, mail is fine for me", &error);
  assert_no_error(error);
}

static void
address_change(const Place *place, const char *address)
{
  g_autoptr(ClinicPatient) patient = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(clinic_patient_open(place->doctor, place->patient, &patient, &error));
  text_set(&patient->mail, address);
  clinic_patient_change(place->doctor, patient, &error);
  assert_no_error(error);
}

static void
test_choice(void **state)
{
  const Place *place = *state;
  const ClinicMail mail = letter_to(place->patient);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicChoice) none = NULL, choice = NULL;
  assert_true(clinic_choice_load(place->doctor, place->patient, &none, &error));
  assert_null(none);
  /* without the warning there is no choice */
  assert_false(
      clinic_choice_record(place->doctor, place->patient, TRUE, FALSE, "spoken", "yes", &error));
  assert_int_equal(error->code, BASE_ERROR_USAGE);
  g_clear_error(&error);
  choose(place, TRUE, TRUE);
  assert_true(clinic_choice_load(place->doctor, place->patient, &choice, &error));
  assert_true(choice->chosen);
  assert_string_equal(choice->address, "e.dupont@example.org");
  assert_string_equal(choice->words, "yes, mail is fine for me");
  assert_string_equal(choice->user_title, "Dr Ada");
  g_autofree char *full = made(place->worker, &mail);
  assert_non_null(strstr(full, CANARY));
  assert_non_null(strstr(full, "Subject: Your result\r\n"));
  assert_null(strstr(full, "Auto-Submitted"));
  /* it holds for that address alone */
  address_change(place, "other@example.org");
  g_autofree char *moved = made(place->worker, &mail);
  assert_null(strstr(moved, "melanoma"));
  address_change(place, "E.Dupont@example.org");
  g_autofree char *back = made(place->worker, &mail);
  assert_non_null(strstr(back, CANARY));
  /* and until it is taken back */
  base_clock_step(BASE_CLOCK_SECOND);
  choose(place, FALSE, FALSE);
  g_autofree char *after = made(place->worker, &mail);
  assert_null(strstr(after, "melanoma"));
}

static void
test_refusals(void **state)
{
  const Place *place = *state;
  ClinicMail none = letter_to(patient_add(place->doctor, "Nomail", "", "", ""));
  ClinicMail letter = letter_to(patient_add(place->doctor, "Paper", "p@example.org", "letter", ""));
  ClinicMail other = letter_to(place->patient), evil = letter_to(place->patient);
  assert_refused(place->worker, &none, BASE_ERROR_DATA, "no mail address");
  assert_refused(place->worker, &letter, BASE_ERROR_DENIED, "does not want mail");
  other.to_address = "dr.who@hospital.example";
  assert_refused(place->worker, &other, BASE_ERROR_DENIED, "hospital.example");
  other.to_address = "dr.who@evil-direct.example";
  assert_refused(place->worker, &other, BASE_ERROR_DENIED, "secure");
  evil.to_address = "dr.who@direct.example";
  evil.to_name = "A\r\nBcc: x@evil.example";
  assert_refused(place->worker, &evil, BASE_ERROR_DATA, "mail.to");
}

static void
test_other_provider(void **state)
{
  const Place *place = *state;
  ClinicMail mail = letter_to(place->patient);
  g_autofree char *sender = NULL, *recipient = NULL, *token = clinic_mail_token(mail.item);
  g_autofree char *plus = g_strdup_printf("desk+%s@clinic.example", token);
  mail.to_name = "Dr Who";
  mail.to_address = "dr.who@chu.mssante.fr";
  g_autofree char *text = made(place->worker, &mail);
  assert_non_null(strstr(text, CANARY));
  assert_non_null(strstr(text, "To: Dr Who <dr.who@chu.mssante.fr>\r\n"));
  assert_non_null(strstr(text, plus));
  assert_true(clinic_mail_envelope(place->worker, &mail, &sender, &recipient, NULL));
  assert_string_equal(sender, plus);
  assert_string_equal(recipient, "dr.who@chu.mssante.fr");
}

static void
test_reminder(void **state)
{
  const Place *place = *state;
  GBytes *ics = g_bytes_new_static("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", 32);
  const ClinicMail mail = {.kind = CLINIC_KIND_REMINDER,
                           .item = 7,
                           .patient = place->patient,
                           .subject = "Your appointment",
                           .text = "On Tuesday at 10:00.",
                           .html = "<p>On Tuesday at 10:00.</p>",
                           .ics = ics,
                           .method = "REQUEST",
                           .token = "k3y",
                           .at = base_clock_now()};
  g_autofree char *text = made(place->worker, &mail);
  assert_non_null(strstr(text, "Reply-To: desk+k3y@clinic.example\r\n"));
  assert_non_null(strstr(text, "method=REQUEST"));
  assert_non_null(strstr(text, "text/html"));
  assert_non_null(strstr(text, "On Tuesday at 10:00."));
  assert_non_null(strstr(text, "Auto-Submitted: auto-generated\r\n"));
  g_bytes_unref(ics);
}

static void
test_token(void **state)
{
  static const gint64 ITEMS[] = {1, 31, 32, G_GINT64_CONSTANT(4611686018427387904), G_MAXINT64};
  static const char *const BAD[] = {"",
                                    "i",
                                    "i0000000000000",
                                    "x0000000000001",
                                    "i000000000000u",
                                    "izzzzzzzzzzzzz",
                                    "i00000000000010"};
  gint64 item = 0;
  (void)state;
  for (guint i = 0; i < G_N_ELEMENTS(ITEMS); i++) {
    g_autofree char *token = clinic_mail_token(ITEMS[i]);
    g_autofree char *upper = g_ascii_strup(token, -1);
    assert_true(clinic_mail_token_parse(token, &item));
    assert_true(item == ITEMS[i]);
    assert_true(clinic_mail_token_parse(upper, &item));
    assert_true(item == ITEMS[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++)
    assert_false(clinic_mail_token_parse(BAD[i], &item));
}

/* --- letters through the queue */

static gint64
letter_add(const Place *place, const char *to, const char *text)
{
  g_autoptr(ClinicLetter) letter = NULL;
  g_autoptr(GError) error = NULL;
  gint64 item = 0;
  assert_true(clinic_letter_aim(to, NULL, "Your result", NULL, &letter, &error));
  clinic_letter_add(place->doctor, place->patient, letter, text, &item, &error);
  assert_no_error(error);
  return item;
}

static void
sign(const Place *place, gint64 item)
{
  g_autoptr(ClinicReview) review = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  g_autoptr(GError) error = NULL;
  clinic_review_open(place->doctor, item, TRUE, &review, &error);
  assert_no_error(error);
  assert_non_null(review->letter);
  assert_null(review->transcript);
  assert_true(clinic_session_confirm(place->doctor, DOCTOR, &proof, &error));
  clinic_review_sign(place->doctor, review, proof, &error);
  assert_no_error(error);
}

static ClinicParcel *
taken(const Place *place, gint64 item)
{
  g_autoptr(GError) error = NULL;
  ClinicParcel *parcel = NULL;
  base_clock_step(61 * BASE_CLOCK_SECOND);
  clinic_outbox_take(place->worker, &parcel, &error);
  assert_no_error(error);
  assert_non_null(parcel);
  assert_true(parcel->item == item);
  return parcel;
}

static void
test_letter_to_patient(void **state)
{
  const Place *place = *state;
  gint64 item = letter_add(place, "patient", CANARY);
  sign(place, item);
  g_autoptr(ClinicParcel) parcel = taken(place, item);
  g_autofree char *token = clinic_mail_token(item);
  g_autofree char *text =
      g_strndup(g_bytes_get_data(parcel->bytes, NULL), g_bytes_get_size(parcel->bytes));
  assert_string_equal(parcel->destination, "maildir:mail");
  assert_true(g_str_has_suffix(parcel->name, ".eml"));
  assert_string_equal(parcel->recipient, "E.Dupont@example.org");
  assert_non_null(strstr(parcel->sender, token));
  assert_non_null(strstr(text, token));
  assert_null(strstr(text, "melanoma"));
  assert_true(clinic_outbox_delivered(place->worker, parcel, "here", NULL));
}

static void
test_letter_to_ehr(void **state)
{
  const Place *place = *state;
  gint64 item = letter_add(place, "ehr", CANARY);
  sign(place, item);
  g_autoptr(ClinicParcel) parcel = taken(place, item);
  g_autofree char *text =
      g_strndup(g_bytes_get_data(parcel->bytes, NULL), g_bytes_get_size(parcel->bytes));
  assert_string_equal(parcel->destination, "directory:ehr");
  assert_string_equal(parcel->recipient, "");
  assert_non_null(strstr(text, "\"51852-2\""));
  assert_non_null(strstr(text, "Your result"));
  assert_null(strstr(text, "Encounter"));
  assert_null(strstr(text, "\"encounter\""));
  assert_true(clinic_outbox_delivered(place->worker, parcel, "here", NULL));
}

/* A letter can be changed, and the checks read it: a gap that nobody filled is told. */
static void
test_letter_checked(void **state)
{
  const Place *place = *state;
  g_autoptr(ClinicReview) review = NULL;
  g_autoptr(GError) error = NULL;
  gint64 item = letter_add(place, "ehr", "Dear colleague, I saw [PATIENT NAME] today.");
  clinic_review_open(place->doctor, item, TRUE, &review, &error);
  assert_no_error(error);
  assert_true(review->findings->len > 0);
  clinic_review_save(place->doctor, review, "Dear colleague, I saw the patient today.", &error);
  assert_no_error(error);
  assert_int_equal(review->findings->len, 0);
  assert_true(clinic_review_release(place->doctor, review, NULL));
  g_autofree char *where = clinic_letter_outlook(place->doctor, place->patient, review->letter);
  assert_non_null(strstr(where, "record"));
}

static void
test_letter_refused(void **state)
{
  const Place *place = *state;
  g_autoptr(ClinicLetter) letter = NULL, insecure = NULL;
  g_autoptr(GError) error = NULL;
  gint64 item = 0;
  assert_false(clinic_letter_aim("nobody", NULL, NULL, NULL, &letter, &error));
  g_clear_error(&error);
  assert_false(clinic_letter_aim("a b@c", NULL, NULL, NULL, &letter, &error));
  g_clear_error(&error);
  assert_false(clinic_letter_aim("patient", NULL, "a\nb", NULL, &letter, &error));
  g_clear_error(&error);
  assert_true(clinic_letter_aim("dr@plain.example", NULL, NULL, NULL, &insecure, &error));
  assert_false(clinic_letter_add(place->doctor, place->patient, insecure, CANARY, &item, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  g_clear_error(&error);
  assert_true(clinic_letter_aim("ehr", NULL, NULL, NULL, &letter, &error));
  assert_false(clinic_letter_add(place->doctor, place->patient, letter, " \n", &item, &error));
  assert_int_equal(error->code, BASE_ERROR_DATA);
  assert_true(item == 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_notice),
      cmocka_unit_test(test_choice),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_other_provider),
      cmocka_unit_test(test_reminder),
      cmocka_unit_test(test_token),
      cmocka_unit_test(test_letter_to_patient),
      cmocka_unit_test(test_letter_to_ehr),
      cmocka_unit_test(test_letter_checked),
      cmocka_unit_test(test_letter_refused),
  };
  return cmocka_run_group_tests(tests, place_make, place_drop);
}
