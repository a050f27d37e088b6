/* GMime, once for all files of this room that use it. */
#ifndef GUICHET_WIRE_MIME_H
#define GUICHET_WIRE_MIME_H

/* Before its first use; any number of times, on any thread. */
void wire_mime_start(void);

#endif
