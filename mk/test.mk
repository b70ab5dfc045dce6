# SPDX-License-Identifier: GPL-2.0
#
# Tests. "make test" is a suite of parts; each part is a command that prints KTAP.

KEPT := $(B)/passed
# $(call key,FILES): of their text, and of what compiles and checks them
key = $(shell { cat $(sort $(1)) $(B)/linux.text $(LINUX)/Makefile; echo '$(CFLAGS) $(CPPFLAGS) $(LDFLAGS)'; \
	for tool in $(CC) ld as sparse quilt shellcheck perl; do $$tool --version; done; spin -V; } 2>/dev/null | sha256sum | cut -c1-32)
# Some parts share it: read the files once, when the first of them asks.
key_code = $(eval key_code := $$(call key,Makefile $$(wildcard mk/*.* mk/base/*) $$(SOURCES) $$(PATCHES) $$(SERIES) $$(LAB_PATCHES) \
	$$(CONFIG_guest) $$(CONFIG_host) $$(shell find tests/unit -type f)))$(key_code)
# In virtual time, of the machines and of all that runs in them: it repeats to the digit.
key_lab = $(if $(filter bochs,$(call which,$(steady_lab))),$(key_machines)$(PCPUS:%=-%)$(CLOCK:%=-%MHz),-)
key_fuzz = $(key_lab)$(if $(filter-out -,$(key_lab)),-$(fuzz_ops)-$(FUZZ_SEED)-$(call key,$(wildcard abi/pvsched.h tests/selftests/*)))
key_machines = $(eval key_machines := $$(call key,Makefile $$(wildcard mk/*.* mk/base/*) $$(shell find $$(B)/lab -type f) \
	$$(addprefix $$(B)/,bench/ebizzy bench/burn command/pvsched-static) \
	$$(foreach s,host guest,$$(B)/$$s/arch/x86/boot/bzImage) $$(addprefix $$(B)/guest/,$$(MODULES_guest)) \
	$$(shell command -v bochs qemu-system-x86_64 busybox kexec chrt)))$(key_machines)
key_headers = $(call key,$(B)/headers/config $(B)/headers/Module.symvers)
key_model = $(call key,$(wildcard tests/model/*))
key_series = $(call key,$(wildcard series/[0-9]* series/hooks/*.patch series/hooks/*/* tests/selftests/*.[ch]))
key_command = $(call key,abi/pvsched.h tests/unit/check-mutants.c \
	$(wildcard tools/pvsched/* tests/command/*.[ch] tests/command/Makefile tests/command/mutants/* tests/shared/keep.*))

#
# The parts. A part is over its limit after so many seconds, and is run so many
# times until it passes. Those that do not depend on real time run beside others,
# one more than there are cores, for some wait a lot. With a key, a part that
# passed is not run again while the key stays the same. What takes long comes
# first.
#
#                       seconds  tries         beside         key
part_lab-2            = 2400     $(lab_tries)  $(lab_beside)  $(key_lab)
part_lab-1            = 2400     $(lab_tries)  $(lab_beside)  $(key_lab)
part_lab-3            = 2400     $(lab_tries)  $(lab_beside)  $(key_lab)
part_unit             = 2400     1             yes            $(key_code)
part_series           = 2400     1             yes            $(key_code)-$(key_series)
part_lint             = 1800     1             yes            $(key_code)-$(key_command)
part_configs          = 2400     1             yes            $(key_code)-$(key_headers)
part_repeat           = 1800     1             yes            $(key_lab)
part_model            = 2400     1             yes            $(key_model)
part_fuzz             = $(fuzz_limit)     1             $(lab_beside)  $(key_fuzz)
part_early-amd        = 1800     1             yes            -
part_early-intel      = 1200     1             yes            -
part_bench-tools      = 600      1             yes            -
part_command          = 900      1             yes            $(key_command)
part_tools            = 600      1             yes            -
part_selftests        = 200      $(abi_tries)  no             -
part_stock-host       = 300      5             no             -
part_stock-guest      = 300      5             no             -

PARTS := $(filter-out $(NO_PARTS),lab-2 lab-1 unit lab-3 series fuzz lint configs repeat model early-amd early-intel \
	bench-tools command tools selftests stock-host stock-guest)

# Only QEMU's emulator of a CPU has faults for which a test of the ABI is run again.
abi_tries = $(if $(filter tcg,$(call which,$(LAB))),3,1)

# Where time is real nothing runs beside the tests, and a lost host is started again.
lab_beside = $(if $(filter bochs,$(call which,$(steady_lab))),yes,no)
lab_tries = $(if $(filter bochs,$(call which,$(steady_lab))),1,3)

# The commands. None of those that run beside others makes the kernels, which are
# there by then.
run_lab-1 = $(call lab_part,lab-1,boot switch command-lab hotplug lock counters control kexec pairing)
run_lab-2 = $(call lab_part,lab-2,yield-directed suspend locktorture fairness slices rough-host,--append=preempt=full)
run_lab-3 = $(call lab_part,lab-3,sleepers fold capacity)
run_unit = $(MAKE) -s -j$(JOBS) -C tests/unit check O=$(TOP)/$(B)/unit LINUX=$(LINUX)
run_series = $(MAKE) -s KERNELS= STEPS= check-series
run_lint = $(MAKE) -s KERNELS= lint
run_configs = $(MAKE) -s check-configs CONFIGS=debian
run_repeat = $(MAKE) -s check-repeat
run_model = $(MAKE) -s -C tests/model check O=$(TOP)/$(B)/model
run_early-amd = $(call lab,icount,800,early-amd) --pcpus=1 $(next_rip) $(ours) $(call in_host,pvsched_fast_test)
run_early-intel = $(call lab,bochs,500,early-intel) --pcpus=2 $(ours) $(call in_host,pvsched_fast_test)
run_bench-tools = $(MAKE) -s -C tests/bench check O=$(TOP)/$(B)/bench
run_command = $(MAKE) -s -C tests/command check O=$(TOP)/$(B)/command/test LINUX=$(LINUX)
run_fuzz = $(call fuzz,$(steady_lab))
run_tools = tests/tools-test.sh $(B)
run_selftests = $(call lab,$(LAB),180,selftests) $(ours) $(call in_host,$(SELFTESTS))
run_stock-host = $(call lab,tcg,250,stock-host) --host=$(B)/stock/vmlinuz --guest=$(B)/guest/arch/x86/boot/bzImage \
	$(stock_modules) $(pairing)
run_stock-guest = $(call lab,tcg,250,stock-guest) --host=$(B)/host --guest=$(B)/stock/vmlinuz $(pairing)

# In Bochs no interrupt ends a guest that spins with interrupts off, which those
# of pvsched_yield_test do; in tcg that of pvsched_fast_test may wait for ever.
SELFTESTS = pvsched_yield_test $(if $(filter tcg,$(call which,$(LAB))),,pvsched_fast_test)
pairing = -- --seconds=2 test pairing
chrt := --guest-add=/usr/bin/chrt
kexec := --guest-add=/sbin/kexec --guest-add=$(B)/guest/arch/x86/boot/bzImage:/boot/guest
command_in_lab := $(foreach o,add guest-add,--$o=$(B)/command/pvsched-static:/bin/pvsched)
# In virtual time two CPUs take half as long as four.
two_cpus = $(if $(PCPUS),,--pcpus=2)
# $(call lab_part,NAME,TESTS[,OPTIONS OF THE LAB]). One of the two hosts is preemptible.
lab_part = $(call lab,$(steady_lab),1700,$(1)) $(two_cpus) $(ours) $(chrt) $(kexec) $(command_in_lab) $(3) -- --windows=2 test $(2)

# A test of tests/run/test that TEST names is a part of its own. Some take other
# kernels, see debug.mk.
lab_tests := $(filter-out checks avic complaints%,\
	$(subst _,-,$(shell sed -n 's/^TEST(\(.*\))/\1/p' tests/run/test/list.h)))
lab_named := $(filter $(lab_tests),$(subst $(comma), ,$(TEST)))
PARTS += $(lab_named)
$(foreach t,$(lab_named),$(eval part_$t = 1800 $$(lab_tries) $$(lab_beside) -)$(eval run_$t = $$(call lab_part,$t,$t)))

# One line a part: its name, the columns of the table, its command.
define newline


endef
# $(call suite,NAME,PARTS): the file that holds them
suite = $(file >$(B)/$(1),$(subst $(newline) ,$(newline),$(foreach p,$(2),$(p) $(part_$(p)) $(run_$(p))$(newline))))$(B)/$(1)

.PHONY: test
test: deps-test kernels tools $(B)/pvsched.mbox $(B)/stock/vmlinuz $(B)/headers/Module.symvers
	@$(selftests)
	@$(if $(FRESH),rm -rf "$(KEPT)";) mkdir -p $(KEPT)
	@$(B)/lab/pvsuite --keep=$(KEPT) $(if $(DRY),--commands) --only=$(TEST) --jobs=$(shell expr $(JOBS) + 1) $(call suite,parts,$(PARTS))

.PHONY: list
list: tools
	@$(B)/lab/pvrun --list
	@$(MAKE) -s list-named
	@echo 'make test:'
	@$(B)/lab/pvsuite --list $(call suite,parts,$(PARTS))
	@echo 'make check-debug:'
	@$(B)/lab/pvsuite --list $(call suite,debug-parts,$(DEBUG_PARTS))
	@echo "configurations: $(CONFIGURATIONS)"

# A hostile guest that is random. Bochs runs it the same way each time; in QEMU's emulator,
# which has AMD's side, time is real.
.PHONY: check-fuzz
check-fuzz: deps-test kernels tools
	@$(selftests)
	@$(foreach l,$(fuzz_labs),$(call fuzz,$l) &&) :

fuzz_labs = $(if $(filter auto,$(LAB)),auto:bochs tcg,$(LAB))
fuzz_ops = $(or $(FUZZ_OPS),50000)
# It grows with the operations, of which a slow machine does ten a second at least.
fuzz_limit = $(shell expr 1000 + $(fuzz_ops) / 10)
# Virtual time does not pass while others have the machine.
fuzz_bochs = --limit=30
# $(call fuzz,LAB)
fuzz = $(call lab,$1,$(fuzz_limit),fuzz-$(call which,$1)) $(if $(filter bochs,$(call which,$1)),$(two_cpus)) $(next_rip) $(ours) \
	--add=tests/selftests/fuzz.seeds:/etc/fuzz.seeds \
	$(call in_host,pvsched_fuzz,--limit=$(fuzz_limit),--seed=$(FUZZ_SEED) --ops=$(fuzz_ops) $(fuzz_$(call which,$1)))

# The base's own suite passes on our host wherever it passes on the stock one. On
# either some fail by chance in the emulator, and are run again.
.PHONY: check-kvm-selftests
check-kvm-selftests: tools $(B)/stock/vmlinuz
	@$(selftests) -k base > $(B)/kvm-selftests.log 2>&1 || \
		{ tail -n 5 $(B)/kvm-selftests.log; echo "not ok 1 the suite builds"; exit 1; }
	@grep -v '^#' tests/selftests/base.skip | sed 's/^/# not run: /'
	@$(call kvm_suite,kvm-selftests) $(next_rip) $(ours) $(kvm_programs) > $(B)/kvm-ours.log || :
	@$(call kvm_suite,kvm-selftests-stock) --host=$(B)/stock/vmlinuz --guest=$(B)/guest/arch/x86/boot/bzImage \
		$(stock_modules) $(kvm_programs) > $(B)/kvm-stock.log || :
	@tests/selftests/compare $(B)/kvm-stock.log $(B)/kvm-ours.log

kvm_suite = $(call lab,tcg,1100,$(1)) --mem=6144
kvm_programs = $(call in_host,$(addprefix base/,$(shell $(selftests) list-base)),--tries=3)

# Two runs in virtual time, side by side, must give the same figures.
.PHONY: check-repeat
check-repeat: tools
	@echo "1..1"
	@for i in 1 2; do $(call lab,bochs,1500,repeat-$$i) --pcpus=2 $(ours) -- --windows=1 --seconds=1 \
		bench ebizzy 1vm-2x > $(B)/repeat-$$i.log 2>&1 & pids="$$pids $$!"; done; for p in $$pids; do wait $$p || bad=1; done; \
	[ -z "$$bad" ] && $(B)/bench/pvreport --check-same $(B)/run/repeat-1/results.jsonl $(B)/run/repeat-2/results.jsonl && \
		echo "ok 1 two runs in virtual time give the same figures" || \
		{ sed 's/^/# /' $(B)/repeat-*.log; echo "not ok 1 two runs in virtual time give the same figures"; exit 1; }
