/* MLLP's frames: VT, the message, FS, CR. */
#ifndef GUICHET_NET_MLLP_FRAME_H
#define GUICHET_NET_MLLP_FRAME_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  GByteArray *held; /* of the frame that is not whole yet */
  gboolean inside, after_fs;
  gsize cap;
  guint64 strays; /* bytes outside of frames, and frames that were begun and never ended */
} NetMllpFrame;

void net_mllp_frame_init(NetMllpFrame *frame, gsize cap);
void net_mllp_frame_clear(NetMllpFrame *frame);
/* Takes bytes in any pieces; `whole` is called for each frame, and stops the rest by FALSE.
 * FALSE: a message is larger than the cap, and the line cannot be used any more. */
gboolean net_mllp_frame_feed(NetMllpFrame *frame, const guint8 *bytes, gsize n,
                             gboolean (*whole)(const char *bytes, gsize n, gpointer data),
                             gpointer data);
/* The message in its frame. */
GBytes *net_mllp_frame_make(GBytes *message);

G_END_DECLS
#endif
