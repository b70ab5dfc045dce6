#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# stock.sh PACKAGE DIR: unpack what a Debian meta package of a kernel stands for into
# DIR: linux-image-* is the kernel, linux-headers-* how it was built.
set -euo pipefail
. mk/lib.sh
export LC_ALL=C

package=$1 dir=$2

echo "pvsched: fetching Debian's $package"
rm -rf "$dir"
mkdir -p "$dir"
fetch() {
	local name

	cd "$dir"
	name=$(apt-cache depends "$package" | sed -n "s/.*Depends: \(${package%%-[0-9]*}-[^ ]*\).*/\1/p")
	apt-get -qq download "$name" > apt.log 2>&1
	dpkg-deb -x "$name"*.deb .
	rm "$name"*.deb
}
(fetch) || die "cannot fetch $package; see $dir/apt.log"
