# SPDX-License-Identifier: GPL-2.0
#
# The base kernel 7.3.y: a package of a release of Debian that is not this machine's,
# so that it is fetched and unpacked, not installed.

KSRC ?= $(B)/source/linux-source-7.3.tar.xz
FETCHED := linux-source-7.3 trixie-backports
# Where the KVM selftests of x86 are
SELFTESTS_ARCH := x86
# Debian's packages of a kernel, with which some tests compare ours, are those of 6.12.
NO_PARTS := configs
