libguichet_a_SOURCES += \
	include/guichet/calendar/zone.h %reldir%/zone.c %reldir%/windows.def %reldir%/tzif.h %reldir%/tzif.c \
	include/guichet/calendar/event.h %reldir%/event.c %reldir%/time.c \
	include/guichet/calendar/reader.h %reldir%/reader.c %reldir%/lines.h %reldir%/lines.c \
	%reldir%/property.h %reldir%/property.c %reldir%/vevent.h %reldir%/vevent.c %reldir%/vtimezone.c \
	%reldir%/recur.h %reldir%/recur.c \
	include/guichet/calendar/expander.h %reldir%/expander.c %reldir%/revision.h %reldir%/revision.c \
	%reldir%/arena.h %reldir%/arena.c \
	include/guichet/calendar/policy.h %reldir%/policy.c include/guichet/calendar/plan.h %reldir%/plan.c \
	include/guichet/calendar/invite.h %reldir%/invite.c \
	include/guichet/calendar/wording.h %reldir%/wording.c
if LATE
libguichet_a_SOURCES += %reldir%/late_ical.c
endif
