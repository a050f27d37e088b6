libguichet_a_SOURCES += \
	include/guichet/net/folder.h %reldir%/folder.c \
	include/guichet/net/http.h %reldir%/http.c \
	include/guichet/net/smtp.h %reldir%/smtp.c \
	include/guichet/net/imap.h %reldir%/imap.c \
	include/guichet/net/multi.h %reldir%/multi.h %reldir%/multi.c \
	include/guichet/net/certificate.h %reldir%/certificate.h %reldir%/certificate.c \
	include/guichet/net/smime.h %reldir%/smime.c \
	include/guichet/net/smart.h %reldir%/smart.c \
	include/guichet/net/mllp.h %reldir%/mllp.c %reldir%/mllp_listen.c \
	%reldir%/mllp_frame.h %reldir%/mllp_frame.c \
	%reldir%/stream.h %reldir%/stream.c %reldir%/tls.h %reldir%/tls.c
if LATE
libguichet_a_SOURCES += %reldir%/late_curl.c %reldir%/late_crypto.c %reldir%/late_jwt.c %reldir%/late_ssl.c
endif
