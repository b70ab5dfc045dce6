# SPDX-License-Identifier: GPL-2.0
#
# pvsched: what there is to make, and the settings a user may give. The rules are
# in mk/: one file for each thing that is made.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Programs read what others print.
export LC_ALL := C

# A path with a blank would be taken apart by the rules, and by kbuild.
unfit := $(shell pwd | sed 's,[A-Za-z0-9_./+@%=~^-],,g; s, ,a blank ,g')
ifneq ($(unfit),)
$(error pvsched: the path of this checkout holds $(unfit), which the kernel's build does not take; move the checkout)
endif

TOP := $(CURDIR)
# Each base kernel has a file in mk/base/, and all but the first a folder in build/.
BASE ?= 6.12
BASES := $(patsubst mk/base/%.mk,%,$(wildcard mk/base/*.mk))
ifeq ($(filter $(BASE),$(BASES)),)
$(error pvsched: no base kernel $(BASE), but $(BASES))
endif
B := $(if $(filter-out 6.12,$(BASE)),build/$(BASE),build)
include mk/base/$(BASE).mk
COMMIT = $(shell git -C $(TOP) describe --always --dirty 2>/dev/null || echo unknown)

# Settings: see "make help".
JOBS ?= $(shell nproc)
LAB ?= auto
DEPS ?= install
BENCH ?= $(if $(WORKLOAD),workload,ebizzy)
SCENARIO ?= $(or $(SCENARIO_$(BENCH)),all)
LAYOUT ?= libvirt
PROFILES ?= $(if $(filter lock% handover,$(BENCH)),$(PROFILES_LOCK),$(PROFILES_OFF))
WINDOWS ?= 5
BOOTS ?= 1
DURATION ?= 1
PCPUS ?=
TEST ?= all
# Operations of pvsched_fuzz, or as many as a target has by itself, and the seed they follow from
FUZZ_OPS ?=
FUZZ_SEED ?= 1
CONFIGS ?= all
WORKLOAD ?=
METRIC ?=
HIGHER ?=
SETUP ?=
MEMORY ?=
CLOCK ?=
export WORKLOAD SETUP
ADD ?=
GUEST_IMAGE ?=
DRY ?=
FRESH ?=

.PHONY: FORCE
FORCE:

.PHONY: help
help:
	@echo 'pvsched: paravirtual vCPU scheduling for KVM'
	@echo
	@echo '  make bench        measure pvsched switched off and on: table, plot, $(B)/results/'
	@echo '  make test         every test that this machine can run (KTAP)'
	@echo '  make kernels      build the guest and the host kernel ($(B)/guest, $(B)/host)'
	@echo '  make patch        write $(B)/pvsched.mbox, a series that "git am" applies to $(BASE).y [SIGNOFF="Name <mail>"]'
	@echo '  make deb          build a Debian package of a kernel for hosts and guests ($(B)/deb) [CONFIG=file] [DEBUG_INFO=1]'
	@echo '  make command      build "pvsched": what is on here, why not, and switches ($(B)/command)'
	@echo '  make install-command   install it: PREFIX=/usr/local DESTDIR='
	@echo '  make deb-command  build a Debian package of it ($(B)/deb), which make deb does too'
	@echo '  make qemu         build Debian'"'"'s QEMU with names for the feature bits of pvsched ($(B)/qemu)'
	@echo '  make run          run a command of yours in guests: WORKLOAD="cmd" [ADD="file ..."]'
	@echo '  make list         name the labs, scenarios, profiles and tests'
	@echo '  make check-kvm-selftests   the KVM tests of the base, on our host beside the stock one'
	@echo '  make check-fuzz   a hostile guest that is random, on Intel and on AMD'
	@echo '  make check-series  each commit of that series builds, with the options on, as modules and off'
	@echo '  make check-configs  our code in other configurations of the kernel, Debian'"'"'s among them'
	@echo '  make check-debug  the tests of the lab on kernels that check themselves (KASAN, lockdep, KCSAN, ...)'
	@echo '  make lint         checkpatch, sparse and W=1 on the kernel code, shellcheck on the scripts'
	@echo '  make tables       write the tables of the README files from the stored results'
	@echo '  make figures      measure what those show, and store it: takes an hour or more'
	@echo '  make clean        remove what was built, keep the unpacked base kernel'
	@echo '  make distclean    remove $(B)/'
	@echo
	@echo 'Settings (now):'
	@echo '  BENCH=ebizzy|lock|locks|handover|yield|cyclic|stress|exits|ping   what make bench measures ($(BENCH))'
	@echo '  WORKLOAD="cmd" [METRIC="text #" [HIGHER=1]] [SETUP="cmd"] [ADD="file ..."]   or one of your own'
	@echo '  WORKLOAD=$(subst $() ,|,$(NAMED))            or one of these, with the package that has it'
	@echo '  GUEST_IMAGE=FILE                              a tar or cpio archive of a system, in which workloads run'
	@echo '  LAB=auto|tcg|icount|bochs|kvm|metal           where the host kernel runs ($(LAB))'
	@echo '  SCENARIO=NAME,...  PROFILES=NAME,...          what make bench measures'
	@echo '  LAYOUT=libvirt|vm|flat                         cgroups of the VMs ($(LAYOUT))'
	@echo '  WHERE=1                                        tell where the CPU time of the VMs goes'
	@echo '  WINDOWS=N  DURATION=SECONDS  PCPUS=N          how often, how long, on how many CPUs'
	@echo '  CLOCK=MHZ                                     of the lab bochs, which counts instructions (50)'
	@echo '  MEMORY=MIB                                    of each VM (256)'
	@echo '  BOOTS=N                                       of the VMs, among which the windows are dealt'
	@echo '  TEST=NAME,...                                 parts of make test, or single tests of the lab ($(TEST))'
	@echo '  CONFIGS=NAME,...                              what make check-configs builds ($(CONFIGS))'
	@echo '  FUZZ_OPS=N  FUZZ_SEED=N                       how much the random guest does, and what (50000, check-debug 1000000; $(FUZZ_SEED))'
	@echo '  FRESH=1                                       run also the parts whose sources are as when they passed'
	@echo '  DRY=1                                         print the emulator and QEMU commands only, or what make deb would do'
	@echo '  BASE=$(subst $() ,|,$(BASES))  base kernel ($(BASE)); what is built of 7.3 is in build/7.3'
	@echo '  KSRC=PATH     a tree or tarball of that base ($(KSRC))'
	@echo '  DEPS=skip     install no package; name what is missing and stop'
	@echo '  JOBS=N        parallel compiler jobs ($(JOBS))'

$(B):
	@mkdir -p $@

# source.mk names the files that the others depend on.
include mk/source.mk
include $(filter-out mk/source.mk,$(sort $(wildcard mk/*.mk)))

.PHONY: clean distclean
clean:
	rm -rf $(addprefix $(B)/,$(BUILT) linux/out-* alone alone.copied deb image.cpio qemu run unit selftests lab bench command passed *.log)

distclean:
	rm -rf "$(B)"
