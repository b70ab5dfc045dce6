# SPDX-License-Identifier: GPL-2.0
#
# The series for a tree of one's own, a patch for each feature: series.sh makes it of
# our files, the hook patches and series/, which says what belongs together. Git
# applies the hooks to the base's own files, so a series that is written is one that
# "git am" takes.

G := $(B)/series.git
GIT := git -C $(G) -c user.name=pvsched -c user.email=pvsched@localhost.localdomain
SERIES_HOOKS := $(foreach name,documentation.patch maintainers.patch selftests.patch,$(call hook,series/hooks,$(name)))
STEPS := $(notdir $(wildcard series/[0-9]*))
HOOKED = $(sort $(shell sed -n 's,^--- a/,,p' $(PATCHES) $(SERIES_HOOKS)))
export SIGNOFF ?=

$(G).pristine: $(B)/linux.patched $(SERIES_HOOKS)
	@rm -rf "$(G)" && mkdir -p $(G)
	@cd $(LINUX) && cp --parents $(HOOKED) $(TOP)/$(G)
	@cd $(G) && for p in $$(tac $(TOP)/$(B)/series); do patch -Rsp1 -F0 --no-backup-if-mismatch < $(TOP)/$$p; done
	@git init -q $(G) && $(GIT) add -A && $(GIT) commit -qm "pristine" && $(GIT) tag pristine
	@touch $@

# $(call series,MBOX[,SIDE])
series = HOOKS="$(PATCHES) $(SERIES_HOOKS)" LINKS="$(LINKS) $(LINKS_series)" mk/series.sh $(TOP)/$(G) $(1) $(2)

# What signs off is asked for, never made up: another name is another series.
$(B)/signoff: FORCE | $(B)
	@[ "$$(cat $@ 2>/dev/null)" = "$$SIGNOFF" ] || echo "$$SIGNOFF" > $@

$(B)/pvsched.mbox: $(G).pristine $(SOURCES) $(wildcard series/[0-9]* tests/selftests/*.[ch]) mk/series.sh mk/table.awk $(B)/signoff
	@$(call series,$@) > $(B)/mbox.log 2>&1 || \
		{ tail -n 5 $(B)/mbox.log >&2; echo "pvsched: cannot make the series; see $(B)/mbox.log" >&2; exit 1; }

.PHONY: patch
patch: deps-build $(B)/pvsched.mbox
	@echo "pvsched: $(B)/pvsched.mbox holds $$(grep -c '^Subject: ' $(B)/pvsched.mbox) patches; apply them to a $(BASE).y tree with git am"
	@[ -n "$$SIGNOFF" ] || echo "pvsched: they are not signed off; make patch SIGNOFF='Name <mail>' does that"

# The series as "git am" takes it: it leaves what the kernels were built from, each
# side alone builds, and so does each commit, unless STEPS is empty. That goes on from a
# copy of what the kernels were built into, so that only what differs is compiled.
ALONE := $(B)/alone
$(ALONE).copied: $(B)/linux.patched
	@rm -rf "$(ALONE)" && mkdir -p $(ALONE)
	@rsync -a --exclude='/out-*' --link-dest=$(LINUX) $(LINUX)/ $(ALONE)/linux
	@touch $@

SERIES_CHECKS := same style alone-guest alone-host
.PHONY: check-series $(SERIES_CHECKS:%=series-%) $(STEPS:%=series-%)
check-series: $(B)/pvsched.mbox kernels $(ALONE).copied
	@. mk/lib.sh; number=0; bad=0; echo "1..$(words $(SERIES_CHECKS) $(STEPS))"; for c in $(SERIES_CHECKS) $(STEPS); do \
		number=$$((number + 1)); ktap $$number $$c $(MAKE) -s series-$$c || bad=1; done; exit $$bad

# Bring the commit that is checked out into build/alone/linux. What changes there is newer
# than any object, and never goes into the other tree's files.
series_put = rm -rf $(G).files $(foreach l,$(LINKS),"$(ALONE)/linux/$(firstword $(subst =, ,$(l)))"); mkdir $(G).files; \
	$(GIT) archive HEAD | tar -x -C $(G).files; rsync -rc $(G).files/ $(ALONE)/linux

# What git am leaves, with the lab's own patches on top of it, is what the kernels were built
# from. A file that moves elsewhere is left out where its folder was; prose and selftests are
# in the series alone.
series-same:
	@$(GIT) checkout -q --detach pristine; $(GIT) am -q $(TOP)/$(B)/pvsched.mbox $(addprefix $(TOP)/,$(LAB_PATCHES))
	@$(series_put)
	@! { diff -rq --exclude=.pc --exclude=patches --exclude='*.config' --exclude='out-*' \
		--exclude=Documentation --exclude=MAINTAINERS --exclude=selftests $(LINUX) $(ALONE)/linux || :; } | \
		grep -v '^Only in $(LINUX)/\(arch/x86/k[a-z]*\|kernel/sched\)/pvsched[a-z/]*: '

# Left out: the counters' X-macros; tracepoints, which look as everywhere in the kernel; what
# guests share with a selftest; constants of headers that userspace has as well; and that
# MAINTAINERS may need an entry, which it gets in the first patch.
NO_STYLE := COMPLEX_MACRO,TRAILING_SEMICOLON,MACRO_ARG_UNUSED,MACRO_ARG_REUSE,MACRO_WITH_FLOW_CONTROL,OPEN_ENDED_LINE,$\
	PARENTHESIS_ALIGNMENT,SPACING,VOLATILE,CAMELCASE,BIT_MACRO,AVOID_EXTERNS,EMBEDDED_FUNCTION_NAME,FILE_PATH_CHANGES
series-style:
	@rm -rf $(B)/series.patches; $(GIT) format-patch -q -o $(TOP)/$(B)/series.patches pristine..HEAD~$(words $(LAB_PATCHES))
	@cd $(B)/series.patches; perl $(LINUX)/scripts/checkpatch.pl --strict --no-tree --no-signoff --quiet --terse \
		--show-types --ignore $(NO_STYLE) *.patch

# $(call series_build,KERNEL,OUT[,SCRIPT[,TARGETS]]): build it in a folder OUT of the tree, from
# its configuration as the sed SCRIPT leaves it
series_build = [ -d $(ALONE)/linux/$(2) ] || { $(call copy_out,$(1),$(TOP)/$(ALONE)/linux/$(2)); }; \
	sed '$(3)' $(B)/$(1)/.config > $(ALONE)/linux/$(2)/.config; \
	$(call kmake,$(TOP)/$(ALONE)/linux,$(TOP)/$(ALONE)/linux/$(2)) -j$(JOBS) olddefconfig $(or $(4),bzImage)

series-alone-guest series-alone-host: series-alone-%:
	@$(call series,$(B)/$*.mbox,$*)
	@$(series_put)
	@$(call series_build,$*,out-$*)

# With the options on, built in and as modules, and off
$(STEPS:%=series-%): series-%:
	@$(GIT) checkout -q --detach pvsched-$*; $(series_put)
	@$(foreach side,$(if $(findstring -guest-,$*),guest,$(if $(findstring -host-,$*),host,guest host)),\
		$(call series_build,$(side),out-$(side)); $(call series_build,$(side),out-off-$(side),/PVSCHED/d);)
	@$(if $(findstring -guest-,$*),,$(call series_build,host,out-modules,s/^\(CONFIG_KVM\(_INTEL\|_AMD\)*\)=y/\1=m/,bzImage modules))
