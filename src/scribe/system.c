#include "scribe/system.h"

#include <string.h>

enum { CONST, EYES, HENT, CV, RESP, GI, GU, MSK, SKIN, NEURO, PSYCH, ENDO, N_SYSTEMS };

static const char *const NAMES[N_SYSTEMS][2] = {
    [CONST] = {"Constitutional", "Général"},
    [EYES] = {"Eyes", "Yeux"},
    [HENT] = {"HENT", "ORL"},
    [CV] = {"Cardiovascular", "Cardiovasculaire"},
    [RESP] = {"Respiratory", "Respiratoire"},
    [GI] = {"Gastrointestinal", "Digestif"},
    [GU] = {"Genitourinary", "Urogénital"},
    [MSK] = {"Musculoskeletal", "Locomoteur"},
    [SKIN] = {"Skin", "Peau"},
    [NEURO] = {"Neurological", "Neurologique"},
    [PSYCH] = {"Psychiatric", "Psychique"},
    [ENDO] = {"Endocrine", "Endocrinien"},
};

typedef struct {
  const char *said, *written; /* NULL: as said */
  int system;
} Symptom;

/* clang-format off */
static const Symptom ENGLISH[] = {
    {"fever", NULL, CONST}, {"fevers", "fever", CONST}, {"chills", NULL, CONST}, {"fatigue", NULL, CONST},
    {"fatigued", "fatigue", CONST}, {"weight loss", NULL, CONST}, {"weight gain", NULL, CONST},
    {"night sweats", NULL, CONST}, {"loss of appetite", NULL, CONST}, {"malaise", NULL, CONST},
    {"body aches", NULL, CONST}, {"sweats", NULL, CONST}, {"dizziness", NULL, NEURO}, {"dizzy", "dizziness", NEURO},
    {"lightheadedness", NULL, NEURO}, {"lightheaded", "lightheadedness", NEURO}, {"fainting", NULL, NEURO},
    {"passing out", "syncope", NEURO}, {"numbness", NULL, NEURO}, {"tingling", NULL, NEURO},
    {"headache", NULL, NEURO}, {"headaches", NULL, NEURO}, {"seizures", NULL, NEURO}, {"tremor", NULL, NEURO},
    {"weakness", NULL, NEURO}, {"confusion", NULL, NEURO}, {"memory loss", NULL, NEURO},
    {"vision changes", NULL, EYES}, {"blurry vision", NULL, EYES}, {"double vision", NULL, EYES},
    {"visual changes", NULL, EYES}, {"eye pain", NULL, EYES},
    {"nasal congestion", NULL, HENT}, {"congestion", "nasal congestion", HENT}, {"sore throat", NULL, HENT},
    {"runny nose", NULL, HENT}, {"ear pain", NULL, HENT}, {"hearing loss", NULL, HENT},
    {"difficulty swallowing", NULL, HENT}, {"trouble swallowing", NULL, HENT}, {"hoarseness", NULL, HENT},
    {"nosebleeds", NULL, HENT}, {"ringing in your ears", "tinnitus", HENT}, {"neck pain", NULL, MSK},
    {"chest pain", NULL, CV}, {"chest pains", "chest pain", CV}, {"chest pressure", NULL, CV},
    {"chest tightness", NULL, CV}, {"palpitations", NULL, CV}, {"heart palpitations", "palpitations", CV},
    {"leg swelling", NULL, CV}, {"swelling in your legs", "leg swelling", CV},
    {"swelling in my legs", "leg swelling", CV}, {"edema", NULL, CV}, {"racing heart", NULL, CV},
    {"shortness of breath", NULL, RESP}, {"short of breath", "shortness of breath", RESP}, {"cough", NULL, RESP},
    {"coughing", "cough", RESP}, {"wheezing", NULL, RESP}, {"difficulty breathing", NULL, RESP},
    {"trouble breathing", "difficulty breathing", RESP}, {"problems breathing", "difficulty breathing", RESP},
    {"snoring", NULL, RESP},
    {"nausea", NULL, GI}, {"vomiting", NULL, GI}, {"throwing up", "vomiting", GI}, {"diarrhea", NULL, GI},
    {"constipation", NULL, GI}, {"abdominal pain", NULL, GI}, {"belly pain", "abdominal pain", GI},
    {"stomach pain", NULL, GI}, {"heartburn", NULL, GI}, {"blood in your stool", "blood in stool", GI},
    {"blood in the stool", "blood in stool", GI}, {"bloody stools", NULL, GI}, {"bloating", NULL, GI},
    {"acid reflux", NULL, GI},
    {"burning with urination", NULL, GU}, {"burning when you urinate", "burning with urination", GU},
    {"blood in your urine", "blood in urine", GU}, {"blood in the urine", "blood in urine", GU},
    {"blood in my urine", "blood in urine", GU}, {"painful urination", NULL, GU}, {"frequent urination", NULL, GU},
    {"urinary frequency", NULL, GU}, {"urinary urgency", NULL, GU}, {"incontinence", NULL, GU},
    {"flank pain", NULL, GU}, {"vaginal bleeding", NULL, GU}, {"erectile dysfunction", NULL, GU},
    {"back pain", NULL, MSK}, {"low back pain", NULL, MSK}, {"lower back pain", NULL, MSK}, {"joint pain", NULL, MSK},
    {"joint pains", "joint pain", MSK}, {"knee pain", NULL, MSK}, {"left knee pain", NULL, MSK},
    {"right knee pain", NULL, MSK}, {"shoulder pain", NULL, MSK}, {"left shoulder pain", NULL, MSK},
    {"right shoulder pain", NULL, MSK}, {"hip pain", NULL, MSK}, {"left hip pain", NULL, MSK},
    {"right hip pain", NULL, MSK}, {"ankle pain", NULL, MSK}, {"foot pain", NULL, MSK}, {"wrist pain", NULL, MSK},
    {"hand pain", NULL, MSK}, {"elbow pain", NULL, MSK}, {"left elbow pain", NULL, MSK},
    {"right elbow pain", NULL, MSK}, {"leg pain", NULL, MSK}, {"arm pain", NULL, MSK}, {"muscle pain", NULL, MSK},
    {"muscle aches", NULL, MSK}, {"stiffness", NULL, MSK}, {"joint swelling", NULL, MSK}, {"muscle cramps", NULL, MSK},
    {"rash", NULL, SKIN}, {"rashes", "rash", SKIN}, {"itching", NULL, SKIN}, {"hives", NULL, SKIN},
    {"bruising", NULL, SKIN}, {"skin changes", NULL, SKIN},
    {"depression", NULL, PSYCH}, {"anxiety", NULL, PSYCH}, {"anxious", "anxiety", PSYCH},
    {"depressed", "depression", PSYCH}, {"insomnia", NULL, PSYCH}, {"suicidal thoughts", NULL, PSYCH},
    {"trouble sleeping", NULL, PSYCH}, {"difficulty sleeping", NULL, PSYCH}, {"mood changes", NULL, PSYCH},
    {"excessive thirst", NULL, ENDO}, {"hot flashes", NULL, ENDO}, {"cold intolerance", NULL, ENDO},
};

static const Symptom FRENCH[] = {
    {"fièvre", NULL, CONST}, {"frissons", NULL, CONST}, {"fatigue", NULL, CONST}, {"fatigué", "fatigue", CONST},
    {"fatiguée", "fatigue", CONST}, {"perte de poids", NULL, CONST}, {"sueurs nocturnes", NULL, CONST},
    {"vertiges", NULL, NEURO}, {"maux de tête", NULL, NEURO}, {"mal à la tête", "maux de tête", NEURO},
    {"fourmillements", NULL, NEURO}, {"engourdissement", NULL, NEURO}, {"malaise", NULL, NEURO},
    {"vision trouble", NULL, EYES}, {"vision floue", NULL, EYES},
    {"mal à la gorge", "mal de gorge", HENT}, {"mal de gorge", NULL, HENT}, {"nez qui coule", NULL, HENT},
    {"douleur thoracique", NULL, CV}, {"douleurs thoraciques", NULL, CV}, {"palpitations", NULL, CV},
    {"douleur dans la poitrine", "douleur thoracique", CV}, {"œdème", NULL, CV},
    {"essoufflement", NULL, RESP}, {"essoufflé", "essoufflement", RESP}, {"essoufflée", "essoufflement", RESP},
    {"toux", NULL, RESP}, {"sifflements", NULL, RESP},
    {"nausées", NULL, GI}, {"vomissements", NULL, GI}, {"diarrhée", NULL, GI}, {"constipation", NULL, GI},
    {"mal au ventre", "douleurs abdominales", GI}, {"douleurs abdominales", NULL, GI},
    {"brûlures urinaires", NULL, GU}, {"sang dans les urines", NULL, GU},
    {"mal au dos", "dorsalgie", MSK}, {"mal au genou", "douleur du genou", MSK}, {"douleurs articulaires", NULL, MSK},
    {"éruption", NULL, SKIN}, {"démangeaisons", NULL, SKIN}, {"boutons", NULL, SKIN},
    {"anxiété", NULL, PSYCH}, {"angoisse", NULL, PSYCH}, {"insomnie", NULL, PSYCH}, {"idées noires", NULL, PSYCH},
    {"idées suicidaires", NULL, PSYCH},
};

/* Words of an examination; the first that is found tells. */
static const Symptom EXAMINED_ENGLISH[] = {
    {"murmur", NULL, CV}, {"heart", NULL, CV}, {"rhythm", NULL, CV}, {"carotid", NULL, CV}, {"bruits", NULL, CV},
    {"edema", NULL, CV}, {"pulses", NULL, CV}, {"pulse", NULL, CV}, {"gallops", NULL, CV},
    {"lungs", NULL, RESP}, {"lung", NULL, RESP}, {"wheezes", NULL, RESP}, {"wheezing", NULL, RESP},
    {"rales", NULL, RESP}, {"rhonchi", NULL, RESP}, {"crackles", NULL, RESP}, {"breath", NULL, RESP},
    {"abdomen", NULL, GI}, {"belly", NULL, GI}, {"abdominal", NULL, GI}, {"bowel", NULL, GI}, {"stomach", NULL, GI},
    {"guarding", NULL, GI}, {"rebound", NULL, GI}, {"cva", NULL, GU}, {"kidneys", NULL, GU}, {"prostate", NULL, GU},
    {"knee", NULL, MSK}, {"shoulder", NULL, MSK}, {"back", NULL, MSK}, {"ankle", NULL, MSK}, {"hip", NULL, MSK},
    {"elbow", NULL, MSK}, {"wrist", NULL, MSK}, {"hand", NULL, MSK}, {"foot", NULL, MSK}, {"spine", NULL, MSK},
    {"lumbar", NULL, MSK}, {"range", NULL, MSK}, {"motion", NULL, MSK}, {"strength", NULL, MSK},
    {"straight", NULL, MSK}, {"tenderness", NULL, MSK}, {"joint", NULL, MSK}, {"joints", NULL, MSK},
    {"flexion", NULL, MSK}, {"swelling", NULL, MSK}, {"effusion", NULL, MSK}, {"gait", NULL, MSK}, {"leg", NULL, MSK},
    {"finger", NULL, MSK}, {"thumb", NULL, MSK}, {"toe", NULL, MSK}, {"palpation", NULL, MSK},
    {"reflexes", NULL, NEURO}, {"sensation", NULL, NEURO}, {"neurological", NULL, NEURO}, {"cranial", NULL, NEURO},
    {"neuro", NULL, NEURO}, {"skin", NULL, SKIN}, {"rash", NULL, SKIN}, {"lesion", NULL, SKIN}, {"bruising", NULL, SKIN},
    {"eyes", NULL, EYES}, {"pupils", NULL, EYES}, {"throat", NULL, HENT}, {"ears", NULL, HENT}, {"nose", NULL, HENT},
    {"sinuses", NULL, HENT}, {"tonsils", NULL, HENT}, {"neck", NULL, HENT}, {"thyroid", NULL, HENT},
    {"mood", NULL, PSYCH}, {"affect", NULL, PSYCH}, {"distress", NULL, CONST}, {"appearing", NULL, CONST},
};

static const Symptom EXAMINED_FRENCH[] = {
    {"cœur", NULL, CV}, {"souffle", NULL, CV}, {"pouls", NULL, CV}, {"œdème", NULL, CV}, {"œdèmes", NULL, CV},
    {"poumons", NULL, RESP}, {"pulmonaire", NULL, RESP}, {"crépitants", NULL, RESP}, {"sibilants", NULL, RESP},
    {"ventre", NULL, GI}, {"abdomen", NULL, GI}, {"genou", NULL, MSK}, {"épaule", NULL, MSK}, {"dos", NULL, MSK},
    {"cheville", NULL, MSK}, {"hanche", NULL, MSK}, {"réflexes", NULL, NEURO}, {"peau", NULL, SKIN},
    {"gorge", NULL, HENT}, {"tympans", NULL, HENT}, {"amygdales", NULL, HENT}, {"humeur", NULL, PSYCH},
};
/* clang-format on */

guint
scribe_system_count(void)
{
  return N_SYSTEMS;
}

const char *
scribe_system_name(int system, gboolean french)
{
  return NAMES[system][french != FALSE];
}

GArray *
scribe_system_symptoms(const ScribeUnit *unit, gboolean french)
{
  const Symptom *table = french ? FRENCH : ENGLISH;
  gsize n = french ? G_N_ELEMENTS(FRENCH) : G_N_ELEMENTS(ENGLISH);
  GArray *found = g_array_new(FALSE, FALSE, sizeof(ScribeSymptom));
  for (int i = 0; i < (int)unit->words->len;) {
    ScribeSymptom best = {.length = 0};
    for (gsize k = 0; k < n; k++) {
      if (!scribe_speech_at(unit, i, table[k].said))
        continue;
      int length = scribe_speech_count(table[k].said);
      if (length > best.length)
        best = (ScribeSymptom){table[k].system, i, length,
                               table[k].written != NULL ? table[k].written : table[k].said};
    }
    if (best.length > 0)
      g_array_append_val(found, best);
    i += MAX(best.length, 1);
  }
  return found;
}

int
scribe_system_examined(const ScribeUnit *unit, gboolean french)
{
  const Symptom *table = french ? EXAMINED_FRENCH : EXAMINED_ENGLISH;
  gsize n = french ? G_N_ELEMENTS(EXAMINED_FRENCH) : G_N_ELEMENTS(EXAMINED_ENGLISH);
  for (int i = 0; i < (int)unit->words->len; i++)
    for (gsize k = 0; k < n; k++)
      if (scribe_speech_at(unit, i, table[k].said))
        return table[k].system;
  return -1;
}
