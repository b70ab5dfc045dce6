# SPDX-License-Identifier: GPL-2.0
#
# The kernels. All are built from the one source tree, in folders of it, so that
# what is built names its sources by relative paths, and a copy of it can go on
# where it stood.

# The kernels of "make kernels"
KERNELS := guest host
# All that there are
BUILT := guest host debug-guest debug-host kcsan-guest kcsan-host

# The options of each kernel
CONFIG_guest := Kconfig.fragment mk/base/$(BASE).config guest/guest.config
CONFIG_host := Kconfig.fragment mk/base/$(BASE).config host/host.config $(wildcard mk/base/$(BASE).host.config)
CONFIG_debug-guest := $(CONFIG_guest) tests/lab/debug.config
CONFIG_debug-host := $(CONFIG_host) tests/lab/debug.config
CONFIG_kcsan-guest := $(CONFIG_guest) tests/lab/kcsan.config
CONFIG_kcsan-host := $(CONFIG_host) tests/lab/kcsan.config

# The kernel's own lock torture, which must not run in other guests. Make it
# apart: beside bzImage, kbuild makes modules one by one, and these are two that
# need each other.
MODULES_guest := kernel/torture.ko kernel/locking/locktorture.ko
MODULES_debug-guest := $(MODULES_guest) lib/test_lockup.ko
MODULES_kvm := virt/lib/irqbypass.ko $(addprefix arch/x86/kvm/kvm,.ko -intel.ko -amd.ko)
MODULES_debug-host := $(MODULES_kvm) lib/test_lockup.ko
MODULES_kcsan-guest := $(MODULES_guest)
MODULES_kcsan-host := $(MODULES_kvm)
# Ours, for tests of these kernels, by folder
$(foreach k,debug-guest debug-host kcsan-guest kcsan-host,$(eval OWN_$k := tests/lab/complain))

# What KCSAN instruments: our files, and those that the hooks touch. kbuild knows a file by
# its name in a folder's Makefile, and others have the same name, as KCSAN's own core.c:
# each name is for the folders that are meant.
kcsan_paths = $(filter %.c,$(HOOKED)) $(patsubst guest/%,arch/x86/kernel/pvsched/%,$(wildcard guest/*.c)) \
	$(patsubst host/%,arch/x86/kvm/pvsched/%,$(wildcard host/*.c)) $(SCHED_ALONE:%=%.c)
kcsan_in_kvm = $(patsubst virt/kvm/%,../../../virt/kvm/%,$(patsubst arch/x86/kvm/%,%,$(filter arch/x86/kvm/% virt/kvm/%,$(1))))
kcsan_name = $(patsubst %.c,%.o,$(or $(call kcsan_in_kvm,$(1)),$(notdir $(1))))
kcsan_folder = $(if $(call kcsan_in_kvm,$(1)),arch/x86/kvm,$(patsubst %/,%,$(dir $(1))))
# $(call kcsan_folders,NAME)
kcsan_folders = $(sort $(foreach p,$(kcsan_paths),$(if $(filter $(1),$(call kcsan_name,$p)),$(call kcsan_folder,$p))))
kcsan_flag = 'KCSAN_SANITIZE_$(1)=$$(if $$(filter $(call kcsan_folders,$(1)),$$(obj)),y)'
FLAGS_kcsan-host = KCSAN_SANITIZE=n KCSAN_SANITIZE_pvsched_complain.o=y \
	$(foreach n,$(sort $(foreach p,$(kcsan_paths),$(call kcsan_name,$p))),$(call kcsan_flag,$n))
FLAGS_kcsan-guest = $(FLAGS_kcsan-host)

CC_KERNEL = $(if $(shell command -v ccache),ccache )gcc
# $(call kmake,TREE,OUT): relative paths let every clone share what ccache holds.
kmake = CCACHE_BASEDIR=$(TOP) $(MAKE) -s -C $(1) O=$(2) CC="$(CC_KERNEL)" HOSTCC="$(CC_KERNEL)" \
	KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_VERSION=1 KBUILD_BUILD_USER=pvsched KBUILD_BUILD_HOST=lab
KMAKE = $(call kmake,$(LINUX),$(TOP)/$(B)/$*) $(FLAGS_$*)

$(B)/%/.config: $(sort $(foreach k,$(BUILT),$(CONFIG_$k))) $(B)/linux.patched
	@mkdir -p $(LINUX)/out-$*; [ -L $(@D) ] || rm -rf "$(@D)"; ln -sfnT linux/out-$* $(@D)
	@awk -f mk/options.awk $(CONFIG_$*) > $(B)/$*.wanted
	@$(KMAKE) KCONFIG_ALLCONFIG=$(TOP)/$(B)/$*.wanted allnoconfig > $(B)/$*.config.log 2>&1 || \
		{ cat $(B)/$*.config.log >&2; exit 1; }
	@lost=$$({ grep -vxFf $@ $(B)/$*.wanted || :; } | tr '\n' ' '); [ -z "$$lost" ] || \
		{ rm -f $@; echo "pvsched: options that this kernel does not take: $$lost" >&2; exit 1; }

.PHONY: kernels $(BUILT:%=kernel-%)
ifndef PVSCHED_LOCKED
kernels: | $(B)
	@$(locked) kernels
else
# One after the other: most of what the second needs the first has left in ccache.
kernels: deps-build $(B)/linux.patched
	@$(if $(KERNELS),$(MAKE) --no-print-directory -j1 $(KERNELS:%=kernel-%))
endif

$(BUILT:%=kernel-%): kernel-%: deps-build $(B)/%/.config
	@echo "pvsched: building the $* kernel (log: $(B)/$*.log)"
	@start=$$(date +%s); { $(KMAKE) -j$(JOBS) bzImage \
		$(if $(MODULES_$*),&& $(KMAKE) -j$(JOBS) $(MODULES_$*)) \
		$(foreach m,$(OWN_$*),&& rsync -a $m $(B)/$* && \
		$(KMAKE) M=$(TOP)/$(B)/$*/$(notdir $m) KBUILD_MODPOST_WARN=1 modules); } > $(B)/$*.log 2>&1 || \
		{ tail -n 20 $(B)/$*.log >&2; echo "pvsched: the $* kernel does not build; see $(B)/$*.log" >&2; exit 1; }; \
	echo "pvsched: the $* kernel is in $(B)/$* ($$(( $$(date +%s) - start )) s)"

# $(call copy_out,SIDE,TO): what a kernel was built into, but for the kernel, into a
# folder of a source tree. Its tools alone know absolute paths, and everything
# depends on them.
copy_out = mkdir -p $(2) && rsync -a --delete --exclude='/vmlinux*' --exclude='*bzImage' $(B)/$(1)/ $(2) && \
	find $(2)/tools -name '.*.cmd' -exec sed -i 's,$(LINUX)/out-$(1)/,$(2)/,g; s,$(LINUX)/,$(dir $(2)),g' {} +
