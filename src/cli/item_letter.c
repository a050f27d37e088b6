#include "cli/item_letter.h"

#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/letter.h"

enum { LETTER_TEXT_CAP = 1 << 20 };

typedef struct {
  char *patient, *to, *name, *subject, *language, *file;
} Given;

static void
given_clear(Given *given)
{
  char *const texts[] = {given->patient, given->to,       given->name,
                         given->subject, given->language, given->file};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

static int
letter_tell(ClinicSession *session, gint64 patient, const ClinicLetter *letter, gint64 item,
            gboolean json)
{
  g_autofree char *outlook = clinic_letter_outlook(session, patient, letter);
  if (json)
    return cli_option_print(json_pack("{s:o, s:s, s:s}", "id", cli_option_id(item), "to",
                                      clinic_letter_to_word(letter->to), "outlook", outlook));
  printf("%" G_GINT64_FORMAT "\t%s\n", item, outlook);
  return cli_option_flush();
}

static int
letter_run(const CliOption *option, const Given *given)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicLetter) letter = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;
  gint64 patient = 0, item = 0;
  if (!cli_option_parse_id(given->patient, &patient, &error) ||
      !clinic_letter_aim(given->to, given->name, given->subject, given->language, &letter,
                         &error) ||
      !base_file_read(given->file != NULL ? given->file : "-", LETTER_TEXT_CAP, &text, &length,
                      &error))
    return cli_option_fail(error);
  if (!g_utf8_validate(text, (gssize)length, NULL))
    return cli_option_usage(_("the text is not UTF-8"));
  if (!cli_option_session(option, &session, &error) ||
      !clinic_letter_add(session, patient, letter, text, &item, &error))
    return cli_option_fail(error);
  return letter_tell(session, patient, letter, item, option->json);
}

int
cli_item_letter_run(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_auto(Given) given = {0};
  const GOptionEntry entries[] = {
      {"patient", 0, 0, G_OPTION_ARG_STRING, &given.patient, N_("whom it is about"), N_("ID")},
      {"to", 0, 0, G_OPTION_ARG_STRING, &given.to, N_("patient, ehr, or a mail address"),
       N_("WHO")},
      {"to-name", 0, 0, G_OPTION_ARG_STRING, &given.name, N_("the name beside that address"),
       N_("NAME")},
      {"subject", 0, 0, G_OPTION_ARG_STRING, &given.subject, N_("the subject"), N_("TEXT")},
      {"language", 0, 0, G_OPTION_ARG_STRING, &given.language, N_("en or fr (the patient's)"),
       N_("LANG")},
      {"file", 'f', 0, G_OPTION_ARG_FILENAME, &given.file, N_("the text (standard input)"),
       N_("FILE")},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, "",
      _("Puts a letter into the queue, to be reviewed and signed like everything else."), &option);
  if (status >= 0)
    return status;
  if (argc != 1 || given.patient == NULL || given.to == NULL)
    return cli_option_usage(_("letter takes --patient ID and --to WHO"));
  return letter_run(&option, &given);
}
