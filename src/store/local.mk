libguichet_a_SOURCES += \
	include/guichet/store/anchor.h %reldir%/anchor.c \
	include/guichet/store/backup.h %reldir%/backup.c \
	include/guichet/store/appointment.h %reldir%/appointment.c \
	%reldir%/box.h %reldir%/box.c \
	include/guichet/store/calendar.h %reldir%/calendar.c \
	include/guichet/store/chart.h %reldir%/chart.c \
	include/guichet/store/chain.h %reldir%/chain.c \
	%reldir%/consent.c \
	include/guichet/store/feed.h %reldir%/feed.c \
	include/guichet/store/certificate.h %reldir%/certificate.c \
	include/guichet/store/contract.h %reldir%/contract.c \
	include/guichet/store/returned.h %reldir%/returned.c \
	include/guichet/store/destination.h %reldir%/destination.c \
	include/guichet/store/entry.h %reldir%/entry.c \
	include/guichet/store/decision.h %reldir%/decision.c \
	%reldir%/event.c %reldir%/event.def \
	include/guichet/store/figure.h %reldir%/figure.c \
	include/guichet/store/handle.h %reldir%/handle.h %reldir%/handle.c \
	include/guichet/store/item.h %reldir%/item.c \
	include/guichet/store/job.h %reldir%/job.c \
	include/guichet/store/journal.h %reldir%/journal.c \
	include/guichet/store/line.h %reldir%/line.h %reldir%/line.c \
	include/guichet/store/login.h %reldir%/login.c \
	include/guichet/store/look.h %reldir%/look.c \
	include/guichet/store/outbox.h %reldir%/outbox.c \
	include/guichet/store/patient.h %reldir%/patient.c \
	include/guichet/store/reminder.h %reldir%/reminder.c \
	include/guichet/store/revision.h %reldir%/revision.c \
	%reldir%/row.h %reldir%/row.c \
	include/guichet/store/tx.h %reldir%/tx.c \
	include/guichet/store/user.h %reldir%/user.c \
	include/guichet/store/visit.h %reldir%/visit.c \
	include/guichet/store/style.h %reldir%/style.c \
	include/guichet/store/choice.h %reldir%/choice.c \
	include/guichet/store/amendment.h %reldir%/amendment.c \
	include/guichet/store/letter.h %reldir%/letter.c
