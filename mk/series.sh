#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# series.sh GIT MBOX [SIDE]: make the series in the repository GIT, which has the base's
# own files under the tag "pristine", and write it to MBOX. With SIDE, guest or host,
# leave out the patches of the other side.
#
# Each file of series/ is a patch. Its text is the commit's message; after a line "---"
# come
#
#	file PATH ...		files of ours that come with it
#	hook PATH ...		patches to the base that are part of it
#	table NAME		a table of figures of the README files, for the message
#	before PATH SCRIPT	what "perl -0p" makes of a file up to this patch
#
# HOOKS are those that the base needs, each in its folder or in one of the base's own; others
# are left out. LINKS says where files go, as PATH=SOURCE. SIGNOFF, "Name <mail>", is who signs the patches
# off, and maintains what they add.
set -euo pipefail

repo=$1 mbox=$2 side=${3:-}

in_repo() {
	git -C "$repo" -c user.name=pvsched -c user.email=pvsched@localhost.localdomain "$@"
}

# directives PATCH NAME: the arguments of those of a name, a line each
directives() {
	sed -n "1,/^---\$/d; s/^$2[[:space:]]\\+//p" "$1"
}

# Where a file goes: that of its own link, or into the folder of its folder's
place_of() {
	local link
	for link in ${LINKS:?}; do
		[ "${link#*=}" != "$1" ] || { echo "${link%%=*}"; return; }
	done
	for link in $LINKS; do
		[ "${link#*=}" != "$(dirname "$1")" ] || { echo "${link%%=*}/$(basename "$1")"; return; }
	done
	echo "series.sh: $1 has no place in the kernel" >&2
	return 1
}

# The hooks of a patch that the base needs, a line each
hooks() {
	local name hook
	for name in $(directives "$1" hook); do
		for hook in ${HOOKS:?}; do
			[[ $hook != "$(dirname "$name")"/* || $hook != */"$(basename "$name")" ]] || echo "$hook"
		done
	done
}

# Print a file as it is before the patches that are left.
text_of() {
	local script='' left path rest file
	for left in "${patches[@]:$((step + 1))}"; do
		while read -r path rest; do
			[ "$1" != "$path" ] || script+="$rest;"
		done < <(directives "$left" before)
		[[ $1 != */Kbuild ]] || for file in $(directives "$left" file); do
			[ "$(dirname "$file")" != "$(dirname "$1")" ] ||
				script+="s/.*\\b$(basename "${file%.c}")\\.o\\b.*\\n//g;"
		done
	done
	perl -0pe "$script s/\\n\\n\\n+/\\n\\n/g" "$1"
}

message_of() {
	sed '/^---$/,$d' "$1"
	for table in $(directives "$1" table); do
		sed -n "/<!-- table: $table -->/,/<!-- end -->/{/<!--/d;p}" tests/README.md |
			awk -f mk/table.awk
		echo
	done
	[ -z "${SIGNOFF:-}" ] || echo "Signed-off-by: $SIGNOFF"
}

patches=()
for patch in series/[0-9]*; do
	case $side:$(basename "$patch") in
	guest:*-host-* | host:*-guest-*) ;;
	*) patches+=("$patch") ;;
	esac
done

in_repo reset -q --hard pristine
files=()
for step in "${!patches[@]}"; do
	patch=${patches[step]}
	read -ra new < <(directives "$patch" file | tr '\n' ' ') || :
	files+=("${new[@]}")
	# What is new, and what reads otherwise from here on
	for file in "${new[@]}" $(directives "$patch" before | cut -d ' ' -f 1) \
		$(printf '%s\n' "${files[@]}" | grep '/Kbuild$'); do
		target=$repo/$(place_of "$file")
		mkdir -p "$(dirname "$target")"
		text_of "$file" > "$target"
	done
	for hook in $(hooks "$patch"); do
		in_repo apply --whitespace=nowarn "$PWD/$hook"
	done
	[ -z "${SIGNOFF:-}" ] ||
		sed -i "/^KERNEL.*(KVM\/pvsched)\$/{n;s/^L:/M:\t$SIGNOFF\n&/}" "$repo/MAINTAINERS"
	in_repo add -A
	in_repo commit -q ${SIGNOFF:+"--author=$SIGNOFF"} -F - < <(message_of "$patch")
	in_repo tag -f "${side:-pvsched}-$(basename "$patch")" > /dev/null
done
in_repo format-patch -q --stdout --no-signature pristine > "$mbox"
