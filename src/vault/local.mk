libguichet_a_SOURCES += \
	include/guichet/vault/chain.h %reldir%/chain.c \
	include/guichet/vault/host.h %reldir%/host.c \
	include/guichet/vault/key.h %reldir%/key.h %reldir%/key.c \
	include/guichet/vault/password.h %reldir%/password.c \
	include/guichet/vault/process.h %reldir%/process.c \
	include/guichet/vault/seal.h %reldir%/seal.c \
	include/guichet/vault/tag.h %reldir%/tag.c
