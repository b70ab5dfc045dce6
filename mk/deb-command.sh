#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deb-command.sh DIR: build the package of the command in DIR. COMMIT is that of pvsched.
set -euo pipefail
. mk/lib.sh
# Another make's settings are not those of the package's.
unset MAKEFLAGS

dir=$1
tree=$dir/command
day=$(commit_day)
version=0.$day.${COMMIT//-/.}

rm -rf "$tree"
mkdir -p "$tree/tools"
cp -r abi "$tree"
cp -r tools/pvsched "$tree/tools"
mv "$tree/tools/pvsched/debian" "$tree"
cat > "$tree/debian/changelog" << EOF
pvsched ($version) unstable; urgency=medium

  * Commit $COMMIT.

 -- ${DEBFULLNAME:-pvsched} <${DEBEMAIL:-pvsched@localhost.localdomain}>  $(date -R -d "$day")
EOF
(cd "$tree" && dpkg-buildpackage -b -us -uc) > "$dir/command.log" 2>&1 ||
	die "the package of the command does not build; see $dir/command.log"
rm -f "$dir"/pvsched_*.buildinfo "$dir"/pvsched_*.changes "$dir"/pvsched-dbgsym_*
echo "pvsched: sudo apt install ./$dir/pvsched_${version}_amd64.deb for the command"
