# The French messages where a build that is not installed finds them (GUICHET_LOCALEDIR).
noinst_DATA = %reldir%/locale/fr/LC_MESSAGES/guichet.mo
CLEANFILES += %reldir%/locale/fr/LC_MESSAGES/guichet.mo
%reldir%/locale/fr/LC_MESSAGES/guichet.mo: %reldir%/po/fr.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(GMSGFMT) -o $@.tmp $(srcdir)/share/po/fr.po && mv $@.tmp $@

# The licence, and whom the learned weights owe.
doc_DATA = README COPYING

# Manual pages with the tables spliced in, the completion, and the units.
noinst_PROGRAMS += docgen
docgen_SOURCES = %reldir%/docgen.c src/base/conf.def src/cli/command.def src/clinic/item.def \
	src/clinic/role.def

DOC_SECTIONS = COMMANDS KEYS SETTINGS STATES ROLES
man1_MANS += %reldir%/man/guichet.1
man5_MANS += %reldir%/man/guichet.conf.5
EXTRA_DIST += %reldir%/man/guichet.1.in %reldir%/man/guichet.conf.5.in
CLEANFILES += %reldir%/man/guichet.1 %reldir%/man/guichet.conf.5

# Each @SECTION@ line gives way to what docgen prints of that table.
DOC_SPLICE = $(MKDIR_P) $(@D) && cp $(srcdir)/$@.in $@.part && chmod u+w $@.part && \
	for section in $(DOC_SECTIONS); do \
	  ./docgen$(EXEEXT) $$section >$@.section && \
	  $(SED) -e "/^@$$section@\$$/{" -e "r $@.section" -e d -e "}" $@.part >$@.tmp && \
	  mv $@.tmp $@.part || exit 1; \
	done && rm -f $@.section && \
	$(SED) -e 's|@VERSION[@]|$(VERSION)|g' -e 's|@PKGDATADIR[@]|$(pkgdatadir)|g' $@.part >$@.tmp && \
	rm -f $@.part && mv $@.tmp $@

%reldir%/man/guichet.1: %reldir%/man/guichet.1.in docgen$(EXEEXT)
	$(AM_V_GEN)$(DOC_SPLICE)
%reldir%/man/guichet.conf.5: %reldir%/man/guichet.conf.5.in docgen$(EXEEXT)
	$(AM_V_GEN)$(DOC_SPLICE)

bashcompletiondir = $(datadir)/bash-completion/completions
bashcompletion_DATA = %reldir%/completions/guichet
EXTRA_DIST += %reldir%/completions/guichet.in
CLEANFILES += %reldir%/completions/guichet
%reldir%/completions/guichet: %reldir%/completions/guichet.in docgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	words=`./docgen$(EXEEXT) words` && \
	$(SED) -e "s|@WORDS[@]|$$words|" $(srcdir)/$@.in >$@.tmp && mv $@.tmp $@

EXTRA_DIST += %reldir%/systemd/guichet-worker.service.in
if HAVE_SYSTEMD
systemdsystemunit_DATA = %reldir%/systemd/guichet-worker.service
endif
CLEANFILES += %reldir%/systemd/guichet-worker.service
%reldir%/systemd/guichet-worker.service: %reldir%/systemd/guichet-worker.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(SED) -e 's|@BINDIR[@]|$(bindir)|g' $(srcdir)/$@.in >$@.tmp && mv $@.tmp $@
