#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/scribe/check.h"

static ScribeLexicon *lexicon;

static GPtrArray *
check(const char *said, const char *note, const ScribeContext *context)
{
  ScribeTranscript *transcript = NULL;
  GPtrArray *findings = NULL;
  g_autoptr(GError) error = NULL;
  scribe_transcript_parse("visit", said, strlen(said), &transcript, &error);
  assert_no_error(error);
  scribe_check_note(lexicon, transcript, note, context, &findings, &error);
  assert_no_error(error);
  scribe_transcript_free(transcript);
  return findings;
}

static const ScribeFinding *
find(const GPtrArray *findings, ScribeFindingKind kind)
{
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    if (f->kind == kind && (f->severity != SCRIBE_SEVERITY_INFO ||
                            kind == SCRIBE_FINDING_OMISSION || kind == SCRIBE_FINDING_REPETITION))
      return f;
  }
  return NULL;
}

static char *
span(const char *note, const ScribeFinding *f)
{
  return g_utf8_substring(note, f->start, f->end);
}

typedef struct {
  ScribeFindingKind kind;
  const char *said, *wrong, *right; /* right raises nothing of this kind */
  const char *word;                 /* stands in the wrong note's span */
} Case;

static const char EN[] =
    "Doctor: How old are you, ma'am?\nPatient: I'm forty seven years old.\n"
    "Doctor: What brings you in?\nPatient: My left knee has been hurting for three weeks.\n"
    "Doctor: Any fever or chills?\nPatient: No, nothing like that.\n"
    "Doctor: Any swelling in the knee?\nPatient: Yes, it has been swollen since Monday.\n"
    "Doctor: Your blood pressure is one seventy two over ninety eight and your temperature is a "
    "hundred and two point four.\n"
    "Doctor: Let's increase your lisinopril to 20 milligrams daily, and take ibuprofen 400 "
    "milligrams three times a day for ten days.\nPatient: Okay.\n";

static const char FR[] =
    "Médecin: Quel âge avez-vous, madame ?\nPatiente: J'ai soixante-douze ans.\n"
    "Médecin: Qu'est-ce qui vous amène ?\nPatiente: J'ai mal au genou gauche depuis trois "
    "semaines.\nMédecin: Avez-vous de la fièvre ?\nPatiente: Non, pas du tout.\n"
    "Médecin: Le genou est-il gonflé ?\nPatiente: Oui, il est gonflé depuis lundi.\n"
    "Médecin: Je vous prescris du paracétamol 500 milligrammes trois fois par jour pendant dix "
    "jours. La tension est à cent quarante sur quatre-vingts.\nPatiente: D'accord.\n";

/* Asked and answered twice, and spoken of nowhere else. */
static const char DENIED_TWICE[] =
    "Doctor: Are you feeling suicidal right now?\nPatient: No, not right now.\n"
    "Doctor: No thoughts of suicide at all?\nPatient: No, I am not suicidal.\n";

/* clang-format off */
static const Case CASES[] = {
  {SCRIBE_FINDING_NEGATION, DENIED_TWICE, "She describes being suicidal at the current time.", "She denies being suicidal at the current time.", "suicidal"},
  {SCRIBE_FINDING_DRUG, EN, "We will increase her metoprolol to 20 mg daily.", "We will increase her lisinopril to 20 mg daily.", "metoprolol"},
  {SCRIBE_FINDING_DOSE, EN, "We will increase her lisinopril to 40 mg daily.", "We will increase her lisinopril to 20 mg daily.", "40"},
  {SCRIBE_FINDING_UNIT, EN, "We will increase her lisinopril to 20 mcg daily.", "We will increase her lisinopril to 20 mg daily.", "20 mcg"},
  {SCRIBE_FINDING_NUMBER, EN, "Her blood pressure is 127/98.", "Her blood pressure is 172/98 and her temperature is 102.4.", "127"},
  {SCRIBE_FINDING_DURATION, EN, "Her left knee has been hurting for 3 months.", "Her left knee has been hurting for 3 weeks.", "3 months"},
  {SCRIBE_FINDING_LATERALITY, EN, "Her right knee has been hurting for 3 weeks.", "Her left knee has been hurting for 3 weeks.", "right"},
  {SCRIBE_FINDING_BODY, EN, "Her left elbow has been hurting for 3 weeks.", "Her left knee has been hurting for 3 weeks.", "elbow"},
  {SCRIBE_FINDING_NEGATION, EN, "She reports fever and chills.", "She denies fever and chills.", "fever"},
  {SCRIBE_FINDING_PERSON, EN, "She is a 74-year-old female with knee pain.", "She is a 47-year-old female with knee pain.", "74"},
  {SCRIBE_FINDING_PERSON, EN, "She is a 47-year-old male. She has knee pain.", "She is a 47-year-old female. She has knee pain.", "male"},
  {SCRIBE_FINDING_DATE, EN, "The knee has been swollen since Friday.", "The knee has been swollen since Monday.", "Friday"},
  {SCRIBE_FINDING_UNSUPPORTED, EN, "She underwent coronary bypass surgery after a stroke with seizures.", "Her left knee has been hurting for 3 weeks.", "bypass"},
  {SCRIBE_FINDING_DRUG, FR, "Prescription d'ibuprofène 500 mg trois fois par jour.", "Prescription de paracétamol 500 mg trois fois par jour.", "ibuprofène"},
  {SCRIBE_FINDING_DOSE, FR, "Prescription de paracétamol 800 mg trois fois par jour.", "Prescription de paracétamol 500 mg trois fois par jour.", "800"},
  {SCRIBE_FINDING_UNIT, FR, "Prescription de paracétamol 500 g trois fois par jour.", "Prescription de paracétamol 500 mg trois fois par jour.", "500 g"},
  {SCRIBE_FINDING_DURATION, FR, "Douleur du genou gauche depuis trois mois.", "Douleur du genou gauche depuis trois semaines.", "trois mois"},
  {SCRIBE_FINDING_LATERALITY, FR, "Douleur du genou droit depuis trois semaines.", "Douleur du genou gauche depuis trois semaines.", "droit"},
  {SCRIBE_FINDING_BODY, FR, "Douleur du coude gauche depuis trois semaines.", "Douleur du genou gauche depuis trois semaines.", "coude"},
  {SCRIBE_FINDING_PERSON, FR, "Patiente de 27 ans, âgée de 27 ans.", "Patiente âgée de 72 ans.", "27"},
  {SCRIBE_FINDING_DATE, FR, "Le genou est gonflé depuis vendredi.", "Le genou est gonflé depuis lundi.", "vendredi"},
  {SCRIBE_FINDING_PLACEHOLDER, EN, "Seen on [DATE] for knee pain.", "Seen for knee pain.", "[DATE]"},
  {SCRIBE_FINDING_PLACEHOLDER, FR, "Vue le [à compléter] pour le genou.", "Vue pour le genou.", "compléter"},
  {SCRIBE_FINDING_PROMPT_LEAK, EN, "As an AI language model, I note knee pain.", "Knee pain.", "AI"},
  {SCRIBE_FINDING_PROMPT_LEAK, FR, "Voici le compte-rendu : douleur du genou.", "Douleur du genou.", "Voici"},
  {SCRIBE_FINDING_CONSENT, EN, "The patient consented to recording. Knee pain.", "Knee pain.", "consented"},
  {SCRIBE_FINDING_CONSENT, FR, "La patiente a donné son accord. Genou gonflé.", "Genou gonflé.", "accord"},
  {SCRIBE_FINDING_LANGUAGE, FR, "Le genou est gonflé depuis lundi avec de la douleur et elle ne marche pas dans la rue. The knee is swollen and the pain is worse with the stairs.", "Le genou est gonflé depuis lundi.", "swollen"},
  {SCRIBE_FINDING_LANGUAGE, EN, "The knee additionally is not used. Furthermore is not used.", "The knee is swollen.", "not used"},
  {SCRIBE_FINDING_REPETITION, EN, "Her left knee has been hurting for 3 weeks. Her left knee has been hurting for 3 weeks.", "Her left knee has been hurting for 3 weeks.", "Her left knee"},
  {SCRIBE_FINDING_VITAL, EN, "Oxygen saturation 82 %.", "Oxygen saturation 98 %.", "82"},
  {SCRIBE_FINDING_VITAL, FR, "Pouls à 190 par minute.", "Pouls à 70 par minute.", "190"},
  {SCRIBE_FINDING_DOSE_RANGE, EN, "Lisinopril 200 mg daily.", "Lisinopril 20 mg daily.", "200"},
  {SCRIBE_FINDING_DOSE_RANGE, FR, "Paracétamol 5 g par jour.", "Paracétamol 1 g par jour.", "5 g"},
  {SCRIBE_FINDING_NUMBER, FR, "Tension 170/90.", "Tension 140/80.", "170"},
  {SCRIBE_FINDING_NEGATION, FR, "Elle signale de la fièvre.", "Pas de fièvre.", "fièvre"},
  {SCRIBE_FINDING_PERSON, FR, "Homme de 72 ans. Elle a mal au genou.", "Femme de 72 ans. Elle a mal au genou.", "Homme"},
  {SCRIBE_FINDING_UNSUPPORTED, FR, "Douleur du genou gauche depuis trois semaines. Elle est suivie pour une insuffisance cardiaque et une cirrhose avec dialyse. Paracétamol 500 mg.", "Douleur du genou gauche depuis trois semaines. Paracétamol 500 mg.", "cirrhose"},
  {SCRIBE_FINDING_LANGUAGE, EN, "The knee is swollen and it is worse on the stairs and it was not that bad for her. The pain has been there for weeks. Le genou est gonflé depuis lundi avec de la douleur dans la jambe.", "The knee is swollen.", "gonflé"},
  {SCRIBE_FINDING_REPETITION, FR, "Douleur du genou gauche depuis trois semaines. Douleur du genou gauche depuis trois semaines.", "Douleur du genou gauche depuis trois semaines.", "Douleur"},
  {SCRIBE_FINDING_INTERACTION, FR, "Elle prend de la simvastatine 20 mg et de la clarithromycine 500 mg.", "Elle prend de la simvastatine 20 mg.", "clarithromycine"},
  {SCRIBE_FINDING_INTERACTION, EN, "She takes sildenafil 50 mg and isosorbide 30 mg.", "She takes isosorbide 30 mg.", "isosorbide"},
  {SCRIBE_FINDING_CONTRADICTION, EN, "A 47-year-old female with knee pain. She is a 52-year-old female.", "A 47-year-old female with knee pain. She is a 47-year-old female.", "52"},
  {SCRIBE_FINDING_CONTRADICTION, EN, "She denies fever. The knee is swollen. She reports fever.", "She denies fever. The knee is swollen. She reports swelling.", "fever"},
  {SCRIBE_FINDING_CONTRADICTION, EN, "Allergic to penicillin. No known drug allergies.", "Allergic to penicillin.", "penicillin"},
  {SCRIBE_FINDING_CONTRADICTION, EN, "Takes lisinopril 20 mg daily. Medications: lisinopril 40 mg daily.", "Takes lisinopril 20 mg daily. Medications: lisinopril 20 mg daily.", "40 mg"},
  {SCRIBE_FINDING_CONTRADICTION, FR, "Patiente de 72 ans. Femme âgée de 27 ans.", "Patiente de 72 ans. Femme âgée de 72 ans.", "27"},
  {SCRIBE_FINDING_CONTRADICTION, FR, "Pas de fièvre. Le genou est gonflé. Elle signale de la fièvre.", "Pas de fièvre. Le genou est gonflé.", "fièvre"},
  {SCRIBE_FINDING_VITAL, EN, "Blood pressure 150/130.", "Blood pressure 150/90.", "130"},
  {SCRIBE_FINDING_VITAL, FR, "Tension à 21/12.", "Tension à 14/9.", "21"},
  {SCRIBE_FINDING_INTERACTION, EN, "She takes simvastatin 20 mg and clarithromycin 500 mg.", "She takes simvastatin 20 mg.", "clarithromycin"},
  {SCRIBE_FINDING_ALLERGY, EN, "She is allergic to penicillin. We will prescribe amoxicillin 500 mg.", "She is allergic to penicillin. We will prescribe doxycycline 100 mg.", "amoxicillin"},
  {SCRIBE_FINDING_ALLERGY, FR, "Patiente allergique à la pénicilline. Prescrire amoxicilline 1 g.", "Patiente allergique à la pénicilline. Prescrire doxycycline 100 mg.", "amoxicilline"},
};
/* clang-format on */

static void
test_kinds(void **state)
{
  (void)state;
  guint failed = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    const Case *c = &CASES[i];
    g_autoptr(GPtrArray) wrong = check(c->said, c->wrong, NULL);
    g_autoptr(GPtrArray) right = check(c->said, c->right, NULL);
    const ScribeFinding *f = find(wrong, c->kind);
    g_autofree char *where = f != NULL ? span(c->wrong, f) : NULL;
    gboolean ok = where != NULL && strstr(where, c->word) != NULL && f->message[0] != '\0' &&
                  find(right, c->kind) == NULL;
    if (!ok)
      print_error("%s: \"%s\" gives \"%s\"; right gives %s\n", scribe_finding_kind_word(c->kind),
                  c->wrong, where != NULL ? where : "nothing",
                  find(right, c->kind) != NULL ? find(right, c->kind)->message : "nothing");
    failed += !ok;
  }
  assert_int_equal(failed, 0);
}

static void
test_evidence(void **state)
{
  (void)state;
  g_autoptr(GPtrArray) findings =
      check("Doctor: é.\nDoctor: Take lisinopril 20 milligrams daily.\n",
            "É. Take lisinopril 20 mcg daily.", NULL);
  const ScribeFinding *f = find(findings, SCRIBE_FINDING_UNIT);
  assert_non_null(f);
  assert_int_equal(f->start, 19); /* code points, not bytes */
  assert_int_equal(f->end, 25);
  ScribeEvidence e = g_array_index(f->evidence, ScribeEvidence, 0);
  assert_int_equal(e.turn, 1);
  assert_int_equal(e.start, 16);
  assert_int_equal(e.end, 29);
  assert_non_null(strstr(f->message, "20 mcg"));
  assert_non_null(strstr(f->message, "20 milligrams"));
}

static void
test_omission(void **state)
{
  (void)state;
  g_autoptr(GPtrArray) findings =
      check("Doctor: Do you take warfarin?\nPatient: Yes, every day.\n"
            "Doctor: Any thoughts of hurting yourself?\nPatient: Yes.\n",
            "She feels well.", NULL);
  const ScribeFinding *f = find(findings, SCRIBE_FINDING_OMISSION);
  assert_non_null(f);
  assert_int_equal(f->start, f->end);
  g_autoptr(GPtrArray) french =
      check("Médecin: Prenez-vous du Previscan ?\nPatiente: Oui.\n", "Va bien.", NULL);
  assert_non_null(find(french, SCRIBE_FINDING_OMISSION));
}

typedef struct {
  const char *said, *missing, *whole; /* a note that leaves it out, and one that has it */
  gboolean loud;
} Omission;

static guint
omissions(const char *said, const char *note, gboolean loud)
{
  guint n = 0;
  g_autoptr(GPtrArray) findings = check(said, note, NULL);
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    n += f->kind == SCRIBE_FINDING_OMISSION && (!loud || f->severity != SCRIBE_SEVERITY_INFO);
    assert_true(f->kind != SCRIBE_FINDING_OMISSION || f->evidence->len == 1);
  }
  return n;
}

static void
test_omissions(void **state)
{
  (void)state;
  /* clang-format off */
  static const Omission LEFT_OUT[] = {
    {"Patient: I take warfarin.\nDoctor: Okay.\n", "Feels well.", "She takes warfarin.", FALSE},
    {"Doctor: Let's start amoxicillin today.\nPatient: Okay.\n", "Feels well.", "We start amoxicillin.", TRUE},
    {"Doctor: Any allergies?\nPatient: Yes, I'm allergic to penicillin.\n", "Feels well.", "She is allergic to penicillin.", TRUE},
    {"Doctor: We will increase your lisinopril to 40 milligrams.\nPatient: Okay.\n", "Continue lisinopril.", "Increase lisinopril to 40 mg.", TRUE},
    {"Doctor: Any chest pain?\nPatient: Yes, since this morning.\n", "Feels well.", "She has chest pain.", FALSE},
    {"Doctor: Any thoughts of hurting yourself?\nPatient: Yes, at times.\n", "Feels well.", "She has suicidal thoughts.", TRUE},
    {"Doctor: Your oxygen saturation is eighty two percent.\nPatient: Okay.\n", "Feels well.", "Oxygen saturation 82 %.", TRUE},
    {"Doctor: I will order an ultrasound for you.\nPatient: Okay.\n", "Feels well.", "An ultrasound is ordered.", FALSE},
    {"Médecin: Je vous prescris de l'amoxicilline.\nPatiente: D'accord.\n", "Va bien.", "Prescription d'amoxicilline.", TRUE},
    {"Médecin: Des allergies ?\nPatiente: Oui, je suis allergique à la pénicilline.\n", "Va bien.", "Allergique à la pénicilline.", TRUE},
    {"Médecin: On va augmenter le lisinopril à 40 milligrammes.\nPatiente: D'accord.\n", "Poursuivre le lisinopril.", "Lisinopril augmenté à 40 mg.", TRUE},
    {"Médecin: Avez-vous une douleur thoracique ?\nPatiente: Oui.\n", "Va bien.", "Douleur thoracique.", FALSE},
    {"Médecin: La saturation est à quatre-vingt-deux pour cent.\nPatiente: Ah.\n", "Va bien.", "Saturation 82 %.", TRUE},
    {"Médecin: Je vais demander une échographie.\nPatiente: D'accord.\n", "Va bien.", "Échographie demandée.", FALSE},
  };
  /* clang-format on */
  for (gsize i = 0; i < G_N_ELEMENTS(LEFT_OUT); i++)
    if (omissions(LEFT_OUT[i].said, LEFT_OUT[i].missing, LEFT_OUT[i].loud) == 0 ||
        omissions(LEFT_OUT[i].said, LEFT_OUT[i].whole, FALSE) > 0)
      fail_msg("\"%s\": %u missed, %u in the whole note", LEFT_OUT[i].said,
               omissions(LEFT_OUT[i].said, LEFT_OUT[i].missing, LEFT_OUT[i].loud),
               omissions(LEFT_OUT[i].said, LEFT_OUT[i].whole, FALSE));
}

/* What the transcript means, in several ways of saying it: the right note raises nothing of the
 * kind, the wrong one does. */
static void
test_ways_of_saying(void **state)
{
  (void)state;
  /* clang-format off */
  static const Case WAYS[] = {
    /* the last word stands */
    {SCRIBE_FINDING_DRUG, "Patient: I take Prozac, no wait, Lexapro, not Prozac.\nDoctor: All right.\n", "She takes Prozac.", "She takes Lexapro.", "Prozac"},
    {SCRIBE_FINDING_DOSE, "Doctor: Take lisinopril 10, no wait, 20 milligrams daily.\nPatient: Okay.\n", "Lisinopril 10 mg daily.", "Lisinopril 20 mg daily.", "10"},
    {SCRIBE_FINDING_DRUG, "Patiente: Je prends du Prozac, enfin non, du Seroplex.\nMédecin: D'accord.\n", "Elle prend du Prozac.", "Elle prend du Seroplex.", "Prozac"},
    {SCRIBE_FINDING_DRUG, "Patient: I take Prozac.\nDoctor: Prozac?\nPatient: No wait, Lexapro, not Prozac.\nDoctor: All right.\n", "She takes Prozac.", "She takes Lexapro.", "Prozac"},
    {SCRIBE_FINDING_DRUG, "Patiente: Je prends du Prozac.\nMédecin: Du Prozac ?\nPatiente: Non pardon, du Seroplex, pas du Prozac.\nMédecin: D'accord.\n", "Elle prend du Prozac.", "Elle prend du Seroplex.", "Prozac"},
    {SCRIBE_FINDING_DOSE, "Doctor: Take lisinopril 10 milligrams daily.\nPatient: Ten?\nDoctor: Sorry, 20 milligrams, not 10.\nPatient: Okay.\n", "Lisinopril 10 mg daily.", "Lisinopril 20 mg daily.", "10"},
    /* a question and its answer are one fact */
    {SCRIBE_FINDING_NEGATION, "Doctor: Any chest pain?\nPatient: Nope.\nDoctor: And shortness of breath?\nPatient: Yes, on the stairs.\n", "She reports chest pain.", "She denies chest pain. She reports shortness of breath.", "chest pain"},
    {SCRIBE_FINDING_NEGATION, "Doctor: Any nausea? Any vision changes?\nPatient: Yeah, a lot of nausea. No vision changes.\n", "She reports vision changes.", "She denies vision changes. She reports nausea.", "vision"},
    {SCRIBE_FINDING_NEGATION, "Médecin: Avez-vous des nausées ?\nPatiente: Non, aucune.\nMédecin: Et de la toux ?\nPatiente: Oui, depuis lundi.\n", "Elle signale des nausées.", "Pas de nausées. Elle signale une toux.", "nausées"},
    {SCRIBE_FINDING_NEGATION, "Doctor: You're not having chest pain, are you?\nPatient: No.\nDoctor: Okay.\n", "She reports chest pain.", "She denies chest pain.", "chest pain"},
    {SCRIBE_FINDING_NEGATION, "Doctor: Have you had any fever?\nPatient: Uh-uh.\nDoctor: Okay.\n", "She reports fever.", "She denies fever.", "fever"},
    {SCRIBE_FINDING_NEGATION, "Doctor: Any chest pain?\nPatient: No, not really.\nDoctor: Okay.\n", "She reports chest pain.", "She denies chest pain.", "chest pain"},
    {SCRIBE_FINDING_NEGATION, "Patient: I've had no fever, chills, cough, sore throat, headache, nausea, vomiting, diarrhea or rash.\nDoctor: Okay.\n", "She reports rash.", "She denies fever, chills, cough, sore throat, headache, nausea, vomiting, diarrhea, or rash.", "rash"},
    {SCRIBE_FINDING_NEGATION, "Doctor: Any chest pain?\nPatient: What? What did you say?\nDoctor: Chest pain.\nPatient: No, none.\n", "She reports chest pain.", "She denies chest pain.", "chest pain"},
    {SCRIBE_FINDING_NEGATION, "Médecin: Avez-vous de la toux ?\nPatiente: Non, pas vraiment.\nMédecin: Bien.\n", "Elle signale une toux.", "Pas de toux.", "toux"},
    {SCRIBE_FINDING_NEGATION, "Patiente: Je n'ai ni fièvre, ni toux, ni diarrhée.\nMédecin: Bien.\n", "Elle signale une diarrhée.", "Pas de fièvre, de toux ni de diarrhée.", "diarrhée"},
    /* what excludes what (opposites.tsv) */
    {SCRIBE_FINDING_NEGATION, "Doctor: Any brothers or sisters?\nPatient: No, I am an only child.\n", "He has two brothers.", "He has no brothers or sisters.", "brothers"},
    {SCRIBE_FINDING_NEGATION, "Doctor: I touched both feet. Sensation is intact.\nPatient: Okay.\n", "She has numbness in the feet.", "Sensation is intact in the feet. She has no numbness.", "numbness"},
    {SCRIBE_FINDING_NEGATION, "Doctor: I touched both feet. Sensation is intact.\nPatient: Okay.\n", "She has tingling in the feet.", "Sensation is intact in the feet. She has no tingling.", "tingling"},
    /* whose it is, and when */
    {SCRIBE_FINDING_PERSON, "Patient: My father had diabetes. I don't have diabetes myself.\nDoctor: Okay.\n", "She has diabetes.", "Family history: father with diabetes. She denies diabetes.", "diabetes"},
    {SCRIBE_FINDING_PERSON, "Doctor: Any heart disease in the family?\nPatient: My mother had a stroke.\nDoctor: Okay.\n", "She had a stroke.", "Her mother had a stroke.", "stroke"},
    {SCRIBE_FINDING_PERSON, "Patiente: Mon père est diabétique. Moi, je n'ai pas de diabète.\nMédecin: Bien.\n", "Elle a un diabète.", "Père diabétique. Pas de diabète.", "diabète"},
    {SCRIBE_FINDING_NEGATION, "Doctor: Do you smoke?\nPatient: I used to smoke but I quit ten years ago.\nDoctor: Good.\n", "She is a current smoker.", "She is a former smoker, quit 10 years ago.", "smoker"},
    {SCRIBE_FINDING_NEGATION, "Médecin: Fumez-vous ?\nPatiente: J'ai arrêté de fumer il y a dix ans.\nMédecin: Bien.\n", "Elle fume.", "Ancienne fumeuse, sevrée depuis 10 ans.", "fume"},
    /* what people say, and what is written */
    {SCRIBE_FINDING_UNSUPPORTED, "Patient: I had a heart attack and I take a water pill. My sugar was high.\nDoctor: Okay.\n", "He underwent a laparoscopic cholecystectomy for gallstones.", "History of myocardial infarction.", "cholecystectomy"},
    {SCRIBE_FINDING_DRUG, "Patient: I take a water pill.\nDoctor: Okay.\n", "He takes atorvastatin.", "He takes a diuretic.", "atorvastatin"},
    /* numbers in words */
    {SCRIBE_FINDING_NUMBER, "Doctor: Your blood pressure is one seventy two over ninety eight, and you weigh two hundred and ten pounds.\nPatient: Okay.\n", "Blood pressure is 127/98, and she weighs 210 pounds.", "Blood pressure is 172/98, and she weighs 210 pounds.", "127"},
    {SCRIBE_FINDING_NUMBER, "Médecin: La tension est à cent soixante-dix sur quatre-vingt-dix et vous pesez soixante-quinze kilos.\nPatiente: Bien.\n", "La tension est à 140/90 et elle pèse 75 kg.", "La tension est à 170/90 et elle pèse 75 kg.", "140"},
    {SCRIBE_FINDING_DURATION, "Patient: I have had this cough for a couple of weeks.\nDoctor: Okay.\n", "She has had a cough for 3 months.", "She has had a cough for 2 weeks.", "months"},
    {SCRIBE_FINDING_DURATION, "Patiente: J'ai cette toux depuis quinze jours.\nMédecin: Bien.\n", "Toux depuis trois mois.", "Toux depuis quinze jours.", "trois mois"},
  };
  /* clang-format on */
  guint failed = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(WAYS); i++) {
    const Case *c = &WAYS[i];
    g_autoptr(GPtrArray) wrong = check(c->said, c->wrong, NULL);
    g_autoptr(GPtrArray) right = check(c->said, c->right, NULL);
    const ScribeFinding *f = find(wrong, c->kind);
    g_autofree char *where = f != NULL ? span(c->wrong, f) : NULL;
    if (where == NULL || strstr(where, c->word) == NULL || find(right, c->kind) != NULL) {
      print_error("%s: \"%s\" gives \"%s\"; right gives %s\n", scribe_finding_kind_word(c->kind),
                  c->wrong, where != NULL ? where : "nothing",
                  find(right, c->kind) != NULL ? find(right, c->kind)->message : "nothing");
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

static const ScribeFinding *
find_block(const GPtrArray *findings, ScribeFindingKind kind)
{
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    if (f->kind == kind && f->severity == SCRIBE_SEVERITY_BLOCK)
      return f;
  }
  return NULL;
}

/* What stops a signature whatever the learned weights are: the wrong note is blocked there, the
 * right one has no block of the kind. */
static void
test_certain(void **state)
{
  (void)state;
  /* clang-format off */
  static const Case CERTAIN[] = {
    /* an allergy to something else */
    {SCRIBE_FINDING_ALLERGY, "Doctor: Any allergies?\nPatient: Yes, I'm allergic to sulfa.\nDoctor: Okay.\n", "She is allergic to penicillin.", "She is allergic to sulfa.", "penicillin"},
    {SCRIBE_FINDING_ALLERGY, "Doctor: Are you allergic to anything?\nPatient: Penicillin.\nDoctor: Okay.\n", "Allergies: codeine.", "Allergies: penicillin.", "codeine"},
    {SCRIBE_FINDING_ALLERGY, "Doctor: Are you allergic to anything?\nPatient: Yes, amoxicillin.\nDoctor: Okay.\n", "Allergic to ibuprofen.", "Allergic to penicillins.", "ibuprofen"},
    {SCRIBE_FINDING_ALLERGY, "Médecin: Des allergies ?\nPatiente: Oui, je suis allergique à l'aspirine.\nMédecin: D'accord.\n", "Patiente allergique à la pénicilline.", "Patiente allergique à l'aspirine.", "pénicilline"},
    {SCRIBE_FINDING_ALLERGY, "Médecin: Êtes-vous allergique à un médicament ?\nPatiente: Oui, à la codéine.\nMédecin: Bien.\n", "Allergies : amoxicilline.", "Allergies : codéine.", "amoxicilline"},
    /* an allergy that was stated is denied */
    {SCRIBE_FINDING_NEGATION, "Doctor: Any allergies?\nPatient: Yes, I'm allergic to penicillin.\nDoctor: Okay.\n", "No known drug allergies.", "Allergic to penicillin.", "allergies"},
    {SCRIBE_FINDING_NEGATION, "Doctor: Any allergies?\nPatient: I'm allergic to penicillin.\nDoctor: Okay.\n", "NKDA.", "Allergic to penicillin. No other known allergies.", "NKDA"},
    {SCRIBE_FINDING_NEGATION, "Médecin: Des allergies ?\nPatiente: Oui, je suis allergique à la pénicilline.\nMédecin: Bien.\n", "Pas d'allergie connue.", "Allergie à la pénicilline.", "allergie"},
    /* a drug that nobody named; another name of it, its class and a mishearing are none */
    {SCRIBE_FINDING_DRUG, "Doctor: Do you take anything?\nPatient: I take Tylenol.\nDoctor: Okay.\n", "She takes warfarin.", "She takes acetaminophen.", "warfarin"},
    {SCRIBE_FINDING_DRUG, "Doctor: Do you take anything?\nPatient: A statin, and some humera.\nDoctor: Okay.\n", "She takes digoxin.", "She takes atorvastatin and adalimumab.", "digoxin"},
    {SCRIBE_FINDING_DRUG, "Médecin: Que prenez-vous ?\nPatiente: Du Doliprane.\nMédecin: Bien.\n", "Elle prend de la warfarine.", "Elle prend du paracétamol.", "warfarine"},
    /* only the other side was spoken of */
    {SCRIBE_FINDING_LATERALITY, "Patient: My left knee hurts. The left knee is swollen.\nDoctor: Okay.\n", "Her right knee hurts.", "Her left knee hurts.", "right"},
    {SCRIBE_FINDING_LATERALITY, "Patiente: J'ai mal au genou gauche. Le genou gauche est gonflé.\nMédecin: Bien.\n", "Douleur du genou droit.", "Douleur du genou gauche.", "droit"},
    /* a dose that nobody said */
    {SCRIBE_FINDING_DOSE, "Doctor: Take lisinopril 20 milligrams daily.\nPatient: Okay.\n", "Lisinopril 40 mg daily.", "Lisinopril 20 mg daily.", "40"},
    {SCRIBE_FINDING_DOSE, "Médecin: Prenez lisinopril 20 milligrammes par jour.\nPatiente: Bien.\n", "Lisinopril 40 mg par jour.", "Lisinopril 20 mg par jour.", "40"},
  };
  /* clang-format on */
  guint failed = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(CERTAIN); i++) {
    const Case *c = &CERTAIN[i];
    g_autoptr(GPtrArray) wrong = check(c->said, c->wrong, NULL);
    g_autoptr(GPtrArray) right = check(c->said, c->right, NULL);
    const ScribeFinding *f = find_block(wrong, c->kind), *no = find_block(right, c->kind);
    g_autofree char *where = f != NULL ? span(c->wrong, f) : NULL;
    if (where == NULL || strstr(where, c->word) == NULL || no != NULL) {
      print_error("\"%s\" is blocked at \"%s\"; right: %s\n", c->wrong,
                  where != NULL ? where : "nothing", no != NULL ? no->message : "nothing");
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

/* What the chart has needs nobody to say it. */
static void
test_charted(void **state)
{
  (void)state;
  static const char SAID[] = "Doctor: How are you?\nPatient: Fine, I take Tylenol.\n";
  const char *const medications[] = {"Warfarin 5 mg", NULL};
  const char *const allergies[] = {"penicillin", NULL};
  ScribeContext chart = {.medications = medications, .allergies = allergies};
  g_autoptr(GPtrArray) known = check(SAID, "She takes warfarin.", &chart);
  g_autoptr(GPtrArray) unknown = check(SAID, "She takes warfarin.", NULL);
  assert_null(find_block(known, SCRIBE_FINDING_DRUG));
  assert_non_null(find_block(unknown, SCRIBE_FINDING_DRUG));
  g_autoptr(GPtrArray) denied = check(SAID, "No known drug allergies.", &chart);
  g_autoptr(GPtrArray) stated = check(SAID, "Allergic to penicillin.", &chart);
  assert_non_null(find_block(denied, SCRIBE_FINDING_NEGATION));
  assert_null(find_block(stated, SCRIBE_FINDING_ALLERGY));
}

/* What is charted meets what the note gives, and the finding says where that is known from. */
static void
test_charted_meets(void **state)
{
  (void)state;
  static const char SAID[] =
      "Doctor: Take atazanavir 300 milligrams.\nPatient: I stopped omeprazole.\n";
  static const char FROM[] = "charted, from ehr on 2026-11-27";
  const char *const medications[] = {"Omeprazole 20 mg", NULL};
  const char *const allergies[] = {"Penicillin G", NULL};
  const ScribeContext chart = {.medications = medications, .allergies = allergies, .charted = FROM};
  g_autoptr(GPtrArray) met = check(SAID, "We will prescribe atazanavir 300 mg.", &chart);
  g_autoptr(GPtrArray) alone = check(SAID, "We will prescribe atazanavir 300 mg.", NULL);
  g_autoptr(GPtrArray) over =
      check(SAID, "She stopped omeprazole. We will prescribe atazanavir 300 mg.", &chart);
  g_autoptr(GPtrArray) given = check(SAID, "We will prescribe amoxicillin 500 mg.", &chart);
  g_autoptr(GPtrArray) denied = check(SAID, "No known drug allergies.", &chart);
  const ScribeFinding *meets = find(met, SCRIBE_FINDING_INTERACTION),
                      *against = find_block(given, SCRIBE_FINDING_ALLERGY),
                      *denial = find_block(denied, SCRIBE_FINDING_NEGATION);
  assert_non_null(strstr(meets->message, FROM));
  assert_null(find(alone, SCRIBE_FINDING_INTERACTION));
  assert_null(find(over, SCRIBE_FINDING_INTERACTION));
  assert_non_null(strstr(against->message, FROM));
  assert_non_null(strstr(denial->message, FROM));
}

static gboolean
is_unsupported(const char *note, const char *const *conditions)
{
  static const char SAID[] = "Doctor: How are you?\nPatient: My left knee hurts since Monday.\n"
                             "Doctor: Rest it for a week.\nPatient: Okay.\n";
  const ScribeContext chart = {.conditions = conditions};
  g_autoptr(GPtrArray) findings = check(SAID, note, &chart);
  return find(findings, SCRIBE_FINDING_UNSUPPORTED) != NULL;
}

/* A condition that nobody spoke of, but the chart has, carries a sentence; its denial does not. */
static void
test_charted_conditions(void **state)
{
  (void)state;
  const char *const charted[] = {"Chronic kidney disease stage 3", "Congestive heart failure",
                                 NULL},
                    *const other[] = {"Gout", NULL};
  static const char NOTE[] =
      "The patient has a history of chronic kidney disease and congestive heart failure.";
  assert_true(is_unsupported(NOTE, NULL));
  assert_true(is_unsupported(NOTE, other));
  assert_false(is_unsupported(NOTE, charted));
  assert_true(is_unsupported("The patient has a history of chronic kidney disease and of a hip "
                             "replacement with pulmonary embolism.",
                             charted));
}

static void
test_context(void **state)
{
  (void)state;
  const char *const allergies[] = {"Penicillin (hives)", NULL};
  ScribeContext charted = {.allergies = allergies, .consent_on_record = TRUE};
  g_autoptr(GPtrArray) findings =
      check(EN, "The patient consented. We will prescribe amoxicillin 500 mg.", &charted);
  assert_null(find(findings, SCRIBE_FINDING_CONSENT));
  assert_non_null(find(findings, SCRIBE_FINDING_ALLERGY));
  ScribeContext child = {.age_years = 5};
  g_autoptr(GPtrArray) young = check(EN, "Pulse 150.", &child);
  g_autoptr(GPtrArray) adult = check(EN, "Pulse 150.", NULL);
  assert_null(find(young, SCRIBE_FINDING_VITAL));
  assert_non_null(find(adult, SCRIBE_FINDING_VITAL));
}

static void
test_refused(void **state)
{
  (void)state;
  ScribeTranscript *t = NULL;
  GPtrArray *untouched = NULL;
  assert_true(scribe_transcript_parse("v", "Doctor: hello", 13, &t, NULL));
  g_autofree char *big = g_strnfill(1024 * 1024 + 1, 'a');
  g_autoptr(GError) large = NULL;
  g_autoptr(GError) bad = NULL;
  assert_false(scribe_check_note(lexicon, t, big, NULL, &untouched, &large));
  assert_true(g_error_matches(large, BASE_ERROR, BASE_ERROR_DATA));
  assert_false(scribe_check_note(lexicon, t, "a\xFF", NULL, &untouched, &bad));
  assert_true(g_error_matches(bad, BASE_ERROR, BASE_ERROR_DATA));
  assert_null(untouched);
  g_autoptr(GPtrArray) empty = check(EN, "", NULL);
  assert_non_null(empty);
  scribe_transcript_free(t);
}

/* A text made to keep the checks busy: they stop, and say from where on nothing was compared. */
static void
test_too_much(void **state)
{
  (void)state;
  g_autoptr(GString) said = g_string_new("Doctor:");
  g_autoptr(GString) note = g_string_new(NULL);
  for (guint i = 0; i < 4000; i++) {
    g_string_append_printf(said, " %u mg", i);
    g_string_append_printf(note, "Take %u mg. ", i);
  }
  g_string_append(said, "\n");
  g_autoptr(GPtrArray) findings = check(said->str, note->str, NULL);
  guint told = 0;
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    told += f->kind == SCRIBE_FINDING_UNSUPPORTED && f->severity == SCRIBE_SEVERITY_BLOCK;
  }
  assert_int_equal(told, 1);
}

static int
load(void **state)
{
  (void)state;
  return scribe_lexicon_load(NULL, &lexicon, NULL) ? 0 : -1;
}

static int
unload(void **state)
{
  (void)state;
  scribe_lexicon_free(lexicon);
  return 0;
}

/* A question says nothing by itself: what answered it is quoted with it, as far as its first
 * sentence. */
static void
test_answer_is_quoted(void **state)
{
  static const struct {
    const char *said, *note;
    guint asked, to; /* the question's turn; the answer's last code point, in the one after it */
  } ROWS[] = {
      {EN, "She reports fever and chills.", 4, 22},
      {FR, "Elle signale de la fièvre.", 4, 17},
      {"Doctor: Any fever?\nPatient: No, no. I had some in May.\n", "She reports fever.", 0, 7},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    g_autoptr(GPtrArray) findings = check(ROWS[i].said, ROWS[i].note, NULL);
    const ScribeFinding *f = find(findings, SCRIBE_FINDING_NEGATION);
    assert_non_null(f);
    assert_int_equal(f->evidence->len, 2);
    assert_int_equal(g_array_index(f->evidence, ScribeEvidence, 0).turn, ROWS[i].asked);
    const ScribeEvidence *answer = &g_array_index(f->evidence, ScribeEvidence, 1);
    assert_int_equal(answer->turn, ROWS[i].asked + 1);
    assert_int_equal(answer->start, 0);
    assert_int_equal(answer->end, ROWS[i].to);
  }
  (void)state;
}

/* An answer that goes on without a stop is quoted as far as some words. */
static void
test_long_answer(void **state)
{
  g_autoptr(GString) said = g_string_new("Doctor: Any fever?\nPatient: no nothing like that");
  for (int i = 0; i < 500; i++)
    g_string_append(said, " and then some");
  g_string_append(said, "\n");
  g_autoptr(GPtrArray) findings = check(said->str, "She reports fever.", NULL);
  const ScribeFinding *f = find(findings, SCRIBE_FINDING_NEGATION);
  assert_non_null(f);
  assert_int_equal(f->evidence->len, 2);
  assert_in_range(g_array_index(f->evidence, ScribeEvidence, 1).end, 100, 170);
  (void)state;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kinds),
      cmocka_unit_test(test_evidence),
      cmocka_unit_test(test_omission),
      cmocka_unit_test(test_context),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_omissions),
      cmocka_unit_test(test_ways_of_saying),
      cmocka_unit_test(test_too_much),
      cmocka_unit_test(test_certain),
      cmocka_unit_test(test_charted),
      cmocka_unit_test(test_charted_meets),
      cmocka_unit_test(test_charted_conditions),
      cmocka_unit_test(test_answer_is_quoted),
      cmocka_unit_test(test_long_answer),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
