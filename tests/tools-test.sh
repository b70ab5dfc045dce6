#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tools-test.sh BUILD: what the tools promise of paths, other runs, limits and
# interruptions. Prints KTAP.
set -uo pipefail

build=$1
suite=$build/lab/pvsuite
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
number=0
bad=0

ok() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
	else
		sed 's/^/# /' "$tmp/log" 2> /dev/null
		echo "not ok $number $2"
		bad=1
	fi
}

# A checkout in "a b" beside a folder "a", which a careless rm would empty
checkout() {
	mkdir -p "$tmp/a b/build" "$tmp/a"
	cp -r Makefile mk tests "$tmp/a b/"
	echo data > "$tmp/a/data"
	echo data > "$tmp/a b/build/data"
}

# refuses ARGUMENTS: make says no, says why, and touches nothing
refuses() {
	(cd "$tmp/a b" && env -u MAKEFLAGS -u MAKELEVEL make "$@") > "$tmp/log" 2>&1 && return 1
	grep -q 'move the checkout' "$tmp/log" &&
		[ -e "$tmp/a/data" ] && [ -e "$tmp/a b/build/data" ]
}

# Processes that sleep for the number of seconds that marks this run
mark=$((100000 + $$))
sleepers() {
	pgrep -fc "^sleep $mark"
}

# Three that a process group does not reach
leave="echo 1..1; setsid sleep ${mark}1 & setsid sh -c 'sleep ${mark}2 & setsid sleep ${mark}3' &"

suite_run() {
	printf '%s\n' "$1" > "$tmp/parts"
	"$suite" "$tmp/parts" > "$tmp/log" 2>&1
}

# interrupted SIGNAL: nothing is left of a suite that got one
interrupted() {
	local pid

	printf '%s\n' "part 1000 1 yes - $leave sleep ${mark}4" > "$tmp/parts"
	"$suite" "$tmp/parts" > "$tmp/log" 2>&1 &
	pid=$!
	until [ "$(sleepers)" = 4 ]; do
		kill -0 $pid || return 1
		sleep 0.1
	done
	kill -"$1" $pid
	{ wait $pid; } 2> /dev/null
	for _ in $(seq 100); do
		[ "$(sleepers)" = 0 ] && return 0
		sleep 0.1
	done
	return 1
}

# A second make of the same benchmark is refused, and changes nothing
alone() {
	mkdir -p "$tmp/c/build/run/ebizzy-1"
	echo data > "$tmp/c/build/run/ebizzy-1/data"
	cp -r Makefile mk tests "$tmp/c/"
	flock "$tmp/c/build/run/ebizzy.lock" env -u MAKEFLAGS -u MAKELEVEL make -C "$tmp/c" \
		-f Makefile -f tests/tools-test.mk locked-bench > "$tmp/log" 2>&1 && return 1
	grep -q 'another make runs ebizzy' "$tmp/log" && [ -e "$tmp/c/build/run/ebizzy-1/data" ]
}

# The key changes with the text of the base, the flags and a source.
key() {
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$tmp/c" -f Makefile -f tests/tools-test.mk \
		print-key "$@"
}

keys() {
	local first

	mkdir -p "$tmp/c/build/linux"
	touch "$tmp/c/build/linux/Makefile"
	echo one > "$tmp/c/build/linux.text"
	first=$(key)
	echo "$first" > "$tmp/log"
	[ ${#first} = 32 ] && [ "$(key)" = "$first" ] && [ "$(key CFLAGS=-O3)" != "$first" ] &&
		echo two > "$tmp/c/build/linux.text" && [ "$(key)" != "$first" ] &&
		echo one > "$tmp/c/build/linux.text" && [ "$(key)" = "$first" ] &&
		echo '#' >> "$tmp/c/Makefile" && [ "$(key)" != "$first" ]
}

# mutant NAME SECOND-LINE OUTPUT STATUS: a test of a broken source that says so, and ends so
mutant() {
	printf '#\n%s\n' "$2" > "$tmp/mutants/$1.sed"
	printf '#!/bin/sh\nprintf "%%b" "%s"\nexit %s\n' "$3" "$4" > "$tmp/mutants/$1"
	chmod +x "$tmp/mutants/$1"
}

# A mutant that hangs is found only where its script says that it does.
hangs() {
	local hung='# t: Test terminated by timeout\nnot ok 1 t\n'

	mkdir "$tmp/mutants"
	mutant a '# hangs' "$hung" 1
	mutant b '' "$hung" 1
	mutant c '' "${hung}not ok 2 u\n" 1
	mutant d '' 'not ok 1 t\n' 1
	mutant e '# hangs' 'ok 1 t\n' 0
	make -s -C tests/unit "$tmp/unit/check-mutants" O="$tmp/unit" > "$tmp/log" 2>&1 &&
		! "$tmp/unit/check-mutants" "$tmp/mutants" "$tmp"/mutants/[a-e] > "$tmp/log" 2>&1 &&
		[ "$(grep -o '^\(not \)\?ok .' "$tmp/log" | tr '\n' ,)" = "ok 1,not ok 2,ok 3,ok 4,not ok 5," ]
}

# a system with merged folders, as distributions have it; of those, what "ls" is
system() {
	mkdir -p "$tmp/root/usr/bin" "$tmp/boot/arch/x86/boot"
	ln -s usr/bin "$tmp/root/bin"
	echo theirs | tee "$tmp/root/usr/bin/sh" "$tmp/root/usr/bin/ls" > "$tmp/root/init"
	ln "$tmp/root/usr/bin/ls" "$tmp/root/usr/bin/dir"
	tar -czf "$tmp/root.tgz" -C "$tmp/root" .
	touch "$tmp/boot/arch/x86/boot/bzImage"
}

# pack ARCHIVE: what goes into a guest, unpacked in packed/
pack() {
	"$build/lab/pvlab" --lab=tcg --dry-run --host="$tmp/boot" --guest="$tmp/boot/arch/x86/boot/bzImage" \
		--out="$tmp/lab" --guest-image="$1" -- bench ebizzy 1vm-1x > "$tmp/log" 2>&1 &&
		rm -rf "$tmp/packed" && mkdir "$tmp/packed" &&
		(cd "$tmp/packed" && cpio -id --quiet --no-absolute-filenames < "$tmp/lab/guest.cpio") 2>> "$tmp/log"
}

# A system of the user's keeps what it has, and gets what it lacks.
packs_system() {
	local name

	mk/image.sh "$tmp/root.tgz" "$tmp/root.cpio" > "$tmp/log" 2>&1 && pack "$tmp/root.cpio" || return 1
	[ -L "$tmp/packed/bin" ] && cmp -s "$tmp/packed/init" "$build/lab/init" &&
		[ "$(readlink "$tmp/packed/usr/bin/awk")" = busybox ] || return 1
	for name in bin/sh usr/bin/ls usr/bin/dir; do
		[ "$(cat "$tmp/packed/$name")" = theirs ] || return 1
	done
}

# refuses_system FROM WORDS: it is no system, for these reasons, and nothing is left of it
refuses_system() {
	! mk/image.sh "$1" "$tmp/no.cpio" > "$tmp/log" 2>&1 && grep -q "$2" "$tmp/log" &&
		[ "$(wc -l < "$tmp/log")" = 1 ] && [ ! -e "$tmp/no.cpio" ] && [ ! -e "$tmp/no.cpio.files" ]
}

# deb OPTION...: what a package of a kernel with these would be
deb() {
	printf 'CONFIG_%s\n' "$@" > "$tmp/config"
	env -u MAKEFLAGS -u MAKELEVEL make -s deb DRY=1 CONFIG="$tmp/config" > "$tmp/log" 2>&1
}

echo "1..17"
checkout
refuses help
ok $? "a path with a blank is refused"
refuses -n distclean
ok $? "a path with a blank is refused by make -n"
refuses distclean
ok $? "make distclean empties no other folder"
suite_run "part 1 1 yes - $leave sleep ${mark}4"
[ $? = 1 ] && [ "$(sleepers)" = 0 ]
ok $? "a part that is over its limit leaves nothing behind"
suite_run "part 1000 1 yes - $leave echo ok 1 part" && [ "$(sleepers)" = 0 ]
ok $? "a part that ends leaves nothing behind"
interrupted INT
ok $? "Ctrl-C leaves nothing behind"
interrupted TERM
ok $? "SIGTERM leaves nothing behind"
interrupted KILL
ok $? "SIGKILL leaves nothing behind"
alone
ok $? "two benchmarks at once do not remove each other's runs"
keys
ok $? "the key of a kept result holds what the result depends on"
hangs
ok $? "a mutant that hangs is found only where it says so"
system
packs_system
ok $? "a system of the user's keeps what it has, and gets what it lacks"
head -c 500 "$tmp/root.cpio" > "$tmp/short.cpio"
! pack "$tmp/short.cpio"
ok $? "half an archive is refused"
refuses_system "$build/lab/pvlab" 'no whole tar or cpio archive'
ok $? "what is no archive is refused"
refuses_system "$tmp/boot" 'no /bin/sh'
ok $? "a system without a shell is refused"
deb KVM=m KVM_GUEST=y PARAVIRT_SPINLOCKS=y && grep -q '3 options .*/config' "$tmp/log" && grep -q 'minutes .* MB' "$tmp/log"
ok $? "a package of a kernel says what it would take"
! deb KVM_GUEST=y PARAVIRT_SPINLOCKS=y && grep -q 'no CONFIG_KVM,' "$tmp/log" && [ "$(grep -c ^pvsched: "$tmp/log")" = 1 ]
ok $? "a configuration without KVM is refused"
exit $bad
