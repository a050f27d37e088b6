#include "scribe/french.h"

#include <string.h>

#include "guichet/base/text.h"
#include "scribe/model.h"
#include "scribe/system.h"

static gboolean
in(const char *low, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp(low, list[i]) == 0)
      return TRUE;
  return FALSE;
}
#define IN(low, list) in((low), (list), G_N_ELEMENTS(list))

const char *
scribe_french_they(const ScribePerson *person)
{
  return person->sex == SCRIBE_SEX_FEMALE ? "elle"
         : person->sex == SCRIBE_SEX_MALE ? "il"
                                          : "le patient";
}

/* ---- verbs ---- */

typedef struct {
  const char *said, *written;
} Pair;

/* "je …" → "il …" */
static const Pair FIRST[] = {
    {"ai", "a"},          {"suis", "est"},    {"vais", "va"},         {"fais", "fait"},
    {"peux", "peut"},     {"veux", "veut"},   {"prends", "prend"},    {"dors", "dort"},
    {"sens", "sent"},     {"dois", "doit"},   {"bois", "boit"},       {"sais", "sait"},
    {"viens", "vient"},   {"tiens", "tient"}, {"vois", "voit"},       {"crois", "croit"},
    {"mets", "met"},      {"perds", "perd"},  {"entends", "entend"},  {"sors", "sort"},
    {"cours", "court"},   {"vis", "vit"},     {"ressens", "ressent"}, {"connais", "connaît"},
    {"reçois", "reçoit"}, {"dis", "dit"},     {"lis", "lit"},         {"finis", "finit"},
    {"vomis", "vomit"},
};

/* "vous …" → "il …" */
static const Pair SECOND[] = {
    {"avez", "a"},      {"êtes", "est"},         {"allez", "va"},       {"faites", "fait"},
    {"pouvez", "peut"}, {"voulez", "veut"},      {"prenez", "prend"},   {"dormez", "dort"},
    {"sentez", "sent"}, {"devez", "doit"},       {"buvez", "boit"},     {"savez", "sait"},
    {"venez", "vient"}, {"dites", "dit"},        {"mettez", "met"},     {"ressentez", "ressent"},
    {"vivez", "vit"},   {"voyez", "voit"},       {"vomissez", "vomit"}, {"reprenez", "reprend"},
    {"perdez", "perd"}, {"souffrez", "souffre"}, {"étiez", "était"},    {"aviez", "avait"},
    {"aurez", "aura"},  {"serez", "sera"},       {"devrez", "devra"},   {"pourrez", "pourra"},
};

static char *
third(const char *low, gboolean patient)
{
  const Pair *table = patient ? FIRST : SECOND;
  gsize n = patient ? G_N_ELEMENTS(FIRST) : G_N_ELEMENTS(SECOND), len = strlen(low);
  for (gsize i = 0; i < n; i++)
    if (strcmp(table[i].said, low) == 0)
      return g_strdup(table[i].written);
  if (patient && len > 4 && g_str_has_suffix(low, "ais"))
    return g_strdup_printf("%.*st", (int)len - 1, low);
  if (patient && len > 4 && g_str_has_suffix(low, "rai"))
    return g_strdup_printf("%.*s", (int)len - 1, low);
  if (!patient && len > 4 && g_str_has_suffix(low, "iez"))
    return g_strdup_printf("%.*sait", (int)len - 3, low);
  if (!patient && len > 3 && g_str_has_suffix(low, "ez"))
    return g_strdup_printf("%.*s", (int)len - 1, low);
  return g_strdup(low);
}

/* ---- possessives ---- */

static gboolean
starts_with_vowel(const char *low)
{
  gunichar c = g_utf8_get_char(low);
  return c != 0 && (strchr("aeiouyh", c < 128 ? (int)c : 'x') != NULL || c == 0xE9 || c == 0xEA ||
                    c == 0xE8 || c == 0x153 || c == 0xE2);
}

static gboolean
is_feminine(const char *low)
{
  static const char *const NOUNS[] = {
      "tension",  "jambe",       "tête",      "gorge",   "douleur",  "main",   "cheville",
      "hanche",   "température", "fréquence", "vessie",  "peau",     "toux",   "fièvre",
      "glycémie", "saturation",  "mère",      "sœur",    "femme",    "fille",  "santé",
      "vue",      "poitrine",    "cuisse",    "colonne", "mâchoire", "radio",  "prise",
      "famille",  "maladie",     "vie",       "voix",    "bouche",   "langue", "joue",
      "nuque",    "cicatrice"};
  return IN(low, NOUNS) || g_str_has_suffix(low, "tion") || g_str_has_suffix(low, "ité");
}

static const char *
possessive(const char *next)
{
  return is_feminine(next) && !starts_with_vowel(next) ? "sa" : "son";
}

/* ---- words out ---- */

/* "que elle" → "qu'elle", "de aller" → "d'aller". */
static void
elide(GString *out, const char *word)
{
  static const char *const OPEN[] = {"que", "de", "jusque", "lorsque", "puisque", "parce que"};
  for (gsize i = 0; starts_with_vowel(word) && i < G_N_ELEMENTS(OPEN); i++) {
    gsize n = strlen(OPEN[i]);
    if (out->len < n || !g_str_has_suffix(out->str, OPEN[i]) ||
        (out->len > n && out->str[out->len - n - 1] != ' '))
      continue;
    out->str[out->len - 1] = '\'';
    return;
  }
}

static void
put(GString *out, const char *word, char mark)
{
  elide(out, word);
  if (out->len > 0 && out->str[out->len - 1] != '\'' && *word != '\0')
    g_string_append_c(out, ' ');
  g_string_append(out, word);
  if (mark == ',')
    g_string_append_c(out, ',');
}

typedef struct {
  const ScribePerson *person;
  const char *subject;
  gboolean agree, patient;
  GString *out;
} Writer;

static gboolean
put_own(Writer *w, const ScribeUnit *u, int i)
{
  static const struct {
    const char *said, *written;
  } OWN[] = {{"mes", "ses"}, {"vos", "ses"}, {"ma", "sa"},   {"mon", "son"},
             {"me", "se"},   {"m'", "s'"},   {"moi", "lui"}, {"moi-même", "lui-même"}};
  const char *low = scribe_speech_low(u, i);
  char mark = g_array_index(u->words, ScribeWord, (guint)i).mark;
  if (!w->patient && strcmp(low, "votre") == 0) {
    put(w->out, possessive(scribe_speech_low(u, i + 1)), mark);
    return TRUE;
  }
  for (gsize k = 0; k < G_N_ELEMENTS(OWN); k++)
    if (strcmp(low, OWN[k].said) == 0 && (w->patient || strcmp(low, "vos") == 0)) {
      const char *written =
          strcmp(low, "moi") == 0 && w->person->sex == SCRIBE_SEX_FEMALE ? "elle" : OWN[k].written;
      put(w->out, written, mark);
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_object(const ScribeUnit *u, int i)
{
  static const char *const BEFORE[] = {"je",   "j'",   "on",   "nous", "vais", "va",   "de",
                                       "pour", "à",    "avec", "chez", "qui",  "ne",   "allons",
                                       "peux", "peut", "ça",   "cela", "il",   "elle", "vous"};
  return IN(scribe_speech_low(u, i - 1), BEFORE);
}

/* "Je le revois", "je l'examine", but "je lui prescris". */
static gboolean
sees_directly(const char *verb)
{
  static const char *const VERBS[] = {"revois",   "revoit",   "revoyons", "reverrai", "vois",
                                      "voit",     "verrai",   "revoir",   "voir",     "rappelle",
                                      "rappeler", "laisse",   "garde",    "prends",   "mets",
                                      "suis",     "recevrai", "reverra",  "félicite", "remercie"};
  return IN(verb, VERBS);
}

static gboolean
put_subject(Writer *w, const ScribeUnit *u, int i)
{
  const char *low = scribe_speech_low(u, i);
  if (w->patient ? strcmp(low, "je") != 0 && strcmp(low, "j'") != 0 : strcmp(low, "vous") != 0)
    return FALSE;
  static const char *const INFINITIVE[] = {"de", "d'", "à", "pour", "sans"};
  const char *next = scribe_speech_low(u, i + 1);
  if (!w->patient && *next != '\0' &&
      (g_str_has_suffix(next, "er") || g_str_has_suffix(next, "ir") ||
       g_str_has_suffix(next, "re")) &&
      IN(scribe_speech_low(u, i - 1), INFINITIVE)) {
    put(w->out, starts_with_vowel(next) ? "s'" : "se", 0); /* "de vous reposer" */
    return TRUE;
  }
  if (!w->patient && is_object(u, i)) {
    static const char *const PREPOSITIONS[] = {"pour", "avec", "chez", "à", "de"};
    gboolean after = IN(scribe_speech_low(u, i - 1), PREPOSITIONS);
    gboolean woman = w->person->sex == SCRIBE_SEX_FEMALE;
    put(w->out,
        !after && sees_directly(next) ? (woman ? "la" : "le")
        : after && woman              ? "elle"
                                      : "lui",
        0);
    return TRUE;
  }
  put(w->out, w->subject, 0);
  w->subject = scribe_french_they(w->person);
  w->agree = TRUE;
  return TRUE;
}

static char *
render(const ScribeUnit *u, int from, int to, const ScribePerson *person, const char *subject,
       gboolean patient)
{
  static const char *const BETWEEN[] = {"ne", "n'",  "me", "m'",   "y",   "en", "le",
                                        "la", "les", "l'", "vous", "lui", "se", "s'"};
  Writer w = {person, subject, FALSE, patient, g_string_new(NULL)};
  for (int i = from; i < to; i++) {
    const ScribeWord *word = &g_array_index(u->words, ScribeWord, (guint)i);
    if (w.agree && !patient && strcmp(word->low, "vous") == 0) {
      put(w.out, "se", 0); /* "vous vous reposez" */
      continue;
    }
    if (put_subject(&w, u, i) || put_own(&w, u, i))
      continue;
    if (w.agree && !IN(word->low, BETWEEN)) {
      g_autofree char *verb = third(word->low, patient);
      put(w.out, verb, word->mark);
      w.agree = FALSE;
      continue;
    }
    put(w.out, word->text, word->mark);
  }
  return g_string_free(w.out, FALSE);
}

char *
scribe_french_patient(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                      const char *subject)
{
  return render(unit, from, to, person, subject, TRUE);
}

char *
scribe_french_clinician(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                        const char *subject)
{
  return render(unit, from, to, person, subject, FALSE);
}

/* ---- questions and answers ---- */

int
scribe_french_lead(const ScribeUnit *unit)
{
  static const char *const LEADS[] = {
      "alors", "donc",    "et",      "mais",   "bon",      "bien",   "d'accord",
      "oui",   "non",     "ah",      "très",   "voilà",    "eh",     "ok",
      "okay",  "bonjour", "parfait", "enfin",  "d'",       "accord", "sinon",
      "puis",  "merci",   "docteur", "madame", "monsieur", "en",     "fait"};
  int i = 0, n = (int)unit->words->len;
  while (i < n && IN(scribe_speech_low(unit, i), LEADS) &&
         (strcmp(scribe_speech_low(unit, i), "en") != 0 ||
          strcmp(scribe_speech_low(unit, i + 1), "fait") == 0) &&
         (strcmp(scribe_speech_low(unit, i), "d'") != 0 ||
          strcmp(scribe_speech_low(unit, i + 1), "accord") == 0) &&
         (strcmp(scribe_speech_low(unit, i), "très") != 0 ||
          strcmp(scribe_speech_low(unit, i + 1), "bien") == 0))
    i++;
  return i;
}

ScribeAnswer
scribe_french_answer(const ScribeUnit *unit)
{
  const char *first = scribe_speech_low(unit, 0);
  if (strcmp(first, "ah") == 0 || strcmp(first, "ben") == 0)
    first = scribe_speech_low(unit, 1);
  if (IN(first, ((const char *const[]){"non", "aucun", "aucune", "jamais"})) ||
      scribe_speech_at(unit, 0, "pas du tout") || scribe_speech_at(unit, 0, "pas vraiment"))
    return SCRIBE_ANSWER_NO;
  if (IN(first, ((const char *const[]){"oui", "si", "exactement", "absolument", "ouais"})))
    return SCRIBE_ANSWER_YES;
  return SCRIBE_ANSWER_NONE;
}

static int
past_article(const ScribeUnit *q, int from)
{
  static const char *const ARTICLES[] = {"de la", "de l'", "du",  "des", "une", "un",
                                         "de",    "d'",    "les", "la",  "le",  "l'"};
  for (gsize k = 0; k < G_N_ELEMENTS(ARTICLES); k++)
    if (scribe_speech_at(q, from, ARTICLES[k]))
      return from + scribe_speech_count(ARTICLES[k]);
  return from;
}

static char *
denied_list(const ScribeUnit *q, int from, const ScribePerson *person)
{
  int at = past_article(q, from), to = (int)q->words->len;
  if (at >= to)
    return NULL;
  g_autofree char *what = scribe_french_clinician(q, at, to, person, scribe_french_they(person));
  GString *text = g_string_new(starts_with_vowel(what) ? "n'a pas d'" : "n'a pas de ");
  g_string_append(text, what);
  static const char *const OR[] = {" ou de l'", " ou de la ", " ou une ", " ou un ", " ou des ",
                                   " ou du ",   " ou d'",     " ou de ",  ", de l'", ", de la ",
                                   ", une ",    ", un ",      ", des ",   ", du ",   ", d'",
                                   ", de ",     " ou "};
  for (gsize k = 0; k < G_N_ELEMENTS(OR); k++) {
    char *hit = strstr(text->str, OR[k]);
    if (hit == NULL)
      continue;
    gsize place = (gsize)(hit - text->str);
    g_string_erase(text, (gssize)place, (gssize)strlen(OR[k]));
    g_string_insert(text, (gssize)place,
                    starts_with_vowel(text->str + place) ? " ni d'" : " ni de ");
  }
  return g_string_free(text, FALSE);
}

/* The verb of "prenez-vous", "est-ce que vous prenez", "vous prenez"; *ret_from takes the word
 * after it. */
static char *
asked_verb(const ScribeUnit *q, int lead, int *ret_from)
{
  for (int i = lead; i < lead + 6 && i < (int)q->words->len; i++) {
    const char *low = scribe_speech_low(q, i);
    gsize n = strlen(low);
    if (n > 5 && g_str_has_suffix(low, "-vous")) {
      *ret_from = i + 1;
      return g_strndup(low, n - 5);
    }
    const char *next = scribe_speech_low(q, i + 1);
    if (strcmp(low, "vous") == 0 && (g_str_has_suffix(next, "ez") || strcmp(next, "êtes") == 0 ||
                                     strcmp(next, "faites") == 0)) {
      *ret_from = i + 2;
      return g_strdup(next);
    }
  }
  return NULL;
}

/* "boit pas de l'alcool" → "boit pas d'alcool".  Only after verbs that take their object straight:
 * of "souffre pas du dos" the "du" is a preposition and stays. */
static char *
denied_object(const char *verb, const char *rest)
{
  static const char *const STRAIGHT[] = {"avez",   "buvez",  "consommez",
                                         "faites", "mangez", "prenez"};
  static const char *const PARTICIPLES[] = {"bu ", "consommé ", "eu ", "fait ", "mangé ", "pris "};
  static const char *const ARTICLES[] = {"des ", "du ", "de la ", "de l'", "une ", "un "};
  gsize past = 0;
  if (!IN(verb, STRAIGHT))
    return g_strdup(rest);
  for (gsize k = 0; past == 0 && k < G_N_ELEMENTS(PARTICIPLES); k++)
    if (g_str_has_prefix(rest, PARTICIPLES[k]))
      past = strlen(PARTICIPLES[k]);
  for (gsize k = 0; k < G_N_ELEMENTS(ARTICLES); k++) {
    const char *what = rest + past;
    if (!g_str_has_prefix(what, ARTICLES[k]))
      continue;
    what += strlen(ARTICLES[k]);
    return g_strdup_printf("%.*s%s%s", (int)past, rest, starts_with_vowel(what) ? "d'" : "de ",
                           what);
  }
  return g_strdup(rest);
}

char *
scribe_french_answered(const ScribeUnit *question, ScribeAnswer answer, const ScribePerson *person,
                       gboolean *ret_list)
{
  static const char *const WH[] = {"quel",  "quelle", "quels",    "quelles", "comment", "combien",
                                   "quand", "où",     "pourquoi", "qui",     "que",     "qu'"};
  int lead = scribe_french_lead(question), from = 0;
  g_autofree char *verb = asked_verb(question, lead, &from);
  *ret_list = FALSE;
  if (verb == NULL || IN(scribe_speech_low(question, lead), WH))
    return NULL;
  int to = (int)question->words->len;
  static const char *const OPEN[] = {"quelque", "autre", "autres", "ou", "déjà", "médicaments"};
  for (int i = lead; answer == SCRIBE_ANSWER_YES && i < to; i++)
    if (IN(scribe_speech_low(question, i), OPEN))
      return NULL;
  GArray *symptoms = scribe_system_symptoms(question, TRUE);
  *ret_list = symptoms->len > 0;
  g_array_unref(symptoms);
  gboolean has = strcmp(verb, "avez") == 0;
  if (has && answer == SCRIBE_ANSWER_NO && past_article(question, from) > from)
    return denied_list(question, from, person);
  g_autofree char *rest =
      scribe_french_clinician(question, from, to, person, scribe_french_they(person));
  g_autofree char *he = third(verb, FALSE);
  if (answer == SCRIBE_ANSWER_YES)
    return g_strconcat(he, " ", rest, NULL);
  g_autofree char *object = denied_object(verb, rest);
  return g_strconcat(starts_with_vowel(he) ? "n'" : "ne ", he, " pas ", object, NULL);
}

char *
scribe_french_sentence(char *text_taken, const ScribePerson *person)
{
  (void)person;
  g_autofree char *text = g_strstrip(text_taken);
  gsize n = strlen(text);
  while (n > 0 && strchr(" ,.-", text[n - 1]) != NULL)
    text[--n] = '\0';
  if (n == 0)
    return g_strdup("");
  const char *second = base_text_next(text);
  g_autofree char *first = g_utf8_strup(text, second - text);
  return g_strconcat(first, second, ".", NULL);
}

/* ---- what stands alone ---- */

/* "Je suis sa maman", "c'est son père". */
gboolean
scribe_french_kin(const ScribeUnit *u, int lead)
{
  static const char *const KIN[] = {"maman", "mère",     "papa",      "père",    "femme", "épouse",
                                    "mari",  "époux",    "fille",     "fils",    "sœur",  "soeur",
                                    "frère", "compagne", "compagnon", "aidante", "aidant"};
  int n = (int)u->words->len;
  for (int i = lead + 1; i < MIN(n, lead + 4); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(KIN); k++)
      if (strcmp(scribe_speech_low(u, i), KIN[k]) == 0 &&
          (strcmp(scribe_speech_low(u, i - 1), "sa") == 0 ||
           strcmp(scribe_speech_low(u, i - 1), "son") == 0))
        return n - lead < 6;
  return FALSE;
}

/* "Ni l'un ni l'autre", "rien de tout ça", "pas toujours": nothing without its question. */
gboolean
scribe_french_hangs(const ScribeUnit *u, int lead)
{
  static const char *const WORDS[] = {"ni", "rien", "pas", "jamais", "toujours", "parfois"};
  for (gsize k = 0; k < G_N_ELEMENTS(WORDS); k++)
    if (strcmp(scribe_speech_low(u, lead), WORDS[k]) == 0)
      return TRUE;
  return FALSE;
}

/* "Elle boit, mais elle mange peu", "à la maison j'ai 14 sur 8": it has its own subject; "signale"
 * before it would make no French sentence. */
gboolean
scribe_french_clause(const ScribeUnit *u, int lead)
{
  static const char *const WHO[] = {"il", "elle", "on", "ça",  "cela", "ils", "elles",
                                    "j'", "je",   "c'", "mon", "ma",   "mes"};
  for (int i = lead; i < MIN((int)u->words->len, lead + 4); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(WHO); k++)
      if (strcmp(scribe_speech_low(u, i), WHO[k]) == 0)
        return TRUE;
  return FALSE;
}

/* ---- what belongs in a note ---- */

#define FRENCH_SAID 0.4

typedef struct {
  const char *cue;
  int role; /* who says it: a ScribeRole, or -1 for anybody */
  ScribeSectionKind section;
  double score;
} Cue;

#define ANY (-1)
#define DOC SCRIBE_ROLE_CLINICIAN
#define PAT SCRIBE_ROLE_PATIENT

/* The first that is found decides. */
static const Cue CUES[] = {
    {"prescris", DOC, SCRIBE_SECTION_TREATMENT, 0.9},
    {"prescrire", DOC, SCRIBE_SECTION_TREATMENT, 0.9},
    {"allergique", ANY, SCRIBE_SECTION_ALLERGIES, 0.9},
    {"allergie", ANY, SCRIBE_SECTION_ALLERGIES, 0.9},
    {"allergies", ANY, SCRIBE_SECTION_ALLERGIES, 0.9},
    {"revois", DOC, SCRIBE_SECTION_FOLLOW_UP, 0.8},
    {"revoir", DOC, SCRIBE_SECTION_FOLLOW_UP, 0.8},
    {"revenez", DOC, SCRIBE_SECTION_FOLLOW_UP, 0.8},
    {"rendez-vous", DOC, SCRIBE_SECTION_FOLLOW_UP, 0.6},
    {"revoit", DOC, SCRIBE_SECTION_FOLLOW_UP, 0.7},
    {"revoyons", DOC, SCRIBE_SECTION_FOLLOW_UP, 0.8},
    {"je demande", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"on demande", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"je prescris un bilan", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"test rapide", DOC, SCRIBE_SECTION_RESULTS, 0.8},
    {"hémoglobine glyquée", DOC, SCRIBE_SECTION_RESULTS, 0.8},
    {"cholestérol", DOC, SCRIBE_SECTION_RESULTS, 0.7},
    {"résultat", DOC, SCRIBE_SECTION_RESULTS, 0.7},
    {"résultats", DOC, SCRIBE_SECTION_RESULTS, 0.6},
    {"revenu normal", DOC, SCRIBE_SECTION_RESULTS, 0.7},
    {"prise de sang", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"une radio", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"radiographie", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"irm", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"scanner", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"échographie", DOC, SCRIBE_SECTION_TESTING, 0.8},
    {"bilan", DOC, SCRIBE_SECTION_RESULTS, 0.7},
    {"analyses", DOC, SCRIBE_SECTION_RESULTS, 0.7},
    {"glycémie", DOC, SCRIBE_SECTION_RESULTS, 0.7},
    {"tension est", DOC, SCRIBE_SECTION_VITALS, 0.9},
    {"tension à", DOC, SCRIBE_SECTION_VITALS, 0.9},
    {"température est", DOC, SCRIBE_SECTION_VITALS, 0.9},
    {"saturation", DOC, SCRIBE_SECTION_VITALS, 0.9},
    {"pouls", DOC, SCRIBE_SECTION_VITALS, 0.8},
    {"continuez", DOC, SCRIBE_SECTION_TREATMENT, 0.8},
    {"continuer", DOC, SCRIBE_SECTION_TREATMENT, 0.8},
    {"augmenter", DOC, SCRIBE_SECTION_TREATMENT, 0.8},
    {"diminuer", DOC, SCRIBE_SECTION_TREATMENT, 0.7},
    {"arrêtez", DOC, SCRIBE_SECTION_TREATMENT, 0.8},
    {"arrêter", DOC, SCRIBE_SECTION_TREATMENT, 0.7},
    {"kinésithérapie", DOC, SCRIBE_SECTION_TREATMENT, 0.8},
    {"mg", DOC, SCRIBE_SECTION_TREATMENT, 0.8},
    {"comprimé", DOC, SCRIBE_SECTION_TREATMENT, 0.7},
    {"évitez", DOC, SCRIBE_SECTION_EDUCATION, 0.7},
    {"reposez-vous", DOC, SCRIBE_SECTION_EDUCATION, 0.7},
    {"reposer", DOC, SCRIBE_SECTION_EDUCATION, 0.6},
    {"conseille", DOC, SCRIBE_SECTION_EDUCATION, 0.7},
    {"consultez", DOC, SCRIBE_SECTION_EDUCATION, 0.7},
    {"appelez le", DOC, SCRIBE_SECTION_EDUCATION, 0.7},
    {"mg", DOC, SCRIBE_SECTION_TREATMENT, 0.7},
    {"g", DOC, SCRIBE_SECTION_TREATMENT, 0.7},
    {"gouttes", DOC, SCRIBE_SECTION_TREATMENT, 0.6},
    {"comprimés", DOC, SCRIBE_SECTION_TREATMENT, 0.6},
    {"je pense que", DOC, SCRIBE_SECTION_ASSESSMENT, 0.8},
    {"il s' agit", DOC, SCRIBE_SECTION_ASSESSMENT, 0.8},
    {"diagnostic", DOC, SCRIBE_SECTION_ASSESSMENT, 0.8},
    {"c'est une", DOC, SCRIBE_SECTION_ASSESSMENT, 0.6},
    {"c'est un", DOC, SCRIBE_SECTION_ASSESSMENT, 0.6},
    {"mg", PAT, SCRIBE_SECTION_MEDICATIONS, 0.8},
    {"comprimé", PAT, SCRIBE_SECTION_MEDICATIONS, 0.7},
    {"prends", PAT, SCRIBE_SECTION_MEDICATIONS, 0.6},
    {"traitement", PAT, SCRIBE_SECTION_MEDICATIONS, 0.6},
    {"médicament", ANY, SCRIBE_SECTION_MEDICATIONS, 0.5},
    {"médicaments", ANY, SCRIBE_SECTION_MEDICATIONS, 0.5},
    {"père", PAT, SCRIBE_SECTION_FAMILY, 0.7},
    {"mère", PAT, SCRIBE_SECTION_FAMILY, 0.7},
    {"famille", ANY, SCRIBE_SECTION_FAMILY, 0.5},
    {"opéré", ANY, SCRIBE_SECTION_PSH, 0.8},
    {"opérée", ANY, SCRIBE_SECTION_PSH, 0.8},
    {"opération", PAT, SCRIBE_SECTION_PSH, 0.6},
    {"fume", PAT, SCRIBE_SECTION_SOCIAL, 0.8},
    {"fumez-vous", ANY, SCRIBE_SECTION_SOCIAL, 0.8},
    {"fumez", ANY, SCRIBE_SECTION_SOCIAL, 0.8},
    {"alcool", ANY, SCRIBE_SECTION_SOCIAL, 0.8},
    {"travaille", PAT, SCRIBE_SECTION_SOCIAL, 0.6},
    {"travaillez", ANY, SCRIBE_SECTION_SOCIAL, 0.5},
    {"vis", PAT, SCRIBE_SECTION_SOCIAL, 0.6},
    {"diabète", PAT, SCRIBE_SECTION_PMH, 0.8},
    {"asthme", PAT, SCRIBE_SECTION_PMH, 0.8},
    {"hypertension", PAT, SCRIBE_SECTION_PMH, 0.8},
    {"antécédents", ANY, SCRIBE_SECTION_PMH, 0.5},
    {"mal", PAT, SCRIBE_SECTION_HPI, 0.8},
    {"douleur", PAT, SCRIBE_SECTION_HPI, 0.8},
    {"douleurs", PAT, SCRIBE_SECTION_HPI, 0.8},
    {"depuis", PAT, SCRIBE_SECTION_HPI, 0.7},
    {"jours", PAT, SCRIBE_SECTION_HPI, 0.6},
    {"semaine", PAT, SCRIBE_SECTION_HPI, 0.6},
    {"semaines", PAT, SCRIBE_SECTION_HPI, 0.6},
    {"mois", PAT, SCRIBE_SECTION_HPI, 0.5},
    {"dors", PAT, SCRIBE_SECTION_HPI, 0.6},
    {"moral", PAT, SCRIBE_SECTION_HPI, 0.6},
    {"tombé", PAT, SCRIBE_SECTION_HPI, 0.7},
    {"tombée", PAT, SCRIBE_SECTION_HPI, 0.7},
    {"tousse", PAT, SCRIBE_SECTION_HPI, 0.8},
    {"pris", PAT, SCRIBE_SECTION_HPI, 0.6},
};

/* What is said to greet, to thank, to agree: a few words, and nothing of the patient. */
static gboolean
is_courtesy(const ScribeUnit *u)
{
  static const char *const WORDS[] = {"bonjour",  "bonsoir",     "au revoir",      "merci",
                                      "d'accord", "d' accord",   "très bien",      "bien",
                                      "entendu",  "pas du tout", "je vous écoute", "ça marche",
                                      "non",      "oui",         "parfait"};
  for (gsize k = 0; u->words->len <= 4 && k < G_N_ELEMENTS(WORDS); k++)
    if (scribe_speech_at(u, 0, WORDS[k]))
      return TRUE;
  return FALSE;
}

static const Cue *
find_cue(const ScribeUnit *u, gboolean pair)
{
  for (gsize k = 0; u != NULL && k < G_N_ELEMENTS(CUES); k++) {
    const Cue *c = &CUES[k];
    if ((c->role == ANY || (!pair && (c->role == DOC) == (u->role == SCRIBE_ROLE_CLINICIAN))) &&
        scribe_speech_find(u, 0, c->cue) >= 0)
      return c;
  }
  return NULL;
}

static gboolean
names_symptom(const ScribeUnit *u)
{
  if (u == NULL)
    return FALSE;
  g_autoptr(GArray) symptoms = scribe_system_symptoms(u, TRUE);
  return symptoms->len > 0;
}

void
scribe_french_weigh(const ScribeSpeech *speech, ScribeCandidate *c)
{
  const ScribeUnit *u = g_ptr_array_index(speech->units, c->unit);
  gboolean pair = c->kind == SCRIBE_CANDIDATE_DENIED || c->kind == SCRIBE_CANDIDATE_AFFIRMED;
  const Cue *cue = find_cue(pair ? c->asked : u, pair);
  c->section = SCRIBE_SECTION_HPI;
  c->score = pair ? 0.5 : 0.0;
  if (u->role != SCRIBE_ROLE_CLINICIAN && names_symptom(u))
    c->score = 0.7;
  else if (u->role != SCRIBE_ROLE_CLINICIAN && names_symptom(c->asked))
    c->score = 0.6;
  else if (u->role != SCRIBE_ROLE_CLINICIAN && !pair)
    c->score =
        FRENCH_SAID; /* what a patient tells belongs in the history until it is known not to */
  if (is_courtesy(u) && !pair) {
    c->score = 0;
  } else if (cue != NULL) {
    c->section = cue->section;
    c->score = cue->score;
  } else if (u->role == SCRIBE_ROLE_CLINICIAN && scribe_system_examined(u, TRUE) >= 0) {
    c->section = SCRIBE_SECTION_EXAM;
    c->score = 0.8;
  }
  if (c->words < 3)
    c->score = 0;
  c->confidence = 0.5; /* there are no French visits with notes to measure it on */
}
