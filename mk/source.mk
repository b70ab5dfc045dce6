# SPDX-License-Identifier: GPL-2.0
#
# The source tree of both kernels: the base, unpacked once into $(B)/linux, with
# our files linked into it and the hook patches applied.

LINUX := $(TOP)/$(B)/linux

# Where our files live in the kernel tree: PATH=SOURCE. A folder comes before the
# files of it that live elsewhere.
LINKS_abi := arch/x86/include/uapi/asm/pvsched.h=abi/pvsched.h
LINKS_guest := arch/x86/kernel/pvsched=guest
LINKS_guest += include/linux/pvsched_guest.h=guest/pvsched.h
LINKS_guest += include/linux/pvsched_preferred.h=guest/preferred.h
LINKS_host := arch/x86/kvm/pvsched=host
LINKS_host += arch/x86/include/asm/kvm_pvsched.h=host/counters.h
LINKS_host += arch/x86/include/asm/kvm_pvsched_vcpu.h=host/vcpu.h
LINKS_host += kernel/sched/pvsched=host/sched
# Of those the ones that are objects of their own, and no part of fair.o
SCHED_ALONE := $(addprefix kernel/sched/pvsched/,vms capacity)
LINKS_host += include/linux/pvsched_sched.h=host/sched/pvsched_sched.h
LINKS := $(LINKS_abi) $(LINKS_guest) $(LINKS_host)
# What the series alone has
LINKS_series := Documentation/virt/kvm/x86/pvsched.rst=abi/pvsched.rst
LINKS_series += tools/testing/selftests/kvm/$(SELFTESTS_ARCH)=tests/selftests

# The kernel code, and what goes into a series
SOURCES = $(wildcard abi/pvsched.h $(foreach dir,guest host host/*,$(dir)/*.[ch] $(dir)/K*))

QUILT := QUILT_PATCHES=$(TOP) QUILT_SERIES=$(TOP)/$(B)/series quilt --quiltrc=-
# The hook patches of a folder, in the order of its series, a name a line; behind it are the bases
# that need the hook, if not all do. A hook that cannot serve all is in a folder of its base.
hook = $(firstword $(wildcard $(1)/$(BASE)/$(2) $(1)/$(2)))
needed = $(shell awk 'NF == 1 || / $(subst .,[.],$(BASE))( |$$)/ { print $$1 }' $(1)/series)
hooks = $(foreach name,$(call needed,$(1)),$(or $(call hook,$(1),$(name)),$\
	$(error pvsched: there is no $(name) for Linux $(BASE) in $(1))))
PATCHES := $(call hooks,guest/patches) $(call hooks,host/patches)
SERIES := guest/patches/series host/patches/series
# The lab's kernels alone have these: off by default, never in the series.
LAB_ONLY := tests/lab/patches
LAB_PATCHES := $(call hooks,$(LAB_ONLY))

# A source that comes from elsewhere than the machine's own packages
$(B)/source/%: | deps-build
	@mk/fetch.sh $(FETCHED) $(@D)

# Written only when another source than the last one is named.
$(B)/linux.unpacked: FORCE $(filter $(B)/source/%,$(KSRC)) | deps-build
	@[ "$$(cat $@ 2>/dev/null)" = "$(KSRC)" ] || BASE=$(BASE) BASES="$(BASES)" mk/unpack.sh "$(KSRC)" $(B) $@

# Changes only when the list of links does.
$(B)/linux.linked: $(B)/linux.unpacked FORCE
	@if [ "$$(cat $@ 2>/dev/null)" != "$(LINKS)" ]; then \
		for l in $(LINKS); do ln -sfnT $(TOP)/$${l#*=} $(LINUX)/$${l%%=*}; done; \
		echo "$(LINKS)" > $@; \
	fi

$(B)/linux.patched: $(PATCHES) $(SERIES) $(LAB_PATCHES) $(LAB_ONLY)/series $(B)/linux.linked
	@cd $(LINUX); if [ -e .pc/applied-patches ]; then $(QUILT) pop -qaf > /dev/null || [ $$? = 2 ]; fi
	@printf '%s\n' $(PATCHES) $(LAB_PATCHES) > $(B)/series
	@cd $(LINUX); $(QUILT) push -a --fuzz=0 > $(TOP)/$(B)/patch.log 2>&1 || \
		{ echo "pvsched: $$(awk "$$refused" $(TOP)/$(B)/patch.log) in $(KSRC); see $(B)/patch.log" >&2; exit 1; }
	@touch $@

# Which hook does not fit, and where, from what quilt says
define refused
/^Applying patch / { hook = $$3 }
/^patching file / { file = $$3 }
/^Hunk .* FAILED at / { places = places " " file ":" $$5 + 0 }
/^can't find file / || /^No file to patch/ { places = places " a file that is missing" }
END { print hook " does not fit at" places }
endef
export refused
