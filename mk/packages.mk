# SPDX-License-Identifier: GPL-2.0
#
# Packages of a Debian 12 machine, by what needs them.

PKGS_BUILD := gcc make flex bison bc libelf-dev libssl-dev xz-utils lz4 quilt ccache cpio rsync git
PKGS_BUILD += $(PKGS_BASE)
PKGS_LAB := qemu-system-x86 bochs bochs-term bochsbios vgabios bsdutils busybox-static
PKGS_TEST := $(PKGS_LAB) spin sparse shellcheck mandoc jq kexec-tools libarchive-tools
PKGS_cyclic := rt-tests
PKGS_stress := rt-tests stress-ng
PKGS_BENCH := $(PKGS_LAB) gnuplot-nox $(PKGS_$(BENCH)) $(if $(GUEST_IMAGE),libarchive-tools)

need = @DEPS="$(DEPS)" LOG="$(B)/apt.log" mk/need.sh $(1)

.PHONY: deps-build deps-test deps-bench
deps-build: | $(B)
	$(call need,$(PKGS_BUILD))
deps-test: | $(B)
	$(call need,$(PKGS_BUILD) $(PKGS_TEST))
deps-bench: | $(B)
	$(call need,$(PKGS_BUILD) $(PKGS_BENCH))
