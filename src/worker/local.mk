libguichet_a_SOURCES += \
	include/guichet/worker/run.h %reldir%/run.c %reldir%/run.h \
	include/guichet/worker/thread.h %reldir%/thread.c \
	%reldir%/draft.c %reldir%/draft.h \
	%reldir%/draft_chat.c %reldir%/draft_chat.h \
	%reldir%/draft_chart.c %reldir%/draft_chart.h \
	include/guichet/worker/chart.h %reldir%/chart.c %reldir%/chart.h %reldir%/chart_find.c \
	%reldir%/chart_list.c \
	include/guichet/worker/fallback.h %reldir%/fallback.c \
	include/guichet/worker/service.h %reldir%/service.c \
	include/guichet/worker/talk.h %reldir%/talk.c \
	include/guichet/worker/calendar.h %reldir%/calendar.c %reldir%/calendar.h \
	%reldir%/calendar_web.c %reldir%/calendar_dav.c %reldir%/calendar_dav_find.c %reldir%/calendar_sync.c %reldir%/calendar_turn.c \
	%reldir%/calendar_web.c %reldir%/calendar_dav.c %reldir%/calendar_fhir.c %reldir%/calendar_sync.c %reldir%/calendar_turn.c \
	%reldir%/inbox.c %reldir%/inbox.h \
	%reldir%/listen.c %reldir%/listen.h \
	%reldir%/channel.h %reldir%/channel.c %reldir%/channel_directory.c %reldir%/channel_maildir.c \
	%reldir%/channel_folder.h %reldir%/channel_folder.c %reldir%/channel_smtp.c \
	include/guichet/worker/probe.h %reldir%/probe.c \
	%reldir%/smime.c %reldir%/smime.h \
	%reldir%/parcel.c %reldir%/parcel.h \
	%reldir%/piece.c %reldir%/piece.h \
	%reldir%/mailbox.c %reldir%/mailbox.h %reldir%/channel_imap.c \
	%reldir%/remind.c %reldir%/remind.h
libguichet_a_SOURCES += \
	%reldir%/channel.h %reldir%/channel_fhir.c %reldir%/channel_mllp.c %reldir%/fhir_peer.h %reldir%/fhir_peer.c \
	%reldir%/fhir_status.h %reldir%/fhir_status.c
