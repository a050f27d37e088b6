/* Bytes from the terminal into keys; a paste or a burst is told from typing.
 *
 * Typing arrives a key or two at a time.  More than UI_DECODER_BURST keys in one read (but a held
 * cursor key), or a bracketed paste, is one batch with `burst` set; it goes on while bytes keep
 * coming within UI_DECODER_QUIET, but for a lone command (C-s, a cursor key): no paste is that. */
#ifndef GUICHET_UI_DECODER_H
#define GUICHET_UI_DECODER_H

#include "ui/key.h"

G_BEGIN_DECLS

#define UI_DECODER_BURST 6
#define UI_DECODER_QUIET (150 * G_TIME_SPAN_MILLISECOND)

typedef struct UiDecoder UiDecoder;

UiDecoder *ui_decoder_new(void);
void ui_decoder_free(UiDecoder *decoder);

/* Takes what one read gave at the instant `now` (monotonic).  Appends to `keys` (GArray of UiKey)
 * and returns TRUE when they are a burst. */
gboolean ui_decoder_feed(UiDecoder *decoder, const guint8 *bytes, gsize length, gint64 now,
                         GArray *keys);
/* Bytes that wait for the rest of a sequence; after 25 ms ui_decoder_flush() makes a lone Escape
 * of them. */
gboolean ui_decoder_waits(const UiDecoder *decoder);
void ui_decoder_flush(UiDecoder *decoder, GArray *keys);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UiDecoder, ui_decoder_free)

G_END_DECLS
#endif
