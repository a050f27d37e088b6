libguichet_a_SOURCES += \
	include/guichet/cli/command.h %reldir%/command.def %reldir%/check.c %reldir%/style.c %reldir%/doctor.h %reldir%/doctor.c %reldir%/doctor_calendar.c %reldir%/doctor_clinic.c %reldir%/doctor_destination.c %reldir%/doctor_engine.c %reldir%/doctor_feed.c %reldir%/draft.c %reldir%/draft_chat.c %reldir%/draft_chat.h \
	%reldir%/calendar.h %reldir%/calendar.c %reldir%/calendar_expand.c %reldir%/calendar_sync.c \
	%reldir%/option.h %reldir%/option.c \
	%reldir%/password.h %reldir%/password.c \
	%reldir%/agenda.c %reldir%/audit.c %reldir%/backup.c %reldir%/certificate.c %reldir%/contract.c %reldir%/restore.c %reldir%/demo.c %reldir%/demo_calendar.h %reldir%/demo_calendar.c %reldir%/login_shell.c %reldir%/screen.c %reldir%/init.c %reldir%/patient.c %reldir%/patient_chart.h %reldir%/patient_chart.c %reldir%/user.c %reldir%/visit.c \
	%reldir%/agenda.c %reldir%/audit.c %reldir%/backup.c %reldir%/contract.c %reldir%/restore.c %reldir%/demo.c %reldir%/demo_calendar.h %reldir%/demo_calendar.c %reldir%/figures.c %reldir%/login_shell.c %reldir%/screen.c %reldir%/init.c %reldir%/patient.c %reldir%/patient_chart.h %reldir%/patient_chart.c %reldir%/user.c %reldir%/visit.c \
	%reldir%/item.c %reldir%/item_show.h %reldir%/item_show.c \
	%reldir%/item_amend.h %reldir%/item_amend.c \
	%reldir%/item_letter.h %reldir%/item_letter.c \
	%reldir%/listing.h %reldir%/listing.c \
	%reldir%/outbox.c %reldir%/queue.c %reldir%/reminders.c %reldir%/worker.c
