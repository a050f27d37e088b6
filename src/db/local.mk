libguichet_a_SOURCES += \
	include/guichet/db/conn.h %reldir%/conn.h %reldir%/conn.c \
	%reldir%/driver.h %reldir%/driver_sqlite.c \
	%reldir%/migrate.h %reldir%/migrate.c \
	%reldir%/rows.c \
	%reldir%/stmt.h %reldir%/stmt.c %reldir%/stmt.def \
	%reldir%/value.h %reldir%/value.c
