libguichet_a_SOURCES += \
	include/guichet/clinic/audit.h %reldir%/audit.c \
	%reldir%/consent.h %reldir%/consent.c \
	%reldir%/import.h %reldir%/import.c \
	include/guichet/clinic/item.h %reldir%/item.def \
	include/guichet/clinic/job.h \
	include/guichet/clinic/outbox.h \
	include/guichet/clinic/patient.h %reldir%/patient.h %reldir%/patient.c \
	%reldir%/proof.h %reldir%/proof.c \
	include/guichet/clinic/queue.h \
	%reldir%/reason.def \
	include/guichet/clinic/review.h \
	%reldir%/role.h %reldir%/role.c %reldir%/role.def \
	include/guichet/clinic/session.h %reldir%/session.h %reldir%/session.c \
	include/guichet/clinic/user.h %reldir%/user.c \
	include/guichet/clinic/visit.h %reldir%/visit.h %reldir%/visit.c \
	%reldir%/visit_import.c \
	%reldir%/visit_kind.def \
	%reldir%/visit_read.c
