#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# config.sh OUT FILES TARGETS OPTION...: build the TARGETS of kbuild in OUT, with the
# options of FILES but for each OPTION, NAME=VALUE. Kconfig must take each option, and
# none whose value is "refused". KMAKE is how make is called there; EXPORTS has what the
# base exports to modules. Prints nothing but what is wrong.
#
# What would be linked into a kernel is linked into a vmlinux.o, from which modpost
# knows the symbols that a module may use. For the rest of the kernel EXPORTS stands in.
# Symbols of the rest that only vmlinux can use are not looked up: nothing has them all.
set -euo pipefail
. mk/lib.sh
# Another make's number of jobs and settings are not those of the kernel's
unset MAKEFLAGS

out=$1 files=$2 targets=$3
shift 3
modules=$out/arch/x86/kvm/modules.order
# pvsched in a symbol's name: ours
ours=pvsched

kmake() {
	eval "${KMAKE:?}" '"$@"'
}

configure() {
	# shellcheck disable=SC2086 # a list
	{ cat $files; printf 'CONFIG_%s\n' "$@"; } | sed '/=refused$/d' |
		awk -f mk/options.awk > "$out/wanted"
	kmake KCONFIG_ALLCONFIG=wanted allnoconfig > "$out/log" 2>&1 || { cat "$out/log"; exit 1; }
}

# as_said OPTION: it is in the configuration as the table has it
as_said() {
	case $1 in
	*=n | *=refused) ! grep -q "^CONFIG_${1%=*}=" "$out/.config" ;;
	*) grep -qx "CONFIG_$1" "$out/.config" ;;
	esac
}

# A few options describe the compiler or need a tool; without many more than those it
# would be another configuration.
check_lost() {
	local lost

	lost=$(grep -vxFf "$out/.config" "$out/wanted" | grep -v '=n$') || :
	[ "$(wc -l <<< "$lost")" -lt 30 ] || die "Kconfig does not have most of $files:" "$lost"
}

# What is to be refused is there without the options of which it is the fault.
control() {
	local option

	configure
	for option; do
		[[ $option != *=refused ]] || as_said "${option%=*}=y" ||
			die "Kconfig refuses $option in any case"
	done
}

# A warning of the compiler, of objtool or of modpost is a fault as an error is.
quietly() {
	local status=0

	"$@" > "$out/log" 2>&1 || status=$?
	if [ $status != 0 ] || grep -qiw warning "$out/log"; then
		tail -n 30 "$out/log"
		return 1
	fi
}

# With W=1 bison warns of the grammars of kbuild's own tools, which are no kernel code.
prepare() {
	kmake -j"$JOBS" W=1 prepare scripts > "$out/log" 2>&1 || { tail -n 30 "$out/log"; exit 1; }
}

# What another configuration left of a folder must not be taken for this one's. An
# object with a fault must be made again by the next run, or it would say nothing.
compile() {
	local target

	for target in $targets; do
		[[ $target != */ ]] || rm -f "$out/$target"{built-in.a,modules.order}
	done
	# shellcheck disable=SC2086 # a list
	quietly kmake -j"$JOBS" W=1 $targets || { (cd "$out" && rm -rf $targets); exit 1; }
}

# With the kernel's own rule, which runs objtool where that is not done for each object.
link_vmlinux() {
	local objects=() target

	for target in $targets; do
		target=${target/%\//\/built-in.a}
		[ ! -e "$out/$target" ] || objects+=("$target")
	done
	rm -f "$out/vmlinux.o"
	quietly kmake build-dir=none KBUILD_VMLINUX_OBJS="${objects[*]}" KBUILD_VMLINUX_LIBS= \
		CONFIG_NOINSTR_VALIDATION= vmlinux_o
	ar t "$out/vmlinux.a" > "$out/.vmlinux.objs"
}

# Each symbol of ours is defined; without our options there is none.
check_ours() {
	if grep -qE '^CONFIG_(KVM_PVSCHED|PVSCHED_GUEST)=y' "$out/.config"; then
		! nm -u "$out/vmlinux.o" | grep "$ours" || die "not defined"
	else
		! nm "$out/vmlinux.o" | grep "$ours" || die "there without its option"
	fi
}

exports() {
	nm "$1" | sed -n 's/.* __export_symbol_//p'
}

# modpost DIR OPTION...
run_modpost() {
	local dir=$1 versions

	shift
	awk -F'\t' 'NR == FNR { own[$1]; next } !($2 in own) && $3 !~ "^arch/x86/kvm/"' \
		<(exports "$dir/vmlinux.o") "$EXPORTS" > "$dir/base.symvers"
	(cd "$dir" && "$out/scripts/mod/modpost" -M -E "$@" -i base.symvers -o own.symvers \
		-T "$modules" vmlinux.o)
}

# A symbol of ours that one of the modules needs is exported no more.
twin_export() {
	local symbol dir=$out/twin o

	symbol=$(cd "$out" && nm -u "$@" | awk -v ours="^$ours" '$2 ~ ours && !n++ { print $2 }')
	[ -n "$symbol" ] || die "no module needs a symbol of ours"
	rm -rf "$dir"
	mkdir "$dir"
	(cd "$out" && cp --parents -t twin vmlinux.o "$@")
	for o in vmlinux.o "$@"; do
		objcopy --strip-symbol="__export_symbol_$symbol" "$dir/$o"
	done
	! run_modpost "$dir" > "$out/log" 2>&1 && grep -q "\"$symbol\" .* undefined" "$out/log"
}

twin_warning() {
	! quietly kmake CFLAGS_vms.o=-Wlarger-than=1 kernel/sched/pvsched/ > /dev/null &&
		grep -q 'pvsched/vms.c.*warning' "$out/log"
}

# What is broken on purpose must be found.
twins() {
	! as_said PVSCHED_NONE=y || die "an option that is lost is not found"
	! as_said KVM_PVSCHED=refused || die "an option that is not refused is not found"
	twin_export "$@" || die "a symbol that is not exported is not found"
	twin_warning || die "a warning is not found"
}

[ -n "$targets" ] || control "$@"
configure "$@"
for option; do
	as_said "$option" || die "Kconfig does not have it as the table says: $option"
done
[ -n "$targets" ] || exit 0
check_lost
prepare
compile
link_vmlinux
check_ours
if [ -s "$modules" ] && [[ " $targets " = *" arch/x86/kvm/ "* ]]; then
	versions=$(grep -qx CONFIG_MODVERSIONS=y "$out/.config" && echo -m) || :
	quietly run_modpost "$out" ${versions:+"$versions"}
	mapfile -t objects < "$modules"
	twins "${objects[@]}"
fi
