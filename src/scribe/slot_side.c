#include "scribe/slot_side.h"

#include <math.h>
#include <string.h>

#include "scribe/slot_name.h"

typedef enum { SIDE_NONE, SIDE_LEFT, SIDE_RIGHT, SIDE_BOTH } Side;

typedef struct {
  guint at;
  Side side;
  const ScribeLexiconEntry *body; /* NULL: none near */
} Place;

static Side
side_word(const char *word)
{
  static const struct {
    const char *word;
    Side side;
  } WORDS[] = {{"left", SIDE_LEFT},        {"right", SIDE_RIGHT},      {"bilateral", SIDE_BOTH},
               {"bilaterally", SIDE_BOTH}, {"both", SIDE_BOTH},        {"gauche", SIDE_LEFT},
               {"droit", SIDE_RIGHT},      {"droite", SIDE_RIGHT},     {"bilaterale", SIDE_BOTH},
               {"leftsided", SIDE_LEFT},   {"rightsided", SIDE_RIGHT}, {"gauches", SIDE_LEFT},
               {"droits", SIDE_RIGHT},     {"lefthanded", SIDE_LEFT},  {"righthanded", SIDE_RIGHT},
               {"rt", SIDE_RIGHT},         {"lt", SIDE_LEFT}};
  for (gsize i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strcmp(word, WORDS[i].word) == 0)
      return WORDS[i].side;
  return SIDE_NONE;
}

static const ScribeLexiconEntry *
body_near(const ScribeReading *r, guint at)
{
  guint turn = scribe_reading_token(r, at)->turn;
  for (guint d = 1; d <= 4 && at + d < r->tokens->len; d++) {
    const ScribeToken *token = scribe_reading_token(r, at + d);
    if (token->turn != turn || (token->flags & READING_SENTENCE))
      break;
    if (token->words_of[LEXICON_BODY] > 0)
      return token->mark[LEXICON_BODY];
  }
  for (guint d = 1; d <= 3 && d <= at; d++) {
    const ScribeToken *token = scribe_reading_token(r, at - d);
    if (token->turn != turn || (scribe_reading_token(r, at - d + 1)->flags & READING_SENTENCE))
      break;
    if (token->words_of[LEXICON_BODY] > 0)
      return token->mark[LEXICON_BODY];
  }
  return NULL;
}

/* "right" mostly means yes and "left" went away: only where the words around make it a side. */
static gboolean
is_side(const ScribeReading *r, guint at, gboolean said)
{
  const char *next = scribe_reading_word(r, at + 1);
  static const char *const NOT_NEXT[] = {"now",  "away", "before", "after", "there", "here",
                                         "back", "home", "for",    "then",  NULL};
  static const char *const YES_NEXT[] = {"side",   "sided",     "hand",     "handed",
                                         "one",    "upper",     "lower",    "lateral",
                                         "medial", "posterior", "anterior", NULL};
  if (g_strv_contains(NOT_NEXT, next))
    return g_strv_contains(NOT_NEXT + 6, next) ? FALSE : FALSE;
  if (g_strv_contains(YES_NEXT, next) || body_near(r, at) != NULL || !said)
    return TRUE;
  const char *before = at > 0 ? scribe_reading_word(r, at - 1) : "";
  static const char *const BEFORE[] = {"the", "my", "your", "his", "her", "on",   "to",
                                       "a",   "or", "du",   "le",  "la",  "cote", NULL};
  return g_strv_contains(BEFORE, before);
}

static GArray *
places(const ScribeReading *r, gboolean said)
{
  GArray *all = g_array_new(FALSE, FALSE, sizeof(Place));
  for (guint i = 0; i < r->tokens->len; i++) {
    Side side = side_word(scribe_reading_word(r, i));
    if (side == SIDE_NONE || scribe_reading_token(r, i)->retracted || !is_side(r, i, said))
      continue;
    Place place = {i, side, body_near(r, i)};
    g_array_append_val(all, place);
  }
  return all;
}

static ScribeSuspectTie
tie(const Place *a, const Place *b, gboolean loose)
{
  gboolean kin = a->body != NULL && b->body != NULL && scribe_slot_name_kin(a->body, b->body);
  if (!kin && a->body != NULL && b->body != NULL)
    return loose ? (a->side == b->side ? SUSPECT_RELATED : SUSPECT_SKIP) : SUSPECT_SKIP;
  return a->side == b->side ? SUSPECT_SAME : SUSPECT_OTHER;
}

static void
look_at(ScribeSuspectRun *run, const GArray *said, const Place *place)
{
  guint sentence = scribe_suspect_sentence(run->note, place->at), sides[4] = {0}, exact[4] = {0};
  ScribeSuspectWeigh w;
  scribe_suspect_weigh(run, sentence, place->at, place->at, &w);
  for (guint i = 0; i < said->len; i++) {
    const Place *other = &g_array_index(said, Place, i);
    sides[other->side]++;
    exact[other->side] += place->body != NULL && place->body == other->body;
    scribe_suspect_place(&w, other->at, tie(place, other, TRUE));
  }
  ScribeSuspect *c =
      scribe_suspect_add(run, SUSPECT_SIDE, SCRIBE_FINDING_LATERALITY, place->at, place->at);
  scribe_suspect_fill(run, &w, sentence, c);
  guint opposite = place->side == SIDE_LEFT    ? SIDE_RIGHT
                   : place->side == SIDE_RIGHT ? SIDE_LEFT
                                               : 0;
  c->f[12] = place->body == NULL;
  c->f[13] = exact[place->side] > 0;
  c->f[14] = opposite != 0 && exact[opposite] > 0;
  c->f[15] = sides[place->side] > 0;
  c->f[16] = opposite != 0 && sides[opposite] > 0;
  c->f[17] = place->side == SIDE_BOTH;
  c->f[18] = c->f[14] * (1 - c->f[13]);
  c->f[19] = c->f[16] * (1 - c->f[15]);
}

void
scribe_slot_side_find(ScribeSuspectRun *run)
{
  g_autoptr(GArray) said = places(run->index->said, TRUE);
  g_autoptr(GArray) noted = places(run->note, FALSE);
  for (guint i = 0; i < noted->len; i++) {
    const Place *place = &g_array_index(noted, Place, i);
    if (!scribe_suspect_spend(run, said->len * 60ull, place->at))
      return;
    look_at(run, said, place);
  }
}
