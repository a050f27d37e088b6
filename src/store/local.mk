libguichet_a_SOURCES += \
	%reldir%/box.h %reldir%/box.c \
	%reldir%/event.c %reldir%/event.def \
	include/guichet/store/handle.h %reldir%/handle.h %reldir%/handle.c \
	%reldir%/line.h %reldir%/line.c \
	%reldir%/row.h %reldir%/row.c \
	include/guichet/store/tx.h %reldir%/tx.c
