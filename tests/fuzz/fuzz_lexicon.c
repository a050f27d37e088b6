/* The first byte picks the table, the rest is its text. */
#include <stdint.h>
#include <stdlib.h>

#include "scribe/lexicon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const FILES[] = {
      "drugs.tsv",  "body.tsv",     "terms.tsv",     "units.tsv",       "numbers.tsv",
      "cues.tsv",   "doses.tsv",    "links.tsv",     "vitals.tsv",      "weights.tsv",
      "models.tsv", "patterns.tsv", "allergies.tsv", "interactions.tsv"};
  if (size == 0)
    return 0;
  g_autoptr(ScribeLexicon) lexicon = scribe_lexicon_new();
  g_autoptr(GError) error = NULL;
  const char *file = FILES[data[0] % G_N_ELEMENTS(FILES)];
  const char *text = (const char *)data + 1;
  if (!scribe_lexicon_read(lexicon, file, text, size - 1, &error) && error == NULL)
    abort();
  return 0;
}
