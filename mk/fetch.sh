#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# fetch.sh PACKAGE SUITE DIR: bring what a package of a suite of Debian holds into DIR, where this
# machine's lists need not have that suite: the source tarball of a kernel, or where the package is
# named src:NAME, the parts of a source package. apt works there on lists of its own, and nothing
# of the machine changes: what its apt is told holds, but for what runs after an update.
set -euo pipefail
. mk/lib.sh
export LC_ALL=C

package=${1#src:} suite=$2 dir=$3
kind=deb
[ "$package" = "$1" ] || kind=deb-src

# The mirror: that of Debian's own repository, or whatever comes first
# shellcheck disable=SC2016 # apt's own variables
mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
	awk '$1 == "Debian" && !found { found = $2 } !first { first = $NF } END { print found ? found : first }')
[ -n "$mirror" ] || die "apt knows no mirror; name a kernel tree or tarball with KSRC="

echo "pvsched: fetching Debian's $package of $suite"
rm -rf "$dir"
mkdir -p "$dir/lists/partial" "$dir/archives/partial"
apt-config dump | grep -v -e '^APT::Update::' -e '^Dir::Etc::\(parts\|main\) ' > "$dir/apt.conf"
cat >> "$dir/apt.conf" << EOF
Dir::State::lists "$PWD/$dir/lists";
Dir::Cache "$PWD/$dir";
Dir::Etc::parts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::sourcelist "$PWD/$dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
EOF
echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$dir/sources.list"

fetch() {
	cd "$dir"
	export APT_CONFIG=$PWD/apt.conf
	apt-get -q update
	if [ "$kind" = deb-src ]; then
		apt-get -q source --download-only "$package"
	else
		apt-get -q download "$package"
		dpkg-deb -x "$package"_*.deb .
		mv "usr/src/$package".tar.* .
	fi
	rm -rf usr lists archives "$package"_*.deb
}

# Not tested itself, it ends at the first error.
fetch > "$dir/apt.log" 2>&1 &
hint=
[ "$kind" = deb-src ] || hint="; name a kernel tree or tarball with KSRC="
wait $! || die "$mirror has no $package in $suite$hint (see $dir/apt.log)"
