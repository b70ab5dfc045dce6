# SPDX-License-Identifier: GPL-2.0
#
# What the base's own tools say of our kernel code, and shellcheck of the scripts.

CHECKPATCH = $(LINUX)/scripts/checkpatch.pl --no-tree --no-signoff --quiet --terse --show-types --max-line-length=100
# The list of counters is an X-macro, which is no function.
CHECKPATCH += --ignore COMPLEX_MACRO,TRAILING_SEMICOLON,MACRO_ARG_UNUSED
# In user space there is no linux/compiler.h.
CHECKPATCH_USER = $(CHECKPATCH),PREFER_DEFINED_ATTRIBUTE_MACRO
OBJS_guest := arch/x86/kernel/pvsched/
OBJS_host := $(patsubst host/%.c,arch/x86/kvm/pvsched/%.o,$(wildcard host/*.c)) \
	kernel/sched/fair.o $(SCHED_ALONE:%=%.o)
# Every file of ours that begins with #!
SCRIPTS = $(shell git ls-files -co --exclude-standard | xargs -d '\n' grep -lm1 '^\#!.*sh$$')

.PHONY: lint
lint: deps-test kernels
	@echo "1..6"; bad=0; \
	say() { if [ -s $(B)/lint-$$1.log ]; then sed 's/^/# /' $(B)/lint-$$1.log; echo "not ok $$2 $$1"; bad=1; else echo "ok $$2 $$1"; fi; }; \
	{ $(CHECKPATCH) -f $(SOURCES) || :; $(CHECKPATCH_USER) -f $(COMMAND_SOURCES) || :; for p in $(PATCHES); do $(CHECKPATCH) - < $$p || :; done; } 2>&1 | { grep -v '^total:' || :; } > $(B)/lint-checkpatch.log; say checkpatch 1; \
	{ $(call lint_build,guest); $(call lint_build,host); } > $(B)/lint-sparse-and-W1.log 2>&1; say sparse-and-W1 2; \
	shellcheck -x $(SCRIPTS) > $(B)/lint-shellcheck.log 2>&1 || :; say shellcheck 3; \
	tests/unit/check-cycles host $(call lint_out,host)/arch/x86/kvm/pvsched > $(B)/lint-cycles.log 2>&1 || :; say cycles 4; \
	{ sparse -D_GNU_SOURCE -Iabi $(filter %.c,$(COMMAND_SOURCES)) || :; mandoc -Tlint tools/pvsched/pvsched.8 || :; } \
		> $(B)/lint-command.log 2>&1; say command 5; \
	{ $(call lint_names,guest) > $(B)/lint-names.guest; $(call lint_names,host) | comm -12 - $(B)/lint-names.guest; } \
		> $(B)/lint-names.log 2>&1; say names 6; \
	exit $$bad

# What is global in our objects of a side: one kernel may have both sides built in.
lint_names = nm -g --defined-only $(addprefix $(call lint_out,$(1))/,$(patsubst %/,%/*.o,$(OBJS_$(1)))) | \
	awk 'NF == 3 && $$3 !~ /^__(pfx|SC|kstr|ksym|export)/ { print $$3 }' | sort -u

# $(call lint_build,SIDE): complaints of sparse and the compiler about our files,
# in a copy, so that the kernel's objects stay as they are. W=1 makes them anew.
lint_out = $(LINUX)/out-lint-$(1)
lint_build = $(call copy_out,$(1),$(lint_out)) && \
	{ $(call kmake,$(LINUX),$(lint_out)) -j$(JOBS) C=2 CF=-D__CHECK_ENDIAN__ W=1 $(OBJS_$(1)) 2>&1 || \
	echo "does not build"; } | { grep -E 'pvsched|does not build' || :; }
