# SPDX-License-Identifier: GPL-2.0
#
# The series for a tree of one's own: our files in place of the links, then the
# hook patches. Git applies them to the base's own files, so a series that is
# written is one that "git am" takes.

G := $(B)/series.git
GIT := git -C $(G) -c user.name=pvsched -c user.email=pvsched@localhost.localdomain
HOOKED = $(sort $(shell sed -n 's,^--- a/,,p' $(PATCHES)))

$(G).pristine: $(B)/linux.patched
	@rm -rf "$(G)" && mkdir -p $(G)
	@cd $(LINUX) && cp --parents $(HOOKED) $(TOP)/$(G)
	@cd $(G) && for p in $$(tac $(TOP)/$(B)/series); do patch -Rsp1 -F0 --no-backup-if-mismatch < $(TOP)/$$p; done
	@git init -q $(G) && $(GIT) add -A && $(GIT) commit -qm "pristine" && $(GIT) tag pristine
	@touch $@

$(B)/pvsched.mbox: $(G).pristine $(SOURCES)
	@LINKS_abi="$(LINKS_abi)" LINKS_guest="$(LINKS_guest)" LINKS_host="$(LINKS_host)" \
		mk/series.sh $(TOP)/$(G) $@ > $(B)/mbox.log 2>&1 || \
		{ tail -n 5 $(B)/mbox.log >&2; echo "pvsched: cannot make the series; see $(B)/mbox.log" >&2; exit 1; }

.PHONY: patch
patch: deps-build $(B)/pvsched.mbox
	@echo "pvsched: $(B)/pvsched.mbox holds $$(grep -c '^Subject: ' $(B)/pvsched.mbox) patches; apply them to a 6.12.y tree with git am"

# The series as "git am" takes it: it leaves what the kernels were built from,
# and each side alone builds. That goes on from a copy of what the kernels were
# built into, so that only what differs is compiled.
ALONE := $(B)/alone
$(ALONE).copied: $(B)/linux.patched
	@rm -rf "$(ALONE)" && mkdir -p $(ALONE)
	@rsync -a --exclude='/out-*' --link-dest=$(LINUX) $(LINUX)/ $(ALONE)/linux
	@touch $@

.PHONY: check-series
check-series: $(B)/pvsched.mbox kernels $(ALONE).copied
	@echo "1..3"; bad=0; say() { if [ $$1 = 0 ]; then echo "ok $$2"; else echo "not ok $$2"; bad=1; fi; }; \
	{ $(call series_tree,both) && $(series_same); } > $(B)/series-both.log 2>&1 && r=0 || { r=1; sed 's/^/# /' $(B)/series-both.log; }; \
		say $$r "1 git am leaves what the kernels were built from"; \
	$(call series_build,guest); say $$r "2 the guest part alone builds"; \
	$(call series_build,host); say $$r "3 the host part alone builds"; \
	exit $$bad

# $(call series_tree,SIDE): what git am makes of the pristine tree goes into
# build/alone/linux, newer than any object, and never into the other tree's files.
series_tree = $(series_$(1)) && \
	rm -rf $(foreach l,$(LINKS),"$(ALONE)/linux/$(firstword $(subst =, ,$(l)))") && \
	$(GIT) archive HEAD | tar -xm -C $(ALONE)/linux
# To compare the two, the lab's own patches go on top of the series.
series_both = $(GIT) checkout -q --detach pristine && $(GIT) am -q $(TOP)/$(B)/pvsched.mbox \
	$(addprefix $(TOP)/,$(LAB_PATCHES))
series_guest = $(GIT) checkout -q --detach guest
series_host = $(GIT) checkout -q --detach abi && $(GIT) cherry-pick guest..host > /dev/null
# A file that moves elsewhere is left out where its folder was.
series_same = ! { diff -rq --exclude=.pc --exclude=patches --exclude='*.config' --exclude='out-*' $(LINUX) $(ALONE)/linux || :; } | \
	grep -v '^Only in $(LINUX)/\(arch/x86/k[a-z]*\|kernel/sched\)/pvsched[a-z/]*: '

# $(call series_build,SIDE): r=0 if the side's kernel builds from its own tree
series_out = $(TOP)/$(ALONE)/linux/out-$(1)
series_build = { $(call copy_out,$(1),$(series_out)) && $(call series_tree,$(1)) && \
	$(call kmake,$(TOP)/$(ALONE)/linux,$(series_out)) -j$(JOBS) olddefconfig bzImage; } \
	> $(B)/series-$(1).log 2>&1 && r=0 || { r=1; tail -n 20 $(B)/series-$(1).log | sed 's/^/\# /'; }
