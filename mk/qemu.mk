# SPDX-License-Identifier: GPL-2.0
#
# QEMU with names for our feature bits, so that CPU models carry them: Debian's source, and
# tools/qemu.

PKGS_QEMU := gcc make dpkg-dev patch pkg-config ninja-build meson libglib2.0-dev libpixman-1-dev libfdt-dev \
	libslirp-dev libaio-dev libseccomp-dev zlib1g-dev

.PHONY: qemu
qemu: | $(B)
	$(call need,$(PKGS_QEMU))
	@mkdir -p $(B)/qemu; mk/qemu.sh $(B)/qemu $(JOBS)
