# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What the scripts of the Makefile share.

die() {
	echo "pvsched: $*" >&2
	exit 1
}

# The day of the commit, or 0 where there is no git: what is built from one is of one day.
commit_day() {
	git log -1 --format=%cd --date=format:%Y%m%d 2> /dev/null || echo 0
}

# ktap NUMBER NAME COMMAND...: run a command, print its result. What a failed
# command prints goes before it. Returns the command's verdict.
ktap() {
	local number=$1 name=$2 log

	shift 2
	if log=$("$@" 2>&1); then
		echo "ok $number $name"
	else
		echo "$log" | tail -n 30 | sed 's/^/# /'
		echo "not ok $number $name"
		return 1
	fi
}
