# SPDX-License-Identifier: GPL-2.0
#
# The base kernel 6.12.y: Debian 12 has it as a package.

KSRC ?= /usr/src/linux-source-6.12.tar.xz
PKGS_BASE := $(if $(filter /usr/src/%,$(KSRC)),linux-source-6.12)
# Where the KVM selftests of x86 are
SELFTESTS_ARCH := x86_64
