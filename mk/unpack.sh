#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# unpack.sh KSRC BUILD STAMP: bring the base kernel, a tree or a tarball, into
# BUILD/linux. The stamp holds the name of what was unpacked, BUILD/linux.text a sum of it.
# BASE is the version it must have, BASES are those that there are.
set -euo pipefail
. mk/lib.sh

source=$1 build=$2 stamp=$3
linux=$build/linux

# is_base VERSION BASE
is_base() {
	[[ $1 == "$2" || $1 == "$2".* ]]
}

[ -e "$source" ] || die "no kernel source at $source; name a ${BASE:?}.y tree or tarball with KSRC="
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
for base in ${BASES:?}; do
	[ "$base" = "$BASE" ] || ! is_base "$version" "$base" ||
		die "$source is $version, not $BASE.y; build it with BASE=$base"
done
is_base "$version" "$BASE" || die "$source is \"$version\", but the kernels known are ${BASES// /.y and }.y"
if [ -d "$source" ]; then
	find "$source" -type f -printf '%P %s %T@\n' | sort
else
	cat "$source"
fi | sha256sum > "$build/linux.text"
echo "$source" > "$stamp"
