libguichet_a_SOURCES += \
	include/guichet/scribe/builtin.h \
	include/guichet/scribe/check.h \
	include/guichet/scribe/draft.h %reldir%/draft.c \
	%reldir%/finding.c %reldir%/finding.def \
	%reldir%/role.h %reldir%/role.c \
	include/guichet/scribe/transcript.h %reldir%/transcript.c \
	%reldir%/transcript_build.h %reldir%/transcript_build.c \
	%reldir%/transcript_cue.h %reldir%/transcript_cue.c \
	%reldir%/transcript_line.h %reldir%/transcript_line.c
