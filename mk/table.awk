# SPDX-License-Identifier: GPL-2.0
# A table of the README files, as a commit message shows it: in 75 columns, so without the
# column "off" where there is one for the base, and with what a row is of on a line of its
# own where that is long. A range of one value is none.
BEGIN { FS = " *[|] *" }
!/^[|]/ { gsub(/`|, commit [0-9a-f]+/, ""); while (length($0) > 72) { at = 72; while (substr($0, at, 1) != " ") at--; \
	print substr($0, 1, at - 1); $0 = substr($0, at + 1) } print; next }
/^[|] ---/ { next }
!columns { columns = NF; for (i = 2; i < NF; i++) { name[i] = $i; base = base || $i == "base" } }
{
	rows++
	for (i = 2; i < columns; i++) {
		text = $i
		gsub(/`/, "", text)
		if (match(text, /[(]([^()]*)[)]/)) {
			range = substr(text, RSTART + 1, RLENGTH - 2)
			half = (length(range) - 1) / 2
			if (substr(range, 1, half) == substr(range, half + 2))
				text = substr(text, 1, RSTART - 2)
		}
		cell[rows, i] = base && name[i] == "off" ? "" : text
		if (length(cell[rows, i]) > width[i])
			width[i] = length(cell[rows, i])
	}
}
END {
	apart = width[2] > 20
	for (r = 1; r <= rows; r++) {
		line = apart ? (r > 1 ? cell[r, 2] "\n" : "") "   " : sprintf("%-" width[2] "s", cell[r, 2])
		for (i = 3; i < columns; i++)
			line = line (width[i] ? sprintf("  %" width[i] "s", cell[r, i]) : "")
		print line
	}
}
