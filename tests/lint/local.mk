LINT_TESTS = \
	%reldir%/banned.sh \
	%reldir%/bootstrap.sh \
	%reldir%/docs.sh \
	%reldir%/exports.sh \
	%reldir%/format.sh \
	%reldir%/french.sh \
	%reldir%/layers.sh \
	%reldir%/lists.sh \
	%reldir%/sizes.sh \
	%reldir%/selftest.sh
TESTS += $(LINT_TESTS)
EXTRA_DIST += $(LINT_TESTS) \
	%reldir%/lib.sh \
	%reldir%/banned.awk \
	%reldir%/binder.awk \
	%reldir%/layers.awk \
	%reldir%/listed.awk \
	%reldir%/messages.awk \
	%reldir%/strip.awk
