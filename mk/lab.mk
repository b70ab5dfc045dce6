# SPDX-License-Identifier: GPL-2.0
#
# The lab: its tools, what goes into the machines, and how to call pvlab.

# Two that make the same things at once wait for each other.
locked = flock "$(B)/lock" $(MAKE) --no-print-directory PVSCHED_LOCKED=1
# $(call alone,NAME,TARGET): make TARGET, unless another make does it here
alone = mkdir -p $(B)/run; flock -n -E 75 "$(B)/run/$(1).lock" $(MAKE) --no-print-directory $(2) || \
	{ status=$$?; [ $$status != 75 ] || \
		echo "pvsched: another make runs $(1) in this checkout; wait for it, or use a checkout of its own" >&2; \
	exit $$status; }

.PHONY: tools
ifndef PVSCHED_LOCKED
tools: | $(B)
	@$(locked) tools
else
tools: | $(B)
	@$(MAKE) -s -C tests O=$(TOP)/$(B)/lab
	@$(MAKE) -s -C tests/bench O=$(TOP)/$(B)/bench
	@$(command)
	@mkdir -p $(B)/results
endif

# Debian's own kernel, the stock one of the pairings
STOCK := linux-image-6.12-cloud-amd64
$(B)/stock/vmlinuz: | deps-test
	@mk/stock.sh $(STOCK) $(B)/stock
	@cp $(B)/stock/boot/vmlinuz-* $@

# What KVM on AMD needs of the stock kernel's modules, in loading order
STOCK_MODULES := virt/lib/irqbypass arch/x86/kvm/kvm arch/x86/kvm/kvm-amd
stock_module = $(wildcard $(B)/stock/lib/modules/*/kernel/$(word $(1),$(STOCK_MODULES)).ko*)
stock_modules = $(foreach n,1 2 3,--add=$(call stock_module,$(n)):/modules/0$(n)-$(notdir $(call stock_module,$(n))))

# $(call lab,LAB,LIMIT,NAME[,GUEST]): GUEST is the kernel whose modules are needed
lab = $(B)/lab/pvlab --lab=$(1) $(if $(PCPUS),--pcpus=$(PCPUS)) $(CLOCK:%=--clock=%) --limit=$(2) --out=$(B)/run/$(3) \
	$(if $(DRY),--dry-run) \
	--guest-add=$(B)/bench/ebizzy --guest-add=$(B)/bench/burn \
	$(foreach m,$(MODULES_guest),--guest-add=$(B)/$(or $(4),guest)/$m:/modules/$(notdir $m))
ours = --host=$(B)/host --guest=$(B)/guest/arch/x86/boot/bzImage

# Without hardware all but a few tests run in Bochs: times in QEMU's emulator mean
# nothing, and now and then it delivers a guest's interrupt twice, which is the
# end of that guest.
steady_lab = $(LAB:auto=auto:bochs)
# $(call which,LAB): the lab that this is on this machine
which = $(shell $(B)/lab/pvlab --lab=$(1) --which)

selftests = flock "$(B)/lock" $(MAKE) -s -C tests/selftests O=$(TOP)/$(B)/selftests LINUX=$(LINUX)
# $(call in_host,PROGRAMS[,OPTIONS[,ARGUMENTS]]): bring them into the host, and run them there
in_host = $(foreach t,$(1),--add=$(B)/selftests/$(t):/selftests/$(notdir $(t))) -- $(2) selftests $(3)
# QEMU's SVM saves no next RIP, so that nothing is answered early without this.
next_rip := --append=kvm_amd.lab_next_rip=1

.PHONY: run
run: named deps-bench $(if $(GUEST_IMAGE),guest-image) kernels tools
	@[ -n "$$WORKLOAD" ] || { echo "pvsched: name a command: make run WORKLOAD='cmd' [ADD='file ...']" >&2; exit 1; }
	@$(call lab,$(LAB),5400,workload) $(ours) $(guest_programs) -- \
		--profiles=$(PROFILES) $(MEMORY:%=--memory=%) workload -- "$$WORKLOAD_COMMAND"
