#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deb.sh plan|build CONFIG DIR OPTION...: say what a kernel package of the source in DIR/linux would
# be and take, or make it there. Its options are those of the file CONFIG but for each OPTION,
# NAME=VALUE. COMMIT is that of pvsched, BASE the kernel's; KMAKE is how make is called there.
set -euo pipefail
. mk/lib.sh
# Another make's settings are not those of the kernel's.
unset MAKEFLAGS

what=$1 config=$2 dir=$3
shift 3
linux=$dir/linux out=$dir/linux/out log=$dir/build.log
# Where the source is not unpacked yet, it is known by the base alone.
release=$(make -s -C "$linux" kernelversion 2> /dev/null) || release=${BASE:?}
day=$(commit_day)
version=$release-pvsched.$day.${COMMIT//-/.}

kmake() {
	eval "${KMAKE:?}" '"$@"'
}

# Our options hide in the menus of these.
check_config() {
	local option

	[ -r "$config" ] || die "no configuration at $config; name one with CONFIG="
	for option in KVM KVM_GUEST PARAVIRT_SPINLOCKS; do
		grep -q "^CONFIG_$option=[ym]" "$config" ||
			die "$config has no CONFIG_$option, without which there is no pvsched; name another with CONFIG="
	done
}

# A rough guess: each option takes 2 to 4 seconds of a core and a megabyte; debug information
# three times as long and ten times as much.
plan() {
	local options minutes megabytes free

	options=$(grep -c '^CONFIG_.*=[ym]' "$config")
	minutes=$((options * 2 * ${DEBUG_INFO:+3*}1 / JOBS / 60 + 2))
	megabytes=$((options * ${DEBUG_INFO:+10*}1 + 1000))
	[ -d "$linux" ] || megabytes=$((megabytes + 2000))
	free=$(df --output=avail -BM "$(dirname "$dir")" | tail -n 1 | tr -dc 0-9)
	echo "pvsched: Linux $release-pvsched for hosts and guests: $options options of $config, and ours"
	echo "pvsched: $dir/linux-image-$release-pvsched_${version}_amd64.deb, and linux-headers beside it${DEBUG_INFO:+, and -dbg}"
	echo "pvsched: takes about $minutes to $((minutes * 2)) minutes with JOBS=$JOBS, less where ccache helps; $megabytes MB of $free"
	[ "$free" -ge "$megabytes" ] ||
		die "less than $megabytes MB free for $dir; make room or clone elsewhere"
}

configure() {
	local option

	mkdir -p "$out"
	{ cat "$config"; printf 'CONFIG_%s\n' "$@"; } | awk -f mk/options.awk | tee "$out/wanted" > "$out/.config"
	kmake olddefconfig > "$log" 2>&1 || die "Kconfig does not take $config; see $log"
	for option; do
		[[ $option != *PVSCHED* ]] || grep -qxF "CONFIG_$option" "$out/.config" ||
			die "with $config this kernel does not take CONFIG_$option; name another with CONFIG="
	done
}

# What depends on the compiler, on debug information, or on a patch that the tree does not have
tell_lost() {
	local lost

	lost=$(grep -vxFf "$out/.config" "$out/wanted" | sed -n '/=n$/d; s/^CONFIG_\([^=]*\)=.*/\1/p') || :
	[ -z "$lost" ] || echo "pvsched: other than in $config: ${lost//$'\n'/ }"
}

package() {
	local profiles=pkg.linux-pvsched.nokerneldbg

	[ -z "$DEBUG_INFO" ] || profiles=
	DPKG_FLAGS="--hook-init='sed -i \"$describe\" debian/control'" \
	DEB_BUILD_PROFILES=$profiles KDEB_SOURCENAME=linux-pvsched \
	KDEB_PKGVERSION=$version KDEB_CHANGELOG_DIST=unstable \
	DEBFULLNAME="${DEBFULLNAME:-pvsched}" DEBEMAIL="${DEBEMAIL:-pvsched@localhost.localdomain}" \
		kmake -j"$JOBS" LOCALVERSION= KBUILD_BUILD_TIMESTAMP="$(date -d "$day" +%F)" bindeb-pkg
}

check_config
if [ "$what" = plan ]; then
	plan
	exit
fi
# Debian's configurations name their kernel.
name=$(sed -n 's/^CONFIG_BUILD_SALT="\(.\+\)"/\1/p' "$config")
# The kernel's target knows nothing of pvsched, and its linux-libc-dev would take the place of the
# distribution's. The dollar comes through make.
describe="/^Package: linux-libc-dev/,/^\$\$/d; s/^Description: Linux kernel.*/&, with pvsched\\n \
Paravirtual vCPU scheduling for KVM, for hosts and guests: pvsched of commit\\n \
$COMMIT, with the options of ${name:-$(basename "$config")}.\\n ./"

configure "$@"
tell_lost
rm -f "$linux"/*.deb
echo "pvsched: building (log: $log)"
# Not tested itself, it ends at the first error.
package > "$log" 2>&1 &
wait $! || die "the package does not build: $(grep -m 1 -i error "$log"); see $log"
rm -f "$linux"/linux-pvsched_* "$dir"/*.deb
mv "$linux"/*.deb "$dir"
echo "pvsched: sudo apt install ./$dir/linux-image-$release-pvsched_${version}_amd64.deb puts it beside the other kernels," \
	"apt remove linux-image-$release-pvsched takes it away"
