libguichet_a_SOURCES += \
	include/guichet/base/clock.h %reldir%/clock.c \
	include/guichet/base/conf.h %reldir%/conf.c %reldir%/conf.def \
	include/guichet/base/error.h %reldir%/error.c \
	include/guichet/base/file.h %reldir%/file.c \
	include/guichet/base/i18n.h \
	include/guichet/base/library.h %reldir%/library.c \
	include/guichet/base/log.h %reldir%/log.c \
	include/guichet/base/template.h %reldir%/template.c \
	include/guichet/base/text.h %reldir%/text.c
