/* A draft by the builtin engine where a service was asked for: it says so itself. */
#ifndef GUICHET_WORKER_FALLBACK_H
#define GUICHET_WORKER_FALLBACK_H

#include "guichet/scribe/draft.h"

G_BEGIN_DECLS

/* The engine becomes "builtin (fallback)", and a finding for information says why; `why` holds no
 * patient's word. */
void worker_fallback_mark(ScribeDraft *draft, const GError *why);

G_END_DECLS
#endif
