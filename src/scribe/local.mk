libguichet_a_SOURCES += \
	include/guichet/scribe/builtin.h %reldir%/builtin.c \
	include/guichet/scribe/check.h \
	include/guichet/scribe/draft.h %reldir%/draft.c \
	%reldir%/finding.c %reldir%/finding.def \
	%reldir%/role.h %reldir%/role.c \
	include/guichet/scribe/transcript.h %reldir%/transcript.c \
	%reldir%/transcript_build.h %reldir%/transcript_build.c \
	%reldir%/transcript_cue.h %reldir%/transcript_cue.c \
	%reldir%/transcript_line.h %reldir%/transcript_line.c \
	%reldir%/candidate.h %reldir%/candidate.c \
	%reldir%/engine.h %reldir%/engine.c \
	%reldir%/english.h %reldir%/english.c \
	%reldir%/feature.h %reldir%/feature.c \
	%reldir%/language.h %reldir%/language.c \
	%reldir%/model.h %reldir%/model.c \
	%reldir%/note.h %reldir%/note.c \
	%reldir%/numeral.h %reldir%/numeral.c %reldir%/section.def \
	%reldir%/plan.h %reldir%/plan.c \
	%reldir%/speech.h %reldir%/speech.c \
	%reldir%/system.h %reldir%/system.c
