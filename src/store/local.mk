libguichet_a_SOURCES += \
	include/guichet/store/anchor.h %reldir%/anchor.c \
	%reldir%/box.h %reldir%/box.c \
	include/guichet/store/chain.h %reldir%/chain.c \
	%reldir%/consent.c \
	%reldir%/event.c %reldir%/event.def \
	include/guichet/store/handle.h %reldir%/handle.h %reldir%/handle.c \
	include/guichet/store/line.h %reldir%/line.h %reldir%/line.c \
	include/guichet/store/login.h %reldir%/login.c \
	include/guichet/store/patient.h %reldir%/patient.c \
	%reldir%/row.h %reldir%/row.c \
	include/guichet/store/tx.h %reldir%/tx.c \
	include/guichet/store/user.h %reldir%/user.c \
	include/guichet/store/visit.h %reldir%/visit.c
