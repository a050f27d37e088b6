/* libxml2, loaded at its first call (guichet/base/library.h). */
#include <libxml/xmlreader.h>

#include "config.h" /* GUICHET_SONAME_… */
#include "guichet/base/library.h"

static BaseLibrary library = {GUICHET_SONAME_XML, 0};

BASE_LIBRARY_VOID(library, xmlFreeTextReader, (xmlTextReaderPtr a), (a))
BASE_LIBRARY_VOID(library, xmlInitParser, (void), ())
BASE_LIBRARY(library, xmlTextReaderPtr, xmlReaderForMemory,
             (const char *a, int b, const char *c, const char *d, int e), (a, b, c, d, e))
BASE_LIBRARY(library, const xmlChar *, xmlTextReaderConstLocalName, (xmlTextReaderPtr a), (a))
BASE_LIBRARY(library, const xmlChar *, xmlTextReaderConstNamespaceUri, (xmlTextReaderPtr a), (a))
BASE_LIBRARY(library, const xmlChar *, xmlTextReaderConstValue, (xmlTextReaderPtr a), (a))
BASE_LIBRARY(library, int, xmlTextReaderIsEmptyElement, (xmlTextReaderPtr a), (a))
BASE_LIBRARY(library, int, xmlTextReaderMoveToAttribute, (xmlTextReaderPtr a, const xmlChar *b),
             (a, b))
BASE_LIBRARY(library, int, xmlTextReaderMoveToElement, (xmlTextReaderPtr a), (a))
BASE_LIBRARY(library, int, xmlTextReaderNodeType, (xmlTextReaderPtr a), (a))
BASE_LIBRARY(library, int, xmlTextReaderRead, (xmlTextReaderPtr a), (a))
