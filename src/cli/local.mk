libguichet_a_SOURCES += \
	include/guichet/cli/command.h %reldir%/command.def %reldir%/check.c %reldir%/draft.c %reldir%/calendar.c \
	%reldir%/option.h %reldir%/option.c \
	%reldir%/password.h %reldir%/password.c \
	%reldir%/audit.c %reldir%/init.c %reldir%/patient.c %reldir%/user.c %reldir%/visit.c
