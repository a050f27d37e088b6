libguichet_a_SOURCES += \
	include/guichet/wire/fhir.h %reldir%/fhir.c \
	%reldir%/resource.h %reldir%/resource.c \
	include/guichet/wire/chat.h %reldir%/chat.c %reldir%/chat_reader.c
