#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# image.sh FROM CPIO: make of a system, a tar or cpio archive that may be compressed, or a folder,
# a cpio archive as pvlab takes it. Devices and an init stay out, for the lab has its own.
set -euo pipefail
. mk/lib.sh
export LC_ALL=C

from=$1 cpio=$2
dir=$cpio.files

[ -e "$from" ] || die "no guest image at $from; name one with GUEST_IMAGE="
rm -rf "$dir" "$cpio"
trap 'rm -rf "$dir" "$cpio.part"' EXIT
if [ -d "$from" ]; then
	tree=$from
else
	tree=$dir
	mkdir -p "$dir"
	bsdtar -xpf "$from" -C "$dir" --exclude '^./dev/*' --exclude '^dev/*' 2> "$cpio.log" ||
		die "$from is no whole tar or cpio archive ($(head -n 1 "$cpio.log"));" \
			"virt-tar-out makes one of a disk image"
fi
[ -e "$tree/bin/sh" ] || [ -L "$tree/bin/sh" ] || die "$from has no /bin/sh, so that no workload can run in it"

owner=()
[ "$(id -u)" = 0 ] || owner=(-R 0:0)
(cd "$tree" && find . -mindepth 1 ! -path ./init ! -path './dev/*' -printf '%P\0' | sort -z |
	cpio -0 -o -H newc --quiet "${owner[@]}") > "$cpio.part" || die "cannot pack $from into $cpio"
mv "$cpio.part" "$cpio"
