#include "net/mllp_frame.h"

#define VT 0x0Bu
#define FS 0x1Cu
#define CR 0x0Du

void
net_mllp_frame_init(NetMllpFrame *frame, gsize cap)
{
  *frame = (NetMllpFrame){.held = g_byte_array_new(), .cap = cap};
}

void
net_mllp_frame_clear(NetMllpFrame *frame)
{
  g_byte_array_unref(frame->held);
  frame->held = NULL;
}

static void
frame_begin(NetMllpFrame *frame)
{
  frame->inside = TRUE;
  frame->after_fs = FALSE;
  g_byte_array_set_size(frame->held, 0);
}

static gboolean
frame_end(NetMllpFrame *frame, gboolean (*whole)(const char *, gsize, gpointer), gpointer data)
{
  g_autoptr(GByteArray) done = frame->held;
  frame->held = g_byte_array_new();
  frame->inside = frame->after_fs = FALSE;
  return whole((const char *)done->data, done->len, data);
}

/* One byte inside a frame.  FALSE ends the feeding. */
static gboolean
frame_byte(NetMllpFrame *frame, guint8 byte, gboolean (*whole)(const char *, gsize, gpointer),
           gpointer data)
{
  if (frame->after_fs && byte == CR)
    return frame_end(frame, whole, data);
  if (frame->after_fs && byte == VT) { /* the CR was forgotten */
    if (!frame_end(frame, whole, data))
      return FALSE;
    frame_begin(frame);
    return TRUE;
  }
  if (byte == VT) { /* the one before was never ended */
    frame->strays++;
    frame_begin(frame);
    return TRUE;
  }
  if (frame->after_fs) {
    const guint8 fs = FS;
    g_byte_array_append(frame->held, &fs, 1);
  }
  frame->after_fs = byte == FS;
  if (!frame->after_fs)
    g_byte_array_append(frame->held, &byte, 1);
  return TRUE;
}

/* Bytes that are neither FS nor VT are the message's own. */
static gsize
plain_length(const guint8 *bytes, gsize n)
{
  gsize at = 0;
  while (at < n && bytes[at] != FS && bytes[at] != VT)
    at++;
  return at;
}

gboolean
net_mllp_frame_feed(NetMllpFrame *frame, const guint8 *bytes, gsize n,
                    gboolean (*whole)(const char *bytes, gsize n, gpointer data), gpointer data)
{
  for (gsize at = 0; at < n;) {
    gsize plain = frame->inside && !frame->after_fs ? plain_length(bytes + at, n - at) : 0;
    if (plain > 0) {
      g_byte_array_append(frame->held, bytes + at, (guint)plain);
      at += plain;
    } else if (frame->inside) {
      if (!frame_byte(frame, bytes[at++], whole, data))
        return TRUE;
    } else if (bytes[at++] == VT) {
      frame_begin(frame);
    } else {
      frame->strays++;
    }
    if (frame->held->len > frame->cap)
      return FALSE;
  }
  return TRUE;
}

GBytes *
net_mllp_frame_make(GBytes *message)
{
  const guint8 head = VT, tail[] = {FS, CR};
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data(message, &n);
  GByteArray *made = g_byte_array_sized_new((guint)n + 3);
  g_byte_array_append(made, &head, 1);
  g_byte_array_append(made, bytes, (guint)n);
  g_byte_array_append(made, tail, 2);
  return g_byte_array_free_to_bytes(made);
}
