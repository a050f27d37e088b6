libguichet_a_SOURCES += \
	include/guichet/wire/fhir.h %reldir%/fhir.c \
	%reldir%/resource.h %reldir%/resource.c
libguichet_a_SOURCES += \
	include/guichet/wire/code.h %reldir%/code.c \
	%reldir%/vital.h %reldir%/vital.c \
	include/guichet/wire/hl7.h %reldir%/hl7.h %reldir%/hl7.c \
	%reldir%/hl7_charset.c %reldir%/hl7_escape.c %reldir%/hl7_time.c %reldir%/hl7_writer.c \
	include/guichet/wire/hl7_ack.h %reldir%/hl7_ack.c \
	include/guichet/wire/hl7_event.h %reldir%/hl7_event.c \
	include/guichet/wire/hl7_note.h %reldir%/hl7_note.c
libguichet_a_SOURCES += \
	include/guichet/wire/fhir_answer.h %reldir%/fhir_answer.c \
	include/guichet/wire/fhir_context.h %reldir%/fhir_context.c \
	include/guichet/wire/fhir_status.h %reldir%/fhir_status.c include/guichet/wire/fhir_step.h %reldir%/fhir_step.c \
	%reldir%/said.h %reldir%/said.c
libguichet_a_SOURCES += include/guichet/wire/chat.h %reldir%/chat.c %reldir%/chat_reader.c
libguichet_a_SOURCES += \
	include/guichet/wire/mail.h %reldir%/mail.c \
	include/guichet/wire/dsn.h %reldir%/dsn.c \
	include/guichet/wire/smime.h %reldir%/smime.c \
	%reldir%/mime.h %reldir%/mime.c
libguichet_a_SOURCES += include/guichet/wire/dav.h %reldir%/dav.c
if LATE
libguichet_a_SOURCES += %reldir%/late_gmime.c %reldir%/late_xml.c
endif
