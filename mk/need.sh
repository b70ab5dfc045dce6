#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# need.sh PACKAGE...: install the packages that are missing. With DEPS=skip name
# them and fail. LOG is where apt writes.
set -euo pipefail
. mk/lib.sh

missing=()
for package; do
	dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

[ "$DEPS" != skip ] ||
	die "missing packages: ${missing[*]}; install them, or run without DEPS=skip"
echo "pvsched: installing ${missing[*]}"
sudo=()
[ "$(id -u)" = 0 ] || sudo=(sudo -E)
export DEBIAN_FRONTEND=noninteractive
{
	"${sudo[@]}" apt-get -qq update &&
	"${sudo[@]}" apt-get -qq -y install --no-install-recommends "${missing[@]}"
} > "$LOG" 2>&1 || die "the installation failed; see $LOG"
