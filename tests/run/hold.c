// SPDX-License-Identifier: GPL-2.0
/*
 * The tcg lab: no CPU patches code that other CPUs run.
 *
 * QEMU's emulator (7.2) may translate code at the moment at which it is patched
 * and keep the breakpoint that was in it: an "int3" oops of any host, Debian's
 * too. KVM patches the scheduler with the first VM and after the last one, and
 * itself for the first local APIC that is disabled, and the first vCPU without
 * one. So this lab's host boots with one CPU (tests/lab/qemu.c). Create VMs that
 * have all of that, keep them, and bring the other CPUs up.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file.h"
#include "hold.h"
#include "options.h"
#include "out.h"

#define APIC_ENABLED	(1 << 11)	/* in the APIC's base address */

/* A vCPU of a VM of its own, with or without a local APIC; -1 on error. */
static int vcpu__create(int kvm, bool apic)
{
	int vm = ioctl(kvm, KVM_CREATE_VM, 0);

	if (vm < 0 || (apic && ioctl(vm, KVM_CREATE_IRQCHIP)))
		return -1;
	return ioctl(vm, KVM_CREATE_VCPU, 0);
}

/* A new APIC is disabled by software already; disable its hardware as well. */
static int vcpus__hold(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vcpu = vcpu__create(kvm, true);
	struct kvm_sregs sregs;

	if (vcpu < 0 || vcpu__create(kvm, false) < 0 || ioctl(vcpu, KVM_GET_SREGS, &sregs))
		return out__error("cannot create a VM: %m");
	sregs.apic_base &= ~APIC_ENABLED;
	return ioctl(vcpu, KVM_SET_SREGS, &sregs) ? out__error("cannot disable an APIC: %m") : 0;
}

static int cpus__bring_up(void)
{
	int i, count = sysconf(_SC_NPROCESSORS_CONF);
	char path[64];

	for (i = 1; i < count; i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", i);
		if (file__write(path, "1"))
			return out__error("%s: %m", path);
	}
	return 0;
}

int hold__start(void)
{
	if (opt.dry_run || strcmp(opt.lab, "tcg"))
		return 0;
	return vcpus__hold() || cpus__bring_up() ? -1 : 0;
}
