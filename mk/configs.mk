# SPDX-License-Identifier: GPL-2.0
#
# Configurations in which our code must compile, and its modules link: "make
# check-configs". They are built one after the other in one folder, so that kbuild's
# tools are made once, and of each only what our code is part of.
#
# The configurations: where the options begin, at Debian's or at those of the lab's
# two kernels together; what is built, see below; and which options are otherwise.
# One that Kconfig must not take has the value "refused".

config_debian         = debian modules,guest       KVM_PVSCHED=y PVSCHED_GUEST=y
# Modules
config_built-in       = lab    hooks,host,guest    KVM=y KVM_INTEL=y KVM_AMD=y
config_vendor-modules = lab    modules,guest,fault KVM=y KVM_INTEL=m KVM_AMD=m
# One side, or none
config_host-only      = lab    hooks,host          PVSCHED_GUEST=n
config_guest-only     = lab    hooks,guest         KVM_PVSCHED=n
config_off            = lab    hooks               KVM_PVSCHED=n PVSCHED_GUEST=n
# The scheduler
config_sched-all      = lab    sched,guest         $(groups) $(bandwidth) $(core) $(numa)
config_sched-none     = lab    sched,guest         $(call no,$(groups) $(bandwidth) $(core) $(numa))
config_no-groups      = lab    sched,guest         $(call no,$(groups) $(bandwidth)) $(core) $(numa)
config_only-groups    = lab    sched,guest         $(groups) $(call no,$(bandwidth) $(core) $(numa))
config_no-bandwidth   = lab    sched,guest         $(groups) $(call no,$(bandwidth)) $(core) $(numa)
config_only-bandwidth = lab    sched,guest         $(groups) $(bandwidth) $(call no,$(core) $(numa))
config_no-core        = lab    sched,guest         $(groups) $(bandwidth) $(call no,$(core)) $(numa)
config_only-core      = lab    sched,guest         $(call no,$(groups) $(bandwidth)) $(core) $(call no,$(numa))
config_no-numa        = lab    sched,guest         $(groups) $(bandwidth) $(core) $(call no,$(numa))
config_only-numa      = lab    sched,guest         $(call no,$(groups) $(bandwidth) $(core)) $(numa)
# Preemption, CPUs, and as little as there can be
config_rt             = lab    modules,guest,fault,uma,rt PREEMPT_RT=y PREEMPT_VOLUNTARY=n KVM=m KVM_INTEL=m KVM_AMD=m
config_cpus-64        = lab    sched,guest         NR_CPUS=64
config_cpus-512       = lab    sched,guest         NR_CPUS=512
config_cpus-8192      = lab    hooks,host,guest    MAXSMP=y NR_CPUS=8192
config_bare           = lab    modules,guest,uma   $(call no,$(bare)) PREEMPT_NONE=y KVM=m KVM_INTEL=n KVM_AMD=m
# The compiler's and objtool's checks
config_kasan          = lab    hooks,host,guest    KASAN=y KASAN_INLINE=y
config_ubsan          = lab    hooks,host,guest    UBSAN=y UBSAN_BOUNDS=y UBSAN_SHIFT=y UBSAN_BOOL=y UBSAN_ENUM=y
config_frame-pointers = lab    hooks,host,guest    UNWINDER_ORC=n UNWINDER_FRAME_POINTER=y
config_ibt            = lab    hooks,host,guest    X86_KERNEL_IBT=y
# What our code cannot have
config_no-smp         = lab    nothing             SMP=n KVM_PVSCHED=refused PVSCHED_GUEST=refused
config_no-64bit       = lab    nothing             64BIT=n KVM_PVSCHED=refused PVSCHED_GUEST=refused
config_no-kvm         = lab    nothing             KVM=n KVM_PVSCHED=refused
config_no-kvm-guest   = lab    nothing             KVM_GUEST=n PVSCHED_GUEST=refused
config_no-pv-lock     = lab    nothing             PARAVIRT_SPINLOCKS=n PVSCHED_GUEST=refused
config_no-debugfs     = lab    nothing             DEBUG_FS=n PVSCHED_LOCKTEST=refused

CONFIGURATIONS := $(shell sed -n 's/^config_\([^ ]*\) *=.*/\1/p' mk/configs.mk)

groups := CGROUP_SCHED=y FAIR_GROUP_SCHED=y
bandwidth := CFS_BANDWIDTH=y
core := SCHED_CORE=y
numa := NUMA=y MIGRATION=y NUMA_BALANCING=y
bare := CGROUPS DEBUG_FS FAULT_INJECTION FTRACE JUMP_LABEL KVM_HYPERV KVM_SMM KVM_XEN \
	PREEMPT_DYNAMIC PREEMPT_VOLUNTARY PVSCHED_LOCKTEST SCHEDSTATS SCHED_DEBUG SUSPEND
no = $(addsuffix =n,$(basename $(subst =,.,$(1))))

# The options to begin with
options_lab = $(CONFIG_guest) $(CONFIG_host)
options_debian := $(B)/headers/config
# Not of Debian's: what describes the compiler, and debug information, which takes long.
others_debian := DEBUG_INFO_NONE=y $(call no,DEBUG_INFO DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT)

# What is built
hooked = $(patsubst virt/%,arch/x86/kvm/../../../virt/%,$(patsubst %.c,%.o,$(filter %.c,$(HOOKED))))
built_hooks = $(hooked)
built_sched := kernel/sched/fair.o kernel/sched/pvsched/
built_host = $(built_sched) $(filter arch/%,$(OBJS_host))
built_guest = $(OBJS_guest)
# All of KVM, and what it is linked with in modules
built_modules = $(filter-out arch/x86/kvm/%,$(hooked)) $(built_sched) arch/x86/kvm/
# More that KVM's modules need, and Debian's kernel does not have
built_fault := lib/fault-inject.o
built_uma := mm/memblock.o
built_rt := kernel/locking/spinlock_rt.o kernel/locking/rtmutex_api.o

# Debian's options, and what its kernel exports to modules
HEADERS = $(STOCK:linux-image-%=linux-headers-%)
$(B)/headers/Module.symvers: | $(B)
	@mk/stock.sh $(HEADERS) $(B)/headers
	@cp $(B)/headers/usr/src/*/.config $(B)/headers/config
	@cp $(B)/headers/usr/src/*/Module.symvers $@

# $(call of,COLUMN,NAME) of the table; $(call options,NAME) and what kbuild is to make
of = $(word $(1),$(config_$(2)))
options = $(others_$(call of,1,$(1))) $(wordlist 3,99,$(config_$(1)))
built = $(sort $(foreach part,$(subst $(comma), ,$(call of,2,$(1))),$(built_$(part))))

CONFIGS_OUT := $(LINUX)/out-configs
configs_wanted = $(if $(filter all,$(CONFIGS)),$(CONFIGURATIONS),$(subst $(comma), ,$(CONFIGS)))

$(CONFIGURATIONS:%=config-%): config-%: $(B)/linux.patched $(B)/headers/Module.symvers
	@mkdir -p $(CONFIGS_OUT)
	@KMAKE='$(call kmake,$(LINUX),$(CONFIGS_OUT))' JOBS=$(JOBS) EXPORTS=$(B)/headers/Module.symvers mk/config.sh \
		$(CONFIGS_OUT) "$(options_$(call of,1,$*))" "$(call built,$*)" $(call options,$*)

.PHONY: check-configs run-configs $(CONFIGURATIONS:%=config-%)
check-configs:
	@$(MAKE) --no-print-directory KERNELS= kernels
	@$(call alone,configs,run-configs)

run-configs: $(B)/linux.patched $(B)/headers/Module.symvers
	@$(foreach c,$(filter-out $(CONFIGURATIONS),$(configs_wanted)),$(error pvsched: no configuration $(c), but $(CONFIGURATIONS)))
	@. mk/lib.sh; number=0; bad=0; echo "1..$(words $(configs_wanted))"; for c in $(configs_wanted); do \
		number=$$((number + 1)); ktap $$number $$c $(MAKE) -s config-$$c || bad=1; done; exit $$bad
