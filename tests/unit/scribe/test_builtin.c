/* The builtin engine: its promises as properties, on visits written for this test. */
#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/scribe/builtin.h"

typedef struct {
  const char *name, *text;
} Fixture;

static const Fixture FIXTURES[] = {
    {"knee",
     "Doctor: Hi, Martha. So Martha is a 50-year-old female with a past medical history of asthma "
     "who presents today with right knee pain.\n"
     "Doctor: So Martha, what happened to your knee?\n"
     "Patient: Um, I was hiking on Saturday and I, I twisted my right knee.\n"
     "Doctor: Okay. Have you taken anything for the pain?\n"
     "Patient: Yes. I took ibuprofen 400 milligrams twice a day, and it helped a little bit.\n"
     "Doctor: Any numbness or tingling in your foot?\n"
     "Patient: No.\n"
     "Doctor: Are you still using your albuterol inhaler?\n"
     "Patient: Yes, I use it once a day.\n"
     "Doctor: Your blood pressure today is one thirty over eighty two. Your lungs are clear. On "
     "your "
     "right knee exam, there is some swelling and tenderness on the inside of the knee.\n"
     "Doctor: So for your right knee pain, I think you have a sprain of the medial collateral "
     "ligament. I'm going to order an MRI of the right knee and I'd like you to wear a brace.\n"
     "Doctor: For your asthma, let's continue the albuterol inhaler. I want to see you again in "
     "two "
     "weeks. Any questions?\n"
     "Patient: No, that sounds good.\n"
     "Doctor: Great weather today, right?\n"
     "Patient: Yeah, lovely.\n"},
    {"bare",
     "doctor: hello i know you are here for some back pain can you tell me what happened\n"
     "patient: yeah i was lifting a box at work about four days ago and i felt a pop in my lower "
     "back "
     "and since then it has been hurting a lot i have tried some tylenol but it did n't help\n"
     "doctor: okay any weakness in your legs or any trouble with your bladder\n"
     "patient: no nothing like that\n"
     "doctor: alright so on your exam you do have some tenderness over the lumbar spine and your "
     "strength is five out of five in both legs so i think you have a lumbar strain and i'm gonna "
     "prescribe meloxicam fifteen milligrams once a day and refer you to physical therapy okay\n"
     "patient: okay sounds good\n"},
    {"gorge",
     "Médecin : Bonjour madame, qu'est-ce qui vous amène aujourd'hui ?\n"
     "Patiente : Bonjour docteur. J'ai mal à la gorge depuis trois jours et je tousse beaucoup.\n"
     "Médecin : D'accord. Avez-vous de la fièvre ?\n"
     "Patiente : Oui, j'ai eu 38,5 hier soir.\n"
     "Médecin : Avez-vous des douleurs thoraciques ou un essoufflement ?\n"
     "Patiente : Non, pas du tout.\n"
     "Médecin : Prenez-vous des médicaments en ce moment ?\n"
     "Patiente : Je prends de l'amlodipine 5 milligrammes le matin.\n"
     "Médecin : Êtes-vous allergique à quelque chose ?\n"
     "Patiente : Oui, je suis allergique à la pénicilline.\n"
     "Médecin : Est-ce que vous fumez ?\n"
     "Patiente : Non. Il fait beau aujourd'hui, n'est-ce pas ?\n"
     "Médecin : Votre tension est à treize sur huit et votre température est de trente-huit "
     "virgule "
     "deux. Vos poumons sont clairs. La gorge est rouge, sans dépôt.\n"
     "Médecin : Je pense que vous avez une angine virale. Je vous prescris du paracétamol et je "
     "vous "
     "conseille de vous reposer. Nous allons nous revoir dans une semaine si ça ne va pas mieux.\n"
     "Patiente : D'accord, merci docteur.\n"},
};

static ScribeLexicon *lexicon;

static int
load(void **state)
{
  (void)state;
  g_autoptr(GError) error = NULL;
  scribe_lexicon_load(NULL, &lexicon, &error);
  assert_no_error(error);
  return 0;
}

static int
unload(void **state)
{
  (void)state;
  scribe_lexicon_free(lexicon);
  return 0;
}

static ScribeTranscript *
parse(const Fixture *f)
{
  g_autoptr(GError) error = NULL;
  ScribeTranscript *t = NULL;
  scribe_transcript_parse(f->name, f->text, strlen(f->text), &t, &error);
  assert_no_error(error);
  return t;
}

static ScribeDraft *
draft(const ScribeTranscript *t, const char *template, const char *language)
{
  g_autoptr(GError) error = NULL;
  ScribeDraft *d = NULL;
  ScribeContext context = {.language = language};
  scribe_builtin_draft(lexicon, t, template, &context, &d, &error);
  assert_no_error(error);
  assert_non_null(d);
  return d;
}

typedef void (*Look)(const ScribeTranscript *t, const ScribeStatement *s);

static void
each_statement(const ScribeTranscript *t, const ScribeDraft *d, Look look)
{
  guint n = 0;
  for (guint i = 0; i < d->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(d->sections, i);
    for (guint j = 0; j < s->statements->len; j++, n++)
      look(t, g_ptr_array_index(s->statements, j));
  }
  assert_true(n > 0);
}

static void
has_evidence(const ScribeTranscript *t, const ScribeStatement *s)
{
  assert_true(s->evidence->len > 0);
  assert_true(s->confidence >= 0 && s->confidence <= 1);
  for (guint i = 0; i < s->evidence->len; i++) {
    ScribeEvidence e = g_array_index(s->evidence, ScribeEvidence, i);
    assert_true(e.turn < t->turns->len);
    assert_true(e.start < e.end);
    assert_true(e.end <= g_utf8_strlen(scribe_transcript_turn(t, e.turn)->text, -1));
  }
}

static void
test_evidence(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(FIXTURES); i++) {
    g_autoptr(ScribeTranscript) t = parse(&FIXTURES[i]);
    g_autoptr(ScribeDraft) d = draft(t, NULL, NULL);
    each_statement(t, d, has_evidence);
  }
}

/* The engine's own words; everything else must have been said in the statement's evidence. */
static const char *const SCAFFOLD[] = {"the",       "patient",
                                       "patients",  "he",
                                       "she",       "his",
                                       "her",       "him",
                                       "their",     "they",
                                       "we",        "will",
                                       "was",       "is",
                                       "has",       "does",
                                       "not",       "no",
                                       "any",       "reports",
                                       "denies",    "advised",
                                       "to",        "duration",
                                       "frequency", "age",
                                       "severity",  "onset",
                                       "date",      "location",
                                       "work",      "amount",
                                       "number",    "medications",
                                       "allergies", "surgeries",
                                       "that",      "there",
                                       "modifying", "factors",
                                       "and",       "mg",
                                       "daily",     "once",
                                       "twice",     "hypertension",
                                       "vomiting",  "would",
                                       "am",        "i",
                                       "la",        "le",
                                       "patiente",  "elle",
                                       "il",        "signale",
                                       "n",         "pas",
                                       "de",        "d",
                                       "ni",        "ne",
                                       "est",       "lui",
                                       "se",        "a",
                                       "son",       "sa",
                                       "ses",       "qu"};

/* Labels that stand before a statement. */
static const char *const LABELS[] = {
    "constitutional:", "eyes:",
    "hent:",           "cardiovascular:",
    "respiratory:",    "gastrointestinal:",
    "genitourinary:",  "musculoskeletal:",
    "skin:",           "neurological:",
    "psychiatric:",    "endocrine:",
    "général :",       "orl :",
    "respiratoire :",  "cardiovasculaire :",
    "raisonnement :",  "traitement :",
    "examens :",       "information :",
    "évaluation :",    "assessment:",
    "testing:",        "treatment:",
    "counseling:",
};

static const char *
past_label(const char *low)
{
  for (gsize i = 0; i < G_N_ELEMENTS(LABELS); i++)
    if (g_str_has_prefix(low, LABELS[i]))
      return low + strlen(LABELS[i]);
  return low;
}

static gboolean
is_scaffold(const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS(SCAFFOLD); i++)
    if (strcmp(SCAFFOLD[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* Said as it stands, or but for the ending of a verb. */
static gboolean
was_said(const char *word, const char *said)
{
  gsize n = strlen(word);
  g_autofree char *stem = g_strndup(word, n > 4 ? n - 2 : n - 1);
  return strstr(said, stem) != NULL;
}

static void
words_were_said(const ScribeTranscript *t, const ScribeStatement *s)
{
  GString *said = g_string_new(NULL);
  for (guint i = 0; i < s->evidence->len; i++) {
    ScribeEvidence e = g_array_index(s->evidence, ScribeEvidence, i);
    g_autofree char *cut =
        g_utf8_substring(scribe_transcript_turn(t, e.turn)->text, e.start, e.end);
    g_autofree char *low = g_utf8_strdown(cut, -1);
    g_string_append_printf(said, " %s", low);
  }
  g_autofree char *low = g_utf8_strdown(s->text, -1);
  g_auto(GStrv) words = g_strsplit_set(past_label(low), " ,.:;-()'/\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_isalpha(*words[i]) && !is_scaffold(words[i]) && !was_said(words[i], said->str))
      fail_msg("\"%s\" of \"%s\" was not said in \"%s\"", words[i], s->text, said->str);
  g_string_free(said, TRUE);
}

static void
test_only_what_was_said(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(FIXTURES); i++) {
    g_autoptr(ScribeTranscript) t = parse(&FIXTURES[i]);
    g_autoptr(ScribeDraft) d = draft(t, "soap", NULL);
    each_statement(t, d, words_were_said);
  }
}

static char *
drafted(const char *said, const char *language)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ScribeTranscript) t = NULL;
  const ScribeContext context = {.language = language};
  g_autoptr(ScribeDraft) d = NULL;
  assert_true(scribe_transcript_parse("test", said, strlen(said), &t, &error));
  assert_true(scribe_builtin_draft(lexicon, t, "soap", &context, &d, &error));
  return g_strdup(d->text);
}

static void
assert_drafts(const char *said, const char *language, const char *const *there,
              const char *const *away)
{
  g_autofree char *text = drafted(said, language);
  for (; *there != NULL; there++)
    if (strstr(text, *there) == NULL)
      fail_msg("“%s” is not in:\n%s", *there, text);
  for (; *away != NULL; away++)
    if (strstr(text, *away) != NULL)
      fail_msg("“%s” is in:\n%s", *away, text);
}

/* What changes a dose is no repetition of the dose; "got it" agrees with nothing. */
static void
test_plan_is_whole(void **state)
{
  (void)state;
  assert_drafts("Doctor: What are you taking?\n"
                "Patient: Lisinopril 10 milligrams once a day and metformin 500 milligrams twice a "
                "day.\n"
                "Doctor: We will increase the lisinopril to 20 milligrams once a day, and the "
                "metformin to 1000 milligrams twice a day.\n"
                "Patient: Got it.\n",
                "en",
                (const char *const[]){"metformin 500 mg", "lisinopril to 20 mg once daily",
                                      "metformin to 1000 mg", NULL},
                (const char *const[]){"agrees", "understands", NULL});
}

/* A list that is nothing but a question, and its no. */
static void
test_lists_are_denied(void **state)
{
  (void)state;
  assert_drafts("Doctor: What brings you in?\n"
                "Patient: I have had heartburn for six weeks, mostly after dinner.\n"
                "Doctor: Black stools, vomiting?\n"
                "Patient: No, neither.\n"
                "Doctor: Short of breath?\n"
                "Patient: No.\n"
                "Doctor: At rest?\n"
                "Patient: Never.\n",
                "en",
                (const char *const[]){"heartburn for 6 weeks",
                                      "denies any black stools or vomiting",
                                      "denies any shortness of breath", NULL},
                (const char *const[]){"denies any at rest", "any Black", NULL});
}

/* A greeting does not hide the complaint; who speaks is not the patient; se faire du mal. */
static void
test_french_is_whole(void **state)
{
  (void)state;
  assert_drafts("Médecin : Bonjour, qu'est-ce qui vous amène ?\n"
                "Patient : Bonjour docteur, j'ai mal à la gorge depuis quatre jours.\n"
                "Médecin : Avez-vous pensé à vous faire du mal ?\n"
                "Patient : Non.\n"
                "Médecin : Le test rapide est positif pour le streptocoque. Je demande une "
                "créatinine dans deux semaines.\n",
                "fr",
                (const char *const[]){"mal à la gorge depuis 4 jours", "à se faire du mal",
                                      "positif pour le streptocoque", "créatinine", NULL},
                (const char *const[]){"lui faire", "Bonjour", NULL});
  assert_drafts("Médecin : Bonjour, vous venez pour la petite ?\n"
                "Parent : Oui, je suis sa maman. Elle a de la fièvre depuis hier.\n"
                "Médecin : Elle boit ?\n"
                "Parent : Elle boit, mais elle mange peu.\n",
                "fr", (const char *const[]){"fièvre depuis hier", NULL},
                (const char *const[]){"maman", "signale elle", NULL});
}

static ScribeDraft *
draft_of(const char *text)
{
  Fixture f = {"visit", text};
  g_autoptr(ScribeTranscript) t = parse(&f);
  return draft(t, "soap", NULL);
}

static void
test_no_agreement_that_nobody_gave(void **state)
{
  (void)state;
  static const char VISIT[] =
      "Doctor: This sounds like reflux. Start omeprazole 20 milligrams once "
      "a day for eight weeks.%s\n"
      "Patient: %s\n";
  static const struct {
    const char *asked, *said, *written;
  } CASES[] = {
      {"", "Got it.", NULL},
      {"", "Okay, sounds good.", NULL},
      {" Does that sound okay?", "No, I do not want that.", NULL},
      {" Does that sound okay?", "Yes, that sounds good.", "that sounds good"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autofree char *text = g_strdup_printf(VISIT, CASES[i].asked, CASES[i].said);
    g_autoptr(ScribeDraft) d = draft_of(text);
    assert_null(strstr(d->text, "agrees"));
    assert_null(strstr(d->text, "understands"));
    if (CASES[i].written != NULL)
      assert_non_null(strstr(d->text, CASES[i].written));
    else
      assert_null(strstr(d->text, "Asked about the plan"));
  }
}

static void
test_answers_stand_with_their_questions(void **state)
{
  (void)state;
  g_autoptr(ScribeDraft) d =
      draft_of("Doctor: What is going on?\n"
               "Patient: I have had heartburn for six weeks, mostly after dinner.\n"
               "Doctor: What have you tried?\n"
               "Patient: Tums, and they help for an hour.\n"
               "Doctor: Any allergies?\n"
               "Patient: Sulfa.\n"
               "Doctor: Are you taking the sertraline every day?\n"
               "Patient: Yes, 50 milligrams in the morning.\n");
  assert_non_null(strstr(d->text, "has tried Tums, which help for an hour."));
  assert_non_null(strstr(d->text, "taking the sertraline daily, 50 mg in the morning."));
  const char *allergies = strstr(d->text, "ALLERGIES\n");
  assert_non_null(allergies);
  assert_non_null(strstr(allergies, "allergic to Sulfa."));
}

/* In the section whose title stands before it: a denial may be in the history too. */
static void
test_neither_denies_both(void **state)
{
  (void)state;
  g_autoptr(ScribeDraft) d =
      draft_of("Doctor: Any trouble swallowing, or weight loss?\n"
               "Patient: No trouble swallowing. No weight loss.\n"
               "Doctor: Black stools, vomiting?\n"
               "Patient: No, neither.\n"
               "Doctor: This sounds like reflux. Start omeprazole 20 milligrams once a day.\n");
  static const char *const DENIED[] = {"denies trouble swallowing", "denies weight loss",
                                       "black stools", "vomiting"};
  g_autofree char *low = g_ascii_strdown(d->text, -1);
  for (gsize i = 0; i < G_N_ELEMENTS(DENIED); i++)
    if (strstr(low, DENIED[i]) == NULL)
      fail_msg("\"%s\" is not in:\n%s", DENIED[i], d->text);
}

static void
test_nothing_blocks(void **state)
{
  (void)state;
  static const char *const NAMES[] = {"soap", "behavioural", "chronic", "telehealth"};
  for (gsize i = 0; i < G_N_ELEMENTS(FIXTURES); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(NAMES); k++) {
      g_autoptr(ScribeTranscript) t = parse(&FIXTURES[i]);
      g_autoptr(ScribeDraft) d = draft(t, NAMES[k], NULL);
      for (guint f = 0; f < d->findings->len; f++) {
        const ScribeFinding *finding = g_ptr_array_index(d->findings, f);
        if (finding->severity == SCRIBE_SEVERITY_BLOCK)
          fail_msg("%s in:\n%s", finding->message, d->text);
      }
    }
}

static void
test_french(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse(&FIXTURES[2]);
  g_autoptr(ScribeDraft) d = draft(t, NULL, NULL);
  assert_string_equal(d->language, "fr");
  static const char *const WANTED[] = {"HISTOIRE DE LA MALADIE",
                                       "La patiente a mal à la gorge depuis 3 jours",
                                       "amlodipine 5 mg",
                                       "est allergique à la pénicilline",
                                       "ne fume pas",
                                       "ni d'essoufflement",
                                       "13/8",
                                       "38,2",
                                       "Je pense qu'elle a une angine virale",
                                       "lui conseille de se reposer"};
  for (gsize i = 0; i < G_N_ELEMENTS(WANTED); i++)
    if (strstr(d->text, WANTED[i]) == NULL)
      fail_msg("\"%s\" is missing in:\n%s", WANTED[i], d->text);
  assert_null(strstr(d->text, "fait beau"));
  assert_null(strstr(d->text, "patient "));
}

static const char *
field(const ScribeDraft *d, const char *list, const char *by, const char *value, const char *key)
{
  size_t i;
  const json_t *entry;
  json_array_foreach (json_object_get(d->fields, list), i, entry) {
    assert_true(json_array_size(json_object_get(entry, "evidence")) > 0);
    if (g_strcmp0(json_string_value(json_object_get(entry, by)), value) == 0)
      return json_string_value(json_object_get(entry, key));
  }
  return NULL;
}

static void
test_fields(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse(&FIXTURES[0]);
  g_autoptr(ScribeDraft) d = draft(t, NULL, NULL);
  assert_string_equal(field(d, "medications", "name", "ibuprofen", "dose"), "400 mg");
  assert_string_equal(field(d, "medications", "name", "ibuprofen", "frequency"), "twice daily");
  assert_string_equal(field(d, "vitals", "name", "blood pressure", "value"), "130/82");
  assert_non_null(field(d, "problems", "name", "asthma", "text"));
  assert_true(json_array_size(json_object_get(d->fields, "orders")) > 0);
  assert_true(json_array_size(json_object_get(d->fields, "plan")) > 0);
  assert_int_equal(json_array_size(json_object_get(d->fields, "allergies")), 0);
  g_autoptr(ScribeTranscript) fr = parse(&FIXTURES[2]);
  g_autoptr(ScribeDraft) e = draft(fr, NULL, NULL);
  assert_string_equal(field(e, "allergies", "substance", "penicillin", "text"), "pénicilline");
  assert_string_equal(field(e, "medications", "name", "amlodipine", "dose"), "5 mg");
}

/* What a check would miss is written, though the model would have left it out. */
static void
test_drugs_are_not_left_out(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse(&FIXTURES[1]);
  g_autoptr(ScribeDraft) d = draft(t, NULL, NULL);
  assert_non_null(strstr(d->text, "tylenol"));
}

static void
test_templates(void **state)
{
  (void)state;
  static const Fixture f = {
      "mood", "doctor: how has your mood been since the last visit\n"
              "patient: i have been feeling really sad and anxious and i am not sleeping well\n"
              "doctor: have you had any suicidal thoughts\n"
              "patient: no\n"
              "doctor: i would like to increase your sertraline to 100 milligrams once a day\n"
              "patient: okay\n"};
  g_autoptr(ScribeTranscript) t = parse(&f);
  g_autoptr(ScribeDraft) soap = draft(t, "soap", "en");
  g_autoptr(ScribeDraft) mood = draft(t, "behavioural", "en");
  assert_null(strstr(soap->text, "MOOD"));
  const char *a = strstr(mood->text, "MOOD AND SYMPTOMS"), *b = strstr(mood->text, "SAFETY");
  assert_non_null(a);
  assert_non_null(b);
  assert_true(a < b);
  assert_non_null(strstr(b, "denies any suicidal thoughts"));
  each_statement(t, mood, has_evidence);
}

static void
test_deterministic(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(FIXTURES); i++) {
    g_autoptr(ScribeTranscript) t = parse(&FIXTURES[i]);
    g_autoptr(ScribeDraft) a = draft(t, NULL, NULL);
    g_autoptr(ScribeDraft) b = draft(t, NULL, NULL);
    json_t *x = scribe_draft_to_json(a, NULL), *y = scribe_draft_to_json(b, NULL);
    assert_true(json_equal(x, y));
    ScribeDraft *back = NULL;
    g_autoptr(GError) error = NULL;
    assert_true(scribe_draft_from_json(x, &back, &error));
    scribe_draft_free(back);
    json_decref(x);
    json_decref(y);
  }
}

static void
test_what_matters_is_there(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse(&FIXTURES[0]);
  g_autoptr(ScribeDraft) d = draft(t, NULL, NULL);
  static const char *const WANTED[] = {"50-year-old female",           "right knee",
                                       "ibuprofen 400 mg twice daily", "130/82",
                                       "MRI of the right knee",        "She"};
  for (gsize i = 0; i < G_N_ELEMENTS(WANTED); i++)
    if (strstr(d->text, WANTED[i]) == NULL)
      fail_msg("\"%s\" is missing in:\n%s", WANTED[i], d->text);
  assert_null(strstr(d->text, "weather"));
  assert_null(strstr(d->text, "milligrams"));
  g_autoptr(ScribeTranscript) bare = parse(&FIXTURES[1]);
  g_autoptr(ScribeDraft) e = draft(bare, NULL, NULL);
  assert_non_null(strstr(e->text, "meloxicam 15 mg once daily"));
  assert_null(strstr(e->text, " he "));
}

static void
test_refusals(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse(&FIXTURES[0]);
  g_autoptr(GError) error = NULL;
  ScribeDraft *d = NULL;
  ScribeContext context = {.language = "en"};
  assert_false(scribe_builtin_draft(lexicon, t, "haiku", &context, &d, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE));
  g_clear_error(&error);
  context.language = "la";
  assert_false(scribe_builtin_draft(lexicon, t, "soap", &context, &d, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE));
  assert_null(d);
}

/* Few words said, and what must and must not be made of them. */
static const struct {
  const char *language, *said, *wanted, *never;
} FEW[] = {
    {"en", "Doctor: Any cramps?\nPatient: In both calves at night.\n",
     "reports cramps in both calves at night", "reports in both"},
    {"en",
     "Doctor: Do you know of any disease in your family?\nPatient: No one in my family has "
     "anything.\n",
     "denies any disease", "reports one in"},
    {"en", "Doctor: Any trouble swallowing, or weight loss?\nPatient: No weight loss.\n",
     "denies weight loss", "loss: weight loss"},
    {"en", "Doctor: Any past surgeries?\nPatient: Nah.\n", "denies any past surgeries", "Nah"},
    {"en",
     "Doctor: Do you have any new conditions, or are you experiencing any new symptoms?\n"
     "Patient: No, nothing like that.\n",
     "denies any new conditions or new symptoms", "are the patient"},
    {"en", "Doctor: Any locking, or does it give way?\nPatient: No locking.\n", "denies",
     "does it"},
    {"en", "Doctor: Let me write you a prescription for Cipro and Flagyl.\nPatient: Okay.\n",
     "Cipro and Flagyl", "Let me"},
    {"en",
     "Doctor: How has your back been?\nPatient: It's been hurting since May when I lift things.\n",
     "has been hurting", "is been"},
    {"en",
     "Doctor: Today your blood pressure is 150 over 90. We will increase the lisinopril to 20 mg "
     "once "
     "a day. Come back in two weeks.\nPatient: Okay.\n",
     "VITALS", "HISTORY OF PRESENT"},
    {"fr", "Médecin : De la toux ?\nPatiente : Non, pas de toux.\n", "as de toux", "signale"},
    {"fr",
     "Médecin : Depuis quand toussez-vous ?\nPatient : Depuis trois semaines, surtout la nuit.\n",
     "epuis 3 semaines", "signale depuis"},
    {"fr",
     "Médecin : Avez-vous des idées noires, des idées de suicide ?\nPatiente : Non, aucune.\n",
     "ni d'idées de suicide", "n'a pas d'idées noires, des"},
};

static void
test_few_words(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(FEW); i++) {
    const Fixture fixture = {"few words", FEW[i].said};
    g_autoptr(ScribeTranscript) t = parse(&fixture);
    g_autoptr(ScribeDraft) d = draft(t, "soap", FEW[i].language);
    if (strstr(d->text, FEW[i].wanted) == NULL || strstr(d->text, FEW[i].never) != NULL)
      fail_msg("of\n%swas made\n%s", FEW[i].said, d->text);
  }
}

/* What was given against an allergy, told in the visit or charted, was given: it stands in the
 * note, and a block stands on it. */
static void
check_danger(const char *said, const ScribeContext *context)
{
  const Fixture fixture = {"danger", said};
  g_autoptr(ScribeTranscript) t = parse(&fixture);
  g_autoptr(ScribeDraft) d = NULL;
  g_autoptr(GError) error = NULL;
  guint blocks = 0;
  scribe_builtin_draft(lexicon, t, "soap", context, &d, &error);
  assert_no_error(error);
  for (guint i = 0; i < d->findings->len; i++) {
    const ScribeFinding *f = d->findings->pdata[i];
    blocks += f->kind == SCRIBE_FINDING_ALLERGY && f->severity == SCRIBE_SEVERITY_BLOCK;
  }
  if (blocks != 1 || strstr(d->text, "amoxicillin") == NULL)
    fail_msg("%u blocks on\n%s", blocks, d->text);
}

static void
test_danger_is_not_hidden(void **state)
{
  (void)state;
  const char *const allergies[] = {"Penicillin", NULL};
  const ScribeContext charted = {.allergies = allergies, .language = "en"};
  check_danger("Doctor: What brings you in today?\nPatient: I have had a sore throat for three "
               "days.\nDoctor: Any allergies?\nPatient: I'm allergic to penicillin.\nDoctor: Take "
               "amoxicillin 500 mg three times a day.\n",
               NULL);
  check_danger("Doctor: What brings you in today?\nPatient: I have had a sore throat for three "
               "days.\nDoctor: Take amoxicillin 500 mg three times a day.\n",
               &charted);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_evidence),
      cmocka_unit_test(test_only_what_was_said),
      cmocka_unit_test(test_nothing_blocks),
      cmocka_unit_test(test_french),
      cmocka_unit_test(test_deterministic),
      cmocka_unit_test(test_what_matters_is_there),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_few_words),
      cmocka_unit_test(test_fields),
      cmocka_unit_test(test_plan_is_whole),
      cmocka_unit_test(test_lists_are_denied),
      cmocka_unit_test(test_french_is_whole),
      cmocka_unit_test(test_drugs_are_not_left_out),
      cmocka_unit_test(test_templates),
      cmocka_unit_test(test_no_agreement_that_nobody_gave),
      cmocka_unit_test(test_answers_stand_with_their_questions),
      cmocka_unit_test(test_neither_denies_both),
      cmocka_unit_test(test_danger_is_not_hidden),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
