#include "scribe/candidate.h"

#include <string.h>

#include "scribe/answer.h"
#include "scribe/feature.h"
#include "scribe/french.h"
#include "scribe/prose.h"
#include "scribe/system.h"

#define SUBJECT SCRIBE_CANDIDATE_SUBJECT
#define DETAIL_WORDS 12 /* at most, behind a yes */

static const char *
low(const ScribeUnit *u, int i)
{
  return scribe_speech_low(u, i);
}

static gboolean
at_any(const ScribeUnit *u, int i, const char *const *phrases, gsize n, int *ret_length)
{
  for (gsize k = 0; k < n; k++)
    if (scribe_speech_at(u, i, phrases[k])) {
      *ret_length = scribe_speech_count(phrases[k]);
      return TRUE;
    }
  return FALSE;
}

static gboolean
has_any(const ScribeUnit *u, const char *const *phrases, gsize n)
{
  for (gsize k = 0; k < n; k++)
    if (scribe_speech_find(u, 0, phrases[k]) >= 0)
      return TRUE;
  return FALSE;
}
#define HAS_ANY(u, list) has_any((u), (list), G_N_ELEMENTS(list))

/* ---- who speaks ---- */

/* Where the names tell nothing, who says most of what clinicians say is one. */
static void
name_roles(ScribeSpeech *speech, GHashTable *cues)
{
  const char *best = NULL;
  guint most = 0;
  for (guint i = 0; i < speech->units->len; i++) {
    const ScribeUnit *u = g_ptr_array_index(speech->units, i);
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(cues, u->speaker));
    if (u->role == SCRIBE_ROLE_UNKNOWN && n > most) {
      most = n;
      best = u->speaker;
    }
  }
  for (guint i = 0; i < speech->units->len; i++) {
    ScribeUnit *u = g_ptr_array_index(speech->units, i);
    if (u->role == SCRIBE_ROLE_UNKNOWN)
      u->role = best != NULL && strcmp(u->speaker, best) == 0 ? SCRIBE_ROLE_CLINICIAN
                                                              : SCRIBE_ROLE_PATIENT;
  }
}

void
scribe_candidate_mend_roles(ScribeSpeech *speech)
{
  static const char *const CUES_FRENCH[] = {"avez vous",
                                            "avez-vous",
                                            "êtes-vous",
                                            "prenez-vous",
                                            "votre tension",
                                            "je vais vous",
                                            "ressentez-vous",
                                            "je vous prescris",
                                            "fumez-vous",
                                            "à l' examen",
                                            "votre ordonnance",
                                            "je vous examine",
                                            "qu' est-ce qui vous amène",
                                            "je vous propose"};
  static const char *const CUES[] = {"on your",
                                     "your blood pressure",
                                     "your lungs",
                                     "i want you to",
                                     "i would like you to",
                                     "your heart",
                                     "your exam",
                                     "hey dragon",
                                     "your vital signs",
                                     "your vitals",
                                     "i will prescribe",
                                     "we will get you",
                                     "your results",
                                     "your x-ray",
                                     "on exam",
                                     "physical exam",
                                     "my assessment",
                                     "assessment and plan",
                                     "refer you",
                                     "prescribe you",
                                     "do you have",
                                     "have you had",
                                     "are you taking",
                                     "year old",
                                     "murmur",
                                     "does it hurt",
                                     "how are you doing",
                                     "let us talk about",
                                     "do you smoke"};
  guint clinician = 0, patient = 0;
  g_autoptr(GHashTable) cues = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < speech->units->len; i++) {
    ScribeUnit *u = g_ptr_array_index(speech->units, i);
    if (!(speech->french ? HAS_ANY(u, CUES_FRENCH) : HAS_ANY(u, CUES)))
      continue;
    clinician += u->role == SCRIBE_ROLE_CLINICIAN;
    patient += u->role == SCRIBE_ROLE_PATIENT;
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(cues, u->speaker));
    g_hash_table_replace(cues, (gpointer)(gsize)u->speaker, GUINT_TO_POINTER(n + 1));
  }
  if (clinician == 0)
    name_roles(speech, cues);
  gboolean swap = patient > 2 * clinician + 2;
  for (guint i = 0; swap && i < speech->units->len; i++) {
    ScribeUnit *u = g_ptr_array_index(speech->units, i);
    if (u->role == SCRIBE_ROLE_CLINICIAN)
      u->role = SCRIBE_ROLE_PATIENT;
    else if (u->role == SCRIBE_ROLE_PATIENT)
      u->role = SCRIBE_ROLE_CLINICIAN;
  }
  for (guint i = 0; i < speech->units->len; i++) {
    ScribeUnit *u = g_ptr_array_index(speech->units, i);
    if (!speech->french && u->role == SCRIBE_ROLE_PATIENT && HAS_ANY(u, CUES))
      u->role = SCRIBE_ROLE_CLINICIAN;
  }
}

static int
sex_cue(const ScribeUnit *u)
{
  static const struct {
    const char *cue;
    int weight;
  } CUES[] = {
      {"year old male", 9},
      {"year old man", 9},
      {"year old gentleman", 9},
      {"year old female", -9},
      {"year old woman", -9},
      {"year old lady", -9},
      {"year old girl", -9},
      {"year old boy", 9},
      {"sir", 3},
      {"ma'am", -3},
      {"mr", 3},
      {"mister", 3},
      {"mrs", -3},
      {"miss", -3},
      {"ms", -3},
      {"gentleman", 3},
      {"my period", -4},
      {"your period", -4},
      {"your prostate", 4},
      {"pregnant", -2},
      {"gynecologist", -3},
      {"menopause", -3},
      {"madame", -3},
      {"monsieur", 3},
      {"your testosterone", 3},
      {"years old male", 9},
      {"years old female", -9},
  };
  int sum = 0;
  for (gsize k = 0; k < G_N_ELEMENTS(CUES); k++)
    if (scribe_speech_find(u, 0, CUES[k].cue) >= 0)
      sum += CUES[k].weight;
  return sum;
}

static gboolean
is_intro(const ScribeUnit *u)
{
  static const char *const CUES[] = {"year old", "years old", "year-old", "yo"};
  return u->role == SCRIBE_ROLE_CLINICIAN && HAS_ANY(u, CUES) && !u->question &&
         (scribe_speech_find(u, 0, "is a") >= 0 || scribe_speech_find(u, 0, "is an") >= 0 ||
          scribe_speech_find(u, 0, "old male") >= 0 || scribe_speech_find(u, 0, "old female") >= 0);
}

/* A clinician who dictates says "he" or "she" of the patient; in the turn of an introduction that
 * is a cue. */
static int
pronoun_cue(const ScribeSpeech *speech)
{
  int sum = 0;
  guint turn = G_MAXUINT;
  for (guint i = 0; i < speech->units->len; i++) {
    const ScribeUnit *u = g_ptr_array_index(speech->units, i);
    if (is_intro(u))
      turn = u->turn;
    if (u->turn != turn)
      continue;
    for (int k = 0; k < (int)u->words->len; k++) {
      sum += strcmp(low(u, k), "he") == 0 || strcmp(low(u, k), "his") == 0;
      sum -= strcmp(low(u, k), "she") == 0 || strcmp(low(u, k), "her") == 0;
    }
  }
  return sum;
}

static int
name_sex(const char *name)
{
  static const char *const WOMEN[] = {
      "mary",      "patricia", "jennifer", "linda",     "elizabeth",  "barbara",   "susan",
      "jessica",   "sarah",    "karen",    "lisa",      "nancy",      "betty",     "margaret",
      "sandra",    "ashley",   "kimberly", "emily",     "donna",      "michelle",  "carol",
      "amanda",    "dorothy",  "melissa",  "deborah",   "stephanie",  "rebecca",   "sharon",
      "laura",     "cynthia",  "kathleen", "amy",       "angela",     "shirley",   "anna",
      "brenda",    "pamela",   "emma",     "nicole",    "helen",      "samantha",  "katherine",
      "christine", "debra",    "rachel",   "carolyn",   "janet",      "catherine", "maria",
      "heather",   "diane",    "ruth",     "julie",     "olivia",     "joyce",     "virginia",
      "victoria",  "lauren",   "martha",   "christina", "joan",       "evelyn",    "judith",
      "andrea",    "hannah",   "megan",    "cheryl",    "jacqueline", "teresa",    "gloria",
      "ann",       "anne",     "kathryn",  "sophia",    "alice",      "jane",      "julia",
      "grace",     "denise",   "amber",    "marilyn",   "danielle",   "beverly",   "isabella",
      "theresa",   "diana",    "natalie",  "brittany",  "charlotte",  "marie",     "kayla",
      "alexis",    "lori",     "vanessa",  "monica",    "erica",      "tiffany",   "tammy",
      "wendy",     "edith",    "mildred",  "rose",      "claire"};
  static const char *const MEN[] = {
      "james",   "robert",    "john",        "michael", "david",    "william",  "richard",
      "joseph",  "thomas",    "christopher", "charles", "daniel",   "matthew",  "anthony",
      "mark",    "donald",    "steven",      "andrew",  "paul",     "joshua",   "kenneth",
      "kevin",   "brian",     "george",      "timothy", "ronald",   "jason",    "edward",
      "jeffrey", "ryan",      "jacob",       "gary",    "nicholas", "eric",     "jonathan",
      "stephen", "larry",     "justin",      "scott",   "brandon",  "benjamin", "samuel",
      "gregory", "alexander", "patrick",     "frank",   "raymond",  "jack",     "dennis",
      "jerry",   "tyler",     "aaron",       "jose",    "adam",     "nathan",   "henry",
      "zachary", "douglas",   "peter",       "kyle",    "noah",     "ethan",    "jeremy",
      "walter",  "christian", "keith",       "roger",   "austin",   "sean",     "gerald",
      "carl",    "harold",    "dylan",       "arthur",  "lawrence", "bryan",    "joe",
      "billy",   "bruce",     "bruno",       "albert",  "willie",   "gabriel",  "alan",
      "juan",    "logan",     "wayne",       "ralph",   "roy",      "eugene",   "randy",
      "vincent", "russell",   "louis",       "philip",  "bobby",    "johnny",   "bradley",
      "mike",    "jim",       "tom",         "bob",     "bill",     "steve",    "greg",
      "dave",    "andy",      "matt",        "rick"};
  for (gsize i = 0; i < G_N_ELEMENTS(WOMEN); i++)
    if (strcmp(name, WOMEN[i]) == 0)
      return -4;
  for (gsize i = 0; i < G_N_ELEMENTS(MEN); i++)
    if (strcmp(name, MEN[i]) == 0)
      return 4;
  return 0;
}

static gboolean
is_name(const char *word)
{
  static const char *const NOT[] = {
      "there", "how",    "good",    "doctor",  "dr",        "i",       "it",   "what",
      "come",  "nice",   "the",     "so",      "okay",      "this",    "is",   "my",
      "you",   "and",    "hi",      "hello",   "dragon",    "again",   "sir",  "miss",
      "mr",    "mrs",    "ms",      "ma'am",   "thank",     "thanks",  "we",   "everybody",
      "he",    "she",    "patient", "can",     "are",       "to",      "in",   "all",
      "doc",   "well",   "right",   "morning", "afternoon", "evening", "that", "a",
      "yes",   "please", "welcome", "today"};
  for (gsize i = 0; i < G_N_ELEMENTS(NOT); i++)
    if (strcmp(word, NOT[i]) == 0)
      return FALSE;
  return strlen(word) > 2 && g_ascii_isalpha(word[0]);
}

static const char *
find_name(const ScribeSpeech *speech)
{
  static const char *const GREETINGS[] = {"hi", "hey", "hello", "good morning", "good afternoon"};
  for (guint i = 0; i < speech->units->len; i++) {
    const ScribeUnit *u = g_ptr_array_index(speech->units, i);
    int n = 0;
    if (u->role != SCRIBE_ROLE_CLINICIAN)
      continue;
    if (is_intro(u) && (strcmp(low(u, 1), "is") == 0 || strcmp(low(u, 2), "is") == 0) &&
        is_name(low(u, 0)))
      return low(u, 0);
    int lead = 0;
    while (strcmp(low(u, lead), "so") == 0 || strcmp(low(u, lead), "okay") == 0 ||
           strcmp(low(u, lead), "all") == 0 || strcmp(low(u, lead), "right") == 0)
      lead++;
    if (i < 6 && name_sex(low(u, lead)) != 0)
      return low(u, lead);
    if (i < 6 && at_any(u, 0, GREETINGS, G_N_ELEMENTS(GREETINGS), &n) && is_name(low(u, n)) &&
        g_array_index(u->words, ScribeWord, (guint)n - 1).mark != '.')
      return low(u, n);
  }
  return NULL;
}

void
scribe_candidate_person(const ScribeSpeech *speech, ScribePerson *ret)
{
  int sum = pronoun_cue(speech);
  ret->french = speech->french;
  for (guint i = 0; i < speech->units->len; i++) {
    const ScribeUnit *u = g_ptr_array_index(speech->units, i);
    if (u->role == SCRIBE_ROLE_CLINICIAN || i < 8)
      sum += sex_cue(u);
  }
  ret->name = find_name(speech);
  if (ret->name != NULL && ABS(sum) < 3)
    sum += name_sex(ret->name);
  ret->sex = sum >= 3 ? SCRIBE_SEX_MALE : sum <= -3 ? SCRIBE_SEX_FEMALE : SCRIBE_SEX_UNKNOWN;
}

/* ---- making candidates ---- */

typedef struct {
  const ScribeSpeech *speech;
  const ScribePerson *person;
  GPtrArray *list;
} Maker;

static void
candidate_free(gpointer data)
{
  ScribeCandidate *c = data;
  g_free(c->text);
  g_array_unref(c->features);
  g_free(c);
}

static guint
count_words(const char *text)
{
  guint n = 0;
  gboolean in_word = FALSE;
  for (; *text != '\0'; text++) {
    gboolean letter = (guchar)*text > ' ';
    n += letter && !in_word;
    in_word = letter;
  }
  return n;
}

static void
add_span(ScribeCandidate *c, const ScribeUnit *u)
{
  c->evidence[c->n_evidence].turn = u->turn;
  c->evidence[c->n_evidence].start = u->start;
  c->evidence[c->n_evidence].end = u->end;
  c->n_evidence++;
  if (u->end2 == 0)
    return;
  c->evidence[c->n_evidence].turn = u->turn2;
  c->evidence[c->n_evidence].start = u->start2;
  c->evidence[c->n_evidence].end = u->end2;
  c->n_evidence++;
}

static ScribeCandidate *
make(Maker *m, ScribeCandidateKind kind, guint unit, const ScribeUnit *also, char *text_taken)
{
  if (text_taken != NULL && !m->person->french)
    text_taken = scribe_prose_mend(text_taken);
  if (text_taken == NULL || *text_taken == '\0') {
    g_free(text_taken);
    return NULL;
  }
  ScribeCandidate *c = g_new0(ScribeCandidate, 1);
  c->kind = kind;
  c->unit = unit;
  c->asked = also;
  c->text = text_taken;
  c->words = count_words(text_taken);
  c->features = g_array_new(FALSE, FALSE, sizeof(guint32));
  if (also != NULL)
    add_span(c, also);
  add_span(c, g_ptr_array_index(m->speech->units, unit));
  g_ptr_array_add(m->list, c);
  return c;
}

static gboolean
has_verb(const ScribeUnit *u, int from)
{
  static const char *const VERBS[] = {
      "is",    "was",  "am",    "are",     "have", "has",   "had",  "do",   "does", "did",
      "went",  "got",  "get",   "feel",    "felt", "take",  "took", "can",  "will", "hurt",
      "hurts", "been", "would", "started", "try",  "tried", "use",  "used", "work", "think"};
  for (int i = from; i < (int)u->words->len; i++) {
    const char *w = low(u, i);
    gsize n = strlen(w);
    for (gsize k = 0; k < G_N_ELEMENTS(VERBS); k++)
      if (strcmp(w, VERBS[k]) == 0)
        return TRUE;
    if (n > 4 && g_str_has_suffix(w, "ed"))
      return TRUE;
  }
  return FALSE;
}

/* Only a subject that opens the statement is left open. */
static char *
patient_text(const Maker *m, const ScribeUnit *u, int lead)
{
  gboolean opens = strcmp(low(u, lead), "i") == 0 || strcmp(low(u, lead), "je") == 0 ||
                   strcmp(low(u, lead), "j'") == 0;
  return scribe_voice_patient(u, lead, (int)u->words->len, m->person,
                              opens ? SUBJECT : scribe_voice_they(m->person));
}

/* "No fever": what the patient denies, in so many words. */
static char *
denied_text(const Maker *m, const ScribeUnit *u, int lead)
{
  static const char *const FRENCH[] = {"pas", "aucun", "aucune", "ni"};
  int n = (int)u->words->len;
  if (m->person->french) {
    for (gsize k = 0; k < G_N_ELEMENTS(FRENCH); k++)
      if (n - lead > 1 && strcmp(low(u, lead), FRENCH[k]) == 0)
        return scribe_voice_patient(u, lead, n, m->person, SUBJECT);
    return NULL;
  }
  if (strcmp(low(u, lead), "no") != 0 || n - lead < 2)
    return NULL;
  static const char *const PEOPLE[] = {"one",    "body",    "more", "longer",
                                       "change", "changes", "other"};
  for (gsize k = 0; k < G_N_ELEMENTS(PEOPLE); k++)
    if (strcmp(low(u, lead + 1), PEOPLE[k]) == 0)
      return NULL;
  g_autofree char *rest = scribe_voice_patient(u, lead + 1, n, m->person, SUBJECT);
  return g_strconcat(SUBJECT " denies ", rest, NULL);
}

/* A few words in answer to a question stand under what was asked: "Duration: 4 days". */
static void
make_answer(Maker *m, guint unit, int lead, const ScribeUnit *question)
{
  if (question != NULL)
    make(m, SCRIBE_CANDIDATE_ANSWER, unit, question,
         scribe_answer_text(g_ptr_array_index(m->speech->units, unit), lead, question, m->person));
}

/* Nobody does anything in it: neither a verb nor, in French, somebody who could. */
static gboolean
is_bare(const Maker *m, const ScribeUnit *u, int lead)
{
  static const char *const WHO[] = {"je",  "j'",   "j",    "il",  "elle",  "on",   "ça",  "c'",
                                    "c",   "cela", "nous", "ils", "elles", "tout", "mon", "ma",
                                    "mes", "qui",  "y",    "l'",  "m'",    "me"};
  if (!m->person->french)
    return !has_verb(u, lead);
  for (int i = lead; i < (int)u->words->len; i++)
    for (gsize k = 0; k < G_N_ELEMENTS(WHO); k++)
      if (strcmp(low(u, i), WHO[k]) == 0)
        return FALSE;
  return TRUE;
}

/* It breaks off: "and I just feel". */
static gboolean
is_broken(const ScribeUnit *u)
{
  static const char *const ENDS[] = {
      "feel",    "feels", "is", "the",  "a",    "to",   "and",  "of",   "am",   "was",  "i",  "my",
      "because", "but",   "or", "with", "that", "just", "when", "like", "kind", "have", "so", "an"};
  const char *last = low(u, (int)u->words->len - 1);
  for (gsize k = 0; k < G_N_ELEMENTS(ENDS); k++)
    if (strcmp(last, ENDS[k]) == 0)
      return TRUE;
  return FALSE;
}

/* "I am his mother": who speaks, and nothing of the patient. */
static gboolean
is_kin(const ScribeUnit *u, int lead)
{
  static const char *const KIN[] = {"mother", "father", "wife", "husband", "daughter", "son",
                                    "mom",    "dad",    "aunt", "sister",  "brother",  "caregiver"};
  if (!scribe_speech_at(u, lead, "i am his") && !scribe_speech_at(u, lead, "i am her"))
    return FALSE;
  for (gsize k = 0; k < G_N_ELEMENTS(KIN); k++)
    if (strcmp(low(u, lead + 3), KIN[k]) == 0)
      return TRUE;
  return FALSE;
}

static void
make_said(Maker *m, guint unit, const ScribeUnit *question)
{
  const ScribeUnit *u = g_ptr_array_index(m->speech->units, unit);
  int lead = scribe_voice_lead(u, m->person), n = (int)u->words->len;
  if (n - lead < 1 || u->question)
    return;
  char *denied = is_bare(m, u, lead) ? denied_text(m, u, lead) : NULL;
  if (denied != NULL) {
    make(m, SCRIBE_CANDIDATE_DENIED, unit, question, denied);
    return;
  }
  if (m->person->french ? scribe_french_kin(u, lead) : is_kin(u, lead))
    return;
  if (n - lead < (question != NULL ? 13 : 8) && is_bare(m, u, lead)) {
    make_answer(m, unit, lead, question);
    return;
  }
  if (!m->person->french && is_broken(u))
    return;
  if (u->role == SCRIBE_ROLE_OTHER) {
    if (strcmp(low(u, lead), "i") != 0)
      make(m, SCRIBE_CANDIDATE_SAID, unit, question,
           scribe_voice_clinician(u, lead, n, m->person, SUBJECT));
    return;
  }
  g_autofree char *said = scribe_answer_inward(u, lead, patient_text(m, u, lead));
  if (m->person->french && scribe_french_hangs(u, lead))
    return;
  gboolean subject =
      g_str_has_prefix(said, SUBJECT) || (m->person->french && scribe_french_clause(u, lead));
  make(m, SCRIBE_CANDIDATE_SAID, unit, question,
       subject ? g_strdup(said)
               : g_strconcat(SUBJECT " ", scribe_voice_reports(m->person), " ", said, NULL));
}

static const struct {
  const char *said, *written;
} OPENINGS[] = {
    {"i am going to", "I will"},
    {"we are going to", "we will"},
    {"i will", "I will"},
    {"we will", "we will"},
    {"let us", "we will"},
    {"i do want to", "I want to"},
    {"i want you to", SUBJECT " was advised to"},
    {"i do want you to", SUBJECT " was advised to"},
    {"i would like you to", SUBJECT " was advised to"},
    {"i am going to have you", SUBJECT " was advised to"},
    {"i will have you", SUBJECT " was advised to"},
    {"i do appreciate", ""},
    {"i appreciate", ""},
    {"i do hear", ""},
    {"i hear", ""},
    {"i do see", ""},
    {"i see", ""},
    {"i notice", ""},
    {"i do notice", ""},
    {"i do feel", ""},
    {"i can see", ""},
    {"i appreciate a", "a"},
    {"i do not appreciate any", "no"},
    {"i do not hear any", "no"},
    {"i do not see any", "no"},
    {"i do not feel any", "no"},
    {"there is", ""},
    {"there are", ""},
    {"it looks like", ""},
    {"it sounds like", ""},
    {"you do have", SUBJECT " has"},
    {"you did have", SUBJECT " had"},
};

static char *
told_text(const ScribeUnit *u, int from, const ScribePerson *person)
{
  int n = (int)u->words->len;
  if (from + 2 < n && g_array_index(u->words, ScribeWord, (guint)from).mark == ',' &&
      (u->turn < 2 || (person->name != NULL && strcmp(low(u, from), person->name) == 0)))
    from++; /* "Beatriz, the nurse says …" */
  int best = -1, length = 0;
  for (gsize k = 0; k < G_N_ELEMENTS(OPENINGS); k++)
    if (scribe_speech_at(u, from, OPENINGS[k].said) &&
        scribe_speech_count(OPENINGS[k].said) > length) {
      best = (int)k;
      length = scribe_speech_count(OPENINGS[k].said);
    }
  gboolean opens =
      best < 0 && (strcmp(low(u, from), "you") == 0 || strcmp(low(u, from), "vous") == 0);
  g_autofree char *rest = scribe_voice_clinician(u, from + length, n, person,
                                                 opens ? SUBJECT : scribe_voice_they(person));
  if (best < 0 || *OPENINGS[best].written == '\0')
    return g_steal_pointer(&rest);
  return g_strconcat(OPENINGS[best].written, " ", rest, NULL);
}

/* "57 year old" → "57-year-old". */
static char *
aged(char *text_taken)
{
  g_autofree char *text = text_taken;
  for (const char *p = text; (p = strstr(p, "year")) != NULL; p += 4) {
    gsize tail = strncmp(p, "year old", 8) == 0 ? 8 : strncmp(p, "years old", 9) == 0 ? 9 : 0;
    if (tail == 0 || p < text + 2 || p[-1] != ' ' || !g_ascii_isdigit(p[-2]))
      continue;
    if (tail == 9 && (p[9] == '\0' || p[9] == '.' || p[9] == ','))
      continue;
    g_autofree char *head = g_strndup(text, (gsize)(p - text) - 1);
    return g_strconcat(head, "-year-old", p + tail, NULL);
  }
  return g_steal_pointer(&text);
}

/* What is said to move the visit along, not of the patient. */
static const char *const COMMANDS[] = {"show me",
                                       "try and",
                                       "try to",
                                       "tell me",
                                       "take a",
                                       "let me",
                                       "can you",
                                       "go ahead",
                                       "come on",
                                       "lean",
                                       "push",
                                       "squeeze",
                                       "hold",
                                       "open",
                                       "follow my",
                                       "breathe",
                                       "look at",
                                       "if you can",
                                       "lay",
                                       "lie",
                                       "sit",
                                       "stand",
                                       "turn",
                                       "let us see",
                                       "flex",
                                       "let us look",
                                       "let us take",
                                       "let us do",
                                       "let us go over",
                                       "let us talk",
                                       "how does that",
                                       "i am here",
                                       "i will be right",
                                       "bear with",
                                       "remember"};
/* "Let me …" that is a promise to the patient, not a word to move the visit along. */
static const char *const PROMISES[] = {"let me write",    "let me prescribe", "let me refer",
                                       "let me order",    "let me send you",  "let me give you",
                                       "let me start you"};
static const char *const CHATTER[] = {"good to see you", "nice to see you", "nice to meet you",
                                      "how are you",     "tell me",         "take care",
                                      "have a good",     "have a great",    "thank you",
                                      "sounds good",     "you got it",      "no problem",
                                      "see you then",    "i am dr",         "i am doctor",
                                      "my name is",      "listen to your",  "take a look at you",
                                      "take a listen",   "look at you",     "hello"};

static void
make_told(Maker *m, guint unit)
{
  const ScribeUnit *u = g_ptr_array_index(m->speech->units, unit);
  int lead = scribe_voice_lead(u, m->person), n = (int)u->words->len;
  int dragon = scribe_speech_find(u, 0, "dragon");
  if (dragon >= 0 && dragon < 3) {
    static const char *const ORDERS[] = {"order", "start", "prescribe", "refill", "refer"};
    int length;
    if (at_any(u, dragon + 1, ORDERS, G_N_ELEMENTS(ORDERS), &length))
      make(m, SCRIBE_CANDIDATE_ORDER, unit, NULL,
           scribe_voice_clinician(u, dragon + 1, n, m->person, SUBJECT));
    return;
  }
  if (u->question || n - lead < 2)
    return;
  if (is_intro(u)) {
    make(m, SCRIBE_CANDIDATE_INTRO, unit, NULL,
         aged(scribe_voice_clinician(u, lead, n, m->person, SUBJECT)));
    return;
  }
  int length;
  if (at_any(u, lead, PROMISES, G_N_ELEMENTS(PROMISES), &length)) {
    make(m, SCRIBE_CANDIDATE_ORDER, unit, NULL,
         scribe_voice_clinician(u, lead + 2, n, m->person, SUBJECT));
    return;
  }
  if (at_any(u, lead, COMMANDS, G_N_ELEMENTS(COMMANDS), &length) || HAS_ANY(u, CHATTER))
    return;
  make(m, SCRIBE_CANDIDATE_TOLD, unit, NULL, told_text(u, lead, m->person));
}

/* "Neither", "none", "nothing like that": a no to every question of the turn. */
static gboolean
denies_all(const ScribeUnit *u)
{
  static const char *const ALL[] = {"neither",    "none",  "nothing", "either",
                                    "not at all", "aucun", "aucune",  "ni"};
  return HAS_ANY(u, ALL);
}

/* "Yes, 50 milligrams in the morning": the words behind the yes belong to what was asked; alone
 * they would say a dose of nothing.  Takes `text`. */
static char *
with_details(const Maker *m, const ScribeUnit *u, ScribeAnswer answer, char *text_taken)
{
  int lead = scribe_voice_lead(u, m->person), n = (int)u->words->len;
  if (answer != SCRIBE_ANSWER_YES || n - lead < 2 || n - lead > DETAIL_WORDS || u->question ||
      !is_bare(m, u, lead))
    return text_taken;
  g_autofree char *text = text_taken;
  g_autofree char *rest = scribe_answer_inward(
      u, lead, scribe_voice_patient(u, lead, n, m->person, scribe_voice_they(m->person)));
  return g_strconcat(text, ", ", rest, NULL);
}

/* TRUE: the unit's own words stand in what was made. */
static gboolean
make_asked(Maker *m, guint unit, const ScribeUnit *question)
{
  const ScribeUnit *u = g_ptr_array_index(m->speech->units, unit);
  ScribeAnswer answer = scribe_voice_answer(u, m->person);
  gboolean list = FALSE;
  if (answer == SCRIBE_ANSWER_NONE || scribe_speech_find(question, 0, "questions") >= 0)
    return FALSE;
  char *text = scribe_voice_answered(question, answer, m->person, &list);
  if (text == NULL)
    return FALSE;
  gsize bare = strlen(text);
  text = with_details(m, u, answer, text);
  gboolean used = strlen(text) > bare;
  ScribeCandidate *c =
      make(m, answer == SCRIBE_ANSWER_NO ? SCRIBE_CANDIDATE_DENIED : SCRIBE_CANDIDATE_AFFIRMED,
           unit, question, g_strconcat(SUBJECT " ", text, NULL));
  g_free(text);
  if (c != NULL)
    c->list = list;
  return used;
}

/* The questions before the last one of its turn, which a "neither" answers too. */
static void
make_asked_before(Maker *m, guint unit, guint question)
{
  const ScribeUnit *u = g_ptr_array_index(m->speech->units, unit);
  const ScribeUnit *last = g_ptr_array_index(m->speech->units, question);
  if (scribe_voice_answer(u, m->person) != SCRIBE_ANSWER_NO || !denies_all(u))
    return;
  while (question-- > 0) {
    const ScribeUnit *q = g_ptr_array_index(m->speech->units, question);
    if (q->turn != last->turn || !q->question)
      return;
    g_autoptr(GArray) symptoms = scribe_system_symptoms(q, m->person->french);
    if (symptoms->len > 0)
      make_asked(m, unit, q);
  }
}

GPtrArray *
scribe_candidate_list(const ScribeSpeech *speech, const ScribePerson *person)
{
  Maker m = {speech, person, g_ptr_array_new_with_free_func(candidate_free)};
  const ScribeUnit *question = NULL;
  guint answered = G_MAXUINT, asked = 0;
  for (guint i = 0; i < speech->units->len; i++) {
    const ScribeUnit *u = g_ptr_array_index(speech->units, i);
    if (u->role == SCRIBE_ROLE_CLINICIAN) {
      question = u->question ? u : NULL;
      asked = i;
      answered = G_MAXUINT;
      make_told(&m, i);
      continue;
    }
    if (question != NULL && u->turn != question->turn && answered == G_MAXUINT) {
      make_asked_before(&m, i, asked);
      answered = u->turn;
      if (make_asked(&m, i, question))
        continue;
    }
    make_said(&m, i, answered == u->turn ? question : NULL);
  }
  scribe_feature_fill(speech, m.list);
  return m.list;
}
