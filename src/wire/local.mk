libguichet_a_SOURCES += \
	include/guichet/wire/fhir.h %reldir%/fhir.c \
	%reldir%/resource.h %reldir%/resource.c
