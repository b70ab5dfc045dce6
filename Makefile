# SPDX-License-Identifier: GPL-2.0
#
# pvsched: targets only. "make help" prints them.
#
# The base kernel is unpacked once into build/linux. Our files are linked into
# it and the hook patches applied; build/guest and build/host are two kernels
# built from that one tree, in folders of it: so what is built names its sources
# by relative paths, and a copy of all goes on where it stood.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

TOP := $(CURDIR)
B := build
JOBS ?= $(shell nproc)

# Settings a user may give: see "make help".
KSRC ?= /usr/src/linux-source-6.12.tar.xz
LAB ?= auto
DEPS ?= install
BENCH ?= ebizzy
# Wake-ups need no more than a VM that fits, and one that does not.
SCENARIO ?= $(or $(SCENARIO_$(BENCH)),all)
SCENARIO_cyclic := 1vm-1x,1vm-2x
SCENARIO_stress := 1vm-1x,1vm-2x,1vm-4x
# The lock has more to be compared with, and each of those boots.
PROFILES ?= $(if $(filter lock% handover,$(BENCH)),$(PROFILES_LOCK),$(PROFILES_STOCK))
PROFILES_LOCK := native,tas,base,stock,pvsched
PROFILES_STOCK := stock,pvsched
WINDOWS ?= 5
BOOTS ?= 1
DURATION ?= 1
PCPUS ?=
TEST ?= all
WORKLOAD ?=
export WORKLOAD
ADD ?=
DRY ?=
FRESH ?=

LINUX := $(TOP)/$(B)/linux
# Those that "kernels" builds
KERNELS := guest host
COMMIT = $(shell git -C $(TOP) describe --always --dirty 2>/dev/null || echo unknown)

#
# Packages of a Debian 12 machine, by what needs them
#
PKGS_BUILD := gcc make flex bison bc libelf-dev libssl-dev xz-utils lz4 quilt ccache cpio rsync git
PKGS_BUILD += $(if $(filter /usr/src/%,$(KSRC)),linux-source-6.12)
PKGS_LAB := qemu-system-x86 bochs bochs-term bochsbios vgabios bsdutils busybox-static
PKGS_TEST := $(PKGS_LAB) spin sparse jq kexec-tools
PKGS_cyclic := rt-tests
PKGS_stress := rt-tests stress-ng
PKGS_BENCH := $(PKGS_LAB) gnuplot-nox $(PKGS_$(BENCH))

# $(call need,PACKAGES): install what is missing, or say so with DEPS=skip.
define need
@missing=$$(for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
if [ -n "$$missing" ]; then \
	if [ "$(DEPS)" = skip ]; then \
		echo "pvsched: missing packages: $$(echo $$missing); install them, or run without DEPS=skip" >&2; exit 1; \
	fi; \
	echo "pvsched: installing $$(echo $$missing)"; \
	sudo=$$([ $$(id -u) = 0 ] || echo sudo); export DEBIAN_FRONTEND=noninteractive; \
	{ $$sudo apt-get -qq update && $${sudo:+$$sudo -E} apt-get -qq -y \
		install --no-install-recommends $$missing; } > $(B)/apt.log 2>&1 || \
	{ echo "pvsched: the installation failed; see $(B)/apt.log" >&2; exit 1; }; \
fi
endef

.PHONY: FORCE
FORCE:

.PHONY: help
help:
	@echo 'pvsched: paravirtual vCPU scheduling for KVM'
	@echo
	@echo '  make bench        measure stock beside pvsched: table, plot, build/results/'
	@echo '  make test         every test that this machine can run (KTAP)'
	@echo '  make kernels      build the guest and the host kernel (build/guest, build/host)'
	@echo '  make patch        write build/pvsched.mbox, a series that "git am" applies to 6.12.y'
	@echo '  make run          run a command of yours in guests: WORKLOAD="cmd" [ADD="file ..."]'
	@echo '  make list         name the labs, scenarios, profiles and tests'
	@echo '  make check-kvm-selftests   the KVM tests of the base, on our host beside the stock one'
	@echo '  make check-lockdep  the spinlock under lockdep'
	@echo '  make lint         checkpatch, sparse and W=1 on the kernel code'
	@echo '  make clean        remove what was built, keep the unpacked base kernel'
	@echo '  make distclean    remove build/'
	@echo
	@echo 'Settings (now):'
	@echo '  BENCH=ebizzy|lock|locks|handover|yield|cyclic|stress|exits|ping   what make bench measures ($(BENCH))'
	@echo '  LAB=auto|tcg|icount|bochs|kvm|metal           where the host kernel runs ($(LAB))'
	@echo '  SCENARIO=NAME,...  PROFILES=NAME,...          what make bench measures'
	@echo '  WHERE=1                                        tell where the CPU time of the VMs goes'
	@echo '  WINDOWS=N  DURATION=SECONDS  PCPUS=N          how often, how long, on how many CPUs'
	@echo '  BOOTS=N                                       of the VMs, among which the windows are dealt'
	@echo '  TEST=NAME,...                                 parts of make test ($(TEST))'
	@echo '  FRESH=1                                       run also the parts whose sources are as when they passed'
	@echo '  DRY=1                                         print the emulator and QEMU commands only'
	@echo '  KSRC=PATH     base kernel: a 6.12.y tree or tarball ($(KSRC))'
	@echo '  DEPS=skip     install no package; name what is missing and stop'
	@echo '  JOBS=N        parallel compiler jobs ($(JOBS))'

$(B):
	@mkdir -p $@

.PHONY: deps-build deps-test deps-bench
deps-build: | $(B)
	$(call need,$(PKGS_BUILD))
deps-test: | $(B)
	$(call need,$(PKGS_BUILD) $(PKGS_TEST))
deps-bench: | $(B)
	$(call need,$(PKGS_BUILD) $(PKGS_BENCH))

#
# The source tree: unpack, link, apply
#
# Where our files live in the kernel tree: PATH=SOURCE
LINKS_abi := arch/x86/include/uapi/asm/pvsched.h=abi/pvsched.h
LINKS_guest := arch/x86/kernel/pvsched=guest
LINKS_guest += include/linux/pvsched_guest.h=guest/pvsched.h
LINKS_host := arch/x86/kvm/pvsched=host
LINKS_host += arch/x86/include/asm/kvm_pvsched.h=host/stats.h
LINKS_host += include/linux/pvsched_sched.h=host/sched.h
LINKS_host += include/linux/pvsched_vms.h=host/vms.h
LINKS_host += kernel/sched/pvsched.c=host/sched.c
LINKS_host += kernel/sched/pvsched_vms.c=host/vms.c
LINKS := $(LINKS_abi) $(LINKS_guest) $(LINKS_host)

QUILT := QUILT_PATCHES=$(TOP) QUILT_SERIES=$(TOP)/$(B)/series quilt --quiltrc=-
PATCHES := $(wildcard guest/patches/*.patch host/patches/*.patch)
SERIES := guest/patches/series host/patches/series
# What only the lab's kernels have: off by default, never in the series.
LAB_ONLY := tests/vm/lab-only
LAB_PATCHES := $(wildcard $(LAB_ONLY)/*.patch)

# Written only when another source than the last one is named.
$(B)/linux.unpacked: FORCE | deps-build
	@[ "$$(cat $@ 2>/dev/null)" = "$(KSRC)" ] || { \
	die() { echo "pvsched: $$*" >&2; exit 1; }; \
	[ -e "$(KSRC)" ] || die "no kernel source at $(KSRC); name a 6.12.y tree or tarball with KSRC="; \
	[ $$(df --output=avail -k $(B) | tail -n1) -gt 6000000 ] || \
		die "less than 6 GB free for $(B); make room or clone elsewhere"; \
	echo "pvsched: unpacking $(KSRC)"; \
	rm -rf $@ $(LINUX) $(B)/linux.linked $(B)/linux.patched && mkdir -p $(LINUX); \
	if [ -d "$(KSRC)" ]; then cp -a --reflink=auto "$(KSRC)/." $(LINUX); \
	else tar -xf "$(KSRC)" --strip-components=1 -C $(LINUX); fi || \
		die "cannot unpack $(KSRC); is it a kernel tree or tarball?"; \
	v=$$($(MAKE) -s -C $(LINUX) kernelversion 2>/dev/null) || :; case "$$v" in 6.12|6.12.*) ;; \
	*) die "$(KSRC) is \"$$v\", not a 6.12.y kernel";; esac; \
	echo "$(KSRC)" > $@; }

# Changes only when the list of links does.
$(B)/linux.linked: $(B)/linux.unpacked FORCE
	@if [ "$$(cat $@ 2>/dev/null)" != "$(LINKS)" ]; then \
		for l in $(LINKS); do ln -sfnT $(TOP)/$${l#*=} $(LINUX)/$${l%%=*}; done; \
		echo "$(LINKS)" > $@; \
	fi

$(B)/linux.patched: $(PATCHES) $(SERIES) $(LAB_PATCHES) $(LAB_ONLY)/series $(B)/linux.linked
	@cd $(LINUX); if [ -e .pc/applied-patches ]; then $(QUILT) pop -qaf > /dev/null || [ $$? = 2 ]; fi
	@for dir in guest/patches host/patches $(LAB_ONLY); do sed "s,^,$$dir/," $$dir/series; done > $(B)/series
	@cd $(LINUX); $(QUILT) push -qa --fuzz=0 > $(TOP)/$(B)/patch.log 2>&1 || \
		{ echo "pvsched: a hook patch does not apply to $(KSRC); see $(B)/patch.log" >&2; exit 1; }
	@touch $@

#
# The kernels
#
# The kernel's own lock torture, which must not run in other guests. Make it
# apart: beside bzImage, kbuild makes modules one by one, and these are two that
# need each other.
MODULES_guest := kernel/torture.ko kernel/locking/locktorture.ko
MODULES_lockdep := $(MODULES_guest)
CC_KERNEL = $(if $(shell command -v ccache),ccache )gcc
# $(call kmake,TREE,OUT): relative paths let every clone share what ccache holds.
kmake = CCACHE_BASEDIR=$(TOP) $(MAKE) -s -C $(1) O=$(2) CC="$(CC_KERNEL)" HOSTCC="$(CC_KERNEL)" \
	KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=pvsched KBUILD_BUILD_HOST=lab
KMAKE = $(call kmake,$(LINUX),$(TOP)/$(B)/$*)

# The options of each kernel
CONFIG_guest := Kconfig.fragment guest/guest.config
CONFIG_host := Kconfig.fragment host/host.config
CONFIG_lockdep := $(CONFIG_guest) tests/vm/lockdep.config

$(B)/%/.config: $(sort $(CONFIG_host) $(CONFIG_lockdep)) $(B)/linux.patched
	@mkdir -p $(LINUX)/out-$*; [ -L $(@D) ] || rm -rf $(@D); ln -sfnT linux/out-$* $(@D)
	@awk -F= '/^CONFIG_/ { last[$$1] = $$0 } END { for (name in last) print last[name] }' $(CONFIG_$*) > $(B)/$*.wanted
	@$(KMAKE) KCONFIG_ALLCONFIG=$(TOP)/$(B)/$*.wanted allnoconfig > $(B)/$*.config.log 2>&1 || \
		{ cat $(B)/$*.config.log >&2; exit 1; }
	@lost=$$({ grep -vxFf $@ $(B)/$*.wanted || :; } | tr '\n' ' '); [ -z "$$lost" ] || \
		{ rm -f $@; echo "pvsched: options that this kernel does not take: $$lost" >&2; exit 1; }

.PHONY: kernels kernel-guest kernel-host kernel-lockdep
# Side by side: each ends with steps that keep no more than one core busy.
kernels: deps-build $(B)/linux.patched
	@$(if $(KERNELS),$(MAKE) --no-print-directory -j$(JOBS) $(KERNELS:%=kernel-%))

kernel-guest kernel-host kernel-lockdep: kernel-%: deps-build $(B)/%/.config
	@echo "pvsched: building the $* kernel (log: build/$*.log)"
	@start=$$(date +%s); { $(KMAKE) -j$(JOBS) bzImage \
		$(if $(MODULES_$*),&& $(KMAKE) -j$(JOBS) $(MODULES_$*)); } > $(B)/$*.log 2>&1 || \
		{ tail -n 20 $(B)/$*.log >&2; echo "pvsched: the $* kernel does not build; see build/$*.log" >&2; exit 1; }; \
	echo "pvsched: the $* kernel is in build/$* ($$(( $$(date +%s) - start )) s)"

#
# The series for a tree of one's own: our files in place of the links, then the
# hook patches. Git applies them to the base's own files, so a series that is
# written is one that "git am" takes.
#
G := $(B)/series.git
GIT := git -C $(G) -c user.name=pvsched -c user.email=pvsched@localhost.localdomain
SOURCES = $(wildcard abi/pvsched.h guest/*.[ch] guest/K* host/*.[ch] host/K*)
HOOKED = $(sort $(shell sed -n 's,^--- a/,,p' $(PATCHES)))

SUBJECT_abi := x86/kvm: Add the interface of pvsched
SUBJECT_guest := x86/kvm: Add the guest part of pvsched
SUBJECT_host := KVM: x86: Add the host part of pvsched
BODY_abi := Add the numbers and layouts that a guest and its host share.
BODY_guest := Add the files of the guest part. Nothing builds them yet.
BODY_host := Add the files of the host part. Nothing builds them yet.

# $(call add,SIDE): commit a side's files, each where its link is. A side's
# folder comes first; a file of it that has a link of its own moves there.
add = for l in $(LINKS_$(1)); do \
		to=$(G)/$${l%%=*}; from=$${l\#*=}; mkdir -p $$(dirname $$to); \
		if [ -d $$from ]; then dir=$$to; mkdir -p $$to; cp $$from/*.[ch] $$from/K* $$to; \
		elif [ -n "$$dir" ]; then mv $$dir/$$(basename $$from) $$to; \
		else cp $$from $$to; fi; done; \
	$(GIT) add -A; $(GIT) commit -qm "$(SUBJECT_$(1))" -m "$(BODY_$(1))"

$(G).pristine: $(B)/linux.patched
	@rm -rf $(G) && mkdir -p $(G)
	@cd $(LINUX) && cp --parents $(HOOKED) $(TOP)/$(G)
	@cd $(G) && for p in $$(tac $(TOP)/$(B)/series); do patch -Rsp1 -F0 --no-backup-if-mismatch < $(TOP)/$$p; done
	@git init -q $(G) && $(GIT) add -A && $(GIT) commit -qm "pristine" && $(GIT) tag pristine
	@touch $@

$(B)/pvsched.mbox: $(G).pristine $(SOURCES)
	@$(GIT) reset -q --hard pristine
	@{ $(call add,abi); $(GIT) tag -f abi; for side in guest host; do \
		if [ $$side = guest ]; then $(call add,guest); else $(call add,host); fi; \
		$(GIT) am -q $$(sed "s,^,$(TOP)/$$side/patches/," $$side/patches/series); \
		$(GIT) tag -f $$side; done; } > $(B)/mbox.log 2>&1 || \
		{ tail -n 5 $(B)/mbox.log >&2; echo "pvsched: cannot make the series; see $(B)/mbox.log" >&2; exit 1; }
	@$(GIT) format-patch -q --stdout --no-signature pristine > $@

.PHONY: patch
patch: deps-build $(B)/pvsched.mbox
	@echo "pvsched: $(B)/pvsched.mbox holds $$(grep -c '^Subject: ' $(B)/pvsched.mbox) patches; apply them to a 6.12.y tree with git am"

#
# Tools, and what goes into the machines
#
.PHONY: tools
tools: $(B)/pvsuite | $(B)
	@$(MAKE) -s -C tests/vm O=$(TOP)/$(B)/vm
	@$(MAKE) -s -C tests/bench O=$(TOP)/$(B)/bench
	@mkdir -p $(B)/results

$(B)/pvsuite: tests/suite.c | $(B)
	@$(CC) -O2 -Wall -Wextra -Werror -std=gnu11 -o $@ $<

# Debian's own kernel, the stock one of the pairings
STOCK := linux-image-6.12-cloud-amd64
$(B)/stock/vmlinuz: | deps-test
	@echo "pvsched: fetching Debian's cloud kernel, the stock one"
	@rm -rf $(B)/stock && mkdir -p $(B)/stock
	@cd $(B)/stock && image=$$(apt-cache depends $(STOCK) | sed -n 's/.*Depends: \(linux-image-[^ ]*\).*/\1/p') && \
		apt-get -qq download $$image > apt.log 2>&1 && dpkg-deb -x $$image*.deb . && rm $$image*.deb || \
		{ echo "pvsched: cannot fetch $(STOCK); see $(B)/stock/apt.log" >&2; exit 1; }
	@cp $(B)/stock/boot/vmlinuz-* $@

# What KVM on AMD needs of the stock kernel's modules, in loading order
STOCK_MODULES := virt/lib/irqbypass arch/x86/kvm/kvm arch/x86/kvm/kvm-amd
stock_module = $(wildcard $(B)/stock/lib/modules/*/kernel/$(word $(1),$(STOCK_MODULES)).ko*)
stock_modules = $(foreach n,1 2 3,--add=$(call stock_module,$(n)):/modules/0$(n)-$(notdir $(call stock_module,$(n))))

# $(call lab,LAB,LIMIT,NAME[,GUEST]): GUEST is the kernel whose modules are needed
lab = $(B)/vm/pvlab --lab=$(1) $(if $(PCPUS),--pcpus=$(PCPUS)) --limit=$(2) --out=$(B)/run/$(3) \
	$(if $(DRY),--dry-run) \
	--guest-add=$(B)/bench/ebizzy --guest-add=$(B)/bench/burn \
	$(foreach m,$(MODULES_guest),--guest-add=$(B)/$(or $(4),guest)/$m:/modules/$(notdir $m))
ours = --host=$(B)/host --guest=$(B)/guest/arch/x86/boot/bzImage

# Without hardware all but a few tests run in Bochs: times in QEMU's emulator mean
# nothing, and now and then it delivers a guest's interrupt twice, which is the
# end of that guest.
steady_lab = $(LAB:auto=auto:bochs)
# $(call which,LAB): the lab that this is on this machine
which = $(shell $(B)/vm/pvlab --lab=$(1) --which)

#
# Benchmarks
#
comma := ,
bench_scenarios = $(subst $(comma), ,$(SCENARIO))
# What a benchmark needs in its guests
PROGRAMS_cyclic := /usr/bin/cyclictest
PROGRAMS_stress := /usr/bin/hackbench /usr/bin/stress-ng
guest_programs = $(PROGRAMS_$(BENCH):%=--guest-add=%)
# In virtual time nobody disturbs anybody: one machine a core, each of which
# takes its share of the scenarios.
bench_machines = $$([ "$(call which,$(steady_lab))$(DRY)" = bochs ] && \
	printf '%s\n' $(JOBS) $(if $(filter all,$(bench_scenarios)),,$(words $(bench_scenarios))) | sort -n | head -n1 || echo 1)
# A window of it is long, and nothing is heard before its end.
SILENCE_stress := 1500
only = $(if $(filter-out all,$(SCENARIO)),--scenarios=$(SCENARIO))

.PHONY: bench bench-exits bench-ping
ifneq ($(filter exits ping,$(BENCH)),)
bench: bench-$(BENCH)
else
bench: deps-bench kernels tools
	@rm -rf $(B)/run/$(BENCH)-*; n=$(bench_machines); \
	for i in $$(seq $$n); do $(call lab,$(steady_lab),5400,$(BENCH)-$$i) $(ours) $(guest_programs) \
		$(if $(WHERE),--add=$(B)/guest/System.map:/guest.map) $(SILENCE_$(BENCH):%=--silence=%) -- --share=$$i/$$n --windows=$(WINDOWS) --boots=$(BOOTS) --seconds=$(DURATION) \
		--profiles=$(PROFILES) $(if $(WHERE),--where) bench $(BENCH) $(bench_scenarios) & pids="$$pids $$!"; done; \
	bad=0; for p in $$pids; do wait $$p || bad=$$?; done; exit $$bad
	@$(if $(DRY),:,cat $(B)/run/$(BENCH)-*/results.jsonl > $(B)/run/$(BENCH).jsonl)
	@$(if $(DRY),:,$(B)/bench/pvreport --commit=$(COMMIT) --windows=$(WINDOWS) --profiles=$(PROFILES) $(only) \
		--out=$(B)/results/$(BENCH).jsonl --svg=$(B)/results/$(BENCH).svg $(B)/run/$(BENCH).jsonl)
	@$(if $(DRY),:,echo "pvsched: the table's figures are in $(B)/results/$(BENCH).jsonl, the plot in $(B)/results/$(BENCH).svg")

endif

# IPI ping-pong between two vCPUs on two CPUs
bench-ping: deps-bench kernels tools
	@$(selftests)
	@$(call lab,$(steady_lab),600,ping) --pcpus=2 $(ours) --add=$(B)/selftests/pvsched_ping \
		-- --windows=$(WINDOWS) --profiles=$(PROFILES) bench ping
	@$(if $(DRY),:,$(B)/bench/pvreport --commit=$(COMMIT) --windows=$(WINDOWS) --profiles=$(PROFILES) \
		--out=$(B)/results/ping.jsonl --svg=$(B)/results/ping.svg $(B)/run/ping/results.jsonl)

# Single exits, counted in instructions: of one CPU, in virtual time, and
# without the wait that makes a timer fire exactly on time.
exits_labs = $(if $(filter auto,$(LAB)),bochs icount,$(LAB))
exits_of = $(call lab,$(1),600,exits-$(1)) --pcpus=1 \
	--append='kvm.lapic_timer_advance=0 kvm_amd.lab_next_rip=1' $(ours) --add=$(B)/selftests/pvsched_exits \
	-- --windows=$(WINDOWS) --profiles=$(PROFILES) bench exits
exits_report = $(B)/bench/pvreport --commit=$(COMMIT) --windows=$(WINDOWS) --profiles=$(PROFILES) \
	--out=$(B)/results/exits-$(1).jsonl --svg=$(B)/results/exits-$(1).svg $(B)/run/exits-$(1)/results.jsonl

bench-exits: deps-bench kernels tools
	@[ -z "$(filter-out bochs icount,$(exits_labs))" ] || \
		{ echo "pvsched: only LAB=bochs and LAB=icount count instructions" >&2; exit 1; }
	@$(selftests)
	@$(foreach l,$(exits_labs),$(call exits_of,$(l)) && $(if $(DRY),:,$(call exits_report,$(l))) &&) :
	@$(if $(DRY),:,cat $(exits_labs:%=$(B)/results/exits-%.jsonl) > $(B)/results/exits.jsonl)
	@$(if $(DRY),:,echo "pvsched: the tables' figures are in $(B)/results/exits.jsonl; the plots: $(exits_labs:%=$(B)/results/exits-%.svg)")

.PHONY: run
run: deps-bench kernels tools
	@[ -n "$$WORKLOAD" ] || { echo "pvsched: name a command: make run WORKLOAD='cmd' [ADD='file ...']" >&2; exit 1; }
	@$(call lab,$(LAB),5400,workload) $(ours) $(addprefix --guest-add=,$(ADD)) -- \
		--profiles=$(PROFILES) workload -- "$$WORKLOAD"

#
# Tests. Each part of the suite is a command with a limit in seconds. Those that
# need nothing but sources and a compiler have a key: as long as that is the same,
# what they said when they passed is said again.
#
KEPT := $(B)/passed
# $(call key,FILES): of their text, and of who compiles and checks them
key = =$(shell { cat $(sort $(1)) $(B)/linux.unpacked $(LINUX)/Makefile; $(CC) --version; sparse --version; spin -V; } \
	2>/dev/null | sha256sum | cut -c1-32)
# Three parts share it: read the files once, when the first of them asks.
key_code = $(eval key_code := $$(call key,Makefile $$(SOURCES) $$(PATCHES) $$(SERIES) $$(LAB_PATCHES) $$(CONFIG_lockdep) \
	$$(CONFIG_host) $$(shell find tests/unit -type f)))$(key_code)
key_model = $(call key,$(wildcard tests/model/*))

# In virtual time two CPUs take half as long as four.
two_cpus = $(if $(PCPUS),,--pcpus=2)
# In Bochs no interrupt ends a guest that spins with interrupts off, which those
# of pvsched_yield_test do; in tcg that of pvsched_fast_test may wait for ever.
SELFTESTS = pvsched_yield_test $(if $(filter tcg,$(call which,$(LAB))),,pvsched_fast_test)
selftests = $(MAKE) -s -C tests/selftests O=$(TOP)/$(B)/selftests LINUX=$(LINUX)
# $(call in_host,PROGRAMS[,OPTIONS]): bring them into the host, and run them there
in_host = $(foreach t,$(1),--add=$(B)/selftests/$(t):/selftests/$(notdir $(t))) -- $(2) selftests
# QEMU's SVM saves no next RIP, so that nothing is answered early without this.
next_rip := --append=kvm_amd.lab_next_rip=1
pairing = -- --seconds=2 test pairing
kexec := --guest-add=/sbin/kexec --guest-add=$(B)/guest/arch/x86/boot/bzImage:/boot/guest
# What takes long comes first. A '+' marks what does not depend on real time,
# and may run beside others, one more than there are cores, for some wait a lot.
# None of those makes the kernels, which are there by then.
LAB_TESTS_1 = boot switch hotplug lock control kexec pairing
LAB_TESTS_2 = yield-directed suspend locktorture fairness slices rough-host
lab_part = $(call lab,$(steady_lab),1700,lab-$(1)) $(two_cpus) $(ours) $(kexec) -- --windows=2 test $(LAB_TESTS_$(1))
SUITE = \
	"lab-2:1800$(beside):$(call lab_part,2)" \
	"lab-1:1800$(beside):$(call lab_part,1)" \
	"unit:900+$(key_code):$(MAKE) -s -j$(JOBS) -C tests/unit check O=$(TOP)/$(B)/unit LINUX=$(LINUX)" \
	"series:1200+$(key_code):$(MAKE) -s KERNELS= check-series" \
	"lint:900+$(key_code):$(MAKE) -s KERNELS= lint" \
	"repeat:1800+:$(MAKE) -s check-repeat" \
	"model:900+$(key_model):$(MAKE) -s -C tests/model check O=$(TOP)/$(B)/model" \
	"early-amd:900+:$(call lab,icount,800,early-amd) --pcpus=1 $(next_rip) $(ours) $(call in_host,pvsched_fast_test)" \
	"early-intel:600+:$(call lab,bochs,500,early-intel) --pcpus=2 $(ours) $(call in_host,pvsched_fast_test)" \
	"bench-tools:300+:$(MAKE) -s -C tests/bench check O=$(TOP)/$(B)/bench" \
	"selftests:200/3:$(call lab,$(LAB),180,selftests) $(ours) $(call in_host,$(SELFTESTS))" \
	"stock-host:300/3:$(call lab,tcg,250,stock-host) --host=$(B)/stock/vmlinuz --guest=$(B)/guest/arch/x86/boot/bzImage \
		$(stock_modules) $(pairing)" \
	"stock-guest:300/3:$(call lab,tcg,250,stock-guest) --host=$(B)/host --guest=$(B)/stock/vmlinuz $(pairing)"
# Where time is real nothing runs beside the tests, and a lost host is started again.
beside = $(if $(filter bochs,$(call which,$(steady_lab))),+,/3)

.PHONY: test
test: deps-test kernels tools $(B)/pvsched.mbox $(B)/stock/vmlinuz
	@$(selftests)
	@$(if $(FRESH),rm -rf $(KEPT);) mkdir -p $(KEPT)
	@$(B)/pvsuite --keep=$(KEPT) $(if $(DRY),--list) --only=$(TEST) --jobs=$(shell expr $(JOBS) + 1) $(SUITE)

# The spinlock under lockdep: takes a guest kernel of its own, and a while.
.PHONY: check-lockdep
check-lockdep: deps-test kernels kernel-lockdep tools
	@$(call lab,$(steady_lab),3000,lockdep,lockdep) --host=$(B)/host --guest=$(B)/lockdep/arch/x86/boot/bzImage \
		-- --memory=512 test lockdep

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

.PHONY: list
list: tools
	@$(B)/vm/pvrun --list
	@$(B)/pvsuite --list $(SUITE) | sed 's/:.*//; s/^/part of make test: /'

# What the base's own tools say of our kernel code; each is a result.
CHECKPATCH = $(LINUX)/scripts/checkpatch.pl --no-tree --no-signoff --quiet --terse --show-types --max-line-length=100
# The list of counters is an X-macro, which is no function.
CHECKPATCH += --ignore COMPLEX_MACRO,TRAILING_SEMICOLON,MACRO_ARG_UNUSED
OBJS_guest := arch/x86/kernel/pvsched/
OBJS_host := $(addprefix arch/x86/kvm/pvsched/,pvsched.o hypercall.o fastpath.o boost.o stats.o) kernel/sched/fair.o

.PHONY: lint
lint: deps-test kernels
	@echo "1..2"; bad=0; \
	say() { if [ -s $(B)/lint-$$1.log ]; then sed 's/^/# /' $(B)/lint-$$1.log; echo "not ok $$2 $$1"; bad=1; else echo "ok $$2 $$1"; fi; }; \
	{ $(CHECKPATCH) -f $(SOURCES) || :; for p in $(PATCHES); do $(CHECKPATCH) - < $$p || :; done; } 2>&1 | { grep -v '^total:' || :; } > $(B)/lint-checkpatch.log; say checkpatch 1; \
	{ $(call lint_build,guest); $(call lint_build,host); } > $(B)/lint-sparse-and-W1.log 2>&1; say sparse-and-W1 2; \
	exit $$bad

# $(call copy_out,SIDE,TO): what a kernel was built into, but for the kernel, into a
# folder of a source tree. Its tools alone know absolute paths, and everything
# depends on them.
copy_out = mkdir -p $(2) && rsync -a --delete --exclude='/vmlinux*' --exclude='*bzImage' $(B)/$(1)/ $(2) && \
	find $(2)/tools -name '.*.cmd' -exec sed -i 's,$(LINUX)/out-$(1)/,$(2)/,g; s,$(LINUX)/,$(dir $(2)),g' {} +

# $(call lint_build,SIDE): complaints of sparse and the compiler about our files,
# in a copy, so that the kernel's objects stay as they are. W=1 makes them anew.
lint_out = $(LINUX)/out-lint-$(1)
lint_build = $(call copy_out,$(1),$(lint_out)) && \
	{ $(call kmake,$(LINUX),$(lint_out)) -j$(JOBS) C=2 CF=-D__CHECK_ENDIAN__ W=1 $(OBJS_$(1)) 2>&1 || \
	echo "does not build"; } | { grep -E 'pvsched|does not build' || :; }

# The series as "git am" takes it: it leaves what the kernels were built from,
# and each side alone builds. That goes on from a copy of what the kernels were
# built into, so that only what differs is compiled.
ALONE := $(B)/alone
$(ALONE).copied: $(B)/linux.patched
	@rm -rf $(ALONE) && mkdir -p $(ALONE)
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
	rm -rf $(foreach l,$(LINKS),$(ALONE)/linux/$(firstword $(subst =, ,$(l)))) && \
	$(GIT) archive HEAD | tar -xm -C $(ALONE)/linux
# What only the lab has goes on top of the series to compare the two.
series_both = $(GIT) checkout -q --detach pristine && $(GIT) am -q $(TOP)/$(B)/pvsched.mbox \
	$(addprefix $(TOP)/,$(LAB_PATCHES))
series_guest = $(GIT) checkout -q --detach guest
series_host = $(GIT) checkout -q --detach abi && $(GIT) cherry-pick guest..host > /dev/null
# A header that moves elsewhere is left out where its folder was.
series_same = ! { diff -rq --exclude=.pc --exclude=patches --exclude='*.config' --exclude='out-*' $(LINUX) $(ALONE)/linux || :; } | \
	grep -v '^Only in $(LINUX)/arch/x86/k[a-z]*/pvsched: '

# $(call series_build,SIDE): r=0 if the side's kernel builds from its own tree
series_out = $(TOP)/$(ALONE)/linux/out-$(1)
series_build = { $(call copy_out,$(1),$(series_out)) && $(call series_tree,$(1)) && \
	$(call kmake,$(TOP)/$(ALONE)/linux,$(series_out)) -j$(JOBS) olddefconfig bzImage; } \
	> $(B)/series-$(1).log 2>&1 && r=0 || { r=1; tail -n 20 $(B)/series-$(1).log | sed 's/^/\# /'; }

# Two runs in virtual time, side by side, must give the same figures.
.PHONY: check-repeat
check-repeat: tools
	@echo "1..1"
	@for i in 1 2; do $(call lab,bochs,1500,repeat-$$i) --pcpus=2 $(ours) -- --windows=1 --seconds=1 \
		bench ebizzy 1vm-2x > $(B)/repeat-$$i.log 2>&1 & pids="$$pids $$!"; done; for p in $$pids; do wait $$p || bad=1; done; \
	[ -z "$$bad" ] && $(B)/bench/pvreport --check-same $(B)/run/repeat-1/results.jsonl $(B)/run/repeat-2/results.jsonl && \
		echo "ok 1 two runs in virtual time give the same figures" || \
		{ sed 's/^/# /' $(B)/repeat-*.log; echo "not ok 1 two runs in virtual time give the same figures"; exit 1; }

.PHONY: clean distclean
clean:
	rm -rf $(B)/guest $(B)/host $(B)/lockdep $(LINUX)/out-* $(ALONE) $(ALONE).copied $(B)/run $(B)/unit $(B)/selftests $(B)/vm $(B)/bench $(KEPT) $(B)/*.log

distclean:
	rm -rf $(B)
