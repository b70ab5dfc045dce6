# SPDX-License-Identifier: GPL-2.0
#
# Options of a kernel from several files: of each the last line, also one by which it
# is not set.
/^CONFIG_/ {
	split($0, option, "=")
	last[option[1]] = $0
}

/^# CONFIG_[A-Za-z0-9_]* is not set$/ {
	last[$2] = $0
}

END {
	for (name in last)
		print last[name]
}
