# SPDX-License-Identifier: GPL-2.0
#
# The debug lab: the lab's tests and the selftests once more, on kernels with their
# own checks on. Any complaint of one fails what ran then.

# Kernels that check themselves are so many times as slow.
SLOWER := 8

# A tick of theirs takes most of what a clock of 50 MHz has between two.
checked_clock_bochs := $(if $(CLOCK),,--clock=200)

# In Bochs guests that check themselves take hours. The guest part is the same for all
# vendors: there the host alone checks itself, but where complaints are made on purpose.
# $(call guest_checks,LAB,NAME)
guest_checks = $(filter tcg icount %-complaints,$(1) $(2))
checked_guest = $(if $(call guest_checks,$(2),$(4)),$(1)-guest,guest)

# $(call checked_lab,debug|kcsan,LAB,LIMIT,NAME): the lab with such kernels, and KVM as
# modules of the host's
checked_lab = $(call lab,$(2),$(3),$(4),$(checked_guest)) $(checked_clock_$(2)) --silence=2400 --slower=$(SLOWER) --host=$(B)/$(1)-host \
	--guest=$(B)/$(checked_guest)/arch/x86/boot/bzImage $(foreach m,$(modules_$(2)),--add=$(B)/$(1)-host/$m)
modules_kvm := virt/lib/irqbypass.ko:/modules/01-irqbypass.ko arch/x86/kvm/kvm.ko:/modules/02-kvm.ko
modules_bochs := $(modules_kvm) arch/x86/kvm/kvm-intel.ko:/modules/03-kvm-intel.ko
modules_tcg := $(modules_kvm) arch/x86/kvm/kvm-amd.ko:/modules/03-kvm-amd.ko
modules_icount := $(modules_tcg)

# $(call checked_test,debug|kcsan,LAB,NAME,TESTS[,OPTIONS])
checked_test = $(call checked_lab,$(1),$(2),9000,$(3)) --pcpus=2 $(chrt) $(5) -- \
	$(if $(call guest_checks,$(2),$(3)),--memory=512) --windows=2 test $(4)
# $(call checked_selftest,LAB,LIMIT,NAME,PROGRAM[,OPTIONS[,ARGUMENTS]])
checked_selftest = $(call checked_lab,debug,$(1),$(2),$(3)) $(5) $(call in_host,$(4),--limit=$(2),$(6))

# $(call provoke,debug|kcsan): what makes both machines complain
provoke = $(foreach m,$(if $(filter debug,$(1)),lib/test_lockup.ko) complain/pvsched_complain.ko,\
	--guest-add=$(B)/$(1)-guest/$m:/provoke/$(notdir $m) --add=$(B)/$(1)-host/$m:/provoke/$(notdir $m))
avic := --append=kvm_amd.avic=1

#                       seconds  tries  beside  key
part_debug-words      = 300      1      yes     -
part_debug-complaints = 9000     1      yes     -
part_kcsan-complaints = 9000     1      yes     -
part_debug-intel-1    = 9000     1      yes     -
part_debug-intel-2    = 9000     1      yes     -
part_debug-fast-intel = 9000     1      yes     -
part_debug-fast-amd   = 9000     1      yes     -
part_kcsan-intel      = 9000     1      yes     -
part_debug-amd        = 3600     1      no      -
part_debug-yields-amd = 1200     3      no      -
part_debug-fuzz-amd   = 3600     3      no      -
part_kcsan-amd        = 3600     1      no      -

DEBUG_PARTS := debug-intel-1 debug-intel-2 kcsan-intel debug-complaints kcsan-complaints debug-fast-intel \
	debug-fast-amd debug-words debug-amd kcsan-amd debug-yields-amd debug-fuzz-amd

run_debug-words = tests/shared/klog-words $(LINUX)
# In QEMU's emulator a host may read any MSR, which is to be complained of.
run_debug-complaints = $(call checked_test,debug,bochs,debug-complaints,complaints complaints-host,$(call provoke,debug))
run_kcsan-complaints = $(call checked_test,kcsan,bochs,kcsan-complaints,complaints complaints-host,$(call provoke,kcsan))
run_debug-intel-1 = $(call checked_test,debug,bochs,debug-intel-1,switch hotplug kexec yield-directed rough-host,$(kexec))
run_debug-intel-2 = $(call checked_test,debug,bochs,debug-intel-2,counters suspend capacity fairness)
run_kcsan-intel = $(call checked_test,kcsan,bochs,kcsan-intel,switch hotplug yield-directed rough-host)
run_debug-amd = $(call checked_test,debug,tcg,debug-amd,avic checks switch hotplug counters fold lock \
	rough-host pairing,$(avic))
run_kcsan-amd = $(call checked_test,kcsan,tcg,kcsan-amd,switch lock rough-host)
run_debug-fast-intel = $(call checked_selftest,bochs,8000,debug-fast-intel,pvsched_fast_test,--pcpus=2)
run_debug-fast-amd = $(call checked_selftest,icount,8000,debug-fast-amd,pvsched_fast_test,--pcpus=1 $(next_rip))
run_debug-yields-amd = $(call checked_selftest,tcg,1100,debug-yields-amd,pvsched_yield_test)
run_debug-fuzz-amd = $(call checked_selftest,tcg,3400,debug-fuzz-amd,pvsched_fuzz,$(next_rip) \
	--add=tests/selftests/fuzz.seeds:/etc/fuzz.seeds,--seed=$(FUZZ_SEED) --ops=$(or $(FUZZ_OPS),1000000))

# The emulators alone, for of hardware there is one vendor.
.PHONY: check-debug
check-debug: deps-test tools
	@$(MAKE) --no-print-directory kernels KERNELS='debug-host debug-guest kcsan-host kcsan-guest'
	@$(selftests)
	@echo '# left out: control and slices, which are about times; stock-host and stock-guest, whose other kernel has'
	@echo '# left out: no checks; pvsched_yield_test on Intel, see known faults of the emulators in tests/README.md;'
	@echo '# left out: fold and lock on Intel, which are about the guest'
	@echo '# left out: benchmarks, for figures of these kernels mean nothing'
	@$(B)/lab/pvsuite --only=$(TEST) --jobs=$(JOBS) $(call suite,debug-parts,$(DEBUG_PARTS))
