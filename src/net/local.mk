libguichet_a_SOURCES += \
	include/guichet/net/folder.h %reldir%/folder.c \
	include/guichet/net/http.h %reldir%/http.c \
	include/guichet/net/multi.h %reldir%/multi.h %reldir%/multi.c
