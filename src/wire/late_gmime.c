/* GMime, loaded at its first call (guichet/base/library.h). */
#include <gmime/gmime.h>

#include "config.h" /* GUICHET_SONAME_… */
#include "guichet/base/library.h"

static BaseLibrary library = {GUICHET_SONAME_GMIME, 0};

BASE_LIBRARY(library, GMimeDataWrapper *, g_mime_data_wrapper_new_with_stream,
             (GMimeStream * a, GMimeContentEncoding b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_format_options_free, (GMimeFormatOptions * a), (a))
BASE_LIBRARY(library, GMimeFormatOptions *, g_mime_format_options_new, (void), ())
BASE_LIBRARY_VOID(library, g_mime_format_options_set_newline_format,
                  (GMimeFormatOptions * a, GMimeNewLineFormat b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_format_options_set_param_encoding_method,
                  (GMimeFormatOptions * a, GMimeParamEncodingMethod b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_init, (void), ())
BASE_LIBRARY(library, InternetAddressList *, g_mime_message_get_addresses,
             (GMimeMessage * a, GMimeAddressType b), (a, b))
BASE_LIBRARY(library, GMimeMessage *, g_mime_message_new, (gboolean a), (a))
BASE_LIBRARY_VOID(library, g_mime_message_set_date, (GMimeMessage * a, GDateTime *b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_message_set_message_id, (GMimeMessage * a, const char *b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_message_set_mime_part, (GMimeMessage * a, GMimeObject *b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_message_set_subject,
                  (GMimeMessage * a, const char *b, const char *c), (a, b, c))
BASE_LIBRARY_VOID(library, g_mime_multipart_add, (GMimeMultipart * a, GMimeObject *b), (a, b))
BASE_LIBRARY(library, GMimeMultipart *, g_mime_multipart_new_with_subtype, (const char *a), (a))
BASE_LIBRARY_VOID(library, g_mime_multipart_set_boundary, (GMimeMultipart * a, const char *b),
                  (a, b))
BASE_LIBRARY(library, GType, g_mime_object_get_type, (void), ())
BASE_LIBRARY_VOID(library, g_mime_object_set_content_type_parameter,
                  (GMimeObject * a, const char *b, const char *c), (a, b, c))
BASE_LIBRARY_VOID(library, g_mime_object_set_disposition, (GMimeObject * a, const char *b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_object_set_header,
                  (GMimeObject * a, const char *b, const char *c, const char *d), (a, b, c, d))
BASE_LIBRARY(library, ssize_t, g_mime_object_write_to_stream,
             (GMimeObject * a, GMimeFormatOptions *b, GMimeStream *c), (a, b, c))
BASE_LIBRARY(library, GMimePart *, g_mime_part_new_with_type, (const char *a, const char *b),
             (a, b))
BASE_LIBRARY_VOID(library, g_mime_part_set_content, (GMimePart * a, GMimeDataWrapper *b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_part_set_content_encoding,
                  (GMimePart * a, GMimeContentEncoding b), (a, b))
BASE_LIBRARY_VOID(library, g_mime_part_set_filename, (GMimePart * a, const char *b), (a, b))
BASE_LIBRARY(library, GType, g_mime_stream_mem_get_type, (void), ())
BASE_LIBRARY(library, GMimeStream *, g_mime_stream_mem_new_with_buffer, (const char *a, size_t b),
             (a, b))
BASE_LIBRARY(library, GMimeStream *, g_mime_stream_mem_new_with_byte_array, (GByteArray * a), (a))
BASE_LIBRARY_VOID(library, g_mime_stream_mem_set_owner, (GMimeStreamMem * a, gboolean b), (a, b))
BASE_LIBRARY(library, const char *, g_mime_content_type_get_parameter,
             (GMimeContentType * a, const char *b), (a, b))
BASE_LIBRARY(library, gboolean, g_mime_content_type_is_type,
             (GMimeContentType * a, const char *b, const char *c), (a, b, c))
BASE_LIBRARY(library, ssize_t, g_mime_data_wrapper_write_to_stream,
             (GMimeDataWrapper * a, GMimeStream *b), (a, b))
BASE_LIBRARY(library, GMimeObject *, g_mime_message_get_mime_part, (GMimeMessage * a), (a))
BASE_LIBRARY(library, GMimeMessage *, g_mime_message_part_get_message, (GMimeMessagePart * a), (a))
BASE_LIBRARY(library, GType, g_mime_message_part_get_type, (void), ())
BASE_LIBRARY(library, int, g_mime_multipart_get_count, (GMimeMultipart * a), (a))
BASE_LIBRARY(library, GMimeObject *, g_mime_multipart_get_part, (GMimeMultipart * a, int b), (a, b))
BASE_LIBRARY(library, GType, g_mime_multipart_get_type, (void), ())
BASE_LIBRARY(library, GMimeContentType *, g_mime_object_get_content_type, (GMimeObject * a), (a))
BASE_LIBRARY(library, const char *, g_mime_object_get_header, (GMimeObject * a, const char *b),
             (a, b))
BASE_LIBRARY(library, GMimeMessage *, g_mime_parser_construct_message,
             (GMimeParser * a, GMimeParserOptions *b), (a, b))
BASE_LIBRARY(library, GMimeParser *, g_mime_parser_new_with_stream, (GMimeStream * a), (a))
BASE_LIBRARY(library, GMimeDataWrapper *, g_mime_part_get_content, (GMimePart * a), (a))
BASE_LIBRARY(library, GType, g_mime_part_get_type, (void), ())
BASE_LIBRARY(library, int, internet_address_list_add, (InternetAddressList * a, InternetAddress *b),
             (a, b))
BASE_LIBRARY(library, InternetAddress *, internet_address_mailbox_new,
             (const char *a, const char *b), (a, b))
BASE_LIBRARY_VOID(library, internet_address_set_charset, (InternetAddress * a, const char *b),
                  (a, b))
