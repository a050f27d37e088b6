libguichet_a_SOURCES += \
	include/guichet/scribe/builtin.h \
	include/guichet/scribe/check.h \
	include/guichet/scribe/draft.h \
	%reldir%/finding.def \
	include/guichet/scribe/transcript.h
