#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# unpack.sh KSRC BUILD STAMP: bring the base kernel, a tree or a tarball, into
# BUILD/linux. The stamp holds the name of what was unpacked, BUILD/linux.text a sum of it.
set -euo pipefail
. mk/lib.sh

source=$1 build=$2 stamp=$3
linux=$build/linux

[ -e "$source" ] || die "no kernel source at $source; name a 6.12.y tree or tarball with KSRC="
[ "$(df --output=avail -k "$build" | tail -n1)" -gt 6000000 ] ||
	die "less than 6 GB free for $build; make room or clone elsewhere"

echo "pvsched: unpacking $source"
rm -rf "$stamp" "$linux" "$build/linux.linked" "$build/linux.patched"
mkdir -p "$linux"
if [ -d "$source" ]; then
	cp -a --reflink=auto "$source/." "$linux"
else
	tar -xf "$source" --strip-components=1 -C "$linux"
fi || die "cannot unpack $source; is it a kernel tree or tarball?"

version=$(make -s -C "$linux" kernelversion 2> /dev/null) || :
case "$version" in
6.12 | 6.12.*) ;;
*) die "$source is \"$version\", not a 6.12.y kernel" ;;
esac
if [ -d "$source" ]; then
	find "$source" -type f -printf '%P %s %T@\n' | sort
else
	cat "$source"
fi | sha256sum > "$build/linux.text"
echo "$source" > "$stamp"
