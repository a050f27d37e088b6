#include "scribe/slot_person.h"

#include <math.h>
#include <string.h>

#define SEX (LEXICON_CUE_FEMALE | LEXICON_CUE_MALE)

static gboolean
is_noun(const char *word)
{
  static const char *const NOUNS[] = {"female",   "woman",  "lady",     "girl",  "male",
                                      "man",      "boy",    "femme",    "homme", "gentleman",
                                      "patiente", "garcon", "fillette", NULL};
  return g_strv_contains(NOUNS, word);
}

static gboolean
is_title(const char *word)
{
  static const char *const TITLES[] = {"ma",     "mrs",    "ms",       "miss", "sir", "mr",
                                       "mister", "madame", "monsieur", "mme",  NULL};
  return g_strv_contains(TITLES, word);
}

/* A relative near by: the pronoun may be theirs. */
static gboolean
of_family(const ScribeReading *r, guint at)
{
  guint from = at > 12 ? at - 12 : 0, to = MIN(at + 3, r->tokens->len - 1);
  for (guint i = from; i <= to; i++)
    if (scribe_reading_cue(r, i) & LEXICON_CUE_FAMILY)
      return TRUE;
  return FALSE;
}

typedef struct {
  double nouns[2], titles[2], pronouns[2], body[2]; /* female, male */
  gint at[2];                                       /* the first that speaks for it */
} Sexes;

static void
see(Sexes *sexes, const ScribeReading *r, guint i)
{
  static const char *const FEMALE[] = {
      "pregnancy", "menstruation",   "hysterectomy", "uterus", "ovary",  "menopause",
      "cesarean",  "tubal ligation", "mammogram",    "vagina", "cervix", NULL};
  static const char *const MALE[] = {"prostate", "testicle", "penis", NULL};
  const ScribeToken *token = scribe_reading_token(r, i);
  for (guint d = LEXICON_BODY; d <= LEXICON_TERM; d++)
    if (token->words_of[d] > 0 && !of_family(r, i)) {
      sexes->body[0] += g_strv_contains(FEMALE, token->mark[d]->name);
      sexes->body[1] += g_strv_contains(MALE, token->mark[d]->name);
    }
  guint flags = scribe_reading_cue(r, i) & SEX;
  if (flags == 0 || token->words_of[LEXICON_CUE] == 0)
    return;
  const char *word = scribe_reading_word(r, i);
  guint side = flags == LEXICON_CUE_FEMALE ? 0 : 1;
  double *into = is_noun(word) ? sexes->nouns : is_title(word) ? sexes->titles : sexes->pronouns;
  if (is_title(word) || !of_family(r, i)) {
    into[side]++;
    if (sexes->at[side] < 0)
      sexes->at[side] = (gint)i;
  }
}

static double
lean(const double *both, guint side)
{
  double mine = both[side], other = both[1 - side];
  return (mine - other) / (mine + other + 0.5);
}

static void
look_at(ScribeSuspectRun *run, const Sexes *note, const Sexes *said, guint i, guint side)
{
  Sexes rest = *note;
  rest.nouns[side]--;
  ScribeSuspect *c = scribe_suspect_add(run, SUSPECT_SEX, SCRIBE_FINDING_PERSON, i, i);
  c->said = said->at[side];
  c->said_other = said->at[1 - side];
  c->said_other_last = c->said_other >= 0 ? (guint)c->said_other : 0;
  c->f[1] = lean(rest.nouns, side);
  c->f[2] = lean(rest.pronouns, side);
  c->f[3] = lean(rest.titles, side);
  c->f[4] = lean(said->nouns, side);
  c->f[5] = lean(said->titles, side);
  c->f[6] = lean(said->pronouns, side);
  c->f[7] = lean(said->body, side);
  c->f[8] = lean(rest.body, side);
  c->f[9] = of_family(run->note, i);
  c->f[10] = rest.pronouns[1 - side] > 0 && rest.pronouns[side] == 0;
  c->f[11] = said->titles[1 - side] > 0 && said->titles[side] == 0;
}

static void
see_all(Sexes *sexes, const ScribeReading *r)
{
  sexes->at[0] = sexes->at[1] = -1;
  for (guint i = 0; i < r->tokens->len; i++)
    see(sexes, r, i);
}

void
scribe_slot_person_find(ScribeSuspectRun *run)
{
  Sexes note = {0}, said = {0};
  see_all(&note, run->note);
  see_all(&said, run->index->said);
  for (guint i = 0; i < run->note->tokens->len; i++) {
    guint flags = scribe_reading_cue(run->note, i) & SEX;
    if (flags != 0 && is_noun(scribe_reading_word(run->note, i)))
      look_at(run, &note, &said, i, flags == LEXICON_CUE_FEMALE ? 0 : 1);
  }
}
