/* See calendar/revision.h. */
#include "calendar/revision.h"

#include <string.h>

#include "guichet/base/clock.h"

enum { PARTS = 256, RANK_BITS = 48, SEQUENCE_BITS = 14 };

typedef struct {
  guint64 high; /* 0 with rest 0: empty */
  guint64 rest; /* 16 bits more of the key, 48 of the rank */
} Slot;

typedef struct {
  Slot *slots;
  gsize n, size;
} Part;

struct CalendarRevisions {
  Part parts[PARTS];
};

static guint64
rotate(guint64 x, int n)
{
  return x << n | x >> (64 - n);
}

static void
sip_round(guint64 v[4])
{
  v[0] += v[1];
  v[1] = rotate(v[1], 13) ^ v[0];
  v[0] = rotate(v[0], 32);
  v[2] += v[3];
  v[3] = rotate(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate(v[1], 17) ^ v[2];
  v[2] = rotate(v[2], 32);
}

static void
sip_word(guint64 v[4], guint64 word)
{
  v[3] ^= word;
  sip_round(v);
  sip_round(v);
  v[0] ^= word;
}

/* A key of this process, so that no file can be made whose UIDs fall together. */
static const guint64 *
process_key(void)
{
  static guint64 key[2];
  static gsize once;
  if (g_once_init_enter(&once)) {
    for (int i = 0; i < 2; i++)
      key[i] = (guint64)g_random_int() << 32 | g_random_int();
    g_once_init_leave(&once, 1);
  }
  return key;
}

/* SipHash-2-4 with 128 bits out (Aumasson, Bernstein). */
CalendarRevisionKey
calendar_revision_key(const char *uid, char kind, gint64 number)
{
  const guint64 *k = process_key();
  guint64 v[4] = {k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d ^ 0xee,
                  k[0] ^ 0x6c7967656e657261, k[1] ^ 0x7465646279746573};
  gsize length = strlen(uid), i = 0;
  for (; i + 8 <= length; i += 8) {
    guint64 word;
    memcpy(&word, uid + i, 8);
    sip_word(v, word);
  }
  guint64 last = (guint64)length << 56;
  memcpy(&last, uid + i, length - i);
  sip_word(v, last);
  sip_word(v, (guint64)(guchar)kind);
  sip_word(v, (guint64)number);
  v[2] ^= 0xee;
  for (int n = 0; n < 4; n++)
    sip_round(v);
  guint64 high = v[0] ^ v[1] ^ v[2] ^ v[3];
  v[1] ^= 0xdd;
  for (int n = 0; n < 4; n++)
    sip_round(v);
  return (CalendarRevisionKey){high, (guint16)(v[0] ^ v[1] ^ v[2] ^ v[3])};
}

CalendarRevisions *
calendar_revision_new(void)
{
  return g_new0(CalendarRevisions, 1);
}

void
calendar_revision_free(CalendarRevisions *revisions)
{
  for (int i = 0; revisions != NULL && i < PARTS; i++)
    g_free(revisions->parts[i].slots);
  g_free(revisions);
}

guint64
calendar_revision_rank(int sequence, gint64 stamp)
{
  guint64 s = (guint64)CLAMP(sequence, 0, (1 << SEQUENCE_BITS) - 2) + 1;
  guint64 t = (guint64)CLAMP(stamp / BASE_CLOCK_SECOND, 0, ((gint64)1 << 34) - 1);
  return s << 34 | t;
}

static Slot *
probe(const Part *part, CalendarRevisionKey key)
{
  gsize at = (gsize)(key.high >> 8) % part->size;
  while (part->slots[at].rest != 0 &&
         (part->slots[at].high != key.high || part->slots[at].rest >> RANK_BITS != key.low))
    at = at + 1 == part->size ? 0 : at + 1;
  return &part->slots[at];
}

static void
grow(Part *part)
{
  Part more = {NULL, part->n, part->size == 0 ? 16 : part->size + part->size / 2};
  more.slots = g_new0(Slot, more.size);
  for (gsize i = 0; i < part->size; i++)
    if (part->slots[i].rest != 0) {
      CalendarRevisionKey key = {part->slots[i].high, (guint16)(part->slots[i].rest >> RANK_BITS)};
      *probe(&more, key) = part->slots[i];
    }
  g_free(part->slots);
  *part = more;
}

CalendarRevision
calendar_revision_add(CalendarRevisions *revisions, CalendarRevisionKey key, guint64 rank)
{
  Part *part = &revisions->parts[key.high % PARTS];
  if (part->n * 8 >= part->size * 7)
    grow(part);
  Slot *slot = probe(part, key);
  guint64 known = slot->rest & (((guint64)1 << RANK_BITS) - 1);
  if (slot->rest != 0 && known >= rank)
    return known == rank ? CALENDAR_REVISION_TIE : CALENDAR_REVISION_OLD;
  part->n += slot->rest == 0;
  slot->high = key.high;
  slot->rest = (guint64)key.low << RANK_BITS | rank;
  return CALENDAR_REVISION_NEW;
}

gboolean
calendar_revision_find(const CalendarRevisions *revisions, CalendarRevisionKey key,
                       guint64 *ret_rank)
{
  const Part *part = &revisions->parts[key.high % PARTS];
  const Slot *slot = part->size > 0 ? probe(part, key) : NULL;
  if (slot == NULL || slot->rest == 0)
    return FALSE;
  *ret_rank = slot->rest & (((guint64)1 << RANK_BITS) - 1);
  return TRUE;
}
