# What a clinic can read, extend and override; one folder per kind of file.
include share/data.mk
include share/docs.mk
