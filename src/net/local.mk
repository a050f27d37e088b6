libguichet_a_SOURCES += \
	include/guichet/net/folder.h %reldir%/folder.c
