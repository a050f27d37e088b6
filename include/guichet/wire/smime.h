/* S/MIME around a mail (RFC 8551, RFC 1847), as text: what is signed and encrypted is made
 * elsewhere (net/smime.h), here it is put together.  Not one byte of the mail itself is changed:
 * the whole message, its headers too, is what is signed.
 *
 * A mail that will be encrypted says so in itself (header protection, RFC 9788): hp="cipher", and
 * HP-Outer with the headers that others will see.  Its subject is not among them. */
#ifndef GUICHET_WIRE_SMIME_H
#define GUICHET_WIRE_SMIME_H

#include <glib.h>

G_BEGIN_DECLS

/* A mail of wire_mail_make() as one that will be encrypted; before it is signed by a person.
 * BASE_ERROR_DATA where it has no headers to speak of. */
gboolean wire_smime_protect(GBytes *mail, GBytes **ret, GError **error);
gboolean wire_smime_is_protected(GBytes *mail);

/* multipart/signed of the whole mail and its signature (DER): a part to be encrypted.  The same
 * bytes for the same input; BASE_ERROR_DATA where the boundary stands in the mail. */
gboolean wire_smime_signed(GBytes *mail, GBytes *signature, GBytes **ret, GError **error);

/* The message that leaves: the mail's own addresses, date and Message-ID over that part.  With
 * `hide` its subject is "[...]"; what else the mail's headers say is inside alone. */
gboolean wire_smime_message(GBytes *mail, GBytes *part, gboolean hide, GBytes **ret,
                            GError **error);
/* A part of what was encrypted (DER); `authenticated`: AuthEnvelopedData. */
GBytes *wire_smime_enveloped(GBytes *encrypted, gboolean authenticated);

G_END_DECLS
#endif
