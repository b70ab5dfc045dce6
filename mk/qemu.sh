#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# qemu.sh DIR JOBS: build the QEMU of this release of Debian, for x86, with our patches, in DIR.
# It has what libraries are here for, and finds firmware where Debian's package has it.
set -euo pipefail
. mk/lib.sh

dir=$1 jobs=$2
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ -n "$suite" ] || die "this is no release of Debian; apply tools/qemu/*.patch to a QEMU of yours"
[ "$(df --output=avail -BM "$(dirname "$dir")" | tail -n 1 | tr -dc 0-9)" -ge 2000 ] ||
	die "building QEMU takes 2 GB in $dir: make room"

compgen -G "$dir/source/qemu_*.dsc" > /dev/null || mk/fetch.sh src:qemu "$suite" "$dir/source"
rm -rf "$dir/tree"
dpkg-source --no-check -x "$dir"/source/qemu_*.dsc "$dir/tree" > "$dir/unpack.log" 2>&1 ||
	die "cannot unpack the source; see $dir/unpack.log"
for patch in tools/qemu/*.patch; do
	patch -sp1 -F0 -d "$dir/tree" < "$patch" > "$dir/patch.log" 2>&1 ||
		die "$patch does not apply to Debian's QEMU of $suite; see $dir/patch.log"
done

# As Debian's: where firmware is, and what it calls itself
version=$(dpkg-parsechangelog -l "$dir/tree/debian/changelog" -S Version)
mkdir -p "$dir/build"
build() {
	cd "$dir/build"
	[ -e build.ninja ] || ../tree/configure --target-list=x86_64-softmmu --enable-kvm --prefix=/usr \
		--disable-docs --disable-tools --disable-guest-agent --disable-install-blobs \
		--firmwarepath=/usr/share/qemu:/usr/share/seabios:/usr/lib/ipxe/qemu \
		--with-pkgversion="Debian $version with pvsched"
	ninja -j"$jobs" qemu-system-x86_64
}
echo "pvsched: building QEMU $version for x86 (log: $dir/build.log), 10 to 30 minutes on 2 cores"
# Not tested itself, it ends at the first error.
build > "$dir/build.log" 2>&1 &
wait $! || die "QEMU does not build; see $dir/build.log"
ln -sf build/qemu-system-x86_64 "$dir/qemu-system-x86_64"
echo "pvsched: $dir/qemu-system-x86_64 knows kvm-pvsched-yield, kvm-pvsched-off-cpu and kvm-pvsched-capacity"
