#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# series.sh GIT MBOX: make the series in the repository GIT, which has the base's
# own files under the tag "pristine", and write it to MBOX. The tags abi, guest and
# host name its steps. LINKS_abi, LINKS_guest and LINKS_host say where files go.
set -euo pipefail

repo=$1 mbox=$2

in_repo() {
	git -C "$repo" -c user.name=pvsched -c user.email=pvsched@localhost.localdomain "$@"
}

# Bring the files of LINKS into the tree. A folder's own files come with it; one
# that has a link of its own moves from there.
bring() {
	local links link to from target
	declare -A folders=()

	read -ra links <<< "$1"
	for link in "${links[@]}"; do
		to=${link%%=*} from=${link#*=} target=$repo/$to
		mkdir -p "$(dirname "$target")"
		if [ -d "$from" ]; then
			folders[$from]=$target
			mkdir -p "$target"
			find "$from" -maxdepth 1 \( -name '*.[ch]' -o -name 'K*' \) \
				-exec cp -t "$target" {} +
		elif [ -n "${folders[$(dirname "$from")]:-}" ]; then
			mv "${folders[$(dirname "$from")]}/$(basename "$from")" "$target"
		else
			cp "$from" "$target"
		fi
	done
}

# add LINKS SUBJECT BODY
add() {
	bring "$1"
	in_repo add -A
	in_repo commit -qm "$2" -m "$3"
}

hook() {
	local patch

	while read -r patch; do
		in_repo am -q "$PWD/$1/patches/$patch"
	done < "$1/patches/series"
	in_repo tag -f "$1"
}

in_repo reset -q --hard pristine
add "${LINKS_abi:?}" "x86/kvm: Add the interface of pvsched" \
	"Add the numbers and layouts that a guest and its host share."
in_repo tag -f abi
add "${LINKS_guest:?}" "x86/kvm: Add the guest part of pvsched" \
	"Add the files of the guest part. Nothing builds them yet."
hook guest
add "${LINKS_host:?}" "KVM: x86: Add the host part of pvsched" \
	"Add the files of the host part. Nothing builds them yet."
hook host
in_repo format-patch -q --stdout --no-signature pristine > "$mbox"
